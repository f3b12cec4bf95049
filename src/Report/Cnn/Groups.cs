using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Report;

/// <summary>
/// The nodes that depend on an input, in groups as a person counts layers: a convolution with its bias, an activation
/// however many ops it is written in, a pooling. The last node of a group is what the layer gives.
/// </summary>
internal sealed class Groups
{
    private sealed class Group(Expr anchor, bool free)
    {
        internal readonly Expr Anchor = anchor;
        internal readonly bool IsActivation = free;
        internal readonly System.Collections.Generic.HashSet<Expr> Sources = [];
        internal Expr End = anchor;
        internal string Moved = "";

        internal string Label => End.Label.Length > 0 ? End.Label : Moved;
    }

    private readonly Dictionary<Expr, Group> of = [];
    private readonly System.Collections.Generic.HashSet<Expr> dependent;
    private readonly List<Group> all = [];

    private Groups(Graph graph, Expr input)
    {
        dependent = [input];
        foreach (var node in graph.Nodes.Where(n => n.Args.Any(dependent.Contains)))
        {
            dependent.Add(node);
            Place(node);
        }
    }

    /// <summary>What each group begins and ends with, and its label, in the order of their ends.</summary>
    internal static IEnumerable<(Expr Anchor, Expr End, string Label)> Of(Graph graph, Expr input) =>
        new Groups(graph, input).all.OrderBy(g => graph.Index[g.End]).Select(g => (g.Anchor, g.End, g.Label));

    private void Place(Expr node)
    {
        var moved = node.Args.Where(dependent.Contains).Distinct().ToList();
        if (node.Op is Movement or StopGradient) Move(node, of.GetValueOrDefault(moved[0]));
        else if (Joins(node, moved) is { } group) Join(group, node);
        else Begin(node, moved);
    }

    // the same numbers in another shape: where only that has a label, it is the layer's
    private void Move(Expr node, Group? group)
    {
        if (group is null) return;
        of[node] = group;
        if (group.Moved.Length == 0 && node.Type.Count == group.End.Type.Count) group.Moved = node.Label;
    }

    private Group? Joins(Expr node, List<Expr> args)
    {
        if (node.Op is not Elementwise) return null;
        var activation = args.Select(of.GetValueOrDefault).FirstOrDefault(g => g is { IsActivation: true }
            && args.All(a => of.GetValueOrDefault(a) == g || g.Sources.Contains(a)));
        if (activation is not null) return activation;
        return args is [var one] && of.TryGetValue(one, out var before) && !before.IsActivation
            && ReferenceEquals(before.End, one) && IsAffine(node, before) ? before : null;
    }

    // a bias or a scale for each channel belongs to the product before it, a count to the sum it divides
    private bool IsAffine(Expr node, Group before) => node.Op is Cast || node.Op is Add or Sub or Mul or Div
        && (before.Anchor.Op is WindowSum or ReduceSum || node.Args.Any(a => !dependent.Contains(a) && !IsScalar(a)));

    private static bool IsScalar(Expr e) => e is { Op: Constant, Type.Rank: 0 } || e.Op is Broadcast && IsScalar(e.Args[0]);

    private void Join(Group group, Expr node)
    {
        of[node] = group;
        group.End = node;
    }

    private void Begin(Expr node, List<Expr> args)
    {
        // of a max-pooling the place of the largest is a step on the way
        if (node.Op is WindowArgMax or ArgMax or Comparison || !node.Type.Element.IsFloat) return;
        var group = new Group(node, node.Op is Elementwise);
        group.Sources.UnionWith(args);
        of[node] = group;
        all.Add(group);
    }
}
