using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>Reading and adding by index. An index that may be outside is moved to a place of its own first.</summary>
internal readonly struct Indexed(Sheet s, TensorType y, Wire[] a, Func<int, bool> inside)
{
    private Wire Index => a[1];

    public Wire Gather(int batch)
    {
        var size = a[0].Shape[batch];
        if (size == 0) return Moves.Fill(s, s.Scalar(y.Element, 0.0), y.Shape);
        if (inside(size)) return Take(Index, batch);
        var within = Within(size);
        var taken = Take(Or(within, 0), batch);
        var flags = Moves.Reshape(s, within, Index.Shape.Then(Dims.Repeat(1, y.Rank - Index.Shape.Count)));
        return s.Op("Where", y, flags, taken, s.Scalar(y.Element, 0.0));
    }

    private Wire Take(Wire index, int batch)
    {
        if (batch == 0) return s.Op("Gather", y, [a[0], index], Sheet.Int("axis", 0));
        var wide = Elementwise.Cast(s, Moves.Reshape(s, index, index.Shape.Then([1])), ElementType.I64);
        return s.Op("GatherND", y, [a[0], wide], Sheet.Int("batch_dims", batch));
    }

    /// <summary>[batches, size, rest] += [batches, places, rest]; one more place at the end takes what is dropped.</summary>
    public Wire ScatterAdd(ScatterAdd op)
    {
        var (shape, zero) = (Index.Shape, s.Scalar(y.Element, 0.0));
        var batches = (int)shape.Slice(0, op.Batch).Product;
        var rest = (int)a[0].Shape.Slice(shape.Count, a[0].Shape.Count - shape.Count).Product;
        if (a[0].Type.Count == 0) return Moves.Fill(s, zero, y.Shape);
        var (places, room) = ((int)(Index.Type.Count / batches), inside(op.Size) ? op.Size : op.Size + 1);
        var index = room == op.Size ? Index : Or(Within(op.Size), op.Size);
        var spread = Repeat(Moves.Reshape(s, index, [batches, places, 1]), rest);
        var sums = s.Op("ScatterElements", y.With([batches, room, rest]),
            [Moves.Fill(s, zero, [batches, room, rest]), spread, Moves.Reshape(s, a[0], [batches, places, rest])],
            Sheet.Int("axis", 1), Sheet.Text("reduction", "add"));
        var kept = Moves.Slice(s, sums, [0, 0, 0], [batches, op.Size, rest], [1, 1, 1]);
        return Moves.Reshape(s, kept, y.Shape);
    }

    /// <summary>The index where it is inside, else a place that takes what is not.</summary>
    private Wire Or(Wire within, long place) => s.Op("Where", Index.Type, within, Index, s.Scalar(Index.Element, place));

    private Wire Repeat(Wire index, int rest)
    {
        var shape = index.Shape.Map((n, axis) => axis == 2 ? rest : n);
        return rest == 1 ? index : s.Op("Expand", index.Type.With(shape), index, s.Longs(shape));
    }

    private Wire Within(int size)
    {
        var flags = Index.Type.With(ElementType.Pred);
        var above = s.Op("GreaterOrEqual", flags, Index, s.Scalar(Index.Element, 0L));
        return s.Op("And", flags, above, s.Op("Less", flags, Index, s.Scalar(Index.Element, (long)size)));
    }
}
