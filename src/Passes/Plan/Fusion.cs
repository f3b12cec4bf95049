using MiniTorch.Ir;
using Blocks = MiniTorch.Passes.Rewrite.Blocks;

namespace MiniTorch.Passes.Planning;

/// <summary>
/// Which step computes each node. Groups of rows are found first. An elementwise node moves into the loop of its users when
/// that is one loop; one that must be stored, for others read it too, is stored by that loop on the way. An op that the
/// target finishes (a convolution, a product) moves into the one loop that reads it.
/// </summary>
internal sealed class Fusion
{
    /// <summary>The most nodes of one step; longer chains are cut.</summary>
    internal const int MaxBody = 128;

    private readonly Uses uses;
    private readonly IPlanTarget target;
    private readonly int[] home;
    private readonly List<int>?[] members;
    private readonly bool[] anchored;
    private readonly Precedence precedence;
    private readonly RowGroups.Group?[] rows;
    private readonly System.Collections.Generic.HashSet<Expr> donated;

    private Fusion(Uses uses, IPlanTarget target)
    {
        (this.uses, this.target) = (uses, target);
        var count = uses.Graph.Nodes.Length;
        (home, members, anchored) = (new int[count], new List<int>?[count], new bool[count]);
        donated = [.. Donation.Of(uses.Graph).Keys.Select(i => uses.Graph.Outputs[i].Value)];
        precedence = new(uses, home, members);
        rows = RowGroups.Of(uses, target);
        for (var n = 0; n < count; n++) home[n] = rows[n]?.Members[0] ?? n;
        foreach (var group in rows.OfType<RowGroups.Group>().Distinct())
        {
            members[group.Members[0]] = [.. group.Members];
            precedence.Begin(group.Members[^1], group.Members[0]);
        }
        for (var n = count - 1; n >= 0; n--)
            if (rows[n] is null) Put(n, Alone(n) is var root && root != n ? root : Beside(n));
    }

    /// <summary>
    /// For each node the root of the step that computes it, itself when no other does (or it is a view). Nothing is computed
    /// twice; a node of rank 0 never enters a loop over a larger shape; steps wait for each other in no circle.
    /// </summary>
    internal static int[] Homes(Uses uses, IPlanTarget target) => new Fusion(uses, target).home;

    private void Put(int n, int root)
    {
        home[n] = root;
        var own = members[root] ??= [];
        own.Insert(own.Count > 0 && own[^1] < n ? own.Count - 1 : own.Count, n);
        precedence.Begin(own[^1], root);
        anchored[root] |= root != n && IsAnchor(n);
    }

    private bool IsAnchor(int n) =>
        (uses.Graph.Nodes[n] is { Op: not Elementwise } node && target.Finishes(node)) || Blocking(n) is not null;

    /// <summary>The convolution whose step stores it in blocks, as this node has it; null for any other node.</summary>
    private Expr? Blocking(int n) =>
        Blocks.Inside(uses.Graph.Nodes[n]) is { Op: Conv } conv && target.Blocked(conv, reads: false)
            && IsReadOnce(conv) && IsReadOnce(uses.Graph.Nodes[n].Args[0]) ? conv : null;

    private bool IsReadOnce(Expr node) =>
        uses.Graph.Index[node] is var n && !uses.IsOutput(n) && uses.Of(n).Count == 1;

    /// <summary>Whether a node is on the way from a convolution to its blocks.</summary>
    private bool IsConverted(int n, int user) => Blocking(user) is not null
        ? ReferenceEquals(uses.Graph.Nodes[user].Args[0], uses.Graph.Nodes[n])
        : uses.Graph.Nodes[n].Op is Conv && uses.Of(user) is [var next] && Blocking(next.User) is { } stored
            && ReferenceEquals(stored, uses.Graph.Nodes[n]);

    /// <summary>The step of all users of a node that is needed nowhere else.</summary>
    private int Alone(int n)
    {
        if (uses.IsOutput(n) || uses.Of(n).Count == 0) return n;
        var root = home[uses.Of(n)[0].User];
        return HasRoom(root) && Suits(n, root) && uses.Of(n).TrueForAll(u => home[u.User] == root && Joins(n, u, root)) ? root : n;
    }

    /// <summary>The first step that reads a node at the index at which it would compute it, stored for its other readers.</summary>
    private int Beside(int n)
    {
        if (Companion(n) is { } companion) return companion;
        if (!target.StoresSeveral || !(uses.Graph.Nodes[n].Op is Elementwise || IsAnchor(n))) return n;
        foreach (var root in uses.Of(n).Select(u => home[u.User]).Distinct().Order())
            if (HasRoom(root) && Suits(n, root) && IsLoopOf(n, root)
                && uses.Of(n).TrueForAll(u => home[u.User] != root || Joins(n, u, root))
                && !precedence.Leads(uses.Of(n).Select(u => home[u.User]), root)) return root;
        return n;
    }

    /// <summary>A user that computes a node beside itself, and waits for no other user of it.</summary>
    private int? Companion(int n)
    {
        foreach (var user in uses.Of(n).Select(u => u.User))
            if (home[user] == user && members[user]!.Count == 1 && target.ComputesToo(uses.Graph.Nodes[user], uses.Graph.Nodes[n])
                && !precedence.Leads(uses.Of(n).Select(u => home[u.User]), user)) return user;
        return null;
    }

    private bool HasRoom(int root) => members[root]!.Count < MaxBody;

    /// <summary>A step that goes by rows takes loops over its shape.</summary>
    private bool Suits(int n, int root) => rows[root] is not { } group
        || (uses.Graph.Nodes[n] is { Op: Elementwise } node && node.Shape == group.Shape && RowGroups.Suits(node, group, target));

    private bool IsLoopOf(int n, int root) =>
        rows[root] is not null || (uses.Graph.Nodes[root] is { Op: Elementwise } loop && loop.Shape == uses.Graph.Nodes[n].Shape);

    private bool Joins(int n, (int User, int Operand) use, int root)
    {
        var (node, user) = (uses.Graph.Nodes[n], uses.Graph.Nodes[use.User]);
        return node.Op switch
        {
            Elementwise when user.Op is Elementwise => user.Shape == node.Shape,
            Conv or Reshape when IsConverted(n, use.User) => true,
            Elementwise => user.Op is not Movement && target.Fuses(user, use.Operand),
            WindowArgMax => target.ComputesToo(user, node),
            var _ when IsGenerated(node) => user.Op is Elementwise && user.Shape == node.Shape && target.Fuses(user, use.Operand),
            var _ => IsAnchor(n) && user.Op is Elementwise && IsFinishedBy(n, root),
        };
    }

    /// <summary>
    /// An op is finished where it is stored: a loop over its type, which has no other such op, and updates no input unless the op
    /// keeps apart what the loop reads.
    /// </summary>
    private bool IsFinishedBy(int n, int root) =>
        !anchored[root] && uses.Graph.Nodes[root] is { Op: Elementwise } loop && loop.Type == uses.Graph.Nodes[n].Type
        && (target.KeepsApart(uses.Graph.Nodes[n]) || !members[root]!.Exists(m => donated.Contains(uses.Graph.Nodes[m])));

    /// <summary>Nodes whose elements follow from their index alone.</summary>
    private static bool IsGenerated(Expr node) =>
        node.Op is Iota || (node.Op is Broadcast && node.Args[0].Op is Constant { Value.Type.Rank: 0 });
}
