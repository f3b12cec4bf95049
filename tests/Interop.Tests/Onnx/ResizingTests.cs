using MiniTorch.Interop.Onnx;
using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.Some;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>An element of a resized axis is made of the elements around its place.</summary>
public class ResizingTests
{
    private static readonly double[] Five = [1, 4, 2, 8, 5];

    private static void Near(double[] expected, Tensor actual)
    {
        Assert.Equal(expected.Length, actual.Type.Count);
        foreach (var (e, a) in expected.Zip(actual.ToDoubles())) Assert.InRange(a, e - 1e-9, e + 1e-9);
    }

    /// <remarks>Expected values are those of torch.nn.functional.interpolate in binary64.</remarks>
    [Theory]
    [InlineData("linear", "half_pixel", new[] { 1, 2.3125, 3.875, 2.625, 3.875, 7.625, 6.3125, 5 })]
    [InlineData("linear", "half_pixel", new[] { 2, 2, 6.0 })]
    [InlineData("linear", "align_corners", new[] { 1, 19 / 7.0, 26 / 7.0, 18 / 7.0, 26 / 7.0, 50 / 7.0, 47 / 7.0, 5 })]
    [InlineData("cubic", "half_pixel", new[] { 37 / 18.0, 2, 113 / 18.0 })]
    [InlineData("cubic", "half_pixel", new[]
    {
        0.72149658203125, 2.450927734375, 4.00775146484375, 2.07110595703125,
        3.68365478515625, 7.82000732421875, 6.77392578125, 4.72149658203125,
    })]
    public void Resize_to_a_size_is_as_in_PyTorch(string mode, string places, double[] expected)
    {
        var node = NodeUnderTest.Of("Resize", 13, ("mode", mode), ("coordinate_transformation_mode", places));
        Near(expected, node.Run(F64([5], Five), null, null, List(expected.Length)));
        Assert.InRange(node.GradientError(Waves(5, 2), null, null, List(expected.Length, 3)), 0, 1e-8);
    }

    /// <remarks>Expected values are those of PyTorch with antialias, whose cubic has a = −½.</remarks>
    [Theory]
    [InlineData("linear", new[] { 30.5 / 11, 5.5 })]
    [InlineData("cubic", new[] { 2.565226643966802, 5.624600978931687 })]
    public void Shrinking_with_antialias_weighs_all_that_is_covered(string mode, double[] expected) => Near(
        expected,
        NodeUnderTest.Of("Resize", 18, ("mode", mode), ("antialias", 1), ("exclude_outside", 1), ("cubic_coeff_a", -0.5))
            .Run(F64([5], Five), null, null, List(2)));

    [Theory]
    [InlineData("asymmetric", "floor", new double[] { 1, 1, 2, 2, 3, 3, 4, 4 })]
    [InlineData("asymmetric", "ceil", new double[] { 1, 2, 2, 3, 3, 4, 4, 4 })]
    [InlineData("asymmetric", "round_prefer_floor", new double[] { 1, 1, 2, 2, 3, 3, 4, 4 })]
    [InlineData("asymmetric", "round_prefer_ceil", new double[] { 1, 2, 2, 3, 3, 4, 4, 4 })]
    [InlineData("half_pixel", "floor", new double[] { 1, 1, 1, 2, 2, 3, 3, 4 })]
    [InlineData("tf_half_pixel_for_nn", "floor", new double[] { 1, 1, 2, 2, 3, 3, 4, 4 })]
    public void The_nearest_is_chosen_by_its_mode(string places, string nearest, double[] expected)
    {
        var node = NodeUnderTest.Of(
            "Resize", 11, ("coordinate_transformation_mode", places), ("nearest_mode", nearest));
        Assert.Equal(expected, node.Run(F32([4], 1, 2, 3, 4), null, F32([1], 2)).ToDoubles());
        Assert.InRange(node.GradientError(Waves(4), null, F32([1], 2)), 0, 1e-8);
    }

