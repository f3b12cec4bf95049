using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Operators that take elements by their index.</summary>
internal static class Indexing
{
    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Of("Gather", Gather),
        Operator.Of("GatherElements", GatherElements),
        Operator.Of("GatherND", GatherND),
        Operator.Of("OneHot", OneHot),
        Operator.Of("ReverseSequence", ReverseSequence),
    ];

    /// <summary>Indices of an axis of size n, those below 0 counted from its end; a known one must be inside.</summary>
    public static Expr Wrapped(Expr index, int size, Node n)
    {
        if (n.Constant(index) is not { } value) return FromEnd(index, size);
        var all = Enumerable.Range(0, (int)index.Type.Count).Select(i => value.LongAt(i)).ToArray();
        foreach (var i in all)
            if (i < -size || i >= size) throw n.Refuse($"index {i} is outside an axis of size {size}");
        return Prim.Reshape(Leaves.Longs([.. all.Select(i => i < 0 ? i + size : i)]), index.Shape);
    }

    /// <summary>What is below 0 counts from the end of an axis.</summary>
    private static Expr FromEnd(Expr index, double size) => Prim.Select(index < 0, index + size, index);

    private static Expr Gather(Node n)
    {
        var (x, axis) = (n[0], n.Axis(n.Int("axis", 0), n[0].Type.Rank));
        var index = Wrapped(n[1], x.Shape[axis], n);
        return (index.Type.Rank, n.Constant(index)) switch
        {
            (0, { } at) => Along.At(x, axis, (int)at.LongAt(0)),
            (1, { } list) => Along.Take(x, axis, list.As<long>().ToArray()),
            _ => Along.Take(x, axis, index),
        };
    }

    /// <summary>y[…, p, …] = x[…, i[…, p, …], …]: the axes but one pair up, x cut to the index's size.</summary>
    private static Expr GatherElements(Node n)
    {
        var (x, index, rank) = (n[0], n[1], n[0].Type.Rank);
        var axis = n.Axis(n.Int("axis", 0), rank);
        if (index.Type.Rank != rank) throw n.Refuse($"index {index.Type} must have the rank of {x.Type}");
        var others = Enumerable.Range(0, rank).Where(a => a != axis);
        var cut = others.Aggregate(x, (y, a) => Along.Slice(y, a, 0, index.Shape[a]));
        var moved = Along.Move(Wrapped(index, x.Shape[axis], n), axis, rank - 1);
        return Along.Move(Prim.Gather(Along.Move(cut, axis, rank - 1), moved, rank - 1), rank - 1, axis);
    }

    /// <summary>x [b…, d…, r…] at index [b…, p…, k], whose last axis names a place in the k axes d.</summary>
    private static Expr GatherND(Node n)
    {
        var (x, batch, k) = (n[0], (int)n.Int("batch_dims", 0), n[1].Shape[n[1].Type.Rank - 1]);
        var places = Places(n[1], x.Shape.Slice(batch, k));
        var rest = x.Shape.Slice(batch + k, x.Type.Rank - batch - k);
        var flat = Sizes.Of([x.Shape.Slice(batch, k).Product], n);
        return Prim.Gather(Prim.Reshape(x, x.Shape.Slice(0, batch).Then(flat).Then(rest)), places, batch);
    }

    /// <summary>The row-major place of each index [p…, k] in a shape of k axes.</summary>
    public static Expr Places(Expr index, Dims shape)
    {
        var last = index.Type.Rank - 1;
        Expr List(IEnumerable<long> values) => Along.Spread(Leaves.Longs([.. values]), index.Shape, last);
        var inside = Prim.Select(index < 0, index + List(shape.Select(d => (long)d)), index);
        return Prim.Sum(inside * List(shape.Strides()), [last]);
    }

    /// <summary>on where a new axis's position is the index, off elsewhere.</summary>
    private static Expr OneHot(Node n)
    {
        var index = Prim.Cast(n[0], ElementType.I64);
        var depth = n.Longs(1) is [var d] ? d : throw n.Refuse("its depth must be one number");
        var axis = n.Axis(n.Int("axis", -1), index.Type.Rank + 1);
        var sizes = index.Shape.Select(s => (long)s).ToList();
        sizes.Insert(axis, depth);
        var shape = Sizes.Of(sizes, n);
        var spread = Prim.Broadcast(FromEnd(index, depth), shape, Dims.Range(0, shape.Count).Without([axis]));
        var hot = Prim.Eq(spread, Prim.Iota(new(ElementType.I64, shape), axis));
        return Prim.Select(hot, Along.At(n[2], 0, 1), Along.At(n[2], 0, 0));
    }

    /// <summary>The first len[b] elements of each b back to front, the others in place.</summary>
    private static Expr ReverseSequence(Node n)
    {
        var (time, batch) = (n.Axis(n.Int("time_axis", 0), n[0].Type.Rank), n.Axis(n.Int("batch_axis", 1), n[0].Type.Rank));
        if (time == batch) throw n.Refuse("the time axis is the batch axis");
        var perm = Dims.Create([batch, time]).Then(Dims.Range(0, n[0].Type.Rank).Without([batch, time]));
        var x = Prim.Transpose(n[0], perm);
        var type = new TensorType(ElementType.I64, x.Shape.Slice(0, 2));
        var (at, lengths) = (Prim.Iota(type, 1), Along.Spread(Prim.Cast(n[1], ElementType.I64), type.Shape, 0));
        var from = Prim.Select(at < lengths, lengths - 1 - at, at);
        return Prim.Transpose(Prim.Gather(x, from, 1), Dims.Of(Enumerable.Range(0, perm.Count).Select(perm.IndexOf)));
    }
}
