using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>
/// Operators that write updates at indices. Each is a list of rows [n, r…], places [q] in it and updates [q, r…].
/// </summary>
internal static class Scattering
{
    private const long MaxPairs = 1 << 24;

    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Of("Scatter", ScatterElements),
        Operator.Of("ScatterElements", ScatterElements),
        Operator.Of("ScatterND", ScatterND),
    ];

    /// <summary>y[…, i[…, p, …], …] = u[…, p, …]: every element is a row, its place is row-major in the whole.</summary>
    private static Expr ScatterElements(Node n)
    {
        var (x, index, update) = (n[0], n[1], n[2]);
        var axis = n.Axis(n.Int("axis", 0), x.Type.Rank);
        if (index.Type.Rank != x.Type.Rank || update.Shape != index.Shape || !Fits(index.Shape, x.Shape, axis))
            throw n.Refuse($"index {index.Type} and updates {update.Type} must have one shape that fits into {x.Type}");
        var whole = Prim.Cast(Indexing.Wrapped(index, x.Shape[axis], n), ElementType.I64);
        var strides = x.Shape.Strides();
        var places = Enumerable.Range(0, x.Type.Rank)
            .Select(a => (a == axis ? whole : Prim.Iota(whole.Type, a)) * Prim.Scalar(ElementType.I64, strides[a]))
            .Aggregate((p, q) => p + q);
        var rows = Written(Row(x, n), Row(places, n), Row(update, n), n);
        return Prim.Reshape(rows, x.Shape);
    }

    private static bool Fits(Dims index, Dims x, int axis) =>
        Enumerable.Range(0, x.Count).All(a => a == axis || index[a] <= x[a]);

    private static Expr Row(Expr x, Node n) => Prim.Reshape(x, Sizes.Of([x.Type.Count], n));

    /// <summary>x [d…, r…] at index [q…, k], whose last axis names a place in the k axes d; updates [q…, r…].</summary>
    private static Expr ScatterND(Node n)
    {
        var (x, index, update) = (n[0], n[1], n[2]);
        var (lead, k) = (index.Shape.Slice(0, index.Type.Rank - 1), index.Shape[index.Type.Rank - 1]);
        var (named, rest) = (x.Shape.Slice(0, k), x.Shape.Slice(k, x.Type.Rank - k));
        if (update.Shape != lead.Then(rest)) throw n.Refuse($"updates of {update.Type} must be {lead.Then(rest)} in shape");
        var rows = Prim.Reshape(x, Sizes.Of([named.Product], n).Then(rest));
        var places = Row(Prim.Cast(Indexing.Places(index, named), ElementType.I64), n);
        return Prim.Reshape(Written(rows, places, Prim.Reshape(update, places.Shape.Then(rest)), n), x.Shape);
    }

    private static Expr Written(Expr x, Expr places, Expr update, Node n) => n.Text("reduction", "none") switch
    {
        "none" when x.Type.Element == ElementType.Pred =>
            Replaced(Prim.Cast(x, ElementType.U8), places, Prim.Cast(update, ElementType.U8), n) > 0,
        "none" => Replaced(x, places, update, n),
        "add" => x + Prim.ScatterAdd(update, places, x.Shape[0]),
        "mul" => x * Combined(x, places, update, 1, Prim.ReduceProd, n),
        "max" => Prim.Max(x, Combined(x, places, update, null, Prim.ReduceMax, n)),
        "min" => Prim.Min(x, Combined(x, places, update, null, Prim.ReduceMin, n)),
        var other => throw n.Refuse($"'{other}' is no reduction"),
    };

    /// <summary>
    /// The update where one names the row, else the row. ONNX leaves open what two updates of one row give; here the
    /// last counts where the places are known, else their sum.
    /// </summary>
    private static Expr Replaced(Expr x, Expr places, Expr update, Node n)
    {
        var last = n.Constant(places) is { } known ? LastOnly(known) : places;
        var count = Prim.ScatterAdd(Prim.Full(new(ElementType.I32, last.Shape), 1), last, x.Shape[0]);
        return Prim.Select(Along.Spread(count > 0, x.Shape, 0), Prim.ScatterAdd(update, last, x.Shape[0]), x);
    }

    private static Expr LastOnly(Tensor places)
    {
        var seen = new System.Collections.Generic.HashSet<long>();
        var all = places.As<long>().ToArray();
        for (var i = all.Length - 1; i >= 0; i--) all[i] = seen.Add(all[i]) ? all[i] : -1;
        return Leaves.Longs(all);
    }

    /// <summary>All updates of a row in one, by comparing every place with every row.</summary>
    private static Expr Combined(Expr x, Expr places, Expr update, double? absent, Func<Expr, Dims, Expr> reduce, Node n)
    {
        var all = Dims.Create([x.Shape[0], places.Shape[0]]).Then(x.Shape.Slice(1, x.Type.Rank - 1));
        if ((double)all[0] * all[1] * x.Shape.Slice(1, x.Type.Rank - 1).Product > MaxPairs)
            throw n.Unsupported($"combines {places.Shape[0]} updates with {x.Type}");
        var named = Prim.Eq(Prim.Iota(new(ElementType.I64, all), 0), Along.Spread(places, all, 1));
        var own = absent is { } value ? Prim.Like(x, value)
            : Prim.Broadcast(x, all, Dims.Range(0, all.Count).Without([1]));
        return reduce(Prim.Select(named, Prim.Broadcast(update, all, Dims.Range(1, all.Count - 1)), own), [1]);
    }
}
