using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>Which step computes each node: an elementwise node moves into the loop of its users when that is one loop.</summary>
internal static class Fusion
{
    /// <summary>The most nodes of one step; longer chains are cut.</summary>
    internal const int MaxBody = 128;

    /// <summary>
    /// For each node the root of the step that computes it, itself when it has memory (or is a view). A node whose users
    /// lie in several steps is stored, so nothing is computed twice; one of rank 0 never enters a loop over a larger shape.
    /// </summary>
    internal static int[] Homes(Uses uses, IPlanTarget target)
    {
        var nodes = uses.Graph.Nodes;
        var (home, size) = (new int[nodes.Length], new int[nodes.Length]);
        for (var n = nodes.Length - 1; n >= 0; n--)
        {
            var root = uses.IsOutput(n) || uses.Of(n).Count == 0 ? n : home[uses.Of(n)[0].User];
            var fuses = root != n && size[root] < MaxBody
                && uses.Of(n).TrueForAll(u => home[u.User] == root && Joins(nodes[n], nodes[u.User], u.Operand, target));
            home[n] = fuses ? root : n;
            size[home[n]]++;
        }
        return home;
    }

    private static bool Joins(Expr node, Expr user, int operand, IPlanTarget target) => node.Op switch
    {
        Elementwise when user.Op is Elementwise => user.Shape == node.Shape,
        Elementwise => user.Op is not Movement && target.Fuses(user, operand),
        var op => IsGenerated(op, node) && user.Op is Elementwise && user.Shape == node.Shape && target.Fuses(user, operand),
    };

    /// <summary>Nodes whose elements follow from their index alone.</summary>
    private static bool IsGenerated(Op op, Expr node) =>
        op is Iota || (op is Broadcast && node.Args[0].Op is Constant { Value.Type.Rank: 0 });
}
