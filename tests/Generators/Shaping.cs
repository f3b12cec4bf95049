using MiniTorch.Ir;

namespace MiniTorch.Generators;

/// <summary>Steps that make movements, leaves and reductions.</summary>
internal static class Shaping
{
    /// <summary>Linear maps that move elements.</summary>
    internal static readonly Step[] Movements =
    [
        Broadcasts, Reshapes, Transposes, Pads, Slices, Concats,
        p => p.Any() is { } x ? (Prim.Reverse(x, p.Draw.Axes(x.Type.Rank)), p.Degree(x)) : null,
    ];

    /// <summary>Sums, which are linear.</summary>
    internal static readonly Step[] Sums =
    [
        p => p.Number() is { } x ? (Prim.Sum(x, p.Draw.Axes(x.Type.Rank)), p.Degree(x)) : null,
        p => p.Number() is { } x ? (Prim.Sum(x, p.Draw.Axes(x.Type.Rank)), p.Degree(x)) : null,
    ];

    /// <summary>Products along axes: polynomial.</summary>
    internal static readonly Step[] Products = [Prods];

    /// <summary>The largest and smallest along axes.</summary>
    internal static readonly Step[] Extremes =
    [
        p => Full(p) is { } x ? (Prim.ReduceMax(x, p.Draw.Axes(x.Type.Rank), Tied(p)), p.Degree(x)) : null,
        p => Full(p) is { } x ? (Prim.ReduceMin(x, p.Draw.Axes(x.Type.Rank), Tied(p)), p.Degree(x)) : null,
        p => p.Pick(t => Counts(p, t) && t.Rank > 0 && t.Count > 0) is { } x
            ? (Prim.ArgMax(x, p.Draw.Int(0, x.Type.Rank - 1)), 1) : null,
    ];

    /// <summary>Nodes without data operands.</summary>
    internal static readonly Step[] Leaves =
    [
        p => (Prim.Constant(p.Draw.Tensor(new(p.Element(), p.Draw.Shape()))), 1),
        p => p.Draw.Shape() is { Count: > 0 } shape ? (Prim.Iota(new(p.Float(), shape), p.Draw.Int(0, shape.Count - 1)), 1) : null,
    ];

    /// <summary>Random bits, and counting in integers.</summary>
    internal static readonly Step[] Integers =
    [
        p => (Prim.RandomBits(Prim.Scalar(ElementType.I64, p.Draw.Int(-9, 9)), Prim.Scalar(ElementType.I64, p.Draw.Int(0, 99)),
            p.Draw.Shape()), 1),
        p => p.Draw.Shape() is { Count: > 0 } shape
            ? (Prim.Iota(new(p.Draw.One([ElementType.I32, ElementType.I64, ElementType.U8]), shape), p.Draw.Int(0, shape.Count - 1)), 1)
            : null,
    ];

    private static Ties Tied(Pool p) => p.Draw.Once(2) ? Ties.First : p.Draw.One([Ties.Split, Ties.All]);

    private static bool Counts(Pool p, TensorType t) => p.IsMixed ? t.Element.IsNumber : t.Element.IsFloat;

    // over an empty axis the extreme of a float type is infinite, which only a mixed graph may meet
    private static Expr? Full(Pool p) => p.Pick(t => Counts(p, t) && (p.IsMixed || t.Count > 0));

    private static (Expr, int)? Broadcasts(Pool p)
    {
        if (p.Pick(t => (p.IsMixed || t.Element.IsFloat) && t.Count < 60) is not { } x) return null;
        var rank = x.Type.Rank + p.Draw.Int(0, 2);
        var axes = p.Draw.Once(3) ? p.Draw.Shuffled(Dims.Range(0, rank)) : Dims.Range(0, rank);
        axes = axes.Slice(p.Draw.Int(0, rank - x.Type.Rank), x.Type.Rank);
        var to = p.Draw.Ints(rank, 1, 3).Map((fresh, i) =>
            axes.IndexOf(i) is >= 0 and var at && (x.Shape[at] != 1 || p.Draw.Once(2)) ? x.Shape[at] : fresh);
        return (Prim.Broadcast(x, to, axes), p.Degree(x));
    }

    private static (Expr, int)? Reshapes(Pool p)
    {
        if (p.Any() is not { } x) return null;
        var to = new List<int>(p.Draw.Shuffled(x.Shape));
        while (to.Count > 1 && p.Draw.Once(2))
        {
            to[^2] *= to[^1];
            to.RemoveAt(to.Count - 1);
        }
        while (to.Count < 4 && p.Draw.Once(3)) to.Insert(p.Draw.Int(0, to.Count), 1);
        return (Prim.Reshape(x, Dims.Of(to)), p.Degree(x));
    }

    private static (Expr, int)? Transposes(Pool p) =>
        p.Any() is { } x ? (Prim.Transpose(x, p.Draw.Shuffled(Dims.Range(0, x.Type.Rank))), p.Degree(x)) : null;

    private static (Expr, int)? Pads(Pool p)
    {
        if (p.Any() is not { } x) return null;
        var (lo, interior) = (p.Draw.Ints(x.Type.Rank, -1, 2), p.Draw.Ints(x.Type.Rank, 0, p.Draw.Int(0, 2)));
        var hi = p.Draw.Ints(x.Type.Rank, -1, 2)
            .Map((h, i) => Math.Max(h, -lo[i] - (int)Window.Spread(x.Shape[i], interior[i] + 1)));
        var value = p.Draw.Once(3) && p.Pick(t => t == x.Type.Element.Scalar) is { } known
            ? known : Prim.Constant(p.Draw.Tensor(x.Type.Element.Scalar));
        return (Prim.Pad(x, value, lo, hi, interior), Math.Max(p.Degree(x), p.Degree(value)));
    }

    private static (Expr, int)? Slices(Pool p)
    {
        if (p.Any() is not { } x) return null;
        var start = x.Shape.Map((n, _) => p.Draw.Int(0, n / 2));
        var limit = x.Shape.Map((n, i) => p.Draw.Once(20) ? start[i] : p.Draw.Int(Math.Min(start[i] + 1, n), n));
        return (Prim.Slice(x, start, limit, p.Draw.Ints(x.Type.Rank, 1, p.Draw.Int(1, 3))), p.Degree(x));
    }

    private static (Expr, int)? Concats(Pool p)
    {
        if (p.Pick(t => t.Rank > 0 && (p.IsMixed || t.Element.IsFloat)) is not { } x) return null;
        var axis = p.Draw.Int(0, x.Type.Rank - 1);
        var others = Enumerable.Range(0, p.Draw.Int(0, 2)).Select(_ => p.Like(Resized(p, x.Type, axis))).ToList();
        Expr[] parts = p.Draw.Once(2) ? [x, .. others] : [.. others, x];
        return (Prim.Concat(axis, [.. parts]), parts.Max(p.Degree));
    }

    private static TensorType Resized(Pool p, TensorType type, int axis) =>
        p.Draw.Once(2) ? type : type.With(type.Shape.Map((n, i) => i == axis ? p.Draw.Int(1, 3) : n));

    private static (Expr, int)? Prods(Pool p)
    {
        if (p.Number() is not { } x) return null;
        var axes = p.Draw.Axes(x.Type.Rank);
        return (Prim.ReduceProd(x, axes), (int)Math.Max(1, p.Degree(x) * x.Shape.At(axes).Product));
    }
}
