using MiniTorch.Ir;
using Blocks = MiniTorch.Passes.Rewrite.Blocks;

namespace MiniTorch.Passes.Planning;

/// <summary>Where each node of a graph is: in memory, a view of memory, or in a register of its step.</summary>
internal sealed class Storage
{
    private readonly Uses uses;
    private readonly IPlanTarget target;
    private readonly int[] home;
    private readonly View?[] views;
    private readonly System.Collections.Generic.HashSet<Expr> aliased = [];
    private readonly System.Collections.Generic.HashSet<Expr> donated;

    internal Storage(Uses uses, IPlanTarget target)
    {
        (this.uses, this.target) = (uses, target);
        (home, views) = (Fusion.Homes(uses, target), new View?[Graph.Nodes.Length]);
        donated = [.. Donation.Of(Graph).Keys.Select(i => Graph.Outputs[i].Value)];
        for (var n = 0; n < views.Length; n++) views[n] = IsInRegister(n) || uses.IsImmediate(n) ? null : ViewOf(n);
    }

    internal Graph Graph => uses.Graph;

    /// <summary>Results that are other shapes of stored nodes.</summary>
    internal IEnumerable<Expr> Aliases =>
        Graph.Outputs.Select(o => o.Value).Distinct().Where(v => !ReferenceEquals(ViewOf(v)!.Stored, v));

    /// <summary>The step's root that computes a node.</summary>
    internal int Home(int node) => home[node];

    /// <summary>Where a node lies in memory; null when it does not.</summary>
    internal View? ViewOf(Expr node) => views[Graph.Index[node]];

    /// <summary>Whether a node has memory of its own.</summary>
    internal bool IsStored(int node) => ReferenceEquals(views[node]?.Stored, Graph.Nodes[node]);

    /// <summary>Whether a step writes a node: it has memory, and not from the start.</summary>
    internal bool IsWritten(int node) => IsStored(node) && Graph.Nodes[node].Op is not (Input or Constant);

    /// <summary>Whether a step writes a node: it has memory, and not from the start.</summary>
    internal bool IsWritten(Expr node) => IsWritten(Graph.Index[node]);

    /// <summary>Whether all who need a node are in its step.</summary>
    private bool IsInRegister(int n) => home[n] != n && !uses.IsOutput(n) && uses.Of(n).TrueForAll(u => home[u.User] == home[n]);

    /// <summary>Where an op reads an operand: blocks of channels where they lie, if it takes them.</summary>
    internal View? ReadBy(Expr user, int operand) =>
        ReadsBlocks(user, operand) && Blocks.Blocked(user.Args[operand]) is { } b && ViewOf(b) is { } view
            && ReferenceEquals(view.Stored, b) ? InBlocks(b) : ViewOf(user.Args[operand]);

    private bool ReadsBlocks(Expr user, int operand) => operand == 0 && user.Op is Conv && target.Blocked(user, reads: true);

    private static View InBlocks(Expr blocks) => new(blocks, 0, [.. blocks.Shape.Strides()[..^1]]) { Lanes = Blocks.Lanes };

    private View ViewOf(int n)
    {
        var node = Graph.Nodes[n];
        if (IsReadInBlocks(n)) return InBlocks(Blocks.Blocked(node)!);
        var view = node.Op is Movement && ViewOf(node.Args[0]) is { } operand ? Views.Through(node, operand) : null;
        if (view is null && IsReadInGroups(n) is { } groups) return groups;
        if (view is null || !MayStay(n, view)) return View.Of(node);
        if (uses.IsOutput(n)) aliased.Add(view.Stored);
        return view;
    }

    private bool MayStay(int n, View view)
    {
        var alias = view.IsAlias(Graph.Nodes[n].Shape);
        return uses.IsOutput(n) ? alias && MayBeResult(Graph.Nodes[n], view.Stored) : alias || uses.Of(n).TrueForAll(Reads);
    }

    /// <summary>How all who read a node read it where its channels were two axes; null where they do not.</summary>
    private View? IsReadInGroups(int n) =>
        Graph.Nodes[n] is (Reshape, [var x]) reshape && ViewOf(x) is { Lanes: 1 } operand && Views.Merging(reshape, operand) is { } view
        && !uses.IsOutput(n) && uses.Of(n).TrueForAll(u => u.Operand == 0 && target.ReadsGroups(Graph.Nodes[u.User], view))
            ? view : null;

    /// <summary>Whether all who read a node read the blocks that it was made of.</summary>
    private bool IsReadInBlocks(int n) =>
        Blocks.Blocked(Graph.Nodes[n]) is { } b && !uses.IsOutput(n) && uses.Of(n).Count > 0
        && ReferenceEquals(ViewOf(b)?.Stored, b) && uses.Of(n).TrueForAll(u => ReadsBlocks(Graph.Nodes[u.User], u.Operand));

    /// <summary>A result's memory must be its own: no input's, no other result's.</summary>
    private bool MayBeResult(Expr node, Expr stored) =>
        stored.Op is not (Input or Constant) && !uses.IsOutput(Graph.Index[stored]) && !aliased.Contains(stored)
        && !donated.Contains(node) && stored.Type.Bytes == node.Type.Bytes;

    private bool Reads((int User, int Operand) use) =>
        Graph.Nodes[use.User].Op is Movement || target.ReadsView(Graph.Nodes[use.User], use.Operand);
}
