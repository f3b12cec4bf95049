using MiniTorch.Ir;

namespace MiniTorch.Passes.Analysis;

/// <summary>Where a model's parameters are used: each is counted once, at the first node that computes with it.</summary>
public static class Parameters
{
    /// <summary>
    /// The inputs that are taken for parameters where nobody names them: those with a result of their name, which a step
    /// updates; where there are none, every float input but the first.
    /// </summary>
    public static IReadOnlySet<string> Guess(Graph graph)
    {
        var results = graph.Outputs.Select(o => o.Name).ToHashSet();
        var inputs = graph.Inputs.Select(i => (Input)i.Op).ToList();
        var state = inputs.Where(i => results.Contains(i.Name)).ToList();
        return (state.Count > 0 ? state : inputs.Skip(1).Where(i => i.Type.Element.IsFloat)).Select(i => i.Name).ToHashSet();
    }

    /// <summary>
    /// Elements of the named inputs by the node that counts them. Movements and casts pass a parameter on: a transposed
    /// weight counts where it is multiplied. Parameters that nothing reads count at themselves.
    /// </summary>
    public static IReadOnlyDictionary<Expr, long> Count(Graph graph, IReadOnlySet<string> names)
    {
        var counts = new Dictionary<Expr, long>();
        var carried = graph.Inputs.Where(i => names.Contains(((Input)i.Op).Name)).ToDictionary(i => i, i => i.Type.Count);
        foreach (var node in graph.Nodes)
            foreach (var arg in node.Args)
                if (carried.Remove(arg, out var count))
                    Give(node.Op is Movement or Cast or StopGradient ? carried : counts, node, count);
        foreach (var (node, count) in carried) Give(counts, node, count);
        return counts;
    }

    private static void Give(Dictionary<Expr, long> to, Expr node, long count) =>
        to[node] = to.GetValueOrDefault(node) + count;
}
