using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Generators;

/// <summary>
/// Smaller graphs that are still well typed: fewer results, operands for nodes, inputs for expressions, smaller sizes.
/// Each has fewer results, computing nodes, leaves or elements than the graph it comes from, so shrinking ends.
/// </summary>
internal static class Shrinking
{
    internal static IEnumerable<Graph> Of(Graph graph) =>
        FewerResults(graph).Concat(Deeper(graph)).Concat(Plainer(graph)).Concat(FewerInputs(graph)).Concat(Smaller(graph));

    private static IEnumerable<Graph> FewerResults(Graph graph) => graph.Outputs.Length == 1
        ? graph.Outputs[0].Name.Length > 0 ? Made([graph.Outputs[0].Value], graph.Inputs) : []
        : graph.Outputs.SelectMany(o => Made([o], graph.Inputs))
            .Concat(graph.Outputs.SelectMany(o => Made(graph.Outputs.Remove(o), graph.Inputs)));

    // %r = op(%a, %b); return %r   =>   return %a
    private static IEnumerable<Graph> Deeper(Graph graph) => graph.Outputs.Length > 1 ? []
        : graph.Outputs[0].Value.Args.Distinct().SelectMany(a => Made([a], graph.Inputs));

    private static IEnumerable<Graph> Plainer(Graph graph) =>
        from node in graph.Nodes.Reverse()
        where node.Args.Length > 0
        from other in node.Args.Where(a => a.Type == node.Type).Append(Leaf(graph, node.Type))
        from made in Replaced(graph, e => e == node ? other : null)
        select made;

    private static IEnumerable<Graph> FewerInputs(Graph graph) =>
        graph.Outputs.SelectMany(o => Order.Of([o.Value])).Distinct().Count() < graph.Nodes.Length ? Made(graph.Outputs, []) : [];

    private static IEnumerable<Graph> Smaller(Graph graph) =>
        from size in graph.Inputs.SelectMany(i => i.Shape).Distinct().Where(s => s > 1)
        from less in new[] { 1, size - 1 }.Distinct()
        from made in Replaced(graph, e => e.Op is Input i && e.Shape.Contains(size)
            ? Prim.Input(i.Name, e.Type.With(e.Shape.Map((n, _) => n == size ? less : n))) : null)
        where made.Nodes.Sum(n => n.Type.Count) < graph.Nodes.Sum(n => n.Type.Count)
        select made;

    private static Expr Leaf(Graph graph, TensorType type) => type.Element.IsFloat
        ? Prim.Input(Enumerable.Range(0, graph.Inputs.Length + 1).Select(i => $"z{i}").First(n => graph.Input(n).IsNone), type)
        : Prim.Constant(Tensor.Zeros(type));

    private static IEnumerable<Graph> Replaced(Graph graph, Func<Expr, Expr?> replacement)
    {
        var now = new Dictionary<Expr, Expr>();
        foreach (var node in graph.Nodes)
            now[node] = replacement(node) is { } other ? now.GetValueOrDefault(other, other)
                : node.With([.. node.Args.Select(a => now[a])]);
        return Made([.. graph.Outputs.Select(o => o with { Value = now[o.Value] })], []);
    }

    private static IEnumerable<Graph> Made(IEnumerable<Output> outputs, IEnumerable<Expr> inputs) =>
        Graph.Check(outputs, inputs).Match(Succ: g => [g], Fail: _ => ImmutableArray<Graph>.Empty);
}
