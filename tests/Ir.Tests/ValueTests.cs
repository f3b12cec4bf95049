using FsCheck.Fluent;
using MiniTorch.Generators;
using Xunit;

namespace MiniTorch.Ir.Tests;

public class ValueTests
{
    [Fact]
    public void Dims_are_equal_when_their_integers_are()
    {
        Dims a = [2, 3], b = Dims.Of([2, 3]);
        Assert.True(a == b && a.Equals((object)b) && a.GetHashCode() == b.GetHashCode());
        Assert.True(a != [3, 2] && a != [2] && default(Dims) == [] && Dims.Empty.GetHashCode() == Dims.Create([]).GetHashCode());
        Assert.Equal(new Transpose([1, 0]), new Transpose([1, 0]));
        Assert.Equal(Conv(Window.Unit, new(2)), Conv(Window.Unit, new(2)));
        Assert.Equal(Conv(Window.Unit, new(2)).GetHashCode(), Conv(Window.Unit, new(2)).GetHashCode());
        Assert.NotEqual(Conv(Window.Unit), Conv(new Window(2)));
        Assert.NotEqual(Conv(Window.Unit), Conv(Window.Unit, Window.Unit));
        Assert.Equal(Conv(), new Conv(default));
    }

    [Fact]
    public void Sliding_windows_are_equal_when_op_size_and_windows_are()
    {
        Windowed sum = new WindowSum([2], Conv(Window.Unit).Windows), same = new WindowSum([2], Conv(new Window(1)).Windows);
        Assert.Equal(sum, same);
        Assert.Equal(sum.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(sum, new WindowArgMax([2], sum.Windows));
        Assert.NotEqual(sum, new WindowSum([3], sum.Windows));
        Assert.NotEqual(sum, new WindowSum([2], Conv(new Window(2)).Windows));
    }

    private static Conv Conv(params Window[] windows) => new(new LanguageExt.Arr<Window>(windows));

    [Fact]
    public void Dims_do_what_lists_do()
    {
        Dims d = [5, 1, 4];
        Assert.Equal([4, 4, 1], d.Strides().Select(s => (int)s));
        Assert.Equal(20, d.Product);
        Assert.Equal(Dims.Create([5, 4]), d.Without([1]));
        Assert.Equal(Dims.Create([4, 5]), d.At([2, 0]));
        Assert.True(d is [5, .. [1, 4]]);
    }

    [Theory]
    [InlineData(1.00048828125, 1.0)] // half way between 1 and the next f16: to even
    [InlineData(1.00146484375, 1.001953125)]
    [InlineData(65519.99, 65504)]
    [InlineData(65520, double.PositiveInfinity)]
    [InlineData(2.9802322387695313e-08, 0)]
    [InlineData(-1e-9, -0.0)]
    public void F16_rounds_to_nearest_even(double value, double rounded) => Rounds(ElementType.F16, value, rounded);

    [Theory]
    [InlineData(1.00390625, 1.0)]
    [InlineData(1.01171875, 1.015625)]
    [InlineData(3.39e38, 3.3895313892515355e38)]
    [InlineData(3.4028234663852886e38, double.PositiveInfinity)]
    public void Bf16_rounds_to_nearest_even(double value, double rounded) => Rounds(ElementType.BF16, value, rounded);

    [Theory]
    [InlineData("i32", 2.9, 2)]
    [InlineData("i32", -2.9, -2)]
    [InlineData("i32", double.NaN, 0)]
    [InlineData("i32", 4294967297.0, 1)]
    [InlineData("u8", 258.7, 2)]
    [InlineData("u8", -1, 255)]
    [InlineData("pred", 0.25, 1)]
    [InlineData("pred", double.NaN, 1)]
    [InlineData("pred", -0.0, 0)]
    [InlineData("i64", double.PositiveInfinity, 9.2233720368547758E18)]
    [InlineData("f32", 0.1, 0.10000000149011612)]
    public void Other_types_round_truncate_or_wrap(string element, double value, double rounded) =>
        Rounds(ElementType.All.Single(e => e.Name == element), value, rounded);

    private static void Rounds(ElementType element, double value, double rounded) =>
        Assert.Equal(BitConverter.DoubleToInt64Bits(rounded), BitConverter.DoubleToInt64Bits(Tensor.Scalar(element, value).At(0)));

    [Fact]
    public void Every_bf16_is_its_own_rounding_and_the_nearest_to_what_lies_between() =>
        Check.Holds(Gen.Choose(0, 0x7F7E).ToArbitrary(), bits =>
        {
            var (lo, hi) = (Elements.FromBFloat16((ushort)bits), Elements.FromBFloat16((ushort)(bits + 1)));
            var middle = (float)((lo + (double)hi) / 2);
            return Elements.ToBFloat16(lo) == bits && Elements.ToBFloat16(MathF.BitDecrement(middle)) == bits
                && Elements.ToBFloat16(MathF.BitIncrement(middle)) == bits + 1 && Elements.ToBFloat16(middle) == (bits + 1) / 2 * 2;
        }, count: 2000);

    [Fact]
    public void Tensors_are_equal_when_type_and_bits_are()
    {
        Assert.Equal(Tensor.Of([2], 1, 2), Tensor.Of([2], 1, 2));
        Assert.Equal(Tensor.Of([2], 1, 2).GetHashCode(), Tensor.Of([2], 1, 2).GetHashCode());
        Assert.NotEqual(Tensor.Of([2], 1, 2), Tensor.Of([2, 1], 1, 2));
        Assert.NotEqual(Tensor.Scalar(ElementType.F32, 0.0), Tensor.Scalar(ElementType.F32, -0.0));
        Assert.Equal(Tensor.Scalar(ElementType.F32, double.NaN), Tensor.Scalar(ElementType.F32, double.NaN));
        Assert.Throws<ArgumentException>(() => Tensor.Adopt(ElementType.F32[2], new byte[7]));
    }
}
