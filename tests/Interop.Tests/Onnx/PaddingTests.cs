using Xunit;
using static MiniTorch.Interop.Tests.Onnx.Some;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>What is around an axis continues it in the way of the mode.</summary>
public class PaddingTests
{
    [Theory]
    [InlineData("constant", 2, 1, new double[] { 0, 0, 1, 2, 3, 0 })]
    [InlineData("edge", 2, 1, new double[] { 1, 1, 1, 2, 3, 3 })]
    [InlineData("reflect", 2, 2, new double[] { 3, 2, 1, 2, 3, 2, 1 })]
    [InlineData("reflect", 5, 0, new double[] { 2, 1, 2, 3, 2, 1, 2, 3 })]
    [InlineData("wrap", 2, 4, new double[] { 2, 3, 1, 2, 3, 1, 2, 3, 1 })]
    [InlineData("constant", -1, 2, new double[] { 2, 3, 0, 0 })]
    [InlineData("edge", -1, 2, new double[] { 2, 3, 3, 3 })]
    [InlineData("reflect", 1, -1, new double[] { 2, 1, 2 })]
    public void Pad_continues_an_axis(string mode, long lo, long hi, double[] expected)
    {
        var node = NodeUnderTest.Of("Pad", 19, ("mode", mode));
        Assert.Equal(expected, node.Run(F32([3], 1, 2, 3), List(lo, hi)).ToDoubles());
        Assert.InRange(node.GradientError(Waves(3), List(lo, hi)), 0, 1e-8);
    }

    [Fact]
    public void Every_version_pads_alike()
    {
        var (x, expected) = (F32([1, 2], 1, 2), F32([1, 4], 7, 1, 2, 7));
        Assert.Equal(expected, NodeUnderTest.Of("Pad", 1, ("paddings", new long[] { 0, 1, 0, 1 }), ("value", 7.0)).Run(x));
        Assert.Equal(expected, NodeUnderTest.Of("Pad", 2, ("pads", new long[] { 0, 1, 0, 1 }), ("value", 7.0)).Run(x));
        Assert.Equal(expected, NodeUnderTest.Of("Pad", 11).Run(x, List(0, 1, 0, 1), F32([], 7)));
        Assert.Equal(expected, NodeUnderTest.Of("Pad", 18).Run(x, List(1, 1), F32([], 7), List(-1)));
    }

    [Theory]
    [InlineData("constant", new long[] { 1 }, "onnx.N1")]
    [InlineData("constant", new long[] { -2, -2 }, "pad.P3")]
    [InlineData("constant", new long[] { 1L << 40, 0 }, "onnx.N1")]
    [InlineData("mirror", new long[] { 1, 0 }, "onnx.N1")]
    [InlineData("edge", new long[] { -3, 1 }, "onnx.N1")]
    [InlineData("edge", new long[] { 1 << 30, 1 }, "onnx.O2")]
    public void Pads_that_do_not_fit_are_refused(string mode, long[] pads, string rule) =>
        Assert.Equal(rule, NodeUnderTest.Of("Pad", 13, ("mode", mode)).Refusal(F32([3], 1, 2, 3), List(pads)));
}
