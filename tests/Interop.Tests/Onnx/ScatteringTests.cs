using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.Some;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>Updates land where the index says, combined as the reduction says.</summary>
public class ScatteringTests
{
    private static double Combine(string reduction, double x, double u) => reduction switch
    {
        "add" => x + u,
        "mul" => x * u,
        "max" => Math.Max(x, u),
        "min" => Math.Min(x, u),
        _ => u,
    };

    [Theory]
    [InlineData("none", 0, false)]
    [InlineData("none", 1, true)]
    [InlineData("add", 0, false)]
    [InlineData("mul", 1, false)]
    [InlineData("max", 0, true)]
    [InlineData("min", 1, false)]
    public void Scatter_elements_does_as_a_loop_does(string reduction, int axis, bool constants)
    {
        var (x, u) = (Waves(3, 4), Waves(2, 3));
        var index = reduction == "none" && !constants ? I64([2, 3], 0, 1, -1, 1, -1, 0) : I64([2, 3], 0, 1, 0, 0, -1, 0);
        var expected = x.ToDoubles();
        for (var i = 0; i < 6; i++)
        {
            var at = index.LongAt(i);
            var place = axis == 0 ? (at + 3) % 3 * 4 + i % 3 : i / 3 * 4 + (at + 4) % 4;
            expected[place] = Combine(reduction, expected[place], u.At(i));
        }
        var node = NodeUnderTest.Of("ScatterElements", 18, ("axis", axis), ("reduction", reduction));
        Assert.Equal(expected, (node with { Constants = constants }).Run(x, index, u).ToDoubles());
    }

    [Theory]
    [InlineData("none", false)]
    [InlineData("none", true)]
    [InlineData("add", false)]
    [InlineData("mul", false)]
    [InlineData("max", true)]
    [InlineData("min", false)]
    public void Scatter_nd_does_as_a_loop_does(string reduction, bool constants)
    {
        var (x, u, index) = (Waves(3, 2, 2), Waves(3, 2), I64([3, 2], 0, 1, -1, 0, 1, -1));
        var expected = x.ToDoubles();
        for (var i = 0; i < 6; i++)
        {
            var (a, b) = ((index.LongAt(i / 2 * 2) + 3) % 3, (index.LongAt(i / 2 * 2 + 1) + 2) % 2);
            var place = (a * 2 + b) * 2 + i % 2;
            expected[place] = Combine(reduction, expected[place], u.At(i));
        }
        var node = NodeUnderTest.Of("ScatterND", 18, ("reduction", reduction)) with { Constants = constants };
        Assert.Equal(expected, node.Run(x, index, u).ToDoubles());
    }

    [Fact]
    public void Of_two_updates_at_a_known_place_the_last_stays() => Assert.Equal(
        F32([3], 0, 7, 2),
        (NodeUnderTest.Of("ScatterElements", 13) with { Constants = true })
            .Run(Count(ElementType.F32, 3), List(1, 1), F32([2], 5, 7)));

    [Fact]
    public void Truth_values_scatter_too() => Assert.Equal(
        [1, 0, 0], NodeUnderTest.Of("ScatterND", 13).Run(Truth(1, 1, 0), I64([1, 1], 1), Truth(0)).ToDoubles());

    private static Tensor Truth(params double[] values) => Tensor.FromDoubles(ElementType.Pred[values.Length], values);

    [Fact]
    public void An_infinite_update_spoils_no_neighbour() => Assert.Equal(
        [0, double.PositiveInfinity, 2],
        NodeUnderTest.Of("ScatterElements", 13)
            .Run(Count(ElementType.F32, 3), List(1), F32([1], double.PositiveInfinity)).ToDoubles());

    [Theory]
    [InlineData("none")]
    [InlineData("add")]
    [InlineData("mul")]
    [InlineData("max")]
    public void Data_and_updates_have_gradients(string reduction)
    {
        var node = NodeUnderTest.Of("ScatterElements", 18, ("axis", 1), ("reduction", reduction));
        Assert.InRange(node.GradientError(Waves(2, 4), I64([2, 2], 0, 2, -1, 1), F64([2, 2], 0.3, 2, -1, 0.7)), 0, 1e-8);
    }

    [Fact]
    public void Updates_of_another_shape_are_refused()
    {
        Assert.Equal("onnx.N1", NodeUnderTest.Of("ScatterElements", 13).Refusal(Waves(3), List(0, 1), Waves(3)));
        Assert.Equal("onnx.N1",
            NodeUnderTest.Of("ScatterElements", 13, ("axis", 1)).Refusal(Waves(1, 3), I64([2, 1], 0, 1), Waves(2, 1)));
        Assert.Equal("onnx.N1", NodeUnderTest.Of("ScatterND", 13).Refusal(Waves(3, 2), I64([1, 1], 0), Waves(1, 3)));
        Assert.Equal("onnx.N1",
            NodeUnderTest.Of("ScatterND", 16, ("reduction", "xor")).Refusal(Waves(3), I64([1, 1], 0), Waves(1)));
    }

    [Fact]
    public void Too_many_pairs_to_compare_are_not_supported() => Assert.Equal(
        "onnx.O2",
        NodeUnderTest.Of("ScatterElements", 18, ("reduction", "max")).Refusal(
            Count(ElementType.F32, 5000), Count(ElementType.I64, 5000), Count(ElementType.F32, 5000)));
}
