using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.Some;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>Movement keeps every element and changes where it is.</summary>
public class MovementsTests
{
    private static readonly Tensor X = Count(ElementType.F32, 2, 3, 4);

    [Theory]
    [InlineData(new long[] { 4, 6 }, 0, "[4 6]")]
    [InlineData(new long[] { 0, -1 }, 0, "[2 12]")]
    [InlineData(new long[] { 0, 0, 2, -1 }, 0, "[2 3 2 2]")]
    [InlineData(new long[] { -1, 0, 4 }, 0, "[2 3 4]")]
    [InlineData(new long[] { 24 }, 1, "[24]")]
    public void Reshape_keeps_the_order_under_the_shape(long[] shape, int allowZero, string expected)
    {
        var y = NodeUnderTest.Of("Reshape", 14, ("allowzero", allowZero)).Run(X, List(shape));
        Assert.Equal(expected, $"{y.Type.Shape}");
        Assert.Equal(X.ToDoubles(), y.ToDoubles());
    }

    [Fact]
    public void Reshape_takes_its_shape_from_an_attribute_before_version_5() =>
        Assert.Equal(Dims.Create([6, 4]), NodeUnderTest.Of("Reshape", 4, ("shape", new long[] { 6, -1 })).Run(X).Type.Shape);

    [Fact]
    public void Reshape_of_nothing_under_allowzero_is_nothing() => Assert.Equal(
        Dims.Create([3, 0]),
        NodeUnderTest.Of("Reshape", 14, ("allowzero", 1)).Run(Count(ElementType.F32, 0, 3), List(3, 0)).Type.Shape);

    [Theory]
    [InlineData("Reshape", 14, new long[] { 5, -1 }, "onnx.N1")]
    [InlineData("Reshape", 14, new long[] { -1, -1 }, "onnx.N1")]
    [InlineData("Reshape", 14, new long[] { 1, 1, 1, 0 }, "onnx.N1")]
    [InlineData("Reshape", 14, new long[] { 5 }, "reshape.R1")]
    [InlineData("Reshape", 14, new long[] { long.MaxValue, long.MaxValue, -1 }, "onnx.N1")]
    [InlineData("Expand", 13, new long[] { 5 }, "onnx.B1")]
    [InlineData("Tile", 13, new long[] { 2 }, "onnx.N1")]
    [InlineData("Tile", 13, new long[] { 1, 1, -2 }, "onnx.N1")]
    [InlineData("Tile", 13, new long[] { 1L << 30, 1L << 30, 1L << 30 }, "onnx.N1")]
    [InlineData("Squeeze", 13, new long[] { 1 }, "onnx.N1")]
    [InlineData("Squeeze", 13, new long[] { 3 }, "onnx.N1")]
    [InlineData("Unsqueeze", 13, new long[] { 0, -5 }, "onnx.N1")]
    public void A_shape_that_does_not_fit_is_refused(string name, int opset, long[] operand, string rule) =>
        Assert.Equal(rule, NodeUnderTest.Of(name, opset).Refusal(X, List(operand)));

    [Theory]
    [InlineData(11, 11)]
    [InlineData(13, 13)]
    public void Unsqueeze_undoes_squeeze_in_both_versions(int squeeze, int unsqueeze)
    {
        var x = Count(ElementType.I32, 1, 3, 1, 2);
        Tensor Run(string name, int opset, Tensor t) => opset < 13
            ? NodeUnderTest.Of(name, opset, ("axes", new long[] { 0, -2 })).Run(t)
            : NodeUnderTest.Of(name, opset).Run(t, List(-2, 0));
        Assert.Equal(x, Run("Unsqueeze", unsqueeze, Run("Squeeze", squeeze, x)));
    }

    [Fact]
    public void Squeeze_without_axes_drops_every_size_1() =>
        Assert.Equal(Dims.Create([3, 2]),
            NodeUnderTest.Of("Squeeze", 13).Run(Count(ElementType.F32, 1, 3, 1, 2)).Type.Shape);

    [Theory]
    [InlineData(0, "[1 24]")]
    [InlineData(2, "[6 4]")]
    [InlineData(3, "[24 1]")]
    [InlineData(-1, "[6 4]")]
    public void Flatten_makes_a_matrix(int axis, string shape) =>
        Assert.Equal(shape, $"{NodeUnderTest.Of("Flatten", 13, ("axis", axis)).Run(X).Type.Shape}");

    [Fact]
    public void Transpose_without_perm_reverses_the_axes() =>
        Assert.Equal(X, NodeUnderTest.Of("Transpose", 13).Run(NodeUnderTest.Of("Transpose", 13).Run(X)));

    [Fact]
    public void Tile_repeats_the_whole()
    {
        var y = NodeUnderTest.Of("Tile", 13).Run(Count(ElementType.I64, 2, 2), List(2, 2));
        Assert.Equal(I64([4, 4], 0, 1, 0, 1, 2, 3, 2, 3, 0, 1, 0, 1, 2, 3, 2, 3), y);
        Assert.Equal(I64([2, 4], 0, 1, 0, 1, 2, 3, 2, 3),
            NodeUnderTest.Of("Tile", 1).Run(Count(ElementType.I64, 2, 2), List(2), List(1)));
    }

    [Theory]
    [InlineData("DCR")]
    [InlineData("CRD")]
    public void Depth_to_space_places_channel_c_by_its_mode(string mode)
    {
        var x = Count(ElementType.F32, 1, 8, 1, 2);
        var y = NodeUnderTest.Of("DepthToSpace", 13, ("blocksize", 2), ("mode", mode)).Run(x);
        for (var d = 0; d < 2; d++)
            for (var row = 0; row < 2; row++)
                for (var column = 0; column < 4; column++)
                {
                    var block = row * 2 + column % 2;
                    var channel = mode == "DCR" ? block * 2 + d : d * 4 + block;
                    Assert.Equal(channel * 2 + column / 2, y.At((d * 2 + row) * 4 + column));
                }
    }

    [Fact]
    public void Space_to_depth_undoes_depth_to_space()
    {
        var x = Count(ElementType.F32, 2, 8, 3, 2);
        var y = NodeUnderTest.Of("DepthToSpace", 13, ("blocksize", 2)).Run(x);
        Assert.Equal(x, NodeUnderTest.Of("SpaceToDepth", 13, ("blocksize", 2)).Run(y));
    }

    [Fact]
    public void A_block_that_does_not_divide_is_refused() =>
        Assert.Equal("reshape.R1",
            NodeUnderTest.Of("SpaceToDepth", 13, ("blocksize", 2)).Refusal(Count(ElementType.F32, 1, 1, 3, 2)));

    [Theory]
    [InlineData("Expand", new long[] { 2, 1, 3, 2 })]
    [InlineData("Tile", new long[] { 2, 1, 2 })]
    public void The_gradient_of_a_repetition_sums_its_copies(string name, long[] operand) =>
        Assert.InRange(NodeUnderTest.Of(name, 13).GradientError(Waves(2, 1, 2), List(operand)), 0, 1e-8);
}
