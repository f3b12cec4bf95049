using System.Collections.Immutable;
using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>
/// Loops that no step waits for, as the updates of all parameters, wait for one another and run as one step: one fork, and an
/// equal share of the whole for each thread. What only such a loop still reads lies in memory until then, so they wait as
/// long as the peak allows; then a new group begins.
/// </summary>
internal static class LateLoops
{
    /// <summary>The steps with each group of loops as one, in place of its last; null when no two loops join.</summary>
    internal static ImmutableArray<Step>? Joined(Storage storage, IPlanTarget target, SlotMap slots)
    {
        var groups = Groups(slots, slots.Steps.Where(CanWait(storage, slots.Steps))).Where(g => g.Count > 1).ToList();
        if (groups.Count == 0) return null;
        var now = slots.Steps.Cast<Step?>().ToArray();
        foreach (var group in groups)
        {
            foreach (var step in group) now[step.Index] = null;
            now[group[^1].Index] = StepList.Make(storage, target, [.. group.SelectMany(s => s.Body)]);
        }
        return [.. now.OfType<Step>().Select((s, at) => s with { Index = at })];
    }

    /// <summary>A loop can wait when no step reads what it stores, and no other step overwrites what it reads.</summary>
    private static Func<Step, bool> CanWait(Storage storage, ImmutableArray<Step> steps)
    {
        var read = steps.SelectMany(s => s.Operands).Select(o => o.View.Stored).ToHashSet();
        var next = new Dictionary<Expr, Expr>();
        foreach (var (result, input) in Donation.Of(storage.Graph))
            if (storage.Graph.Outputs[result].Value is var value && value != input) next[input] = value;
        return step => step is { Anchor: null, IsByRows: false } && !step.Results.Any(read.Contains)
            && step.Operands.All(o => !next.TryGetValue(o.View.Stored, out var value) || step.Results.Contains(value));
    }

    private static IEnumerable<List<Step>> Groups(SlotMap slots, IEnumerable<Step> able)
    {
        var (alive, groups, held) = (slots.Alive(), new List<List<Step>>(), 0L);
        var most = Most(alive, -1, slots.Steps.Length);
        foreach (var step in able)
        {
            if (groups.Count == 0 || held + Most(alive, groups[^1][^1].Index + 1, step.Index) > most)
            {
                groups.Add([]);
                held = 0;
            }
            groups[^1].Add(step);
            held += slots.Held(step);
        }
        return groups;
    }

    /// <summary>The most bytes alive at some steps, the first place being the time before all.</summary>
    private static long Most(long[] alive, int first, int last)
    {
        var most = 0L;
        for (var t = first; t <= last; t++) most = Math.Max(most, alive[t + 1]);
        return most;
    }
}
