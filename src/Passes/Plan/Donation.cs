using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>Results that bear an input's name and type become that input's next value.</summary>
internal static class Donation
{
    /// <summary>Result index → input.</summary>
    internal static Dictionary<int, Expr> Of(Graph graph)
    {
        var inputs = graph.Inputs.ToDictionary(i => ((Input)i.Op).Name);
        var donations = new Dictionary<int, Expr>();
        for (var i = 0; i < graph.Outputs.Length; i++)
            if (inputs.TryGetValue(graph.Outputs[i].Name, out var input) && input.Type == graph.Outputs[i].Value.Type)
                donations[i] = input;
        return donations;
    }

    /// <summary>
    /// The same graph, where a result that is the old value of an input with a next value becomes a copy of it (a reshape
    /// to its own shape): <c>return x=y y=x</c> swaps.
    /// </summary>
    internal static Graph Separate(Graph graph)
    {
        var replaced = Of(graph).Where(d => graph.Outputs[d.Key].Value != d.Value).Select(d => d.Value)
            .ToHashSet<Expr>(ReferenceEqualityComparer.Instance);
        if (!graph.Outputs.Any(o => replaced.Contains(o.Value))) return graph;
        return Graph.Of(graph.Outputs.Select(o => replaced.Contains(o.Value) ? o with { Value = Copied(o.Value) } : o),
            graph.Inputs, graph.Name);
    }

    private static Expr Copied(Expr x) => Expr.Of(new Reshape(x.Shape), x);
}
