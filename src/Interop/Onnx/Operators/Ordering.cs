using System.Collections.Immutable;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Operators along an order: that of an axis, or that of the values.</summary>
internal static class Ordering
{
    private const long MaxPairs = 1 << 24, MaxRounds = 64;

    /// <summary>The family.</summary>
    public static readonly Operator[] All = [Operator.Of("CumSum", CumSum), Operator.Many("TopK", TopK)];

    /// <summary>Sums of 1, 2, 4, … neighbours, each from two of the last: log n additions.</summary>
    private static Expr CumSum(Node n)
    {
        var axis = n.Axis(n.Longs(1) is [var a] ? a : throw n.Refuse("its axis must be one number"), n[0].Type.Rank);
        var back = n.Flag("reverse");
        Expr Shifted(Expr x, int by) => back ? Along.Pad(x, axis, -by, by) : Along.Pad(x, axis, by, -by);
        var size = n[0].Shape[axis];
        var y = n.Flag("exclusive") && size > 0 ? Shifted(n[0], 1) : n[0];
        for (var s = 1L; s < size; s *= 2) y += Shifted(y, (int)s);
        return y;
    }

    /// <summary>The k largest or smallest along an axis in order, equal ones by position; NaN is the largest.</summary>
    private static ImmutableArray<Expr?> TopK(Node n)
    {
        var (rank, largest) = (n[0].Type.Rank, n.Flag("largest", true));
        var axis = n.Axis(n.Int("axis", -1), rank);
        var x = Along.Move(n[0], axis, rank - 1);
        var size = x.Shape[rank - 1];
        var k = n.Opset < 10 ? n.Int("k") : n.Longs(1) is [var given] ? given : throw n.Refuse("k must be one number");
        if (k < 0 || k > size) throw n.Refuse($"{k} of {size} are asked for");
        var positions = (double)x.Type.Count * size <= MaxPairs ? ByRank(x, (int)k, largest)
            : k <= MaxRounds ? ByRounds(x, (int)k, largest)
            : throw n.Unsupported($"takes {k} of {size} along an axis of {n[0].Type}");
        return [Along.Move(Prim.Gather(x, positions, rank - 1), rank - 1, axis), Along.Move(positions, rank - 1, axis)];
    }

    /// <summary>An element's rank is how many come before it; its position goes where its rank is below k.</summary>
    private static Expr ByRank(Expr x, int k, bool largest)
    {
        var (rank, size) = (x.Type.Rank, x.Shape[x.Type.Rank - 1]);
        var pairs = x.Shape.Then([size]);
        Expr Own(Expr e) => Prim.Broadcast(e, pairs, Dims.Range(0, rank));
        Expr Other(Expr e) => Prim.Broadcast(e, pairs, Dims.Range(0, rank - 1).Then([rank]));
        var type = new TensorType(ElementType.I32, pairs);
        var earlier = Prim.Iota(type, rank) < Prim.Iota(type, rank - 1);
        var (before, same) = (largest ? Other(x) > Own(x) : Other(x) < Own(x), Prim.Eq(Other(x), Own(x)));
        if (x.Type.Element.IsFloat)
        {
            var nan = Prim.Ne(x, x);
            before = Prim.Or(before, Prim.And(largest ? Other(nan) : Own(nan), Prim.Not(largest ? Own(nan) : Other(nan))));
            same = Prim.Or(same, Prim.And(Other(nan), Own(nan)));
        }
        var ranks = Prim.Sum(Prim.Cast(Prim.Or(before, Prim.And(same, earlier)), ElementType.I32), [rank]);
        return Prim.ScatterAdd(Prim.Iota(new(ElementType.I64, x.Shape), rank - 1), ranks, k, rank - 1);
    }

    /// <summary>Each round takes the first of those left that equals their best.</summary>
    private static Expr ByRounds(Expr x, int k, bool largest)
    {
        var (axis, at) = (x.Type.Rank - 1, Prim.Iota(x.Type.With(ElementType.I32), x.Type.Rank - 1));
        Expr Spread(Expr e) => Prim.Broadcast(e, x.Shape, Dims.Range(0, axis));
        var worst = Worst(x, largest);
        var key = x.Type.Element.IsFloat ? Prim.Select(Prim.Ne(x, x), Prim.Like(x, double.PositiveInfinity), x) : x;
        var (left, taken) = (Prim.Full(x.Type.With(ElementType.Pred), 1), new List<Expr>());
        for (var i = 0; i < k; i++)
        {
            var open = Prim.Select(left, key, worst);
            var best = Spread(largest ? Prim.ReduceMax(open, [axis]) : Prim.ReduceMin(open, [axis]));
            var first = Prim.ArgMax(Prim.Cast(Prim.And(left, Prim.Eq(key, best)), ElementType.U8), axis);
            left = Prim.And(left, Prim.Ne(at, Spread(first)));
            taken.Add(Prim.Reshape(first, first.Shape.Then([1])));
        }
        return k == 0 ? Prim.Full(new(ElementType.I64, x.Shape.Slice(0, axis).Then([0])), 0)
            : Prim.Cast(Prim.Concat(axis, [.. taken]), ElementType.I64);
    }

    /// <summary>What no element is beyond: the best of no elements.</summary>
    private static Expr Worst(Expr x, bool largest)
    {
        var none = Prim.Full(new(x.Type.Element, [0]), 0);
        return largest ? Prim.ReduceMax(none, [0]) : Prim.ReduceMin(none, [0]);
    }
}
