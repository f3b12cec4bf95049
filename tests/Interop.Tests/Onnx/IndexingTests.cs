using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.Some;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>What an index names is what is taken, an index below 0 counting from the end.</summary>
public class IndexingTests
{
    private static readonly Tensor X = Count(ElementType.F32, 3, 4, 2);

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(-2, true)]
    public void Gather_takes_along_an_axis(int axis, bool constants)
    {
        var a = (axis + 3) % 3;
        var index = I64([2, 2], 0, -1, 1, -2);
        var y = (NodeUnderTest.Of("Gather", 13, ("axis", axis)) with { Constants = constants }).Run(X, index);
        var (size, inner) = (X.Type.Shape[a], X.Type.Shape.Skip(a + 1).Aggregate(1, (p, n) => p * n));
        for (var i = 0; i < y.Type.Count; i++)
        {
            var wanted = index.LongAt(i / inner % 4);
            Assert.Equal((i / inner / 4 * size + (wanted + size) % size) * inner + i % inner, y.At(i));
        }
    }

    [Fact]
    public void Gather_of_one_known_index_drops_the_axis() => Assert.Equal(
        F32([3, 2], 6, 7, 14, 15, 22, 23),
        (NodeUnderTest.Of("Gather", 13, ("axis", 1)) with { Constants = true }).Run(X, I64([], -1)));

    [Theory]
    [InlineData("Gather")]
    [InlineData("GatherElements")]
    public void A_known_index_outside_is_refused(string name) => Assert.Equal(
        "onnx.N1", (NodeUnderTest.Of(name, 13) with { Constants = true }).Refusal(Count(ElementType.F32, 3), List(0, 3)));

    [Fact]
    public void Gather_elements_takes_each_in_its_line() => Assert.Equal(
        F32([2, 3], 3, 1, 8, 0, 7, 2),
        NodeUnderTest.Of("GatherElements", 13).Run(Count(ElementType.F32, 3, 3), I64([2, 3], 1, 0, -1, 0, 2, 0)));

    [Fact]
    public void Gather_elements_takes_an_index_smaller_than_the_data() => Assert.Equal(
        F32([1, 2], 2, 1),
        NodeUnderTest.Of("GatherElements", 13, ("axis", 1)).Run(Count(ElementType.F32, 3, 3), I64([1, 2], -1, 1)));

    [Fact]
    public void Gather_nd_takes_rows_at_places()
    {
        Assert.Equal(F32([2, 2], 14, 15, 4, 5), NodeUnderTest.Of("GatherND", 13).Run(X, I64([2, 2], 1, -1, 0, 2)));
        Assert.Equal(F32([3, 2], 2, 3, 12, 13, 22, 23),
            NodeUnderTest.Of("GatherND", 13, ("batch_dims", 1)).Run(X, I64([3, 1], 1, 2, -1)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public void One_hot_is_on_at_the_index_and_off_outside(int axis)
    {
        var y = NodeUnderTest.Of("OneHot", 11, ("axis", axis)).Run(List(1, -1, 3, -4), List(3), F32([2], 5, 7));
        for (var i = 0; i < 4; i++)
            for (var k = 0; k < 3; k++)
                Assert.Equal((i, k) is (0, 1) or (1, 2) ? 7 : 5, y.At(axis == 0 ? k * 4 + i : i * 3 + k));
    }

    [Fact]
    public void One_hot_refuses_a_depth_below_0() =>
        Assert.Equal("onnx.N1", NodeUnderTest.Of("OneHot", 11).Refusal(List(1), List(-3), F32([2], 0, 1)));

    [Fact]
    public void Reverse_sequence_turns_the_first_of_each() => Assert.Equal(
        I64([2, 4], 1, 0, 2, 3, 7, 6, 5, 4),
        NodeUnderTest.Of("ReverseSequence", 10, ("batch_axis", 0), ("time_axis", 1))
            .Run(Count(ElementType.I64, 2, 4), List(2, 4)));

    [Fact]
    public void Reversing_sequences_twice_is_nothing()
    {
        var node = NodeUnderTest.Of("ReverseSequence", 10);
        var x = Waves(5, 3, 2);
        Assert.Equal(x, node.Run(node.Run(x, List(1, 5, 3)), List(1, 5, 3)));
    }

    [Theory]
    [InlineData("Gather", 0)]
    [InlineData("Gather", 1)]
    [InlineData("GatherElements", 1)]
    [InlineData("GatherND", 0)]
    public void The_gradient_adds_where_an_index_repeats(string name, int axis)
    {
        var node = name == "GatherND" ? NodeUnderTest.Of(name, 13) : NodeUnderTest.Of(name, 13, ("axis", axis));
        Assert.InRange(node.GradientError(Waves(3, 3), I64([3, 2], 0, 2, -1, 1, 0, 2)), 0, 1e-8);
    }

    [Fact]
    public void Eye_like_has_ones_on_its_diagonal() => Assert.Equal(
        [0, 0, 0, 1, 0, 0, 0, 1, 0], NodeUnderTest.Of("EyeLike", 9, ("k", -1)).Run(Waves(3, 3)).ToDoubles());

    [Fact]
    public void Non_zero_lists_positions_a_column_each() => Assert.Equal(
        I64([2, 3], 0, 1, 1, 1, 0, 1), NodeUnderTest.Of("NonZero", 13).Run(F32([2, 2], 0, 2, -1, 0.5)));
}
