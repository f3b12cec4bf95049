using System.Collections.Immutable;

namespace MiniTorch.Ir;

/// <summary>
/// Windows laid out as axes of their own (im2col): a gather along each axis, whose transpose is the scatter_add by the
/// same index.
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
        var lead = x.Type.Rank - size.Count;
        var laid = Enumerable.Range(0, size.Count).Aggregate(Padded(x, all, lead, outside), (u, a) =>
            Along(u, lead + 2 * a, sums.Shape[lead + a], size[a], all[a]));
        var outputs = Dims.Range(0, size.Count).Map((a, _) => lead + 2 * a);
        return Prim.Transpose(laid, Dims.Range(0, lead).Then(outputs).Then(outputs.Map((a, _) => a + 1)));
    }

    /// <summary>
    /// u[o, k, r…] = x[o·stride + k·dilation − lo, r…] for one leading axis, 0 where that lies on padding: unroll.
    /// </summary>
    /// <remarks>Shape: x [n, r…] → [o, k, r…]. Errors: window.W1 to window.W4.</remarks>
    public static Expr Leading(Expr x, int size, Window window)
    {
        if (x.Type.IsUnknown || x.Type.Rank == 0) return Prim.WindowSum(x, [size], [window]);
        var sums = Prim.WindowSum(Prim.Full(x.Type.With([x.Shape[0]]), 0), [size], [window]);
        return sums.Type.IsUnknown ? sums : Along(Padded(x, [window], 0, 0), 0, sums.Shape[0], size, window);
    }

    /// <summary>An axis as two, [o, k]: place o·stride + k·dilation.</summary>
    private static Expr Along(Expr x, int axis, int outputs, int size, Window window)
    {
        if (x.Type.IsUnknown) return x;
        var (before, behind) = (x.Shape.Slice(0, axis), x.Shape.Slice(axis + 1, x.Type.Rank - axis - 1));
        if (size == 1 && window.Stride == 1) return Prim.Reshape(x, before.Then([outputs, 1]).Then(behind));
        var index = Index(ElementType.I32[outputs, size], window);
        return Prim.Gather(x, axis == 0 ? index : Prim.Broadcast(index, before.Then(index.Shape), [axis, axis + 1]), axis);
    }

    private static Expr Index(TensorType type, Window window)
    {
        Expr Times(int axis, int step) => step == 1 ? Prim.Iota(type, axis) : Prim.Iota(type, axis) * step;
        return type[1] == 1 ? Times(0, window.Stride) : type[0] == 1 ? Times(1, window.Dilation)
            : Times(0, window.Stride) + Times(1, window.Dilation);
    }

    /// <summary>The axes from lead on, padded, cropped and spread as their windows say; x where they say nothing.</summary>
    private static Expr Padded(Expr x, ImmutableArray<Window> windows, int lead, double outside)
    {
        if (windows.All(w => w is { Lo: 0, Hi: 0, Base: 1 })) return x;
        Dims Each(Func<Window, int> of) =>
            x.Shape.Map((_, i) => i >= lead && i < lead + windows.Length ? of(windows[i - lead]) : 0);
        return Prim.Pad(x, Prim.Like(x, outside), Each(w => w.Lo), Each(w => w.Hi), Each(w => w.Base - 1));
    }
}
