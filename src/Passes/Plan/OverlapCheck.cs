using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>
/// No two values lie on the same bytes at the same time. One may take another's place at the step that reads it last,
/// where each of its elements is computed from the element it overwrites and others elsewhere.
/// </summary>
internal static class OverlapCheck
{
    private readonly record struct Extent(long Begin, long End, Expr Node, int From, int To);

    internal static IEnumerable<IrError> Violations(Plan plan, Timeline times)
    {
        var alive = new SortedSet<Extent>(Comparer<Extent>.Create((a, b) => a.Begin.CompareTo(b.Begin)));
        var dying = new PriorityQueue<Extent, int>();
        foreach (var next in Extents(plan, times).OrderBy(e => e.From))
        {
            while (dying.TryPeek(out var dead, out var death) && death < next.From)
                if (alive.TryGetValue(dying.Dequeue(), out var there) && ReferenceEquals(there.Node, dead.Node)) alive.Remove(there);
            var met = Met(alive, next).ToList();
            foreach (var other in met.Where(o => !InPlace(plan, o, next)))
                yield return new("plan.P3", $"{next.Node} and {other.Node} are both alive at step {next.From} "
                    + $"and share bytes from {Math.Max(next.Begin, other.Begin)}");
            met.ForEach(o => alive.Remove(o));
            alive.Add(next);
            dying.Enqueue(next, next.To);
        }
    }

    private static IEnumerable<Extent> Extents(Plan plan, Timeline times)
    {
        var replaced = DonationCheck.ReplacedInPlace(plan);
        foreach (var node in times.Values)
            if (plan.Slots.TryGetValue(node, out var slot))
                yield return new(slot.Offset, slot.Offset + Lines(slot.Bytes) * Plan.Alignment + Plan.Slack, node,
                    times.Written(node)!.Value, replaced.Contains(node) ? times.LastRead(node) : times.Needed(node));
    }

    private static long Lines(long bytes) => (Math.Max(bytes, 0) + Plan.Alignment - 1) / Plan.Alignment;

    /// <summary>The extents alive that share bytes with another; those alive are disjoint, so they are neighbours.</summary>
    private static IEnumerable<Extent> Met(SortedSet<Extent> alive, Extent next)
    {
        if (alive.Count == 0) yield break;
        var first = next with { Begin = long.MinValue };
        foreach (var below in alive.GetViewBetween(first, next with { Begin = next.Begin - 1 }).Reverse().Take(1))
            if (below.End > next.Begin) yield return below;
        foreach (var above in alive.GetViewBetween(next, next with { Begin = next.End - 1 })) yield return above;
    }

    private static bool InPlace(Plan plan, Extent old, Extent made)
    {
        if (made.From < 0 || old.To != made.From || old.Begin != made.Begin) return false;
        var (step, type) = (plan.Steps[made.From], made.Node.Type);
        var anchor = step.Apart && made.Node != step.Anchor ? step.Anchor : null;
        var loop = step.Parts.First(p => p.Contains(made.Node));
        return old.Node.Type.Element.Bytes == type.Element.Bytes && old.Node.Type.Count == type.Count
            && loop.All(n => n == anchor || (n.Op is Elementwise or Iota or Broadcast && n.Shape == type.Shape))
            && loop[^1].Op is Elementwise
            && step.Operands.Where(o => ReferenceEquals(o.View.Stored, old.Node)).All(o => SameIndex(o.View, type)
                && step.Body.All(n => (loop.Contains(n) && n != anchor) || !n.Args.Contains(o.Node)));
    }

    private static bool SameIndex(View view, TensorType type)
    {
        if (view.Strides.Length != type.Rank || view.Offset != 0 || view.Lanes > 1) return false;
        long step = 1;
        for (var axis = type.Rank - 1; axis >= 0; step *= type[axis], axis--)
            if (type[axis] > 1 && view.Strides[axis] != step) return false;
        return true;
    }
}
