using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Padding of every mode, of primitives: cells from the ends, turned or repeated, around an axis.</summary>
internal static class Padded
{
    /// <summary>The spatial axes of x [N, C, …], one after the other.</summary>
    /// <remarks>Errors: padding.P3 x has no spatial axis; extent.E1; those of <see cref="Axis"/>.</remarks>
    internal static Expr Of(Expr x, Extent lo, Extent hi, PaddingMode mode)
    {
        if (x.Type.IsUnknown) return x;
        var spatial = x.Type.Rank - 2;
        if (spatial < 1) return Wrong(x, "padding.P3", $"takes [batch, channels, cells…], input is {x.Type}; reshape it");
        return (from l in lo.Along(spatial, "padding") from h in hi.Along(spatial, "padding") select (l, h)).Match(
            c => Enumerable.Range(0, spatial).Aggregate(x, (y, i) => Axis(y, i + 2, c.l[i], c.h[i], mode)),
            error => Expr.Broken(error with { Where = "pad" }, x));
    }

    /// <summary>One axis; counts below 0 crop, and what is left is padded.</summary>
    /// <remarks>Errors: padding.P1 a mirror or a ring lacks cells; padding.P2 no cell to repeat; pad.P1 to P3.</remarks>
    internal static Expr Axis(Expr x, int axis, int lo, int hi, PaddingMode mode)
    {
        if (x.Type.IsUnknown || (lo == 0 && hi == 0)) return x;
        if (mode == PaddingMode.Zeros) return Zeros(x, axis, lo, hi);
        var kept = Zeros(x, axis, Math.Min(lo, 0), Math.Min(hi, 0));
        return kept.Type.IsUnknown ? kept : Continued(kept, axis, Math.Max(lo, 0), Math.Max(hi, 0), mode);
    }

    /// <summary>The most cells that a mode finds for one side of an axis of n.</summary>
    internal static long Most(PaddingMode mode, int n) => mode switch
    {
        PaddingMode.Reflect => n - 1,
        PaddingMode.Circular => n,
        _ => int.MaxValue,
    };

    private static Expr Continued(Expr x, int axis, int lo, int hi, PaddingMode mode)
    {
        var (n, most) = (x.Shape[axis], Most(mode, x.Shape[axis]));
        if (lo == 0 && hi == 0) return x;
        if (n == 0) return Wrong(x, "padding.P2", $"axis {axis} of {x.Type} has no cell to pad with; pad zeros");
        if (Math.Max(lo, hi) > most)
            return Wrong(x, "padding.P1", $"{Name(mode)} padding of {Math.Max(lo, hi)} takes more cells than axis {axis} of "
                + $"{x.Type} has; pad {most} at most, or replicate");
        Expr[] parts = mode switch
        {
            PaddingMode.Reflect => [Turned(Part(1, lo), axis), x, Turned(Part(n - 1 - hi, hi), axis)],
            PaddingMode.Replicate => [Repeated(Part(0, 1), axis, lo), x, Repeated(Part(n - 1, 1), axis, hi)],
            _ => [Part(n - lo, lo), x, Part(0, hi)],
        };
        Expr Part(int first, int count) => Cells(x, axis, first, count);
        return Prim.Concat(axis, [.. parts.Where(p => p.Shape[axis] > 0)]);
    }

    /// <summary>As the lecture writes it.</summary>
    internal static string Name(PaddingMode mode) => $"{mode}".ToLowerInvariant();

    private static Expr Zeros(Expr x, int axis, int lo, int hi) => lo == 0 && hi == 0 ? x
        : Prim.Pad(x, Prim.Like(x, 0), On(x, axis, lo, 0), On(x, axis, hi, 0), Dims.Repeat(0, x.Type.Rank));

    private static Expr Cells(Expr x, int axis, int first, int count) =>
        Prim.Slice(x, On(x, axis, first, 0), x.Shape.Map((n, a) => a == axis ? first + count : n), x.Shape.Map((_, _) => 1));

    // one cell is its own mirror image
    private static Expr Turned(Expr x, int axis) => x.Shape[axis] < 2 ? x : Prim.Reverse(x, [axis]);

    private static Expr Repeated(Expr x, int axis, int times) => times == 1 ? x
        : Prim.Broadcast(x, x.Shape.Map((n, a) => a == axis ? times : n), Dims.Range(0, x.Type.Rank));

    private static Dims On(Expr x, int axis, int value, int elsewhere) =>
        x.Shape.Map((_, a) => a == axis ? value : elsewhere);

    private static Expr Wrong(Expr x, string rule, string message) => Expr.Broken(new IrError(rule, message, "pad"), x);
}
