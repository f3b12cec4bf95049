using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using Xunit;

namespace MiniTorch.Tests;

/// <content>Convolutions of f32, whose kernel depends on their sizes.</content>
public sealed partial class CpuTests
{
    private static Expr F32(string name, params int[] shape) => Prim.Input(name, ElementType.F32[shape]);

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Convolutions_channel_by_channel_are_what_they_mean(int seed)
    {
        var draw = new Draw(seed);
        for (var i = 0; i < 60; i++)
        {
            var (batch, groups, each) = (draw.Int(1, 3), draw.Int(2, 9), draw.Int(1, 3));
            var rank = draw.Int(1, 3);
            var sizes = draw.Ints(rank, 1, rank == 3 ? 9 : 23);
            var kernel = Dims.Of(sizes.Select(n => draw.Int(1, Math.Min(n, 5))));
            var windows = Enumerable.Range(0, rank).Select(a => draw.Window(sizes[a], kernel[a]) with { Base = 1 })
                .Select((w, a) => w with { Hi = w.Hi + Math.Max(0, Missing(sizes[a], kernel[a], w)) });
            var x = F32("x", [batch, groups * each, .. sizes]);
            Agree(Graph.Of([Prim.Conv(x, F32("w", [groups * draw.Int(1, 3), each, .. kernel]), windows, groups)]));
        }
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Convolutions_of_one_tap_what_ends_them_and_their_gradients_are_what_they_mean(int seed)
    {
        var draw = new Draw(seed);
        for (var i = 0; i < 20; i++)
        {
            var (groups, rank) = (draw.Int(0, 2) == 0 ? draw.Int(2, 3) : 1, draw.Int(1, 3));
            var sizes = draw.Ints(rank, 1, rank == 1 ? 90 : rank == 2 ? 17 : 6);
            var x = F32("x", [draw.Int(1, 9), groups * draw.Int(1, 19), .. sizes]);
            var w = F32("w", [groups * draw.Int(1, 40), x.Shape[1] / groups, .. Dims.Repeat(1, rank)]);
            var y = Prim.Conv(x, w, Enumerable.Repeat(Window.Unit, rank), groups);
            var sum = y + Prim.Broadcast(F32("b", w.Shape[0]), y.Shape, [1]);
            Expr end = draw.Int(0, 2) switch { 0 => sum, 1 => Prim.Max(sum, Prim.Like(sum, 0)), var _ => Prim.Tanh(sum) };
            Agree(Graph.Of([end, .. Backward.Vjp([end], [Prim.Input("dy", y.Type)], [x, w])]));
        }
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Convolutions_of_three_axes_and_their_gradients_are_what_they_mean(int seed)
    {
        var draw = new Draw(seed);
        for (var i = 0; i < 25; i++)
        {
            var (groups, sizes) = (draw.Int(1, 2), draw.Ints(3, 2, 11));
            var kernel = Dims.Of(sizes.Select(n => draw.Int(1, Math.Min(n, 4))));
            var steps = draw.Int(0, 1) == 1;
            var windows = Enumerable.Range(0, 3).Select(a => steps ? draw.Window(sizes[a], kernel[a]) with { Base = 1 }
                    : new Window(1, draw.Int(-1, 2), draw.Int(-1, 2)))
                .Select((w, a) => w with { Hi = w.Hi + Math.Max(0, Missing(sizes[a], kernel[a], w)) });
            var (x, w) = (F32("x", [draw.Int(1, 3), groups * draw.Int(1, 5), .. sizes]), draw.Int(1, 9));
            var k = F32("w", [groups * w, x.Shape[1] / groups, .. kernel]);
            var y = Prim.Conv(x, k, windows, groups);
            Agree(Graph.Of([y, .. Backward.Vjp([y], [Prim.Input("dy", y.Type)], [x, k])]));
        }
    }

    [Theory, InlineData(8), InlineData(9), InlineData(33)]
    public void Convolutions_and_windows_of_many_axes_are_what_they_mean(int axes)
    {
        int[] Sizes(int first) => [first, .. Enumerable.Repeat(1, axes - 2), first];
        foreach (var type in Floats)
        {
            var (x, w) = (Prim.Input("x", type[[2, 3, .. Sizes(5)]]), Prim.Input("w", type[[4, 3, .. Sizes(2)]]));
            var windows = Enumerable.Repeat(Window.Unit, axes).ToArray();
            var y = Prim.Conv(x, w, windows);
            var means = Prim.WindowSum(y, [1, 1, .. Sizes(2)], [Window.Unit, Window.Unit, .. windows]);
            Agree(Graph.Of([y, means, .. Backward.Vjp([y], [Prim.Input("dy", y.Type)], [x, w])]));
        }
    }

    [Fact]
    public void Convolutions_of_clips_are_what_they_mean()
    {
        Window[] valid = [Window.Unit, Window.Unit, Window.Unit], half = [.. valid.Select(_ => new Window(2, 1, 1))];
        var x = F32("x", 2, 3, 6, 12, 20);
        foreach (var windows in new[] { valid, half })
        {
            var w = F32("w", 9, 3, 3, 3, 3);
            var y = Prim.Conv(x, w, windows);
            Agree(Graph.Of([y, .. Backward.Vjp([y], [Prim.Input("dy", y.Type)], [x, w])]));
        }
    }

    [Theory, InlineData(2, 2, 2), InlineData(5, 7, 15), InlineData(4, 9, 17), InlineData(3, 6, 40)]
    public void The_first_greatest_of_two_by_two_by_two_cells_is_what_it_means(int planes, int rows, int columns)
    {
        Window tile = new(2);
        var x = F32("x", 2, 3, planes, rows, columns);
        var coarse = Prim.Floor(x);
        var nothing = Prim.Log(Prim.Min(coarse, Prim.Like(x, 0)));
        Agree(Graph.Of([.. new[] { x, coarse, nothing }.Select(v => Prim.WindowArgMax(v, [2, 2, 2], [tile, tile, tile]))]));
    }

    [Theory, InlineData(5, 3), InlineData(16, 5), InlineData(29, 3), InlineData(40, 4)]
    public void Convolutions_of_sentences_and_their_gradients_are_what_they_mean(int length, int kernel)
    {
        var (x, w) = (F32("x", 3, 52, length), F32("w", 61, 52, kernel));
        var y = Prim.Conv(x, w, [new Window(1, 0, kernel - 1)]);
        Agree(Graph.Of([y, .. Backward.Vjp([y], [Prim.Input("dy", y.Type)], [x, w])]));
    }

    private static int Missing(int n, int k, Window w) => (int)(Window.Spread(k, w.Dilation) - n - w.Lo - w.Hi);

    [Theory, InlineData(1), InlineData(3), InlineData(9)]
    public void Convolutions_of_few_pixels_and_many_channels_are_what_they_mean(int batch)
    {
        Window same = new(1, 1, 1), half = new(2, 1, 1);
        var (x, w) = (F32("x", batch, 32, 4, 4), F32("w", 270, 32, 3, 3));
        Agree(Graph.Of([
            Prim.Conv(x, w, [same, same]), Prim.Conv(x, w, [half, half]), Prim.Conv(x, Prim.Reverse(w, [2, 3]), [half, same]),
            Prim.Conv(x, Prim.Transpose(F32("t", 32, 270, 3, 3), [1, 0, 2, 3]), [half, half]),
            Prim.Conv(x, F32("g", 270, 16, 3, 3), [half, half], 2),
            Prim.Conv(x, Prim.Broadcast(F32("o", 32, 3, 3), [270, 32, 3, 3], [1, 2, 3]), [same, same])]));
    }

    [Fact]
    public void Convolutions_over_words_are_what_they_mean()
    {
        var words = Prim.Transpose(F32("x", 3, 20, 16), [0, 2, 1]);
        Agree(Graph.Of([
            Prim.Conv(words, F32("w", 18, 16, 3), [Window.Unit]), Prim.Conv(words, F32("p", 18, 16, 1), [Window.Unit]),
            Prim.Conv(Prim.Reverse(words, [2]), F32("v", 6, 8, 4), [new(2, 1, 2)], 2)]));
    }

    [Fact]
    public void Windows_that_overlap_are_what_they_mean()
    {
        Window half = new(2, 1, 1), tile = new(3);
        var x = F32("x", 2, 3, 9, 12);
        foreach (var w in new[] { half, tile, new(1, 2, 2, 1, 2), new(4, 5, 3) })
            Agree(Graph.Of([Prim.WindowArgMax(x, [3, 3], [w, w]), Prim.WindowSum(x, [3, 3], [w, w])]));
        Agree(Graph.Of([Prim.WindowArgMax(x, [2, 3, 3], [new(1, 1, 0), half, half])]));
        Agree(Graph.Of([Prim.WindowSum(F32("m", 1, 1500, 4), [1500], [new(1, 1499, 0)])]));
    }
}
