using FsCheck;
using FsCheck.Fluent;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;
using Xunit;
using static MiniTorch.Ir.Prim;
using Gen = FsCheck.Fluent.Gen;

namespace MiniTorch.Passes.Tests;

/// <content>Arithmetic on each element type, node by node.</content>
public sealed partial class EvaluateTests
{
    [Fact]
    public void Arithmetic_on_f32_is_that_of_ieee_binary32() =>
        Prop.ForAll(Floats(), Floats(), (x, y) =>
            Bits(S(x) + S(y)) == Bits(x + y) && Bits(S(x) - S(y)) == Bits(x - y) && Bits(S(x) * S(y)) == Bits(x * y)
            && Bits(S(x) / S(y)) == Bits(x / y) && Bits(Sqrt(S(x))) == Bits(MathF.Sqrt(x))).QuickCheckThrowOnFailure();

    [Fact]
    public void Each_f32_node_is_rounded_before_its_use() =>
        Prop.ForAll(Small(), Small(), (x, y) => Bits(S(x) / S(y) * S(x) - S(y)) == Bits((float)((float)(x / y) * x) - y))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Each_f16_node_is_rounded_from_binary32_before_its_use() =>
        Prop.ForAll(Small(), Small(), (x, y) =>
            One(Half16(x) * Half16(y) * Half16(x)).At(0).Equals((double)((Half)x * (Half)y * (Half)x)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Each_bf16_node_is_rounded_before_its_use() =>
        Assert.Equal(0, One(Brain(1) + Brain(1.0 / 256) - Brain(1)).At(0));

    [Fact]
    public void Arithmetic_on_i64_is_exact_and_wraps() =>
        Prop.ForAll(ArbMap.Default.ArbFor<long>(), ArbMap.Default.ArbFor<long>(), (x, y) => unchecked(
            One(L(x) + L(y)).LongAt(0) == x + y && One(L(x) * L(y)).LongAt(0) == x * y
            && One(L(x) - L(y)).LongAt(0) == x - y))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_ends_of_i64_survive() => Assert.Equal(long.MaxValue, One(L(long.MinValue) - L(1)).LongAt(0));

    [Fact]
    public void A_double_is_a_fraction_and_back() =>
        Prop.ForAll(Floats(), x => (double)Rational.Of(x / 3.0) is var back && back.Equals(x / 3.0 + 0.0))
            .QuickCheckThrowOnFailure();

    private static Arbitrary<float> Floats() =>
        Gen.Choose(int.MinValue, int.MaxValue).Select(BitConverter.Int32BitsToSingle)
            .Where(x => !float.IsNaN(x)).ToArbitrary();

    private static Arbitrary<float> Small() => Gen.Choose(1, 4096).Select(i => i / 64f).ToArbitrary();

    private static int Bits(Expr node) => Bits(One(node).As<float>()[0]);
    private static int Bits(float x) => float.IsNaN(x) ? 0x7FC00000 : BitConverter.SingleToInt32Bits(x);
    private static Expr S(float x) => Scalar(F32, x);
    private static Expr L(long x) => Scalar(ElementType.I64, x);
    private static Expr Half16(float x) => Scalar(ElementType.F16, x);
    private static Expr Brain(double x) => Scalar(ElementType.BF16, x);
}
