using MiniTorch.Ir;

namespace MiniTorch.Passes.Rewrite;

/// <summary>Applies rules from the operands up until none fires.</summary>
public static class Rewriter
{
    /// <summary>Sweeps over a graph before giving up on a fixpoint.</summary>
    public const int MaxSweeps = 20;

    /// <summary>The graph in which no rule fires any more (or as far as <see cref="MaxSweeps"/> sweeps go).</summary>
    /// <remarks>Inputs stay, used or not; results keep names and types; labels stay with the nodes that take over.</remarks>
    public static Graph Run(Graph g, IEnumerable<Rule> rules)
    {
        var table = new RuleTable(rules);
        for (var i = 0; i < MaxSweeps; i++)
        {
            var sweep = new Sweep(table);
            foreach (var node in g.Nodes) sweep.Settle(node);
            if (!sweep.Fired) return g;
            g = Graph.Of(g.Outputs.Select(o => o with { Value = sweep.Now(o.Value) }), g.Inputs, g.Name);
        }
        return g;
    }
}

/// <summary>Rules by the op at which they look, in the order given.</summary>
internal sealed class RuleTable(IEnumerable<Rule> rules)
{
    private readonly Rule[] all = [.. rules];
    private readonly Dictionary<Type, Rule[]> byOp = [];

    internal Expr? Step(Expr node)
    {
        foreach (var rule in For(node.Op.GetType()))
            if (rule.At(node) is { } next && !ReferenceEquals(next, node)) return next;
        return null;
    }

    private Rule[] For(Type op) =>
        byOp.TryGetValue(op, out var found) ? found : byOp[op] = [.. all.Where(r => r.Head.IsAssignableFrom(op))];
}

/// <summary>One sweep: what every node, and every node that a rule made on the way, became.</summary>
internal sealed class Sweep(RuleTable table)
{
    private const int Fuel = 1000;

    private readonly Dictionary<Expr, Expr> settled = [];
    private readonly Dictionary<Expr, Expr> became = [];
    private readonly Stack<Expr> open = [];

    internal bool Fired { get; private set; }

    /// <summary>What a settled node became.</summary>
    internal Expr Now(Expr node) => settled[node];

    /// <summary>Rewrites a node whose operands are settled, and what the rules make of it, until none fires there.</summary>
    internal void Settle(Expr root)
    {
        open.Push(root);
        for (var steps = 0; open.TryPeek(out var node); steps++)
            if (settled.ContainsKey(node)) open.Pop();
            else if (became.TryGetValue(node, out var next)) Follow(node, next);
            else if (!OpenOperands(node)) Try(node, steps);
    }

    private bool OpenOperands(Expr node)
    {
        var before = open.Count;
        foreach (var arg in node.Args)
            if (!settled.ContainsKey(arg)) open.Push(arg);
        return open.Count > before;
    }

    private void Try(Expr node, int steps)
    {
        var over = node.Args.IsEmpty ? node : node.With([.. node.Args.Select(Now)]);
        if (steps < Fuel && table.Step(over) is { } next)
        {
            Fired = true;
            became[node] = next;
            return;
        }
        settled[node] = settled[over] = over;
    }

    /// <summary>A node takes the place of another, and its label when it has none and was made here.</summary>
    private void Follow(Expr node, Expr next)
    {
        if (!settled.TryGetValue(next, out var now))
        {
            open.Push(next);
            if (open.Count > 2 * Fuel) throw new InvalidOperationException($"a rule rewrites {node.Describe()} into itself");
            return;
        }
        var made = node.Label.Length > 0 && now.Label.Length == 0 && ReferenceEquals(now, next) && now.Op is not Input;
        settled[node] = made ? Own(now.Named(node.Label)) : now;
    }

    private Expr Own(Expr named) => settled[named] = named;
}
