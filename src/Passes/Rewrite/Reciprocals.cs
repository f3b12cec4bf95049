using MiniTorch.Ir;
using MiniTorch.Passes.Analysis;

namespace MiniTorch.Passes.Rewrite;

/// <summary>
/// x / s, y / s => x * (1 / s), y * (1 / s), where s is numbers repeated, as the sum of each row: for a machine that divides
/// slower than it multiplies. Single and double precision; the same over the reals, and to one rounding more in numbers: only
/// where the divisor is shown to be normal and to have a normal reciprocal, as √(v² + ε) or the sum of a softmax.
/// </summary>
public static class Reciprocals
{
    /// <summary>How often a divisor's numbers have to repeat, and how many values it has to divide.</summary>
    private const int Often = 8, Twice = 2;

    /// <summary>The graph with such quotients as products.</summary>
    public static Graph Of(Graph graph)
    {
        var quotients = Several(graph.Nodes.Where(Divides));
        if (quotients.Count > 0) quotients = Safe(quotients, Bounds.Of(graph));
        if (quotients.Count == 0) return graph;
        var now = new Dictionary<Expr, Expr>();
        foreach (var node in graph.Nodes)
            now[node] = quotients.Contains(node) ? now[node.Args[0]] * Inverse(node.Args[1], now)
                : node.Args.IsEmpty ? node : node.With([.. node.Args.Select(a => now[a])]);
        return Graph.Of(graph.Outputs.Select(o => o with { Value = now[o.Value] }), graph.Inputs, graph.Name);
    }

    private static HashSet<Expr> Several(IEnumerable<Expr> quotients) =>
        [.. quotients.GroupBy(n => n.Args[1]).Where(g => g.Count() >= Twice).SelectMany(g => g)];

    private static HashSet<Expr> Safe(IEnumerable<Expr> quotients, Dictionary<Expr, Bounds> bounds) =>
        [.. quotients.Where(n => bounds[n.Args[1]].HasReciprocals(n.Type.Element))];

    private static bool Divides(Expr node) => node is (Div, [var x, (Broadcast, [var s])]) && s.Op is not Constant
        && node.Type.Element.Kind is ElementKind.F32 or ElementKind.F64
        && x.Shape == node.Shape && s.Type.Count * Often <= node.Type.Count;

    private static Expr Inverse(Expr repeated, Dictionary<Expr, Expr> now) =>
        Prim.Broadcast(1 / now[repeated.Args[0]], repeated.Shape, ((Broadcast)repeated.Op).Axes);
}
