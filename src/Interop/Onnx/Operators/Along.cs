using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Elements of an expression taken along one axis.</summary>
internal static class Along
{
    /// <summary>The same elements with one axis moved to another place.</summary>
    public static Expr Move(Expr x, int from, int to)
    {
        var order = Enumerable.Range(0, x.Type.Rank).Where(a => a != from).ToList();
        order.Insert(to, from);
        return Prim.Transpose(x, Dims.Of(order));
    }

    /// <summary>The elements from start, up to a limit, every stride-th.</summary>
    public static Expr Slice(Expr x, int axis, int start, int limit, int stride = 1) =>
        start == 0 && limit == x.Shape[axis] && stride == 1 ? x
            : Prim.Slice(x, At(axis, start, x, 0), x.Shape.Map((n, a) => a == axis ? limit : n), At(axis, stride, x, 1));

    /// <summary>The elements at one position; the result has no such axis.</summary>
    public static Expr At(Expr x, int axis, int position) =>
        Prim.Reshape(Slice(x, axis, position, position + 1), x.Shape.Without([axis]));

    /// <summary>Values before and after those of an axis; negative counts crop.</summary>
    public static Expr Pad(Expr x, int axis, int lo, int hi, Expr value) => lo == 0 && hi == 0 ? x
        : Prim.Pad(x, value, At(axis, lo, x, 0), At(axis, hi, x, 0), Dims.Repeat(0, x.Type.Rank));

    /// <summary>Zeros (or false) before and after.</summary>
    public static Expr Pad(Expr x, int axis, int lo, int hi) => Pad(x, axis, lo, hi, Prim.Like(x, 0));

    /// <summary>The elements at positions [p…]; their axes take the axis's place. A position outside gives 0.</summary>
    public static Expr Take(Expr x, int axis, Expr positions)
    {
        var (p, y) = (positions.Type.Rank, Prim.Gather(Move(x, axis, 0), positions));
        var perm = Dims.Range(p, axis).Then(Dims.Range(0, p)).Then(Dims.Range(p + axis, y.Type.Rank - p - axis));
        return Prim.Transpose(y, perm);
    }

    /// <summary>The elements at known positions: a slice where they are evenly spaced, blocks where each repeats.</summary>
    public static Expr Take(Expr x, int axis, IReadOnlyList<long> positions) => (positions, Step(positions)) switch
    {
        ([], _) => Slice(x, axis, 0, 0),
        ([var only], _) => Slice(x, axis, (int)only, (int)only + 1),
        (_, > 0 and var step) => Slice(x, axis, (int)positions[0], (int)positions[^1] + 1, (int)step),
        (_, < 0 and var step) => Prim.Reverse(Slice(x, axis, (int)positions[^1], (int)positions[0] + 1, (int)-step), [axis]),
        _ when Blocks(positions, x.Shape[axis]) is > 1 and var times => Repeat(x, axis, times),
        _ => Take(x, axis, Leaves.Longs([.. positions])),
    };

    /// <summary>Each element as often as told, one beside the other: a b → a a b b.</summary>
    public static Expr Repeat(Expr x, int axis, int times)
    {
        var kept = Dims.Of(Enumerable.Range(0, x.Type.Rank).Select(a => a <= axis ? a : a + 1));
        var blocks = x.Shape.Slice(0, axis + 1).Then([times]).Then(x.Shape.Slice(axis + 1, x.Type.Rank - axis - 1));
        return Prim.Reshape(Prim.Broadcast(x, blocks, kept), x.Shape.Map((n, a) => a == axis ? n * times : n));
    }

    /// <summary>A list [n] over a shape whose axis has that size.</summary>
    public static Expr Spread(Expr list, Dims shape, int axis) => Prim.Broadcast(list, shape, [axis]);

    private static Dims At(int axis, int value, Expr x, int elsewhere) =>
        x.Shape.Map((_, a) => a == axis ? value : elsewhere);

    private static long Step(IReadOnlyList<long> positions)
    {
        var step = positions.Count < 2 ? 0 : positions[1] - positions[0];
        var even = Enumerable.Range(1, Math.Max(positions.Count - 1, 0)).All(i => positions[i] - positions[i - 1] == step);
        return even ? step : 0;
    }

    private static int Blocks(IReadOnlyList<long> positions, int n)
    {
        var times = n == 0 || positions.Count % n != 0 ? 0 : positions.Count / n;
        return times > 0 && positions.Select((p, i) => p == i / times).All(same => same) ? times : 0;
    }
}
