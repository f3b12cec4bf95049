using MiniTorch.Generators;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Tests;

/// <content>Ops that move elements, over odd sizes: tiles, remainders, short rows and long ones.</content>
public sealed partial class CpuTests
{
    [Theory, InlineData("f32"), InlineData("f64"), InlineData("i32"), InlineData("u8")]
    public void Transposes_of_any_sizes_are_what_they_mean(string name)
    {
        var draw = new Draw(5);
        for (var i = 0; i < 60; i++)
        {
            var rank = draw.Int(2, 4);
            var x = Prim.Input("x", Type(name)[[.. Enumerable.Range(0, rank).Select(_ => Size(draw, rank))]]);
            Agree(Graph.Of([Prim.Transpose(x, draw.Shuffled(Dims.Range(0, rank)))]));
        }
    }

    [Theory, InlineData(2), InlineData(3), InlineData(4), InlineData(5)]
    public void Channels_go_innermost_and_back(int channels)
    {
        foreach (var pixels in new[] { 1, 15, 16, 70, 200 })
        {
            var (planes, woven) = (F32("x", 3, channels, pixels), F32("y", 3, pixels, channels));
            var strips = Prim.Slice(F32("z", 3, channels + 1, pixels + 2), [0, 1, 1], [3, channels + 1, pixels + 1], [1, 1, 1]);
            Agree(Graph.Of([planes, woven, strips, .. new[] { planes, woven, strips }.Select(x => Prim.Transpose(x, [0, 2, 1]))]));
        }
    }

    [Fact]
    public void Slices_reversals_and_padding_of_any_sizes_are_what_they_mean()
    {
        var draw = new Draw(6);
        for (var i = 0; i < 60; i++)
        {
            var x = F32("x", draw.Int(1, 3), draw.Int(1, 20), Size(draw, 2));
            var start = Dims.Of(x.Shape.Select(n => draw.Int(0, n - 1)));
            var stride = draw.Ints(3, 1, 3);
            Agree(Graph.Of([
                Prim.Slice(x, start, x.Shape, stride), Prim.Reverse(x, [draw.Int(0, 2)]), Prim.Reverse(x, [1, 2]),
                Prim.Concat(draw.Int(0, 2), x, Prim.Reverse(x, [2]), x)]));
        }
    }

    [Theory, InlineData(1), InlineData(3), InlineData(16), InlineData(50), InlineData(1100)]
    public void Rows_taken_by_index_and_added_by_index_are_what_they_mean(int width)
    {
        foreach (var (rows, positions) in new[] { (1, 5), (7, 40), (300, 200), (5, 0) })
        {
            var index = Prim.Input("i", ElementType.I32[positions]);
            Agree(Graph.Of([Prim.Gather(F32("x", rows, width), index), Prim.ScatterAdd(F32("u", positions, width), index, rows)]));
            var many = Prim.Input("j", ElementType.I64[3, positions]);
            Agree(Graph.Of([Prim.Gather(F32("x", 3, rows, width), many, 1),
                Prim.ScatterAdd(F32("u", 3, positions, width), many, rows, 1)]));
        }
    }

    [Theory, InlineData(1, 1), InlineData(5, 16), InlineData(9, 37), InlineData(40, 64)]
    public void The_largest_along_an_axis_that_is_not_the_last_is_what_it_means(int rows, int columns)
    {
        var x = F32("x", 3, rows, columns);
        var coarse = Prim.Floor(x);
        var odd = coarse / Prim.Select(Prim.Abs(x) > 1.5, Prim.Like(x, 0), Prim.Like(x, 1) + (x * 0));
        Agree(Graph.Of([Prim.ArgMax(x, 1), Prim.ArgMax(coarse, 1), Prim.ArgMax(odd, 1), Prim.ArgMax(odd, 0)]));
    }

    [Theory, InlineData(1, 16), InlineData(7, 31), InlineData(8, 64), InlineData(19, 100), InlineData(203, 333)]
    public void A_matrix_times_a_vector_is_what_it_means(int rows, int length)
    {
        var (a, turned) = (F32("a", 3, rows, length), F32("t", length, rows));
        var (x, many) = (F32("x", length), F32("m", 3, length));
        var matrix = Prim.Reshape(Prim.Slice(a, [1, 0, 0], [2, rows, length], [1, 1, 1]), [rows, length]);
        var product = Prim.Dot(matrix, x, [1], [0], [], []);
        Agree(Graph.Of([
            product, Prim.Max(product + 1.5, Prim.Like(product, 0)), Prim.Dot(x, matrix, [0], [1], [], []),
            Prim.Dot(turned, x, [0], [0], [], []), Prim.Dot(a, many, [2], [1], [0], [0]), Prim.Dot(many, a, [1], [2], [0], [0]),
            Prim.Dot(Prim.Reverse(a, [1]), Prim.Reverse(x, [0]), [2], [0], [], []), Prim.Dot(x, x, [0], [0], [], [])]));
        Agree(Graph.Of([Prim.Tanh(Prim.Dot(a, many, [2], [1], [0], [0]) + F32("b", 3, rows))]));
    }

    [Theory, InlineData("f16"), InlineData("bf16"), InlineData("f64"), InlineData("i32")]
    public void A_matrix_times_a_vector_of_any_type_is_what_it_means(string name)
    {
        var (a, x) = (Prim.Input("a", Type(name)[13, 21]), Prim.Input("x", Type(name)[21]));
        Agree(Graph.Of([Prim.Dot(a, x, [1], [0], [], []), Prim.Dot(x, a, [0], [1], [], [])]));
    }

    private static int Size(Draw draw, int rank) => draw.Once(4) ? 1 : draw.Int(1, rank == 2 ? 150 : rank == 3 ? 40 : 20);
}
