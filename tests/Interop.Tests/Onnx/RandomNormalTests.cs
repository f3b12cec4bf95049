using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Interop.Tests.Onnx;

public class RandomNormalTests
{
    private static readonly Tensor X = Tensor.FromDoubles(ElementType.F64[40, 500], new double[20_000]);

    private static Applied Like(float seed) => new Applied("RandomNormalLike", X).With("seed", seed);

    [Fact]
    public void Moments_are_those_that_are_asked_for()
    {
        var drawn = Like(3).With("mean", 2f).With("scale", 0.5f).Numbers;
        Assert.Equal(2, drawn.Average(), 0.02);
        Assert.Equal(0.25, drawn.Average(v => Math.Pow(v - 2, 2)), 0.01);
        Assert.Equal(0.6827, drawn.Count(v => Math.Abs(v - 2) < 0.5) / 20_000.0, 0.01);
    }

    [Fact]
    public void A_model_that_is_read_again_has_the_same_numbers_and_another_seed_has_others()
    {
        Assert.Equal(Like(3).Value, Like(3).Value);
        Assert.Equal(new Applied("RandomNormalLike", X).Value, new Applied("RandomNormalLike", X).Value);
        Assert.NotEqual(Like(3).Value, Like(4).Value);
    }

    [Fact]
    public void The_type_is_the_operands_or_the_one_that_is_asked_for()
    {
        Assert.Equal(X.Type, Like(1).Value.Type);
        Assert.Equal(ElementType.F16[40, 500], Like(1).With("dtype", 10).Value.Type);
        Assert.Equal(ElementType.F32[2, 3], new Applied("RandomNormal").With("shape", new long[] { 2, 3 }).Value.Type);
        Assert.Equal("onnx.N1", Like(1).With("dtype", 7).Refusal);
        Assert.Equal("onnx.N1", new Applied("RandomNormal").Refusal);
        Assert.Equal("onnx.O2", new Applied("RandomNormal").With("shape", new long[] { 1 << 13, 1 << 13 }).Refusal);
    }
}