    [Fact]
    public void A_scale_kept_in_f32_does_not_lose_a_whole_position() => Assert.Equal(
        [0, 1, 3, 5, 6],
        NodeUnderTest.Of("Resize", 13, ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"))
            .Run(Count(ElementType.F32, 9), null, F32([1], 0.6)).ToDoubles());

    [Fact]
    public void A_region_outside_gives_the_extrapolation_value() => Assert.Equal(
        [9, 0, 1, 2, 9],
        NodeUnderTest.Of("Resize", 13, ("mode", "linear"), ("coordinate_transformation_mode", "tf_crop_and_resize"),
            ("extrapolation_value", 9.0)).Run(Count(ElementType.F64, 3), F32([2], -0.5, 1.5), null, List(5)).ToDoubles());

    [Theory]
    [InlineData("not_larger", "[2 6 4]")]
    [InlineData("not_smaller", "[2 9 6]")]
    [InlineData("stretch", "[2 6 6]")]
    public void An_aspect_ratio_may_be_kept(string policy, string shape) => Assert.Equal(
        shape,
        $"{NodeUnderTest.Of("Resize", 18, ("keep_aspect_ratio_policy", policy), ("axes", new long[] { 1, 2 }))
            .Run(Waves(2, 3, 2), null, null, List(6, 6)).Type.Shape}");

    [Fact]
    public void Before_version_11_places_follow_the_scale_alone()
    {
        var x = F32([1, 1, 1, 4], 1, 2, 3, 4);
        Assert.Equal([1, 1, 2, 2, 3, 3, 4, 4], NodeUnderTest.Of("Resize", 10).Run(x, F32([4], 1, 1, 1, 2)).ToDoubles());
        Assert.Equal([1, 3], NodeUnderTest.Of("Resize", 10).Run(x, F32([4], 1, 1, 1, 0.6)).ToDoubles());
        Assert.Equal([1, 1.5, 2, 2.5, 3, 3.5, 4, 4],
            NodeUnderTest.Of("Upsample", 9, ("mode", "linear")).Run(x, F32([4], 1, 1, 1, 2)).ToDoubles());
        Assert.Equal([1, 1, 2, 2, 3, 3, 4, 4],
            NodeUnderTest.Of("Upsample", 7, ("scales", new double[] { 1, 1, 1, 2 })).Run(x).ToDoubles());
    }

    [Fact]
    public void Whole_numbers_resize_too() => Assert.Equal(
        [10, 12, 17, 20],
        NodeUnderTest.Of("Resize", 13, ("mode", "linear"))
            .Run(Tensor.FromDoubles(ElementType.U8[2], [10, 20]), null, F32([1], 2)).ToDoubles());

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        Assert.Equal("onnx.N1", NodeUnderTest.Of("Resize", 13).Refusal(Waves(3), null, F32([1], -1)));
        Assert.Equal("onnx.N1", NodeUnderTest.Of("Resize", 13).Refusal(Waves(3), null, F32([2], 1, 1)));
        Assert.Equal("onnx.N1", NodeUnderTest.Of("Resize", 13).Refusal(Waves(3), null, null, List(-4)));
        Assert.Equal("onnx.N1", NodeUnderTest.Of("Resize", 13, ("mode", "magic")).Refusal(Waves(3), null, F32([1], 2)));
        Assert.Equal("onnx.O2", NodeUnderTest.Of("Resize", 13).Refusal(Waves(3), null, null, List(1 << 30)));
    }

    [Theory]
    [InlineData(12_000, 4_000)]
    [InlineData(50_000_000, 1)]
    public void A_matrix_of_weights_that_a_few_bytes_ask_for_is_refused(int size, int length)
    {
        var node = OneNode.Node("Resize", ["x", "", "", "sizes"], ["y"], OneNode.Text("mode", "cubic"),
            OneNode.Int("antialias", 1));
        var graph = OneNode.Body([node], [("x", ElementType.F32[size])], ["y"]);
        graph.Initializer.Add(TensorProtos.Write("sizes", List(length)));
        Assert.Equal("onnx.O2", OneNode.Refusal(OneNode.Model(graph, 18)));
    }
}
