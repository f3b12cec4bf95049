using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>When each value of a plan is written and last needed, from the order of its steps and what they read.</summary>
internal sealed class Timeline
{
    private readonly Dictionary<Expr, int> written = [];
    private readonly Dictionary<Expr, int> lastRead = [];
    private readonly System.Collections.Generic.HashSet<Expr> kept = [];

    internal Timeline(Plan plan)
    {
        End = plan.Steps.Length;
        foreach (var leaf in plan.Graph.Nodes.Where(n => n.Op is Input || (n.Op is Constant && IsInMemory(plan, n))))
        {
            written[leaf] = -1;
            kept.Add(leaf);
        }
        for (var at = 0; at < End; at++)
        {
            foreach (var result in plan.Steps[at].Results) written.TryAdd(result, at);
            foreach (var operand in plan.Steps[at].Operands) lastRead[operand.View.Stored] = at;
        }
        foreach (var output in plan.Graph.Outputs)
            if (StoredAs(output.Value) is { } stored) kept.Add(stored);
    }

    /// <summary>The number of steps: the time of what outlives the run.</summary>
    internal int End { get; }

    /// <summary>Every value in memory.</summary>
    internal IEnumerable<Expr> Values => written.Keys;

    /// <summary>The step that writes a value, −1 before the first; null when none does.</summary>
    internal int? Written(Expr value) => written.TryGetValue(value, out var at) ? at : null;

    /// <summary>The last step that reads a value; −1 when none does.</summary>
    internal int LastRead(Expr value) => lastRead.GetValueOrDefault(value, -1);

    /// <summary>The last step at which a value is needed: inputs, constants and results outlive the run.</summary>
    internal int Needed(Expr value) => kept.Contains(value) ? End : Math.Max(LastRead(value), written[value]);

    /// <summary>The value in memory whose elements a node has: itself, or what it moves.</summary>
    internal Expr? StoredAs(Expr node)
    {
        while (!written.ContainsKey(node) && node.Op is Movement) node = node.Args[0];
        return written.ContainsKey(node) ? node : null;
    }

    private static bool IsInMemory(Plan plan, Expr constant) => constant.Type.Rank > 0 || plan.Slots.ContainsKey(constant);
}
