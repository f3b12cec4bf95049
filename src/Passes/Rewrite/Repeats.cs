using MiniTorch.Ir;
using static MiniTorch.Passes.Rewrite.Sample;
using static MiniTorch.Passes.Rewrite.Soundness;

namespace MiniTorch.Passes.Rewrite;

/// <summary>Repetition goes after the work: what is computed on each copy is computed once.</summary>
public static class Repeats
{
    /// <summary>Broadcasts sink below elementwise ops and out of reductions.</summary>
    public static readonly IReadOnlyList<Rule> Rules =
    [
        Rule.On<Elementwise>("broadcast-last", "f(broadcast x, broadcast y) = broadcast(f(x, y))", Exact, Sink, () =>
        [
            Prim.Exp(Like(X, 3)), Prim.Fill(S, [2, 3]) + Prim.Fill(S, [2, 3]), Prim.Tanh(Rows(Row)), Rows(Row) * S,
            Prim.Select(Prim.Fill(S > 0, [2, 3]), Prim.Fill(S, [2, 3]), S),
        ]),
        Rule.On<Elementwise>("broadcast-scalar", "f(broadcast s, y) = f(s, y)", Exact, Bare, () =>
            [Prim.Fill(S, [2, 3]) + X, X / Like(X, 3), Prim.Select(P, Like(X, 0), Y)]),
        Rule.On<ReduceSum>("sum-broadcast", "sum of n copies = n * x", Real, n => Once(n, times: true), () =>
            [Prim.Sum(Prim.Fill(R, [2, 3]), [0, 1]), Prim.Sum(Rows(Row64), [0]), Prim.Sum(Rows(Row64), [0, 1])]),
        Rule.On<ReduceMax>("max-broadcast", "max of copies = x", Exact, n => Once(n, times: false), () =>
            [Prim.ReduceMax(Rows(Row), [0]), Prim.ReduceMax(Prim.Fill(S, [2, 3]), [1])]),
        Rule.On<ReduceMin>("min-broadcast", "min of copies = x", Exact, n => Once(n, times: false), () =>
            [Prim.ReduceMin(Rows(Row), [0, 1])]),
        Rule.On<Reduction>("reduce-none", "a reduction over no axes = x", Real,
            n => n.Op is Reduction { Axes.Count: 0 } ? n.Args[0] : null, () => [Prim.Sum(U, []), Prim.ReduceMax(U, [])]),
        Rule.On<Reduction>("reduce-one", "a reduction of one element = that element", Real,
            n => n is (Reduction r, [var x]) && r.Axes.Count > 0 && x.Shape.At(r.Axes).All(s => s == 1) ? Prim.Reshape(x, n.Shape) : null,
            () => [Prim.Sum(Thin64, [0]), Prim.ReduceProd(Thin64, [0, 2]), Prim.ReduceMin(Thin64, [2])]),
        Rule.On<ReduceSum>("sum-sum", "a sum of sums is one sum", Real, n => Merge<ReduceSum>(n), () =>
            [Prim.Sum(Prim.Sum(U3, [1]), [0]), Prim.Sum(Prim.Sum(U3, [0]), [0, 1])]),
        Rule.On<ReduceMax>("max-max", "a maximum of maxima is one maximum", Exact, n => Merge<ReduceMax>(n), () =>
            [Prim.ReduceMax(Prim.ReduceMax(X3, [1]), [1])]),
    ];

    private static Expr Rows(Expr row) => Prim.Broadcast(row, [2, 3], [1]);

    private static Expr? Sink(Expr n)
    {
        if (n.Type.Rank == 0 || n.Args.FirstOrDefault(a => a.Type.Rank > 0) is not (Broadcast b, [var first])) return null;
        return n.Args.All(a => a.Type.Rank == 0 || (a is (Broadcast c, [var x]) && c == b && x.Shape == first.Shape))
            ? Prim.Broadcast(Expr.Of(n.Op, [.. n.Args.Select(a => a.Type.Rank == 0 ? a : a.Args[0])]), b.To, b.Axes)
            : null;
    }

    private static Expr? Bare(Expr n) =>
        n.Args.Length > 1 && n.Args.Any(IsRepeatedScalar) && n.Args.Any(a => a.Type.Rank > 0 && !IsRepeatedScalar(a))
            ? Expr.Of(n.Op, [.. n.Args.Select(a => IsRepeatedScalar(a) ? a.Args[0] : a)])
            : null;

    private static bool IsRepeatedScalar(Expr e) => e is (Broadcast, [{ Type.Rank: 0 }]) && e.Type.Rank > 0;

    /// <summary>Reduced axes that a broadcast added are not added; a sum takes their size as a factor.</summary>
    private static Expr? Once(Expr n, bool times)
    {
        if (n is not (Reduction r, [(Broadcast b, [var x])])) return null;
        var added = Dims.Of(r.Axes.Where(a => !b.Axes.Contains(a)));
        var count = b.To.At(added).Product;
        if (added.Count == 0 || count == 0) return null;
        var kept = Dims.Of(Enumerable.Range(0, b.To.Count).Where(a => !added.Contains(a)));
        var repeated = Prim.Broadcast(x, b.To.At(kept), b.Axes.Map((a, _) => kept.IndexOf(a)));
        var rest = Dims.Of(r.Axes.Where(a => !added.Contains(a)).Select(a => kept.IndexOf(a)));
        var reduced = Expr.Of(r with { Axes = rest }, repeated);
        if (!times) return reduced;
        var factor = Prim.Scalar(n.Type.Element, count);
        return double.IsFinite(((Constant)factor.Op).Value.At(0)) ? reduced * factor : null;
    }

    private static Expr? Merge<T>(Expr n) where T : Reduction
    {
        if (n is not (T outer, [(T inner, [var x])]) || !(outer with { Axes = inner.Axes }).Equals(inner)) return null;
        var left = Dims.Range(0, x.Type.Rank).Without(inner.Axes);
        return Expr.Of(inner with { Axes = Dims.Of(inner.Axes.Concat(left.At(outer.Axes)).Order()) }, x);
    }
}
