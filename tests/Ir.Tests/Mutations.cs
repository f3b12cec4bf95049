using MiniTorch.Generators;

namespace MiniTorch.Ir.Tests;

/// <summary>Graphs that differ from a graph in one node.</summary>
internal static class Mutations
{
    private static readonly Op[] Unary =
        [new Sin(), new Cos(), new Tanh(), new Exp(), new Erf(), new Floor(), new Abs(), new Neg(), new Sign()];

    private static readonly Op[] Binary = [new Add(), new Sub(), new Mul(), new Max(), new Min()];

    /// <summary>One node of another op or other attributes and the same type; null where no such graph was found.</summary>
    internal static Graph? Change(Graph graph, Draw draw)
    {
        var node = draw.One(graph.Nodes);
        var others = Others(graph, node).Where(e => e.Error.IsNone && e.Type == node.Type && !e.Op.Equals(node.Op)).ToList();
        return others.Count == 0 ? null : Replaced(graph, node, draw.One(others), 0);
    }

    /// <summary>One more node between a node and all its users, of an op that the graph does not have.</summary>
    internal static Graph? Insert(Graph graph, Draw draw)
    {
        var node = draw.One(graph.Nodes);
        var ops = node.Type.Element.IsFloat && node.Op is not Constant ? Absent(graph, Unary).ToList() : [];
        return ops.Count == 0 ? null : Replaced(graph, node, Expr.Of(draw.One(ops), node), 1);
    }

    private static IEnumerable<Expr> Others(Graph graph, Expr n) => n.Op switch
    {
        Ir.Unary when n.Type.Element.IsFloat => Absent(graph, Unary).Select(o => Expr.Of(o, n.Args)),
        Ir.Binary when n.Type.Element.IsNumber => Absent(graph, Binary).Select(o => Expr.Of(o, n.Args)),
        Reverse r => Enumerable.Range(0, n.Type.Rank).Where(a => !r.Axes.Contains(a))
            .Select(a => Prim.Reverse(n.Args[0], r.Axes.Then([a]))),
        Pad p when n.Type.Rank > 0 =>
            [Expr.Of(new Pad(p.Lo.Map((l, _) => l + 1), p.Hi.Map((h, _) => h - 1), p.Interior), n.Args)],
        Constant { Value: { Type.Rank: > 0 } v } when v.Type.Count > 0 && v.Type.Element != ElementType.Pred =>
            [Prim.Constant(Tensor.FromDoubles(v.Type,
                [.. Enumerable.Range(0, (int)v.Type.Count).Select(i => v.At(i) + (i == 0 ? 1 : 0))]))],
        ReduceSum s => [Prim.ReduceMax(n.Args[0], s.Axes), Prim.ReduceMin(n.Args[0], s.Axes)],
        ReduceMax m => [Prim.ReduceMax(n.Args[0], m.Axes, m.Ties == Ties.All ? Ties.Split : Ties.All)],
        WindowSum w => [Expr.Of(w with { Windows = new(w.Windows.Select(Shifted)) }, n.Args)],
        Conv c => [Expr.Of(c with { Windows = new(c.Windows.Select(Shifted)) }, n.Args)],
        var _ => [],
    };

    private static Window Shifted(Window w) => w with { Lo = w.Lo + 1, Hi = w.Hi - 1 };

    private static IEnumerable<Op> Absent(Graph graph, Op[] ops) =>
        ops.Where(o => graph.Nodes.All(n => n.Op.Mnemonic != o.Mnemonic));

    // null where the other node, or one above it, is one that the graph has already
    private static Graph? Replaced(Graph graph, Expr node, Expr other, int more)
    {
        var now = new Dictionary<Expr, Expr>();
        foreach (var n in graph.Nodes) now[n] = n == node ? other : n.With([.. n.Args.Select(a => now[a])]);
        var made = Graph.Of([.. graph.Outputs.Select(o => o with { Value = now[o.Value] })], graph.Inputs, graph.Name);
        var isAlive = Order.Of(graph.Outputs.Select(o => o.Value)).Contains(node);
        return isAlive && made.Nodes.Length == graph.Nodes.Length + more ? made : null;
    }
}
