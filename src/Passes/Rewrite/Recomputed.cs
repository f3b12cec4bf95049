using MiniTorch.Ir;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Passes.Rewrite;

/// <summary>
/// A graph in which the readers of a value that run after a step of its plan read a copy, computed anew from what the
/// value's own step reads. Each operand of the copy goes through a reshape to its own shape, which moves nothing and keeps
/// the copy apart: equal nodes are one node.
/// </summary>
internal sealed class Recomputed
{
    private readonly Expr value;
    private readonly Step step;
    private readonly System.Collections.Generic.HashSet<Expr> late;
    private readonly Dictionary<Expr, Expr> now = [], copies = [];

    private Recomputed(Plan plan, Expr value, int after)
    {
        (this.value, step) = (value, plan.Steps[plan.Slots[value].From]);
        var readers = plan.Steps.Where(s => s.Index > after && s.Operands.Any(o => ReferenceEquals(o.View.Stored, value)));
        late = [.. readers.SelectMany(s => s.Body)];
    }

    internal static Graph Of(Graph graph, Plan plan, Expr value, int after)
    {
        var rewrite = new Recomputed(plan, value, after);
        foreach (var node in plan.Graph.Nodes)
            rewrite.now[node] = node.Args.IsEmpty ? node
                : node.With([.. node.Args.Select(a => rewrite.late.Contains(node) ? rewrite.Late(a) : rewrite.now[a])]);
        return Graph.Of(plan.Graph.Outputs.Select(o => o with { Value = rewrite.now[o.Value] }), graph.Inputs, graph.Name);
    }

    /// <summary>What a late reader reads instead: the copy, through the same movements.</summary>
    private Expr Late(Expr arg)
    {
        var moves = Moves(arg, value);
        return moves is null ? now[arg] : Through(moves, Copy());
    }

    private Expr Copy()
    {
        if (copies.TryGetValue(value, out var made)) return made;
        var needed = new System.Collections.Generic.HashSet<Expr> { value };
        foreach (var node in step.Body.Reverse().Where(needed.Contains)) needed.UnionWith(node.Args);
        foreach (var node in step.Body.Where(needed.Contains))
            copies[node] = node.Args.IsEmpty ? node : node.With([.. node.Args.Select(Again)]);
        return copies[value];
    }

    private Expr Again(Expr arg)
    {
        if (copies.TryGetValue(arg, out var inside)) return inside;
        if (arg.Op is Constant || step.Operands.FirstOrDefault(o => ReferenceEquals(o.Node, arg)) is not { } read) return now[arg];
        var stored = read.View.Stored;
        return Through(Moves(arg, stored)!, stored.Op is Constant ? stored : Expr.Of(new Reshape(stored.Shape), now[stored]));
    }

    private static Expr Through(List<Expr> moves, Expr from) => moves.Aggregate(from, (x, move) => move.With([x]));

    /// <summary>The movements from a stored node to a node, first to last; null when it is not a view of it.</summary>
    private static List<Expr>? Moves(Expr node, Expr stored)
    {
        var moves = new List<Expr>();
        while (!ReferenceEquals(node, stored))
        {
            if (node.Op is not Ir.Movement) return null;
            moves.Add(node);
            node = node.Args[0];
        }
        moves.Reverse();
        return moves;
    }
}
