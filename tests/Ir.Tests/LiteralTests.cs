using MiniTorch.Generators;
using FsCheck.Fluent;
using MiniTorch.Ir.Text;
using Xunit;

namespace MiniTorch.Ir.Tests;

public class LiteralTests
{
    private static readonly double[] Special =
    [
        0.0, -0.0, 1.0, -1.0, 0.1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, -double.Epsilon,
        float.Epsilon, 1.2e-38, 6e-8, 65504, 65520, 1e20, 3.4028234663852886e38, double.MaxValue, double.MinValue, 1e-310, 1.0 / 3,
    ];

    public static TheoryData<string> Types => [.. ElementType.All.Select(e => e.Name)];

    private static ElementType Element(string name) => ElementType.All.Single(e => e.Name == name);

    private static void Returns(Tensor value)
    {
        var x = Prim.Constant(value);
        var graph = Graph.Of([x, Prim.Eq(x, x)]);
        Assert.Equal(graph, Parser.Parse(graph.ToString()).Match(g => g, e => throw new IrException(e)));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Special_values_return_bit_for_bit_as_scalars_and_in_lists(string name)
    {
        var element = Element(name);
        foreach (var value in Special) Returns(Tensor.Scalar(element, value));
        Returns(Tensor.FromDoubles(element[Special.Length], Special));
        long[] whole = [long.MinValue, long.MaxValue, 0, -1, (1L << 53) + 1, int.MinValue];
        foreach (var value in whole) Returns(Tensor.Scalar(element, value));
    }

    [Theory]
    [InlineData("f16")]
    [InlineData("bf16")]
    public void Every_16_bit_float_returns_bit_for_bit(string name)
    {
        var bits = Enumerable.Range(0, 65536).Select(i => (ushort)i).ToArray();
        Returns(Tensor.Of<ushort>(Element(name)[65536], bits));
    }

    [Fact]
    public void Any_32_and_64_bits_return_bit_for_bit()
    {
        var random = new Random((int)(Check.Seed() % int.MaxValue));
        var bits = Enumerable.Range(0, 20_000).Select(_ => random.NextInt64(long.MinValue, long.MaxValue)).ToArray();
        long[] nans = [0x7ff8000000000000, 0x7ff0000000000001, unchecked((long)0xfff8000000000000), unchecked((long)0xffffffffffffffff)];
        Returns(Tensor.Of<long>(ElementType.F64[bits.Length + nans.Length], [.. bits, .. nans]));
        Returns(Tensor.Of<int>(ElementType.F32[bits.Length + 2], [.. bits.Select(b => (int)b), 0x7f800001, 0x7fc00000]));
    }

    [Theory]
    [InlineData("1.0", true)]
    [InlineData("-0.0", true)]
    [InlineData("+nan", true)]
    [InlineData("+nan0x7fc00000", true)]
    [InlineData("+nan0x3f800000", false)]
    [InlineData("+nan0x7fc0", false)]
    [InlineData("+nan0x", false)]
    [InlineData("1.0.0", false)]
    [InlineData("0x10", false)]
    [InlineData("-", false)]
    public void A_float_literal_is_read_or_refused(string text, bool isRead) =>
        Assert.Equal(isRead, Literals.TryRead(ElementType.F32, text, new byte[4], 0));

    [Theory]
    [InlineData("u8", "256")]
    [InlineData("u8", "-1")]
    [InlineData("pred", "2")]
    [InlineData("i32", "2147483648")]
    [InlineData("i64", "9223372036854775808")]
    [InlineData("i32", "1.0")]
    public void An_integer_literal_out_of_range_is_refused(string element, string text) =>
        Assert.False(Literals.TryRead(Element(element), text, new byte[8], 0));
}
