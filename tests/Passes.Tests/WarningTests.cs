using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MiniTorch.Ir;
using MiniTorch.Passes.Analysis;
using MiniTorch.Passes.Autodiff;
using Xunit;
using Check = MiniTorch.Generators.Check;

namespace MiniTorch.Passes.Tests;

/// <summary>What is said of strides that skip cells.</summary>
public sealed class WarningTests
{
    private static Expr X(params int[] cells) =>
        Prim.Input("x", new(ElementType.F32, Dims.Create([1, 1]).Then(Dims.Of(cells))));

    private static Expr Conv(Expr x, Dims kernel, params Window[] windows) =>
        Prim.Conv(x, Prim.Input("w", new(ElementType.F32, Dims.Create([1, x.Shape[1]]).Then(kernel))), windows);

    private static string[] Said(params Expr[] results) => [.. Warning.Of(Graph.Of(results)).Select(w => $"{w}")];

    [Fact]
    public void The_lectures_stride_of_3_over_5_by_5_never_reads_its_last_rows_and_columns() => Assert.Equal(
        ["stride.S1: stride 3 over 5 cells with kernel 3 never reads rows 3, 4 and columns 3, 4; "
            + "pad 1 or take stride 2 (at conv1)"],
        Said(Conv(X(5, 5), [3, 3], new(3), new(3)).Named("conv1")));

    [Fact]
    public void What_is_advised_reads_every_cell()
    {
        Assert.Empty(Said(Conv(X(5, 5), [3, 3], new(3, 1, 1), new(3, 1, 1))));
        Assert.Empty(Said(Conv(X(5, 5), [3, 3], new(2), new(2))));
    }

    [Fact]
    public void Gaps_between_windows_are_named_and_a_long_list_is_cut() => Assert.Equal(
        ["stride.S1: stride 5 over 27 cells with kernel 2 never reads cells 2 to 4, 7 to 9, 12 to 14, 17 to 19, … "
            + "(15 in all); take stride 1 (at %conv.0)"],
        Said(Conv(X(27), [2], new Window(5))));

    [Fact]
    public void Pooling_is_warned_of_too()
    {
        Assert.Equal(
            ["stride.S1: stride 2 over 5 cells with kernel 2 never reads column 4; "
                + "pad 1 or take stride 1 (at %window_sum.0)"],
            Said(Prim.WindowSum(X(4, 5), [2, 2], [new(2), new(2)])));
        Assert.Equal(
            ["stride.S1: stride 4 over 9 cells with kernel 1 and padding 1 never reads planes 0 to 2, 4 to 6, 8; "
                + "take stride 1 (at %window_argmax.0)"],
            Said(Prim.WindowArgMax(X(9, 2, 2), [1, 1, 1], [new(4, 1, 1), Window.Unit, Window.Unit])));
    }

    [Fact]
    public void Axes_of_other_sizes_have_warnings_of_their_own() => Assert.Equal(
    [
        "stride.S1: stride 3 over 5 cells with kernel 3 never reads rows 3, 4; pad 1 or take stride 2 (at %conv.0)",
        "stride.S1: stride 2 over 6 cells with kernel 2 and padding 1 before, 0 after never reads column 5; "
            + "pad 1 more or take stride 1 (at %conv.0)",
    ], Said(Conv(X(5, 6), [3, 2], new(3), new(2, 1, 0))));

    [Fact]
    public void A_dilation_may_skip_cells_as_well() => Assert.Equal(
        ["stride.S1: stride 1, dilation 3 over 5 cells with kernel 2 never reads cell 2; "
            + "take a smaller dilation (at %conv.0)"],
        Said(Conv(X(5), [2], new Window(1, 0, 0, 1, 3))));

    [Fact]
    public void A_cell_that_another_window_reads_is_not_lost()
    {
        var x = X(6, 6);
        var shortcut = Prim.WindowSum(x, [1, 1], [new(2), new(2)]);
        Assert.NotEmpty(Said(shortcut));
        Assert.Empty(Said(Conv(x, [3, 3], new(2, 1, 1), new(2, 1, 1)), shortcut));
    }

    [Fact]
    public void A_gradient_says_nothing_more_than_the_convolution()
    {
        var (x, w) = (Prim.Input("x", ElementType.F32[2, 4, 7, 9]), Prim.Input("w", ElementType.F32[6, 2, 2, 2]));
        var y = Prim.Conv(x, w, [new(3), new(4)], 2).Named("y");
        var loss = Prim.Sum(y * y, [0, 1, 2, 3]);
        Assert.Equal(Said(y), Said([loss, .. Backward.Grad(loss, [x, w])]));
        Assert.Equal(2, Said(y).Length);
    }

    [Fact]
    public void What_is_cropped_is_meant_to_be() => Assert.Empty(Said(Conv(X(9), [3], new Window(1, -1, -2))));

    /// <summary>A window along one axis.</summary>
    private sealed record Case(int Cells, int Kernel, Window Window);

    private static Arbitrary<Case> Cases => Gen.Choose(1, int.MaxValue - 1).Select(seed =>
    {
        var random = new Random(seed);
        int Of(int least, int most) => random.Next(least, most + 1);
        return new Case(Of(1, 24), Of(1, 5), new(Of(1, 7), Of(-2, 4), Of(-2, 4), Of(1, 3), Of(1, 4)));
    }).ToArbitrary();

    [Fact]
    public void The_cells_named_are_those_that_no_output_depends_on() => Check.Holds(Cases, c =>
    {
        var w = c.Window;
        if (w.Output(c.Cells, c.Kernel) == 0) return true;
        var read = new HashSet<int>();
        int At(int o, int k) => o * w.Stride + k * w.Dilation - w.Lo;
        for (var o = 0; o < w.Output(c.Cells, c.Kernel); o++)
            for (var k = 0; k < c.Kernel; k++)
                if (At(o, k) % w.Base == 0) read.Add(At(o, k) / w.Base);
        var end = Window.Spread(c.Cells, w.Base) + w.Hi;
        var unread = Enumerable.Range(0, c.Cells)
            .Where(i => i * w.Base + w.Lo >= 0 && i * w.Base < end && !read.Contains(i));
        var said = Warning.Of(Graph.Of([Conv(X(c.Cells), [c.Kernel], w)]));
        return unread.Any() ? Named(Assert.Single(said).Message, unread.ToList()) : said.IsEmpty;
    }, 2000);

    private static bool Named(string message, List<int> cells)
    {
        var list = message.Split(" never reads ")[1].Split("; ")[0].Split(' ', 2)[1];
        var whole = list.Contains('…') ? int.Parse(list.Split('(')[1].Split(' ')[0]) : cells.Count;
        var named = list.Split(", …")[0].Split(", ").SelectMany(run => run.Split(" to ").Select(int.Parse).ToArray() switch
        {
            [var first, var last] => Enumerable.Range(first, last - first + 1),
            var one => one,
        }).ToList();
        return whole == cells.Count && named.SequenceEqual(cells.Take(named.Count))
            && (list.Contains('…') || named.Count == whole);
    }
}
