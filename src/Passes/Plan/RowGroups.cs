using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>
/// Nodes that one step computes row by row, as those of a softmax: reductions of the last axes of one shape, loops over that
/// shape and over what is left of it, and broadcasts back along the rows; and sums over the rows of what these compute or read.
/// A group is convex: no path leaves and comes back.
/// </summary>
internal sealed class RowGroups
{
    /// <summary>After so many nodes the search for a way back ends and says that there may be one.</summary>
    private const int Patience = 256;

    private readonly Uses uses;
    private readonly IPlanTarget target;
    private readonly Group?[] of;

    private RowGroups(Uses uses, IPlanTarget target)
    {
        (this.uses, this.target) = (uses, target);
        of = new Group?[uses.Graph.Nodes.Length];
        for (var n = 0; n < of.Length; n++) Place(n);
        foreach (var group in of.OfType<Group>().Distinct().Where(g => !IsWhole(g)).ToList())
            foreach (var member in group.Members) of[member] = null;
        for (var n = 0; n < of.Length; n++) PlaceColumns(n);
    }

    /// <summary>The rows of a group: a shape, how many of its axes lead, and the members from the last to the first.</summary>
    internal sealed class Group(Dims shape, int lead)
    {
        internal Dims Shape { get; } = shape;

        internal int Lead { get; } = lead;

        internal Dims Rows { get; } = shape.Slice(0, lead);

        internal IEnumerable<int> Axes { get; } = Enumerable.Range(lead, shape.Count - lead);

        internal List<int> Members { get; } = [];
    }

    /// <summary>The group of each node; null for most.</summary>
    internal static Group?[] Of(Uses uses, IPlanTarget target) => new RowGroups(uses, target).of;

    /// <summary>Whether a node may be computed in a group, its operands aside.</summary>
    internal static bool Suits(Expr node, Group group, IPlanTarget target) => target.GoesByRows(node) && node.Op switch
    {
        Elementwise => node.Shape == group.Shape || node.Shape == group.Rows,
        Reduction r => node.Args[0].Shape == group.Shape && r.Axes.Order().SequenceEqual(group.Axes),
        Broadcast b => b.To == group.Shape && node.Args[0].Shape == group.Rows && b.Axes.SequenceEqual(Enumerable.Range(0, group.Lead)),
        var _ => false,
    };

    private void Place(int n)
    {
        var node = uses.Graph.Nodes[n];
        if (!target.GoesByRows(node)) return;
        var near = node.Args.Select(a => of[uses.Graph.Index[a]]).OfType<Group>().Distinct().Where(g => Suits(node, g, target)).ToList();
        if (near.Count > 1 && near.Skip(1).All(g => g.Shape == near[0].Shape && g.Lead == near[0].Lead) && Joins(n, near)) return;
        if (near.Exists(g => Joins(n, [g]))) return;
        if (node.Op is Reduction && Begin(node) is { } own) Put(n, own);
    }

    /// <summary>A sum of columns, as a bias's gradient, comes last: nothing that reads it may be in the group.</summary>
    private void PlaceColumns(int n)
    {
        var node = uses.Graph.Nodes[n];
        if (of[n] is not null || node.Op is not ReduceSum { Axes: var axes } || !axes.Contains(0) || !target.GoesByRows(node)) return;
        var x = uses.Graph.Index[node.Args[0]];
        var near = uses.Of(x).Select(u => of[u.User]).Append(of[x]).OfType<Group>().Distinct()
            .Where(g => g.Shape == node.Args[0].Shape && axes.Order().SequenceEqual(Enumerable.Range(0, g.Lead)));
        _ = near.ToList().Exists(g => Joins(n, [g]));
    }

    private static Group? Begin(Expr node)
    {
        var (shape, axes) = (node.Args[0].Shape, ((Reduction)node.Op).Axes);
        var group = new Group(shape, shape.Count - axes.Count);
        return group.Lead > 0 && axes.Count > 0 && axes.Order().SequenceEqual(group.Axes) ? group : null;
    }

    private bool Joins(int n, List<Group> groups)
    {
        var members = groups.SelectMany(g => g.Members).Append(n).ToHashSet();
        if (members.Count > Fusion.MaxBody || !IsConvex(members)) return false;
        foreach (var other in groups.Skip(1).SelectMany(g => g.Members)) Put(other, groups[0]);
        Put(n, groups[0]);
        groups[0].Members.Sort((a, b) => b - a);
        return true;
    }

    private void Put(int n, Group group)
    {
        of[n] = group;
        group.Members.Insert(0, n);
    }

    /// <summary>Whether nothing that the members read from outside needs a member, other groups taken whole.</summary>
    private bool IsConvex(System.Collections.Generic.HashSet<int> members)
    {
        var first = Reach(members.Min());
        var seen = new System.Collections.Generic.HashSet<int>();
        var open = new Stack<int>(members.SelectMany(Args).Where(a => !members.Contains(a) && a >= first && seen.Add(a)));
        while (open.TryPop(out var n))
        {
            if (seen.Count > Patience) return false;
            var before = of[n] is { } group && !members.Contains(n)
                ? group.Members.SelectMany(Args).Concat(group.Members) : Args(n);
            foreach (var next in before)
                if (members.Contains(next)) return false;
                else if (next >= first && seen.Add(next)) open.Push(next);
        }
        return true;
    }

    /// <summary>The first node from which a way may lead to a node or beyond: groups around it reach further back.</summary>
    private int Reach(int first)
    {
        for (var at = first; ; first = at)
        {
            foreach (var group in of.Skip(first).OfType<Group>()) at = Math.Min(at, group.Members[^1]);
            if (at == first) return first;
        }
    }

    private IEnumerable<int> Args(int n) => uses.Graph.Nodes[n].Args.Select(a => uses.Graph.Index[a]);

    /// <summary>A group is worth it when a row's reduction goes back along the row, and all who read a broadcast are in it.</summary>
    private bool IsWhole(Group group)
    {
        var broadcasts = group.Members.Where(m => uses.Graph.Nodes[m].Op is Broadcast).ToList();
        return broadcasts.Count > 0
            && broadcasts.TrueForAll(b => !uses.IsOutput(b) && uses.Of(b).Count > 0 && uses.Of(b).TrueForAll(u => of[u.User] == group));
    }
}
