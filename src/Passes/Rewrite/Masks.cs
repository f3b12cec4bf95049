using MiniTorch.Ir;
using static MiniTorch.Passes.Rewrite.Known;
using static MiniTorch.Passes.Rewrite.Sample;
using static MiniTorch.Passes.Rewrite.Soundness;

namespace MiniTorch.Passes.Rewrite;

/// <summary>
/// Where the gradient of an activation passes is asked of values that the forward pass keeps anyway: of relu's result, and
/// after max-pooling of the pooled values. What came before then need not outlive the forward pass.
/// </summary>
public static class Masks
{
    /// <summary>The rule that brings a mask before a scatter.</summary>
    public static readonly IReadOnlyList<Rule> Rules =
    [
        Rule.On<Select>("masked-scatter",
            "select(p > c, scatter_add(u, i), 0) = scatter_add(select(gather(p, i) > c, u, 0), i) where u is the smaller", Exact,
            Scattered, () =>
            [
                Prim.Select(Cells > 0, Prim.Reshape(Prim.ScatterAdd(X, I, 12, 1), [2, 3, 4]), Like(Cells, 0)),
                Prim.Select(Like(Cells, 0.5) <= Cells, Prim.Reshape(Prim.ScatterAdd(X, I, 12, 1), [2, 3, 4]), Like(Cells, 0)),
                Prim.Select(Flat > 0, Prim.ScatterAdd(X, I, 12, 1), Like(Flat, 0)),
            ]),
    ];

    /// <summary>Masks of clamped values, then masks before scatters.</summary>
    public static readonly Pass Pass = Pass.Of(
        "masks", "asks where gradients pass of values that the forward pass keeps", g => Rewriter.Run(OfClamped(g), Rules));

    private static Expr Cells => Prim.Input("cells", ElementType.F32[2, 3, 4]);

    private static Expr Flat => Prim.Input("flat", ElementType.F32[2, 12]);

    /// <summary><c>x > 0</c> is <c>max(x, 0) > 0</c>, where the graph has that maximum. Exact, for NaN too.</summary>
    private static Graph OfClamped(Graph g)
    {
        var clamped = new Dictionary<Expr, Expr>();
        foreach (var node in g.Nodes)
            if (node.Op is Max && Beside(node, 0) is { } x) clamped.TryAdd(x, node);
        if (!g.Nodes.Any(n => Clamped(n, clamped) is not null)) return g;
        var now = new Dictionary<Expr, Expr>();
        foreach (var node in g.Nodes)
        {
            var over = Over(node, now);
            now[node] = Clamped(node, clamped) is { } max ? over.With([Over(max, now), over.Args[1]]) : over;
        }
        return Graph.Of(g.Outputs.Select(o => o with { Value = now[o.Value] }), g.Inputs, g.Name);
    }

    private static Expr? Clamped(Expr node, Dictionary<Expr, Expr> clamped) =>
        node is (Gt, [var x, var zero]) && Is(zero, 0) ? clamped.GetValueOrDefault(x) : null;

    private static Expr Over(Expr node, Dictionary<Expr, Expr> now) =>
        node.Args.IsEmpty ? node : node.With([.. node.Args.Select(a => now[a])]);

    private static Expr? Scattered(Expr n)
    {
        if (n is not (Select, [(Comparison compare, [var p, var q]), var y, var zero]) || !IsPlusZero(zero)) return null;
        if (Unshaped(y) is not (ScatterAdd s, [var u, var i]) scatter || 2 * u.Type.Count > y.Type.Count) return null;
        // A number that is no constant is one for all cells, and no scatter's.
        if (Of(p) is null == Of(q) is null || (Of(p) is null ? p : q).Shape != y.Shape) return null;
        Expr At(Expr side) => Of(side) is { } c ? Prim.Constant(c) : Prim.Gather(Prim.Reshape(side, scatter.Shape), i, s.Batch);
        var passes = Expr.Of(compare, At(p), At(q));
        return Fitted(Prim.ScatterAdd(Prim.Select(passes, u, Prim.Scalar(u.Type.Element, 0.0)), i, s.Size, s.Batch), n);
    }

    private static Expr Unshaped(Expr e) => e is (Reshape, [var x]) ? x : e;

    private static Expr Fitted(Expr x, Expr n) => x.Shape == n.Shape ? x : Prim.Reshape(x, n.Shape);
}
