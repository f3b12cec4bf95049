using MiniTorch.Ir;

namespace MiniTorch.Passes.Rewrite;

/// <summary>
/// 0.5 tanh(0.5 x) + 0.5 => 1 / (1 + exp(-x)) and tanh x + 1 => 2 / (1 + exp(-2x)), where nothing else needs the tanh: half the
/// work, for a machine whose exponential is infinite beyond its range, so that neither form overflows to a wrong value. What
/// alone needs such a sigmoid and multiplies it is the numerator: y (0.5 tanh(0.5 x) + 0.5) => y / (1 + exp(-x)), and so is y of
/// 0.5 y (tanh x + 1).
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
            now[node] = Argument(node, uses) is var (over, v) ? Known.Fit(over / OneMore(v, now), node)
                : Numerator(node, uses) is var (y, u) ? Known.Fit(now[y] / OneMore(u, now), node)
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

    /// <summary>y and v where a node is y (0.5 tanh v + 0.5) or 0.5 y (tanh v + 1), whose sigmoid nothing else needs.</summary>
    private static (Expr Y, Expr V)? Numerator(Expr node, Dictionary<Expr, int> uses)
    {
        if (node is not (Mul, [var a, var b])) return null;
        return Beside(a, b) ?? Beside(b, a);

        (Expr, Expr)? Beside(Expr y, Expr sigmoid) => uses[sigmoid] > 1 || Argument(sigmoid, uses) is not var (over, v) ? null
            : over == 1 ? (y, v) : y.Op is Mul && Known.Beside(y, 0.5) is { } whole ? (whole, v) : null;
    }

    /// <summary>1 + exp(−2v).</summary>
    private static Expr OneMore(Expr v, Dictionary<Expr, Expr> now) => 1 + Prim.Exp(Negated(v, now));

    /// <summary>−2v: −x where v is 0.5 x, −2c x where it is c x.</summary>
    private static Expr Negated(Expr v, Dictionary<Expr, Expr> now) =>
        v.Op is not Mul || Known.Beside(v) is not var (x, c) ? now[v] * -2
        : c.At(0) == 0.5 ? -now[x] : Known.Scaled(now[x], c.At(0) * -2, v) ?? now[v] * -2;
}
