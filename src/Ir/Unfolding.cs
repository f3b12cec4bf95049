using System.Collections.Immutable;

namespace MiniTorch.Ir;

/// <summary>
/// Windows laid out as cells of their own (im2col): a gather, whose transpose is the scatter_add by the same index.
/// </summary>
public static class Unfolding
{
    /// <summary>
    /// u[b…, o…, k…] = the cell k of the window o over the last axes of x, <paramref name="outside"/> where it lies on
    /// padding.
    /// </summary>
    /// <param name="x">[b…, n…].</param>
    /// <param name="size">Cells of a window, one number for each of the last axes.</param>
    /// <param name="windows">One for each of these axes.</param>
    /// <param name="outside">What padding and spreading put between and around the cells of x.</param>
    /// <remarks>Shape: [b…, o…, k…]. Errors: window.W1 to window.W4. Source: the lectures' unroll, in any number of
    /// axes.</remarks>
    public static Expr Of(Expr x, Dims size, IEnumerable<Window> windows, double outside = 0)
    {
        var all = windows.ToImmutableArray();
        var sums = Prim.WindowSum(x, size, all);
        if (sums.Type.IsUnknown) return sums;
        if (size.Count == 0) return x;
        var lead = x.Type.Rank - size.Count;
        var padded = Pad(x, all, lead, outside);
        var (batch, cells) = (padded.Shape.Slice(0, lead), padded.Shape.Slice(lead, size.Count));
        var index = Index(cells, sums.Shape.Slice(lead, size.Count), size, all);
        var everywhere = lead == 0 ? index
            : Prim.Broadcast(index, batch.Then(index.Shape), Dims.Range(lead, index.Type.Rank));
        return Prim.Gather(Prim.Reshape(padded, batch.Then([(int)cells.Product])), everywhere, lead);
    }

    /// <summary>
    /// u[o, k, r…] = x[o·stride + k·dilation − lo, r…] for one leading axis, 0 where that lies on padding: unroll.
    /// </summary>
    /// <remarks>Shape: x [n, r…] → [o, k, r…]. Errors: window.W1 to window.W4.</remarks>
    public static Expr Leading(Expr x, int size, Window window)
    {
        if (x.Type.IsUnknown || x.Type.Rank == 0) return Prim.WindowSum(x, [size], [window]);
        var sums = Prim.WindowSum(Prim.Full(x.Type.With([x.Shape[0]]), 0), [size], [window]);
        if (sums.Type.IsUnknown) return sums;
        var padded = Pad(x, [window], 0, 0);
        return Prim.Gather(padded, Index([padded.Shape[0]], sums.Shape, [size], [window]));
    }

    /// <summary>The axes from lead on, padded, cropped and spread as their windows say; x where they say nothing.</summary>
    private static Expr Pad(Expr x, ImmutableArray<Window> windows, int lead, double outside)
    {
        if (windows.All(w => w is { Lo: 0, Hi: 0, Base: 1 })) return x;
        Dims Each(Func<Window, int> of) =>
            x.Shape.Map((_, i) => i >= lead && i < lead + windows.Length ? of(windows[i - lead]) : 0);
        return Prim.Pad(x, Prim.Like(x, outside), Each(w => w.Lo), Each(w => w.Hi), Each(w => w.Base - 1));
    }

    /// <summary>The row-major place among cells of each cell k of each window o: i32 [o…, k…].</summary>
    private static Expr Index(Dims cells, Dims outputs, Dims size, ImmutableArray<Window> windows)
    {
        var (type, step) = (ElementType.I32[[.. outputs, .. size]], cells.Strides());
        var terms = Enumerable.Range(0, cells.Count).SelectMany(a => new[]
        {
            Term(type, a, windows[a].Stride * step[a]),
            Term(type, cells.Count + a, windows[a].Dilation * step[a]),
        }).OfType<Expr>().ToList();
        return terms.Count == 0 ? Prim.Full(type, 0) : terms.Aggregate((x, y) => x + y);
    }

    private static Expr? Term(TensorType type, int axis, long step) =>
        type[axis] == 1 ? null : step == 1 ? Prim.Iota(type, axis) : Prim.Iota(type, axis) * step;
}
