using System.Numerics;
using MiniTorch.Ir;

namespace MiniTorch.Passes.Analysis;

/// <summary>A window of k cells that slides along an axis of n: which of these it reads.</summary>
internal sealed class Slide
{
    // the first kernel cell of each remainder by the stride; the next of the same remainder lies a period further
    private readonly Dictionary<long, int> firsts = [];
    private readonly long outputs;
    private readonly int period;

    internal Slide(Window window, int cells, int kernel)
    {
        (Window, Cells, Kernel, outputs) = (window, cells, kernel, window.Output(cells, kernel));
        period = window.Stride / (int)BigInteger.GreatestCommonDivisor(window.Stride, window.Dilation);
        for (var k = 0; k < Math.Min(kernel, period); k++) firsts[(long)k * window.Dilation % window.Stride] = k;
    }

    /// <summary>How it slides.</summary>
    internal Window Window { get; }

    /// <summary>n.</summary>
    internal int Cells { get; }

    /// <summary>k.</summary>
    internal int Kernel { get; }

    /// <summary>The windows of a node with the value they slide over; none for any other node.</summary>
    internal static (Expr X, Slide[] Axes) Of(Expr node) => node switch
    {
        { Op: Conv c, Args: [var x, var w] } =>
            (x, [.. c.Windows.Select((v, i) => new Slide(v, x.Shape[i + 2], w.Shape[i + 2]))]),
        { Op: Windowed p, Args: [var x] } =>
            (x, [.. p.Windows.Select((v, i) => new Slide(v, x.Shape[x.Type.Rank - p.Size.Count + i], p.Size[i]))]),
        _ => (node, []),
    };

    /// <summary>Whether some window reads a cell: place·Base + Lo = o·Stride + k·Dilation for some o and k.</summary>
    internal bool Reads(int cell)
    {
        var place = (long)cell * Window.Base + Window.Lo;
        if (place < 0 || !firsts.TryGetValue(place % Window.Stride, out var first)) return false;
        var (dilation, reach) = ((long)Window.Dilation, (outputs - 1) * Window.Stride);
        var least = Up(place - reach - first * dilation, period * dilation);
        var k = first + Math.Max(0, least) * period;
        return k < Kernel && k * dilation <= place && outputs > 0;
    }

    /// <summary>Whether the padding leaves a cell in: a negative one crops it, which nobody asks for by mistake.</summary>
    internal bool Keeps(int cell) => (long)cell * Window.Base + Window.Lo >= 0
        && (long)(Cells - 1 - cell) * Window.Base + Window.Hi >= 0;

    /// <summary>The cells that no window reads, in order.</summary>
    internal IEnumerable<int> Unread => outputs == 0 ? []
        : Enumerable.Range(0, Cells).Where(i => Keeps(i) && !Reads(i));

    private static long Up(long x, long by) => x <= 0 ? 0 : (x + by - 1) / by;
}
