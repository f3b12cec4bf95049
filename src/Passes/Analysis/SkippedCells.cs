using System.Collections.Immutable;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;

namespace MiniTorch.Passes.Analysis;

/// <summary>
/// The lecture's invalid stride: cells of a value that no window reads, between windows that lie further apart than they are
/// long, or past the last one. A cell that another window over the same value reads is not lost: a shortcut may skip it.
/// </summary>
internal static class SkippedCells
{
    private const int RunsShown = 4;

    /// <summary>The warnings stride.S1 of a graph.</summary>
    internal static ImmutableArray<Warning> Of(Graph graph)
    {
        var names = new Lazy<string[]>(() => Printer.Names(graph));
        string Name(Expr node) => node.Label.Length > 0 ? node.Label : names.Value[graph.Index[node]];
        var read = graph.Nodes.SelectMany(At).ToList();
        return read.Count == 0 ? [] : [.. read.GroupBy(s => (s.Value, s.FromEnd)).Select(Lost).OfType<Skip>()
            .OrderBy(s => graph.Index[s.Node]).ThenByDescending(s => s.Axis.FromEnd)
            .GroupBy(s => (s.Node, s.Axis.Slide.Window, s.Axis.Slide.Cells, s.Axis.Slide.Kernel))
            .Select(g => new Warning("stride.S1", Sentence([.. g]), g.Key.Node, Name(g.Key.Node)))];
    }

    /// <summary>An axis of a node's windows: its value's, counted from the last, which is 1.</summary>
    private sealed record Axis(Expr Node, Expr Value, int FromEnd, int Axes, Slide Slide);

    private sealed record Skip(Axis Axis, ImmutableArray<int> Cells)
    {
        internal Expr Node => Axis.Node;
    }

    private static IEnumerable<Axis> At(Expr node)
    {
        var (x, slides) = Slide.Of(node);
        var value = slides.Length == 0 ? x : Root(x, slides.Length);
        return slides.Select((s, i) => new Axis(node, value, slides.Length - i, slides.Length, s));
    }

    // the value whose last axes these are: the kernel gradient of a convolution reads its input with other axes first
    private static Expr Root(Expr x, int axes)
    {
        while (x is { Op: Transpose or Reshape, Args: [var inner] } && inner.Type.Rank >= axes && Ends(x) == Ends(inner)
            && (x.Op is not Transpose t || t.Perm.Slice(t.Perm.Count - axes, axes) == Dims.Range(x.Type.Rank - axes, axes)))
            x = inner;
        return x;
        Dims Ends(Expr e) => e.Shape.Slice(e.Type.Rank - axes, axes);
    }

    // what no reader of the value reads is said once, of the first
    private static Skip? Lost(IEnumerable<Axis> readers)
    {
        var all = readers.ToList();
        return all.Select(a => new Skip(a, [.. a.Slide.Unread.Where(i => !all.Any(b => b.Slide.Reads(i)))]))
            .FirstOrDefault(s => s.Cells.Length > 0);
    }

    private static string Sentence(ImmutableArray<Skip> skips)
    {
        var slide = skips[0].Axis.Slide;
        var w = slide.Window;
        return $"stride {w.Stride}{(w.Dilation > 1 ? $", dilation {w.Dilation}" : "")} over {slide.Cells} cells with kernel "
            + $"{slide.Kernel}{Padded(w)} never reads {string.Join(" and ", skips.Select(Cells))}; {Advice(slide)}";
    }

    private static string Cells(Skip skip)
    {
        var (one, many) = (skip.Axis.Axes, skip.Axis.FromEnd) switch
        {
            (1, _) => ("cell", "cells"),
            (2 or 3, 1) => ("column", "columns"),
            (2 or 3, 2) => ("row", "rows"),
            (3, 3) => ("plane", "planes"),
            (var axes, var end) => ($"place of spatial axis {axes - end}", $"places of spatial axis {axes - end}"),
        };
        return $"{(skip.Cells.Length == 1 ? one : many)} {List(skip.Cells)}";
    }

    // 3, 4 and 6 to 9: four runs at most, then how many cells there are
    private static string List(ImmutableArray<int> cells)
    {
        var runs = cells.Select((c, i) => (Cell: c, Run: c - i)).GroupBy(c => c.Run, c => c.Cell).Select(Run).ToList();
        return string.Join(", ", runs.Take(RunsShown)) + (runs.Count > RunsShown ? $", … ({cells.Length} in all)" : "");
    }

    private static string Run(IEnumerable<int> run) => run.ToArray() switch
    {
        [var only] => $"{only}",
        [var first, var second] => $"{first}, {second}",
        var cells => $"{cells[0]} to {cells[^1]}",
    };

    private static string Padded(Window w) => (w.Lo, w.Hi) switch
    {
        (0, 0) => "",
        var (lo, hi) when lo == hi => $" and padding {lo}",
        var (lo, hi) => $" and padding {lo} before, {hi} after",
    };

    /// <summary>The least padding and the largest stride under which every cell is read, as far as there are such.</summary>
    private static string Advice(Slide slide)
    {
        var w = slide.Window;
        bool Whole(Window v) => !new Slide(v, slide.Cells, slide.Kernel).Unread.Any();
        var pad = Enumerable.Range(1, w.Stride - 1).FirstOrDefault(p => Whole(w with { Lo = w.Lo + p, Hi = w.Hi + p }));
        var stride = Enumerable.Range(1, w.Stride - 1).LastOrDefault(s => Whole(w with { Stride = s }));
        var ways = new[]
        {
            pad == 0 ? "" : $"pad {pad}{(w.Lo != 0 || w.Hi != 0 ? " more" : "")}",
            stride == 0 ? "" : $"take stride {stride}",
        }.Where(way => way.Length > 0).ToList();
        return ways.Count > 0 ? string.Join(" or ", ways) : "take a smaller dilation";
    }
}
