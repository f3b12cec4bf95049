using MiniTorch.Ir;

namespace MiniTorch.Passes.Rewrite;

/// <summary>
/// 0.5 tanh(0.5 x) + 0.5 => 1 / (1 + exp(-x)) and tanh x + 1 => 2 / (1 + exp(-2x)), where nothing else needs the tanh: half the
/// work, for a machine whose exponential is infinite beyond its range, so that neither form overflows to a wrong value.
/// </summary>
public static class Logistic
{
    /// <summary>The graph with each such sigmoid as a quotient.</summary>
    public static Graph Of(Graph graph)
    {
        if (!graph.Nodes.Any(n => n.Op is Tanh)) return graph;
        var uses = new Dictionary<Expr, int>();
        foreach (var arg in graph.Nodes.SelectMany(n => n.Args).Concat(graph.Outputs.Select(o => o.Value)))
            uses[arg] = uses.GetValueOrDefault(arg) + 1;
        var now = new Dictionary<Expr, Expr>();
        foreach (var node in graph.Nodes)
            now[node] = Argument(node, uses) is var (over, v) ? Known.Fit(over / (1 + Prim.Exp(Negated(v, now))), node)
                : node.Args.IsEmpty ? node : node.With([.. node.Args.Select(a => now[a])]);
        return Graph.Of(graph.Outputs.Select(o => o with { Value = now[o.Value] }), graph.Inputs, graph.Name);
    }

    /// <summary>The numerator and v of 0.5 tanh v + 0.5 or of tanh v + 1, whose tanh nothing else needs.</summary>
    private static (int Over, Expr V)? Argument(Expr node, Dictionary<Expr, int> uses)
    {
        if (node.Op is not Add || node.Type.Element.Kind is not (ElementKind.F32 or ElementKind.F64)) return null;
        Expr? Once(Expr? e) => e is not null && uses[e] == 1 ? e : null;
        if (Once(Known.Beside(node, 1)) is (Tanh, [var u])) return (2, u);
        return Once(Known.Beside(node, 0.5)) is { Op: Mul } product && Once(Known.Beside(product, 0.5)) is (Tanh, [var v]) ? (1, v) : null;
    }

    /// <summary>−2v: −x where v is 0.5 x.</summary>
    private static Expr Negated(Expr v, Dictionary<Expr, Expr> now) =>
        v.Op is Mul && Known.Beside(v, 0.5) is { } x ? -now[x] : now[v] * -2;
}
