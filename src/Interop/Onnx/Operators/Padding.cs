using MiniTorch.Frontend;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Pad in every mode and version. Counts below 0 crop, and what is left is padded.</summary>
internal static class Padding
{
    /// <summary>The family.</summary>
    public static readonly Operator[] All = [Operator.Of("Pad", Pad)];

    private static Expr Pad(Node n)
    {
        var x = n[0];
        var counts = (n.Opset < 11 ? n.Ints("pads") ?? n.Ints("paddings") : n.Longs(1)) ?? throw n.Refuse("it has no pads");
        var axes = n.Axes(n.LongsAt(3) ?? [.. Enumerable.Range(0, x.Type.Rank).Select(a => (long)a)], x.Type.Rank);
        if (counts.Length != 2 * axes.Count) throw n.Refuse($"{counts.Length} pads are given for {axes.Count} axes");
        var (lo, hi) = (Count(counts.Take(axes.Count), n), Count(counts.Skip(axes.Count), n));
        return axes.Index().Aggregate(x, (y, a) => Axis(y, a.Item, lo[a.Index], hi[a.Index], n));
    }

    private static Expr Axis(Expr x, int axis, int lo, int hi, Node n) => n.Text("mode", "constant") == "constant"
        ? Along.Pad(x, axis, lo, hi, Value(n))
        : Extended(Cropped(x, axis, lo, hi), axis, Math.Max(lo, 0), Math.Max(hi, 0), n.Text("mode", ""), n);

    private static int[] Count(IEnumerable<long> counts, Node n) =>
        [.. counts.Select(c => Math.Abs((double)c) <= int.MaxValue ? (int)c : throw n.Refuse($"a pad of {c} is too many"))];

    private static Expr Value(Node n) => n.Opset < 11 ? Prim.Like(n[0], n.Float("value", 0))
        : n.At(2) is { } value ? Prim.Reshape(value, []) : Prim.Like(n[0], 0);

    private static Expr Cropped(Expr x, int axis, int lo, int hi) => Along.Pad(x, axis, Math.Min(lo, 0), Math.Min(hi, 0));

    private static Expr Extended(Expr x, int axis, int lo, int hi, string mode, Node n)
    {
        if (x.Type.IsUnknown || (lo == 0 && hi == 0)) return x;
        var size = x.Shape[axis];
        if (size == 0) throw n.Refuse($"axis {axis} has no elements to pad with");
        var known = mode switch
        {
            "edge" => PaddingMode.Replicate,
            "wrap" => PaddingMode.Circular,
            "reflect" => size == 1 ? PaddingMode.Replicate : PaddingMode.Reflect,
            _ => throw n.Refuse($"'{mode}' is no mode"),
        };
        if (lo + (long)size + hi > Sizes.MaxUnrolled) throw n.Unsupported($"pads an axis to {lo + (long)size + hi}");
        return Again(x, axis, lo, hi, known);
    }

    /// <summary>
    /// A mirror or a ring as often as it takes: what is extended by whole periods has the same period and mirrors.
    /// </summary>
    private static Expr Again(Expr x, int axis, int lo, int hi, PaddingMode mode)
    {
        var most = mode switch
        {
            PaddingMode.Reflect => x.Shape[axis] - 1,
            PaddingMode.Circular => x.Shape[axis],
            _ => int.MaxValue,
        };
        return lo > most ? Again(Functional.PadAxis(x, axis, most, 0, mode), axis, lo - most, hi, mode)
            : hi > most ? Again(Functional.PadAxis(x, axis, 0, most, mode), axis, lo, hi - most, mode)
            : Functional.PadAxis(x, axis, lo, hi, mode);
    }
}
