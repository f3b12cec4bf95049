using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.Some;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>Images at places between their elements, and pooled regions of them.</summary>
public class SamplingTests
{
    private static readonly Tensor Image = F64([1, 1, 2, 3], 1, 2, 4, 8, 16, 32);

    private static Tensor At(NodeUnderTest node, params double[] places) =>
        node.Run(Image, F64([1, 1, places.Length / 2, 2], places));

    [Theory]
    [InlineData("linear")]
    [InlineData("nearest")]
    [InlineData("cubic")]
    public void At_its_own_places_an_image_is_itself(string mode)
    {
        var places = NodeUnderTest.Of("AffineGrid", 20, ("align_corners", 1))
            .Run(F64([1, 2, 3], 1, 0, 0, 0, 1, 0), List(1, 1, 2, 3));
        var y = NodeUnderTest.Of("GridSample", 20, ("mode", mode), ("align_corners", 1)).Run(Image, places);
        Assert.Equal(Image, y);
    }

    [Fact]
    public void Between_places_neighbours_are_weighted() => Assert.Equal(
        [1.5, 6.75], At(NodeUnderTest.Of("GridSample", 20, ("align_corners", 1)), -0.5, -1, -0.5, 0).ToDoubles());

    [Theory]
    [InlineData("zeros", 0)]
    [InlineData("border", 4)]
    [InlineData("reflection", 2)]
    public void Outside_the_padding_decides(string padding, double expected) => Assert.Equal(
        [expected],
        At(NodeUnderTest.Of("GridSample", 20, ("padding_mode", padding), ("align_corners", 1)), 2, -1).ToDoubles());

    [Theory]
    [InlineData("linear", "zeros", 0)]
    [InlineData("cubic", "border", 0)]
    [InlineData("linear", "reflection", 1)]
    [InlineData("cubic", "zeros", 1)]
    public void Image_and_places_have_gradients(string mode, string padding, int corners)
    {
        var node = NodeUnderTest.Of("GridSample", 20, ("mode", mode), ("padding_mode", padding), ("align_corners", corners));
        var places = F64([2, 1, 3, 2], [.. Wave(12).Select(w => 1.3 * w)]);
        Assert.InRange(node.GradientError(Waves(2, 2, 4, 3), places), 0, 1e-6);
    }

    [Fact]
    public void An_aligned_region_on_whole_samples_averages_elements() => Assert.Equal(
        [(0 + 1 + 4 + 5) / 4.0],
        NodeUnderTest.Of("RoiAlign", 16, ("sampling_ratio", 2))
            .Run(Count(ElementType.F64, 1, 1, 4, 4), F64([1, 4], 0, 0, 2, 2), List(0)).ToDoubles());

    [Fact]
    public void Samples_follow_the_size_of_a_region_where_none_are_asked_for()
    {
        var (x, regions) = (Waves(2, 2, 6, 6), F64([2, 4], 0.5, 0, 4.1, 3, 1, 1, 3, 5.9));
        var (free, two) = (NodeUnderTest.Of("RoiAlign", 16, ("output_width", 2), ("output_height", 2)), List(1, 0));
        var asked = NodeUnderTest.Of("RoiAlign", 16, ("output_width", 2), ("output_height", 2), ("sampling_ratio", 2));
        Assert.Equal(asked.Run(x, regions, two).ToDoubles()[..8], free.Run(x, regions, two).ToDoubles()[..8]);
        Assert.InRange(asked.GradientError(x, regions, two), 0, 1e-6);
    }

    [Fact]
    public void A_pooled_region_holds_the_largest_of_each_cell() => Assert.Equal(
        [6, 7, 14, 15],
        NodeUnderTest.Of("MaxRoiPool", 1, ("pooled_shape", new long[] { 2, 2 }))
            .Run(Count(ElementType.F32, 1, 1, 4, 4), F32([1, 5], 0, 1, 0, 3, 3)).ToDoubles());

    [Fact]
    public void Images_and_places_that_do_not_fit_are_refused() =>
        Assert.Equal("onnx.N1", NodeUnderTest.Of("GridSample", 20).Refusal(Image, Waves(1, 1, 2, 3)));
}
