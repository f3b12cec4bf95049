using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>What is known of integers before they run: an index that is surely inside needs no check.</summary>
internal sealed class Intervals
{
    private readonly Dictionary<Expr, (long Lo, long Hi)> known = [];

    /// <summary>Takes note of an expression, whose operands came before it.</summary>
    public void Add(Expr e)
    {
        if (!e.Type.Element.IsFloat && e.Type.Count > 0 && Of(e) is { } interval) known[e] = interval;
    }

    /// <summary>Whether every value is surely from 0 to below the size.</summary>
    public bool Inside(Expr index, int size) => known.TryGetValue(index, out var i) && i.Lo >= 0 && i.Hi < size;

    private (long Lo, long Hi)? Of(Expr e) => e.Op switch
    {
        Constant c => Range(c.Value),
        Iota i => (0, i.Type[i.Axis] - 1),
        ArgMax a => (0, e.Args[0].Shape[a.Axis] - 1),
        WindowArgMax w => Position(w, e),
        Reshape or Transpose or Broadcast or Reverse or Slice or StopGradient => Known(e.Args[0]),
        Cast { To.Kind: ElementKind.I32 or ElementKind.I64 } c => Narrow(Known(e.Args[0]) ?? OfType(e.Args[0]), c.To),
        Select => Union(Known(e.Args[1]), Known(e.Args[2])),
        _ => null,
    };

    private (long Lo, long Hi)? Known(Expr e) => known.TryGetValue(e, out var interval) ? interval : null;

    private static (long Lo, long Hi)? Union((long Lo, long Hi)? x, (long Lo, long Hi)? y) =>
        x is { } a && y is { } b ? (Math.Min(a.Lo, b.Lo), Math.Max(a.Hi, b.Hi)) : null;

    private static (long, long)? OfType(Expr e) => e.Type.Element.Kind switch
    {
        ElementKind.Pred => (0, 1),
        ElementKind.U8 => (0, byte.MaxValue),
        _ => null,
    };

    private static (long, long)? Narrow((long Lo, long Hi)? from, ElementType to) =>
        from is { } i && (to.Kind == ElementKind.I64 || (i.Lo >= int.MinValue && i.Hi <= int.MaxValue)) ? i : null;

    private static (long, long) Range(Tensor value)
    {
        var (lo, hi) = (long.MaxValue, long.MinValue);
        for (var i = 0L; i < value.Type.Count; i++)
            (lo, hi) = (Math.Min(lo, value.LongAt(i)), Math.Max(hi, value.LongAt(i)));
        return (lo, hi);
    }

    private static (long, long) Position(WindowArgMax op, Expr e)
    {
        var cells = new Cells(op.Windows, op.Size, e.Args[0].Shape, e.Shape);
        return (cells.EveryWindowHasOne ? 0 : -1, cells.Area - 1);
    }
}
