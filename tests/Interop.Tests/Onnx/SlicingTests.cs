using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.Some;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>Parts cut out of a tensor are those that the indices name.</summary>
public class SlicingTests
{
    private static readonly Tensor Ten = Count(ElementType.I64, 10);

    [Theory]
    [InlineData(2, 7, 2, new long[] { 2, 4, 6 })]
    [InlineData(-3, long.MaxValue, 1, new long[] { 7, 8, 9 })]
    [InlineData(8, -100, -3, new long[] { 8, 5, 2 })]
    [InlineData(-1, -11, -4, new long[] { 9, 5, 1 })]
    [InlineData(100, 7, -1, new long[] { 9, 8 })]
    [InlineData(-100, 2, 1, new long[] { 0, 1 })]
    [InlineData(5, 5, 1, new long[] { })]
    [InlineData(7, 3, 1, new long[] { })]
    [InlineData(0, long.MaxValue, long.MaxValue, new long[] { 0 })]
    [InlineData(9, long.MinValue, long.MinValue, new long[] { 9 })]
    public void Slice_takes_what_a_loop_would(long start, long end, long step, long[] expected) => Assert.Equal(
        List(expected), NodeUnderTest.Of("Slice", 13).Run(Ten, List(start), List(end), List(0), List(step)));

    [Fact]
    public void Slice_before_version_10_reads_attributes() => Assert.Equal(
        I64([1, 2], 4, 5),
        NodeUnderTest.Of("Slice", 1, ("starts", new long[] { 1, 1 }), ("ends", new long[] { 9, -1 }))
            .Run(I64([2, 4], 0, 1, 2, 3, 3, 4, 5, 6)));

    [Fact]
    public void Slice_refuses_a_step_of_0() =>
        Assert.Equal("onnx.N1", NodeUnderTest.Of("Slice", 13).Refusal(Ten, List(0), List(3), List(0), List(0)));

    [Fact]
    public void Slice_refuses_an_axis_named_twice() =>
        Assert.Equal("onnx.N1", NodeUnderTest.Of("Slice", 13).Refusal(Ten, List(0, 0), List(3, 3), List(0, -1)));

    [Fact]
    public void The_gradient_of_a_backward_slice_returns_to_its_places() => Assert.InRange(
        NodeUnderTest.Of("Slice", 13).GradientError(Waves(7, 3), List(6, 0), List(-8, 2), List(0, 1), List(-2, 1)), 0, 1e-8);

    [Fact]
    public void Split_parts_concatenate_to_the_whole()
    {
        var parts = (NodeUnderTest.Of("Split", 13) with { Results = 3 }).RunAll(Ten, List(3, 0, 7));
        Assert.Equal(Ten, NodeUnderTest.Of("Concat", 13, ("axis", -1)).Run([.. parts]));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(11)]
    public void Split_before_version_13_reads_an_attribute(int opset) => Assert.Equal(
        ["[4]", "[6]"],
        (NodeUnderTest.Of("Split", opset, ("split", new long[] { 4, 6 })) with { Results = 2 })
            .RunAll(Ten).Select(p => $"{p.Type.Shape}"));

    [Fact]
    public void Split_by_a_number_of_outputs_leaves_the_last_the_rest() => Assert.Equal(
        ["[4]", "[4]", "[2]"],
        (NodeUnderTest.Of("Split", 18, ("num_outputs", 3)) with { Results = 3 }).RunAll(Ten).Select(p => $"{p.Type.Shape}"));

    [Theory]
    [InlineData(13, 3)]
    [InlineData(11, 4)]
    public void Split_refuses_parts_that_are_not_equal(int opset, int parts) =>
        Assert.Equal("onnx.N1", (NodeUnderTest.Of("Split", opset) with { Results = parts }).Refusal(Ten));

    [Fact]
    public void Split_refuses_sizes_that_do_not_sum() =>
        Assert.Equal("onnx.N1", (NodeUnderTest.Of("Split", 13) with { Results = 2 }).Refusal(Ten, List(4, 7)));

    [Fact]
    public void Compress_keeps_where_the_condition_holds()
    {
        var x = I64([3, 2], 1, 2, 3, 4, 5, 6);
        var held = Tensor.FromDoubles(ElementType.Pred[3], [0, 1, 1]);
        Assert.Equal(I64([2, 2], 3, 4, 5, 6), NodeUnderTest.Of("Compress", 11, ("axis", 0)).Run(x, held));
        Assert.Equal(List(2, 3), NodeUnderTest.Of("Compress", 11).Run(x, held));
        Assert.Equal("onnx.N1", NodeUnderTest.Of("Compress", 11, ("axis", 1)).Refusal(x, held));
    }

    [Theory]
    [InlineData(8, new double[] { 0, 0, 1, 2, 3, 0, 0, 0 })]
    [InlineData(2, new double[] { 1, 2 })]
    [InlineData(1, new double[] { 2 })]
    public void Center_crop_pad_leaves_the_odd_one_at_the_end(long size, double[] expected) => Assert.Equal(
        expected, NodeUnderTest.Of("CenterCropPad", 18).Run(F32([3], 1, 2, 3), List(size)).ToDoubles());

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 2)]
    [InlineData(0, -1)]
    [InlineData(0, 9)]
    public void Trilu_keeps_one_side_of_a_diagonal(int upper, long k)
    {
        var x = Waves(2, 3, 4);
        var y = NodeUnderTest.Of("Trilu", 14, ("upper", upper)).Run(x, I64([], k));
        for (var i = 0; i < 24; i++)
        {
            var above = i % 4 - i / 4 % 3;
            Assert.Equal((upper == 1 ? above >= k : above <= k) ? x.At(i) : 0, y.At(i));
        }
    }
}
