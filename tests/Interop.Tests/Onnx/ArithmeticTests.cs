using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>Operators that calculate with numbers, against numbers worked out by hand and C#'s own arithmetic.</summary>
public class ArithmeticTests
{
    private static readonly double[] Left = [-4, 7, 5, 4, -7, 8, -7, 0];
    private static readonly double[] Right = [2, -3, 8, -2, 3, 5, -3, 3];

    public static TheoryData<string> Whole() => ["i32", "i64"];

    [Theory, MemberData(nameof(Whole))]
    public void A_remainder_has_the_sign_of_the_divisor(string element) =>
        Assert.Equal([0.0, -2, 5, 0, 2, 3, -1, 0], new Applied("Mod", Of(element, Left), Of(element, Right)).Numbers);

    [Theory, MemberData(nameof(Whole))]
    public void Under_fmod_a_remainder_has_the_sign_of_the_dividend(string element) =>
        Assert.Equal(Left.Zip(Right, (a, b) => (double)((long)a % (long)b)),
            new Applied("Mod", Of(element, Left), Of(element, Right)).With("fmod", 1).Numbers);

    [Fact]
    public void A_remainder_of_binary32_is_exact_while_the_quotient_is_below_2_to_the_28()
    {
        var random = new Random(7);
        double[] Draw(double from, int least, int most) => [.. Enumerable.Range(0, 500)
            .Select(_ => (double)(float)((random.NextDouble() + from) * Math.Pow(2, random.Next(least, most))))];
        var (x, y) = (Draw(-0.5, -3, 24), Draw(0.5, -2, 3));
        var node = new Applied("Mod", Of("f32", x), Of("f32", y)).With("fmod", 1);
        Assert.Equal(x.Zip(y, (a, b) => (double)((float)a % (float)b)), node.Numbers);
    }

    [Fact]
    public void The_remainder_by_infinity_is_the_dividend() =>
        Assert.Equal([5.5],
            new Applied("Mod", Of("f32", [5.5]), Of("f32", [double.PositiveInfinity])).With("fmod", 1).Numbers);

    [Fact]
    public void A_remainder_of_floats_needs_fmod() =>
        Assert.Equal("onnx.N1", new Applied("Mod", Of("f32", Left), Of("f32", Right)).Refusal);

    [Fact]
    public void A_remainder_varies_with_the_dividend_and_by_the_quotient_with_the_divisor()
    {
        var node = new Applied("Mod", Of("f64", [7.3, -7.3]), Of("f64", [2.1, 2.1])).With("fmod", 1);
        node.GradientIsDifferences(0);
        node.GradientIsDifferences(1);
    }

    [Fact]
    public void A_power_has_the_type_of_its_base()
    {
        Assert.Equal([1.0, 8, 81], new Applied("Pow", Of("i32", [1, 2, 3]), Of("f32", [4, 3, 4])).Numbers);
        Assert.Equal(ElementType.I64, new Applied("Pow", Of("i64", [2]), Of("f32", [0.5])).Value.Type.Element);
        Assert.Equal([1.0, 8, 0.25], new Applied("Pow", Of("f32", [1, 2, 0.5]), Of("i64", [4, 3, 2])).Numbers);
    }

    [Fact]
    public void Clip_takes_attributes_before_operator_set_11_and_operands_after()
    {
        var x = Of("f32", [-3, 0, 3]);
        Assert.Equal([-1.0, 0, 2], new Applied("Clip", x).At(6).With("min", -1f).With("max", 2f).Numbers);
        Assert.Equal([-1.0, 0, 3], new Applied("Clip", x).At(6).With("min", -1f).Numbers);
        Assert.Equal([-1.0, 0, 2], new Applied("Clip", x, Tensor.Of([], -1f), Tensor.Of([], 2f)).Numbers);
        Assert.Equal([-3.0, 0, 2], new Applied("Clip", x, null, Tensor.Of([], 2f)).Numbers);
        Assert.Equal("onnx.N1", new Applied("Clip", x, x).Refusal);
    }

    [Fact]
    public void Clip_has_a_gradient_at_its_bounds_and_none_beyond() =>
        Assert.Equal([0.0, -1.5, 2, -2.5, 0],
            new Applied("Clip", Of("f32", [-2, -1, 0, 1, 2]), Tensor.Of([], -1), Tensor.Of([], 1)).Gradient(0).ToDoubles());

