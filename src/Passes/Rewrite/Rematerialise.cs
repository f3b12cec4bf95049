using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Passes.Rewrite;

/// <summary>
/// Computes values a second time near their late readers instead of keeping them, until the plan fits a budget of bytes: the
/// cheapest for the room they free first. Source: Chen et al., "Training deep nets with sublinear memory cost", 2016.
/// </summary>
public static class Rematerialise
{
    private const int Rounds = 1000, Tries = 12, Peaks = 3;

    /// <summary>The pass for a budget and a target; it comes last, for simplifying merges a copy with its original again.</summary>
    /// <remarks>Units: bytes. Errors: rematerialise.M1 (the least that it reached is more than the budget).</remarks>
    public static Pass Within(long bytes, IPlanTarget? target = null) => new($"rematerialise={bytes}",
        "computes values anew where they are needed, so that the plan keeps to a budget of bytes",
        g => Run(g, bytes, target ?? new ReferenceTarget()));

    private static Either<IrError, Graph> Run(Graph g, long budget, IPlanTarget target)
    {
        var least = long.MaxValue;
        var now = State.Of(g, target);
        for (var round = 0; round < Rounds && now is not null; round++, now = Next(now, target))
        {
            if (now.Plan.ArenaBytes <= budget) return now.Graph;
            least = Math.Min(least, now.Plan.ArenaBytes);
        }
        return new IrError("rematerialise.M1",
            $"the plan needs {least} bytes at least, the budget is {budget}; give more, or take a smaller batch", g.Name);
    }

    /// <summary>The graph with one value more computed twice whose peaks are lower, or null. Budgets change no step.</summary>
    private static State? Next(State now, IPlanTarget target) =>
        now.Peaks().Take(Peaks).SelectMany(t => Candidates(now.Plan, t)).Distinct().OrderBy(c => c.Price).Take(Tries)
            .Select(c => State.Of(Recomputed.Of(now.Graph, now.Plan, c.Value, c.Peak), target))
            .FirstOrDefault(next => next.Height < now.Height);

    /// <summary>What is kept over a step for later ones, by seconds for each byte that computing it again frees there.</summary>
    private static IEnumerable<Candidate> Candidates(Plan plan, int peak)
    {
        foreach (var step in plan.Steps.Take(peak))
            foreach (var value in step.Results.Where(r => plan.Slots[r] is var s && s.To > peak && s.To < plan.Steps.Length))
            {
                if (plan.Steps[peak].Operands.Any(o => ReferenceEquals(o.View.Stored, value))) continue;
                var longer = step.Operands.Select(o => o.View.Stored).Distinct().Where(s => plan.Slots[s].To <= peak);
                var freed = Plan.Extent(value.Type.Bytes) - longer.Sum(s => Plan.Extent(s.Type.Bytes));
                if (freed > 0) yield return new(value, peak, step.Estimate.Seconds / freed);
            }
    }

    private readonly record struct Candidate(Expr Value, int Peak, double Price);

    /// <summary>A graph, its plan, the bytes alive at each step, and one number for their peaks.</summary>
    private sealed record State(Graph Graph, Plan Plan, long[] Live)
    {
        /// <summary>A norm between the sum, which counts every step, and the maximum, which sees one.</summary>
        internal double Height { get; } = Live.Sum(l => Math.Pow(l / 1e6, 16));

        internal static State Of(Graph graph, IPlanTarget target)
        {
            var plan = Planner.Of(graph, target);
            return new(graph, plan, Alive(plan));
        }

        /// <summary>Steps by what is alive there, most first.</summary>
        internal IEnumerable<int> Peaks() => Enumerable.Range(0, Live.Length).OrderByDescending(t => Live[t]);

        private static long[] Alive(Plan plan)
        {
            var live = plan.Steps.Select(s => Plan.RoundUp(s.Scratch)).ToArray();
            foreach (var place in plan.Slots.Values.GroupBy(s => s.Offset))
            {
                var (until, size) = (-1, place.Max(s => Plan.Extent(s.Bytes)));
                foreach (var slot in place.OrderBy(s => s.From))
                    for (var t = Math.Max(until + 1, Math.Max(slot.From, 0)); t <= Math.Min(slot.To, live.Length - 1); until = t++)
                        live[t] += size;
            }
            return live;
        }
    }
}
