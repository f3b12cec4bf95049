using System.Collections.Immutable;
using MiniTorch.Ir;
using MiniTorch.Passes.Analysis;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Cli.Showing;

/// <summary>What is said of a whole model.</summary>
internal sealed record Account(
    ImmutableArray<Explanation> Nodes, Plan Plan, ImmutableArray<LayerParameters> Layers, ImmutableArray<Warning> Warnings)
{
    /// <summary>Of a graph and its plan.</summary>
    internal static Account Of(Graph graph, IReadOnlySet<string> parameters, Plan plan) => new(
        Explanation.Of(graph, parameters), plan, LayerParameters.Of(graph, parameters), Warning.Of(graph));

    /// <summary>A node's name in the text form.</summary>
    internal string Name(Expr node) => Nodes.First(e => ReferenceEquals(e.Node, node)).Name;

    // bytes are those of nodes run one by one; the plan's fused steps move fewer
    internal IEnumerable<(string Name, long Value)> Totals =>
    [
        ("nodes", Nodes.Count(e => e.Node.Op is not Input)), ("parameters", Nodes.Sum(e => e.Parameters)),
        ("flops", Nodes.Sum(e => e.Flops)), ("bytes", Nodes.Sum(e => e.Bytes)),
        ("planned steps", Plan.Steps.Length), ("planned flops", Plan.Flops), ("planned bytes", Plan.Steps.Sum(s => s.Bytes)),
        ("peak arena bytes", Plan.ArenaBytes),
    ];
}
