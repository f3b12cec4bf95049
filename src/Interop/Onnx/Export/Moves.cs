using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>Ops that move elements.</summary>
internal readonly struct Moves(Sheet s, TensorType y, Wire[] a)
{
    /// <summary>The same elements under another shape; the wire itself where it has it.</summary>
    public static Wire Reshape(Sheet s, Wire x, Dims to) =>
        x.Shape == to ? x : s.Op("Reshape", x.Type.With(to), x, s.Longs(to));

    /// <summary>The axes in another order; the wire itself where it is the order.</summary>
    public static Wire Transpose(Sheet s, Wire x, Dims perm) => perm == Dims.Range(0, perm.Count) ? x
        : s.Op("Transpose", x.Type.With(x.Shape.At(perm)), [x], Sheet.Ints("perm", perm));

    /// <summary>A scalar repeated over a shape.</summary>
    public static Wire Fill(Sheet s, Wire scalar, Dims shape) =>
        shape.Count == 0 ? scalar : s.Op("Expand", scalar.Type.With(shape), scalar, s.Longs(shape));

    /// <summary>The elements from start to limit along each axis; the wire itself where these are all.</summary>
    public static Wire Slice(Sheet s, Wire x, Dims start, Dims limit, Dims stride)
    {
        var axes = Dims.Of(Enumerable.Range(0, x.Shape.Count)
            .Where(i => start[i] != 0 || limit[i] != x.Shape[i] || stride[i] != 1));
        if (axes.Count == 0) return x;
        var type = x.Type.With(x.Shape.Map((_, i) => (int)(((long)limit[i] - start[i] + stride[i] - 1) / stride[i])));
        var (from, to, step) = (s.Longs(start.At(axes)), s.Longs(limit.At(axes)), s.Longs(stride.At(axes)));
        return s.Op("Slice", type, x, from, to, s.Longs(axes), step);
    }

    /// <summary>
    /// The value between neighbours, before and after; negative counts crop. Neighbours part by an axis of their own:
    /// [n] => [n, 1] => [n, 1 + between] => [n · (1 + between)], which has one gap too many at the end.
    /// </summary>
    public static Wire Pad(Sheet s, Wire x, Wire value, Dims lo, Dims hi, Dims between)
    {
        var parted = Part(s, x, value, between);
        hi = hi.Map((n, i) => checked(n - between[i]));
        var padded = Outside(s, parted, value, lo.Map((n, _) => Math.Max(n, 0)), hi.Map((n, _) => Math.Max(n, 0)));
        return Slice(s, padded, lo.Map((n, _) => Math.Max(-n, 0)), padded.Shape.Map((n, i) => n - Math.Max(-hi[i], 0)),
            Dims.Repeat(1, lo.Count));
    }

    private static Wire Part(Sheet s, Wire x, Wire value, Dims between)
    {
        if (between.All(n => n == 0)) return x;
        var apart = Dims.Of(x.Shape.SelectMany((n, i) => between[i] == 0 ? new[] { n } : [n, 1]));
        var more = Dims.Of(x.Shape.SelectMany((_, i) => between[i] == 0 ? new[] { 0 } : [0, between[i]]));
        var spread = Outside(s, Reshape(s, x, apart), value, Dims.Repeat(0, more.Count), more);
        return Reshape(s, spread, x.Shape.Map((n, i) => checked(n * (between[i] + 1))));
    }

    private static Wire Outside(Sheet s, Wire x, Wire value, Dims lo, Dims hi) => lo.Concat(hi).All(n => n == 0) ? x
        : s.Op("Pad", x.Type.With(x.Shape.Map((n, i) => checked(n + lo[i] + hi[i]))), x, s.Longs(lo.Then(hi)), value);

    /// <summary>The index along an axis: a constant of that axis, repeated.</summary>
    public Wire Iota(int axis)
    {
        var type = new TensorType(y.Element, y.Shape.Map((n, i) => i == axis ? n : 1));
        var data = new byte[type.Bytes];
        for (var i = 0; i < y[axis]; i++) Elements.WriteLong(y.Element, data, i, i);
        return s.Op("Expand", y, s.Constant(Tensor.Adopt(type, data)), s.Longs(y.Shape));
    }

    /// <summary>Axes come into ascending order, gain axes of size 1, and repeat.</summary>
    public Wire Broadcast(Dims axes)
    {
        var order = Dims.Of(Enumerable.Range(0, axes.Count).OrderBy(i => axes[i]).ToList());
        var x = Transpose(s, a[0], order);
        var (to, sorted) = (y.Shape, axes.At(order));
        var isLast = sorted == Dims.Range(to.Count - sorted.Count, sorted.Count);
        var placed = isLast ? x : Reshape(s, x, to.Map((_, i) => sorted.IndexOf(i) is >= 0 and var at ? x.Shape[at] : 1));
        return s.Op("Expand", y, placed, s.Longs(to));
    }

    public Wire Reshape() => s.Op("Reshape", y, a[0], s.Longs(y.Shape));

    public Wire Transpose(Dims perm) => s.Op("Transpose", y, a, Sheet.Ints("perm", perm));

    /// <summary>A slice of step −1, from the last element to the one before the first.</summary>
    public Wire Reverse(Dims axes)
    {
        if (axes.Count == 0) return a[0];
        var shape = y.Shape;
        var (last, before) = (axes.Select(_ => -1L), axes.Select(i => -1L - shape[i]));
        return s.Op("Slice", y, a[0], s.Longs(last), s.Longs(before), s.Longs(axes), s.Longs(last));
    }

    public Wire Pad(Pad op) => a[0].Type.Count == 0 ? Fill(s, a[1], y.Shape) : Pad(s, a[0], a[1], op.Lo, op.Hi, op.Interior);

    public Wire Slice(Slice op) => Slice(s, a[0], op.Start, op.Limit, op.Stride);

    public Wire Concat(int axis) =>
        s.Op("Concat", y, [.. a.Where(x => x.Type.Count > 0)], Sheet.Int("axis", axis));
}