    [Fact]
    public void Many_operands_repeat_to_one_shape()
    {
        Tensor[] operands = [Tensor.Of([2, 1], 1, 5), Tensor.Of([3], 2, 4, 6), Tensor.Of([], 3)];
        Assert.Equal([3.0, 4, 6, 5, 5, 6], new Applied("Max", operands).Numbers);
        Assert.Equal([1.0, 1, 1, 2, 3, 3], new Applied("Min", operands).Numbers);
        Assert.Equal([6.0, 8, 10, 10, 12, 14], new Applied("Sum", operands).Numbers);
        Assert.Equal([2.0, 8 / 3f, 10 / 3f, 10 / 3f, 4, 14 / 3f], new Applied("Mean", operands).Numbers);
        Assert.Equal("onnx.B1", new Applied("Sum", Tensor.Of([2], 1, 2), Tensor.Of([3], 1, 2, 3)).Refusal);
    }

    [Fact]
    public void Bits_shift_out_at_either_end()
    {
        var (x, y) = (Of("u8", [16, 255, 1, 200]), Of("u8", [1, 7, 8, 255]));
        Assert.Equal([32.0, 128, 0, 0], new Applied("BitShift", x, y).With("direction", "LEFT").Numbers);
        Assert.Equal([8.0, 1, 0, 0], new Applied("BitShift", x, y).With("direction", "RIGHT").Numbers);
        Assert.Equal("onnx.N1", new Applied("BitShift", x, y).Refusal);
    }

    [Fact]
    public void Bits_combine_one_by_one()
    {
        var (x, y) = (Of("i32", [12, -1]), Of("i32", [10, 7]));
        Assert.Equal([8.0, 7], new Applied("BitwiseAnd", x, y).Numbers);
        Assert.Equal([14.0, -1], new Applied("BitwiseOr", x, y).Numbers);
        Assert.Equal([6.0, -8], new Applied("BitwiseXor", x, y).Numbers);
        Assert.Equal([-13.0, 0], new Applied("BitwiseNot", x).Numbers);
    }

    [Fact]
    public void A_comparison_of_NaN_is_false_and_infinities_are_found()
    {
        var x = Of("f32", [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1]);
        Assert.Equal([0.0, 1, 1, 1], new Applied("LessOrEqual", x, x).Numbers);
        Assert.Equal([1.0, 0, 0, 0], new Applied("IsNaN", x).Numbers);
        Assert.Equal([0.0, 1, 1, 0], new Applied("IsInf", x).Numbers);
        Assert.Equal([0.0, 1, 0, 0], new Applied("IsInf", x).With("detect_negative", 0).Numbers);
        Assert.Equal("onnx.N1", new Applied("And", x, x).Refusal);
    }

    [Fact]
    public void Casts_truncate_and_truth_is_what_is_not_0()
    {
        var x = Of("f32", [-1.9, 1.9, 0, 0.1]);
        Assert.Equal([-1.0, 1, 0, 0], new Applied("Cast", x).With("to", 7).Numbers);
        Assert.Equal([1.0, 1, 0, 1], new Applied("Cast", x).With("to", 9).Numbers);
        Assert.Equal([-1.0, 1, 0, 0], new Applied("CastLike", x, Of("i32", [0])).Numbers);
        Assert.Equal("onnx.T1", new Applied("Cast", x).With("to", 8).Refusal);
        Assert.Equal("onnx.T2", new Applied("Cast", x).With("to", 99).Refusal);
    }

    [Fact]
    public void Where_repeats_its_three_operands() => Assert.Equal([1.0, 5, 2, 5],
        new Applied("Where", Of("pred", [1, 0]), Tensor.Of([2, 1], 1, 2), Tensor.Of([], 5)).Numbers);

    private static Tensor Of(string element, double[] values) =>
        Tensor.FromDoubles(new(Element(element), [values.Length]), values);

    private static ElementType Element(string name) => name switch
    {
        "i32" => ElementType.I32,
        "i64" => ElementType.I64,
        "u8" => ElementType.U8,
        "pred" => ElementType.Pred,
        "f64" => ElementType.F64,
        _ => ElementType.F32,
    };
}
