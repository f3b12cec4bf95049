using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>Readies the ops that only move elements: each is a strided copy.</summary>
internal static unsafe class Movements
{
    public static IStep Of(Ready r, Broadcast op)
    {
        var x = r.Arg(0);
        var strides = new long[op.To.Count];
        for (var i = 0; i < x.Shape.Count; i++) strides[op.Axes[i]] = x.Shape[i] == 1 ? 0 : x.Strides[i];
        return CopyStep.Of(new(x.Base, op.To, strides, x.Bytes), Result(r));
    }

    public static IStep Of(Ready r, Reshape op)
    {
        var x = r.Arg(0);
        return CopyStep.Of(x, Strided.Dense((nint)r.To, x.Shape, x.Bytes));
    }

    public static IStep Of(Ready r, Transpose op) => CopyStep.Of(r.Arg(0).At(op.Perm), Result(r));

    public static IStep Of(Ready r, Reverse op)
    {
        var x = r.Arg(0);
        var first = op.Axes.Sum(a => (long)Math.Max(0, x.Shape[a] - 1) * x.Strides[a] * x.Bytes);
        long[] strides = [.. x.Strides.Select((s, i) => op.Axes.Contains(i) ? -s : s)];
        return CopyStep.Of(new(x.Base + (nint)first, x.Shape, strides, x.Bytes), Result(r));
    }

    public static IStep Of(Ready r, Slice op)
    {
        var x = r.Arg(0);
        var first = Enumerable.Range(0, op.Start.Count).Sum(i => op.Start[i] * x.Strides[i] * x.Bytes);
        long[] strides = [.. x.Strides.Select((s, i) => s * op.Stride[i])];
        return CopyStep.Of(new(x.Base + (nint)first, r.Root.Shape, strides, x.Bytes), Result(r));
    }

    public static IStep Of(Ready r, Concat op)
    {
        var result = Result(r);
        var start = 0L;
        var copies = new List<IStep>();
        for (var i = 0; i < r.Root.Args.Length; i++)
        {
            var x = r.Arg(i);
            var to = result.Base + (nint)(start * result.Strides[op.Axis] * x.Bytes);
            copies.Add(CopyStep.Of(x, new(to, x.Shape, result.Strides, x.Bytes)));
            start += x.Shape[op.Axis];
        }
        return new Sequence([.. copies]);
    }

    /// <summary>Fills with the padding value, then copies the cells that stay.</summary>
    public static IStep Of(Ready r, Pad op)
    {
        var (x, result) = (r.Arg(0), Result(r));
        var fill = new FillStep(r.Arg(1).Base, result.Base, x.Bytes, r.Root.Type.Count);
        long from = 0, to = 0;
        var (shape, strides) = (new int[x.Shape.Count], new long[x.Shape.Count]);
        for (var i = 0; i < shape.Length; i++)
        {
            long step = op.Interior[i] + 1L, lo = op.Lo[i];
            var first = lo >= 0 ? 0 : (-lo + step - 1) / step;
            var room = result.Shape[i] - lo - (first * step);
            shape[i] = (int)Math.Clamp(room <= 0 ? 0 : ((room - 1) / step) + 1, 0, Math.Max(0, x.Shape[i] - first));
            strides[i] = step * result.Strides[i];
            from += first * x.Strides[i];
            to += (lo + (first * step)) * result.Strides[i];
        }
        Strided source = new(x.Base + (nint)(from * x.Bytes), Dims.Create(shape), x.Strides, x.Bytes);
        Strided target = new(result.Base + (nint)(to * x.Bytes), source.Shape, strides, x.Bytes);
        return source.Shape.Contains(0) ? fill : new Sequence(fill, CopyStep.Of(source, target));
    }

    private static Strided Result(Ready r) => Strided.Dense((nint)r.To, r.Root.Shape, r.Root.Type.Element.Bytes);
}
