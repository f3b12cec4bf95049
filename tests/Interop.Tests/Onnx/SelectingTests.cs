using System.Collections.Immutable;
using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.Some;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>How many there are follows from known values; blocks beside.</summary>
public class SelectingTests
{
    private static Tensor[] Unique(Tensor x, params ImmutableArray<(string, object)> attributes) =>
        (NodeUnderTest.Of("Unique", 11, attributes) with { Results = 4 }).RunAll(x).ToArray();

    [Fact]
    public void Unique_elements_are_sorted_or_in_the_order_of_their_first()
    {
        var x = F32([2, 3], 2, 1, 1, 3, 4, 3);
        Assert.Equal([F32([4], 1, 2, 3, 4), List(1, 0, 3, 4), List(1, 0, 0, 2, 3, 2), List(2, 1, 2, 1)], Unique(x));
        Assert.Equal([F32([4], 2, 1, 3, 4), List(0, 1, 3, 4), List(0, 1, 1, 2, 3, 2), List(1, 2, 2, 1)],
            Unique(x, ("sorted", 0)));
    }

    [Fact]
    public void Unique_parts_along_an_axis_are_compared_whole() => Assert.Equal(
        [I64([2, 2], 1, 3, 2, 0), List(1, 0), List(1, 0, 1), List(1, 2)],
        Unique(I64([2, 3], 3, 1, 3, 0, 2, 0), ("axis", -1)));

    [Fact]
    public void A_box_that_overlaps_a_better_one_is_left_out()
    {
        var boxes = F32([1, 3, 4], 0, 0, 1, 1, 0.1, 0, 1.1, 1, 5, 5, 6, 6);
        var scores = F32([1, 2, 3], 0.8, 0.9, 0.1, 0.5, 0.4, 0.7);
        var node = NodeUnderTest.Of("NonMaxSuppression", 11);
        Assert.Equal(I64([4, 3], 0, 0, 1, 0, 0, 2, 0, 1, 2, 0, 1, 0), node.Run(boxes, scores, List(9), F32([1], 0.5)));
        Assert.Equal(I64([1, 3], 0, 0, 1), node.Run(boxes, scores, List(1), F32([1], 0.5), F32([1], 0.75)));
        Assert.Equal(Dims.Create([0, 3]), node.Run(boxes, scores).Type.Shape);
    }

    [Fact]
    public void Columns_add_where_their_blocks_overlap()
    {
        var node = NodeUnderTest.Of("Col2Im", 18);
        Assert.Equal(F32([1, 1, 1, 3], 1, 2 + 10, 20), node.Run(F32([1, 2, 2], 1, 2, 10, 20), List(1, 3), List(1, 2)));
        Assert.InRange(node.GradientError(Waves(2, 8, 6), List(3, 4), List(2, 2)), 0, 1e-8);
        Assert.Equal("onnx.N1", node.Refusal(F32([1, 2, 2], 1, 2, 10, 20), List(1, 4), List(1, 2)));
    }
}
