using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Regions that are windows of one size.</summary>
internal static class SlidingWindows
{
    internal static string Text(Extent size, Extent stride, Extent padding, Extent dilation, bool ceil) =>
        $"{size}" + (stride.IsGiven ? $", stride: {stride}" : "")
        + (padding.IsGiven && !padding.IsEverywhere(0) ? $", padding: {padding}" : "")
        + (dilation.IsGiven && !dilation.IsEverywhere(1) ? $", dilation: {dilation}" : "") + (ceil ? ", ceil" : "");

    internal static Either<IrError, Laid> Over(
        Expr x, Extent size, Extent stride, Extent padding, Extent dilation, bool ceil) =>
        from k in size.Along(x.Type.Rank - 2, "size")
        from s in stride.Or(size).Along(k.Count, "stride")
        from p in padding.Or(0).Along(k.Count, "padding")
        from d in dilation.Or(1).Along(k.Count, "dilation")
        from axes in All(x.Shape.Slice(2, k.Count), k, s, p, d, ceil)
        from laid in Of(x, k, axes)
        select laid;

    /// <summary>Windows of a size, laid; cells of the padding count on request, those past it never.</summary>
    internal static Either<IrError, Laid> Of(Expr x, Dims size, ImmutableArray<SlidingWindow> axes)
    {
        ImmutableArray<Window> windows = [.. axes.Select(a => a.Window)];
        var sums = Prim.WindowSum(x, size, windows);
        return sums.Error.Match(Prelude.Left<IrError, Laid>, () => new Laid(x, sums.Shape,
            outside => Unrolling.Unfold(x, size, windows, outside), padded => Count(x, size, axes, padded))
            { Windows = (size, windows) });
    }

    private static Either<IrError, ImmutableArray<SlidingWindow>> All(Dims n, Dims k, Dims s, Dims p, Dims d, bool ceil)
    {
        for (var i = 0; i < k.Count; i++)
            if (p[i] < 0 || 2L * p[i] > Window.Spread(k[i], d[i]))
                return new IrError("pool.P2", $"padding {p[i]} of a window {Window.Spread(k[i], d[i])} long: a region "
                    + "could lie on padding alone; keep it from 0 to half the window");
        return k.Select((size, i) => SlidingWindow.Of(n[i], size, s[i], p[i], d[i], ceil)).ToImmutableArray();
    }

    private static RegionCount Count(Expr x, Dims size, ImmutableArray<SlidingWindow> axes, bool padded)
    {
        if (axes.Select((a, i) => a.IsFull(size[i], padded)).All(full => full)) return new(size.Product);
        var cells = x.Type.With(Dims.Of(axes.Select(a => padded ? a.Cells + 2 * a.Padding : a.Cells)));
        var windows = axes.Select(a => padded ? a.Window with { Lo = 0, Hi = a.Window.Hi - a.Padding } : a.Window);
        return new(0, Prim.WindowSum(Prim.Full(cells, 1), size, windows));
    }
}

/// <summary>
/// A window over an axis of so many cells, padded alike on both sides, and past that where it is rounded up.
/// </summary>
internal readonly record struct SlidingWindow(int Cells, int Padding, Window Window)
{
    /// <summary>Rounded up there may be one more window, which reaches over the end but begins before it.</summary>
    internal static SlidingWindow Of(int cells, int size, int stride, int padding, int dilation, bool ceil)
    {
        var window = new Window(stride, padding, padding, 1, dilation);
        if (!ceil || stride < 1) return new(cells, padding, window);
        var over = Window.Spread(size, dilation) - cells - 2L * padding;
        var last = (Math.Max(0, -over) + stride - 1) / stride * stride;
        if (last >= cells + padding) last -= stride;
        return new(cells, padding, window with { Hi = (int)(padding + Math.Max(0, last + over)) });
    }

    /// <summary>Whether every window has all its cells, those of the padding counted or not.</summary>
    internal bool IsFull(int size, bool padded)
    {
        var (o, spread) = (Window.Output(Cells, size), Window.Spread(size, Window.Dilation));
        var (first, last) = (padded ? -Padding : 0, Cells + (padded ? Padding : 0));
        return -Window.Lo >= first && (o - 1) * Window.Stride - Window.Lo + spread <= last;
    }
}
