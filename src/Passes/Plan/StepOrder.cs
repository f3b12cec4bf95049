using System.Collections.Immutable;
using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>
/// Other orders of a plan's steps, in which less may be alive at once: each step still stands after those whose results it
/// reads, and what overwrites an input after every reader of its old value.
/// </summary>
internal sealed class StepOrder
{
    /// <summary>Up to so many steps other orders are looked for.</summary>
    private const int Most = 4000;

    private readonly ImmutableArray<Step> steps;
    private readonly Dictionary<Expr, int> writer = [];
    private readonly System.Collections.Generic.HashSet<Expr> kept = [];
    private readonly Expr[][] reads;
    private readonly List<int>[] before, after;

    private StepOrder(Storage storage, ImmutableArray<Step> steps)
    {
        this.steps = steps;
        foreach (var step in steps)
            foreach (var result in step.Results) writer[result] = step.Index;
        foreach (var output in storage.Graph.Outputs) kept.Add(storage.ViewOf(output.Value)!.Stored);
        reads = [.. steps.Select(s => s.Operands.Select(o => o.View.Stored).Distinct().Where(writer.ContainsKey).ToArray())];
        (before, after) = ([.. steps.Select(_ => new List<int>())], [.. steps.Select(_ => new List<int>())]);
        foreach (var step in steps)
            foreach (var read in reads[step.Index]) Follow(writer[read], step.Index);
        foreach (var (result, input) in Donation.Of(storage.Graph))
            if (writer.TryGetValue(storage.Graph.Outputs[result].Value, out var update) && after[update].Count == 0)
                foreach (var step in steps.Where(s => s.Index != update && s.Operands.Any(o => ReferenceEquals(o.View.Stored, input))))
                    Follow(step.Index, update);
    }

    /// <summary>The given order and others, as steps that are numbered anew; the given one first.</summary>
    internal static IEnumerable<ImmutableArray<Step>> Orders(Storage storage, ImmutableArray<Step> steps)
    {
        yield return steps;
        if (steps.Length > Most) yield break;
        var schedule = new StepOrder(storage, steps);
        var given = Enumerable.Range(0, steps.Length).ToArray();
        var greedy = schedule.Greedy();
        foreach (var order in new[] { schedule.Sunk(given), greedy, schedule.Sunk(greedy) })
            if (order.Length == steps.Length) yield return [.. order.Select((s, at) => steps[s] with { Index = at })];
    }

    private void Follow(int first, int second)
    {
        after[first].Add(second);
        before[second].Add(first);
    }

    private static long Size(Expr value) => Plan.Extent(value.Type.Bytes);

    /// <summary>Always the step that leaves least alive of those whose operands are there.</summary>
    private int[] Greedy()
    {
        var (waits, readers, order) = (before.Select(b => b.Count).ToArray(), Readers(), new List<int>(steps.Length));
        var ready = Enumerable.Range(0, steps.Length).Where(s => waits[s] == 0).ToList();
        while (ready.Count > 0)
        {
            var next = ready.MinBy(s => (Growth(s, readers), s));
            ready.Remove(next);
            order.Add(next);
            foreach (var read in reads[next]) readers[read]--;
            ready.AddRange(after[next].Where(s => --waits[s] == 0));
        }
        return [.. order];
    }

    /// <summary>How many bytes more are alive after a step than before it.</summary>
    private long Growth(int step, Dictionary<Expr, int> readers) =>
        steps[step].Results.Sum(Size) - reads[step].Where(r => readers[r] == 1 && !kept.Contains(r)).Sum(Size);

    private Dictionary<Expr, int> Readers()
    {
        var readers = writer.Keys.ToDictionary(v => v, _ => 0);
        foreach (var read in reads.SelectMany(r => r)) readers[read]++;
        return readers;
    }

    /// <summary>A step that frees no more than it makes waits until another needs it.</summary>
    private int[] Sunk(int[] order)
    {
        var (waiting, done, sunk) = (Waiting(order), new bool[order.Length], new List<int>(order.Length));
        var open = new Stack<int>();
        foreach (var step in order.Where(s => !waiting[s]))
        {
            open.Push(step);
            while (open.TryPeek(out var top))
            {
                var needed = before[top].Where(b => !done[b]).OrderDescending().Distinct().ToList();
                needed.ForEach(open.Push);
                if (needed.Count > 0) continue;
                if (!done[open.Pop()]) sunk.Add(top);
                done[top] = true;
            }
        }
        return [.. sunk];
    }

    private bool[] Waiting(int[] order)
    {
        var last = new Dictionary<Expr, int>();
        foreach (var step in order)
            foreach (var read in reads[step]) last[read] = step;
        return [.. steps.Select(s => after[s.Index].Count > 0 && !s.Results.Any(kept.Contains)
            && reads[s.Index].Where(r => last[r] == s.Index && !kept.Contains(r)).Sum(Size) <= s.Results.Sum(Size))];
    }
}
