using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.Some;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>Sums and choices follow an order.</summary>
public class OrderingTests
{
    [Theory]
    [InlineData(0, 0, new double[] { 1, 3, 6, 10, 15 })]
    [InlineData(1, 0, new double[] { 0, 1, 3, 6, 10 })]
    [InlineData(0, 1, new double[] { 15, 14, 12, 9, 5 })]
    [InlineData(1, 1, new double[] { 14, 12, 9, 5, 0 })]
    public void Cum_sum_adds_all_up_to_here(int exclusive, int reverse, double[] expected)
    {
        var node = NodeUnderTest.Of("CumSum", 14, ("exclusive", exclusive), ("reverse", reverse));
        foreach (var element in (ElementType[])[ElementType.F32, ElementType.F64, ElementType.I32, ElementType.I64])
        {
            var x = Tensor.FromDoubles(element[1, 5], [1, 2, 3, 4, 5]);
            Assert.Equal(expected, node.Run(x, I64([], -1)).ToDoubles());
        }
        Assert.InRange(node.GradientError(Waves(3, 7), I64([], 1)), 0, 1e-8);
        Assert.Equal(Dims.Create([2, 0]), node.Run(Count(ElementType.F32, 2, 0), I64([], 1)).Type.Shape);
    }

    [Fact]
    public void An_infinity_does_not_reach_back() => Assert.Equal(
        [1, double.PositiveInfinity, double.PositiveInfinity],
        NodeUnderTest.Of("CumSum", 14).Run(F32([3], 1, double.PositiveInfinity, 2), I64([], 0)).ToDoubles());

    [Theory]
    [InlineData(7, true)]
    [InlineData(7, false)]
    [InlineData(5000, true)]
    [InlineData(5000, false)]
    public void Top_k_is_the_head_of_a_stable_sort(int size, bool largest)
    {
        var x = F64([2, size], [.. Enumerable.Range(0, 2 * size).Select(i => Math.Round(5 * Math.Sin(i * i)))]);
        var y = (NodeUnderTest.Of("TopK", 11, ("largest", largest ? 1 : 0)) with { Results = 2 }).RunAll(x, List(5));
        for (var row = 0; row < 2; row++)
        {
            var places = Enumerable.Range(0, size);
            var sorted = largest ? places.OrderByDescending(At) : places.OrderBy(At);
            Assert.Equal(sorted.Take(5), Enumerable.Range(0, 5).Select(i => (int)y[1].LongAt(row * 5 + i)));
            Assert.Equal(sorted.Take(5).Select(At), Enumerable.Range(0, 5).Select(i => y[0].At(row * 5 + i)));
            double At(int i) => x.At(row * size + i);
        }
    }

    [Fact]
    public void Top_k_takes_any_axis_and_its_gradient_returns_to_the_chosen()
    {
        var node = NodeUnderTest.Of("TopK", 11, ("axis", 0)) with { Results = 2 };
        Assert.Equal(F64([1, 2], 3, 9), node.RunAll(F64([3, 2], 1, 9, 3, 2, 2, 8), List(1))[0]);
        Assert.InRange(node.GradientError(Waves(5, 3), List(2)), 0, 1e-8);
    }

    [Fact]
    public void Top_k_keeps_the_ends_of_i64_and_takes_k_as_an_attribute_before_version_10()
    {
        var x = List(3, long.MinValue, long.MaxValue);
        Assert.Equal(List(2, 0), (NodeUnderTest.Of("TopK", 1, ("k", 2)) with { Results = 2 }).RunAll(x)[1]);
        Assert.Equal(List(1, 0), (NodeUnderTest.Of("TopK", 11, ("largest", 0)) with { Results = 2 }).RunAll(x, List(2))[1]);
    }

    [Theory]
    [InlineData(1, new long[] { 1, 3, 2 })]
    [InlineData(0, new long[] { 0, 2, 1 })]
    public void Top_k_holds_nan_for_the_largest(int largest, long[] expected) => Assert.Equal(
        List(expected),
        (NodeUnderTest.Of("TopK", 11, ("largest", largest)) with { Results = 2 })
            .RunAll(F32([4], -1, double.NaN, 2, double.NaN), List(3))[1]);

    [Fact]
    public void More_than_there_are_is_refused() =>
        Assert.Equal("onnx.N1", (NodeUnderTest.Of("TopK", 11) with { Results = 2 }).Refusal(Waves(3), List(4)));

    [Fact]
    public void Many_of_very_many_are_not_supported() => Assert.Equal(
        "onnx.O2", (NodeUnderTest.Of("TopK", 11) with { Results = 2 }).Refusal(Count(ElementType.F32, 5000), List(65)));
}
