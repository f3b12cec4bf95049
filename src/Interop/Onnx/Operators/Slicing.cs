using System.Collections.Immutable;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Operators that cut parts out of a tensor.</summary>
internal static class Slicing
{
    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Of("Slice", Slice),
        Operator.Many("Split", Split),
        Operator.Of("Compress", Compress),
        Operator.Of("CenterCropPad", CenterCropPad),
        Operator.Of("Trilu", Trilu),
    ];

    private static Expr Slice(Node n)
    {
        var byInput = n.Opset >= 10;
        var starts = (byInput ? n.Longs(1) : n.Ints("starts")) ?? throw n.Refuse("it has no starts");
        var ends = (byInput ? n.Longs(2) : n.Ints("ends")) ?? throw n.Refuse("it has no ends");
        var axes = (byInput ? n.LongsAt(3) : n.Ints("axes")) ?? [.. Enumerable.Range(0, starts.Length).Select(a => (long)a)];
        var steps = (byInput ? n.LongsAt(4) : null) ?? [.. Enumerable.Repeat(1L, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length)
            throw n.Refuse("starts, ends, axes and steps must be equally many");
        return n.Axes(axes, n[0].Type.Rank).Select((axis, i) => (axis, i))
            .Aggregate(n[0], (x, a) => Slice(x, a.axis, starts[a.i], ends[a.i], steps[a.i], n));
    }

    /// <summary>Elements start, start + step, … before the end; each counts from the end where negative.</summary>
    private static Expr Slice(Expr x, int axis, long start, long end, long step, Node n)
    {
        long size = x.Shape[axis];
        if (step == 0) throw n.Refuse("a step of 0 goes nowhere");
        step = Math.Clamp(step, -int.MaxValue, int.MaxValue);
        var (low, high) = step > 0 ? (0L, size) : (-1L, size - 1);
        var first = Math.Clamp(start < 0 ? start + size : start, low, high);
        var last = Math.Clamp(end < 0 ? end + size : end, low, high);
        var count = Math.Max(0, step > 0 ? (last - first + step - 1) / step : (first - last - step - 1) / -step);
        if (count == 0) return Along.Slice(x, axis, 0, 0);
        var least = (int)Math.Min(first, first + (count - 1) * step);
        var most = (int)Math.Max(first, first + (count - 1) * step);
        var kept = Along.Slice(x, axis, least, most + 1, (int)Math.Abs(step));
        return step > 0 ? kept : Prim.Reverse(kept, [axis]);
    }

    private static ImmutableArray<Expr?> Split(Node n)
    {
        var axis = n.Axis(n.Int("axis", 0), n[0].Type.Rank);
        long size = n[0].Shape[axis];
        var sizes = n.Ints("split") ?? n.LongsAt(1) ?? Equal(size, n);
        if (sizes.Any(s => s < 0) || sizes.Sum() != size)
            throw n.Refuse($"parts of sizes {string.Join(", ", sizes)} do not make up the {size} along axis {axis}");
        var starts = sizes.Select((_, i) => (int)sizes.Take(i).Sum()).ToArray();
        return [.. sizes.Select((s, i) => Along.Slice(n[0], axis, starts[i], starts[i] + (int)s))];
    }

    /// <summary>Parts of equal size; from version 18 the last may be smaller.</summary>
    private static long[] Equal(long size, Node n)
    {
        var count = n.Int("num_outputs", n.Outputs);
        if (count <= 0 || count > n.Outputs) throw n.Refuse($"{count} parts are asked for and {n.Outputs} named");
        if (size % count != 0 && n.Opset < 18) throw n.Refuse($"{size} does not split into {count} equal parts");
        var part = (size + count - 1) / count;
        return [.. Enumerable.Range(0, (int)count).Select(i => Math.Clamp(size - i * part, 0, part))];
    }

    /// <summary>The positions where a known condition holds, along an axis or of all elements in a row.</summary>
    private static Expr Compress(Node n)
    {
        var x = n.Has("axis") ? n[0] : Prim.Reshape(n[0], Sizes.Of([n[0].Type.Count], n));
        var axis = n.Axis(n.Int("axis", 0), x.Type.Rank);
        var held = n.Longs(1).Index().Where(c => c.Item != 0).Select(c => (long)c.Index).ToArray();
        return held.All(i => i < x.Shape[axis]) ? Along.Take(x, axis, held)
            : throw n.Refuse($"its condition holds beyond the {x.Shape[axis]} elements along axis {axis}");
    }

    private static Expr CenterCropPad(Node n)
    {
        var sizes = Sizes.Of(n.Longs(1), n);
        var axes = n.Axes(n.Ints("axes") ?? [.. Enumerable.Range(0, n[0].Type.Rank).Select(a => (long)a)], n[0].Type.Rank);
        if (axes.Count != sizes.Count) throw n.Refuse($"{sizes.Count} sizes are given for {axes.Count} axes");
        return axes.Index().Aggregate(n[0], (x, a) => Centre(x, a.Item, sizes[a.Index]));
    }

    private static Expr Centre(Expr x, int axis, int size)
    {
        var (more, less) = (size - x.Shape[axis], x.Shape[axis] - size);
        return more >= 0 ? Along.Pad(x, axis, more / 2, more - more / 2) : Along.Slice(x, axis, less / 2, less / 2 + size);
    }

    /// <summary>The matrices' elements on or above (below) the diagonal k places above the main one, 0 elsewhere.</summary>
    private static Expr Trilu(Node n)
    {
        var (x, rank) = (n[0], n[0].Type.Rank);
        var matrix = new TensorType(ElementType.I64, x.Shape.Slice(rank - 2, 2));
        var k = n.At(1) is { } given ? Prim.Reshape(given, []) : Prim.Scalar(ElementType.I64, 0L);
        var above = Prim.Iota(matrix, 1) - Prim.Iota(matrix, 0);
        return Prim.Select(Repeating.To(n.Flag("upper", true) ? above >= k : above <= k, x.Shape), x, Prim.Like(x, 0));
    }
}
