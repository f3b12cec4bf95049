using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>
/// Proves a plan from its steps and slots alone, sharing no code with the planner. Rules: P1 reads, P2 lifetimes,
/// P3 overlaps, P4 views, P5 results, P6 scratch, P7 arena, P8 donations, P9 rows, P10 loops side by side,
/// P11 what a step goes on with. O(n log n).
/// </summary>
public static class PlanCheck
{
    /// <summary>Every broken law; none when each step reads what the graph says, at a place that still holds it.</summary>
    public static IEnumerable<IrError> Violations(Plan plan)
    {
        var times = new Timeline(plan);
        return [.. Reads(plan, times), .. Lifetimes(plan, times), .. OverlapCheck.Violations(plan, times),
            .. ViewCheck.Violations(plan), .. Results(plan, times), .. Regions(plan), .. Scratches(plan),
            .. DonationCheck.Violations(plan, times), .. RowCheck.Violations(plan), .. PartCheck.Violations(plan)];
    }

    private static IEnumerable<IrError> Reads(Plan plan, Timeline times)
    {
        var stored = new System.Collections.Generic.HashSet<Expr>();
        for (var at = 0; at < plan.Steps.Length; at++)
        {
            var step = plan.Steps[at];
            if (step.Index != at) yield return new("plan.P1", $"the step at {at} is numbered {step.Index}");
            if (!step.Results.Contains(step.Root)) yield return new("plan.P1", $"step {at} does not store {step.Root}");
            foreach (var result in step.Results.Where(r => !step.Body.Contains(r) || !stored.Add(r)))
                yield return new("plan.P1", $"step {at} stores {result} a second time, or does not compute it");
            var known = step.Operands.Select(o => o.Node).ToHashSet();
            foreach (var node in step.Body)
            {
                foreach (var arg in node.Args.Where(a => !known.Contains(a) && a is not { Op: Constant, Type.Rank: 0 }))
                    yield return new("plan.P1", $"step {at} does not read {arg}, which {node} needs");
                if (!known.Add(node)) yield return new("plan.P1", $"step {at} computes {node} twice or reads it too");
            }
            foreach (var read in step.Operands.Select(o => o.View.Stored).Where(s => !(times.Written(s) < at)))
                yield return new("plan.P1", $"step {at} reads {read} before it is written");
        }
    }

    private static IEnumerable<IrError> Lifetimes(Plan plan, Timeline times)
    {
        foreach (var node in times.Values.Where(v => !plan.Slots.ContainsKey(v)))
            yield return new("plan.P2", $"{node} has no slot");
        foreach (var (node, slot) in plan.Slots)
        {
            var stored = times.StoredAs(node);
            if (stored is null || !ReferenceEquals(slot.Node, node)) yield return new("plan.P2", $"the slot of {node} holds nothing");
            else if (slot.From != times.Written(stored) || slot.To < times.Needed(stored))
                yield return new("plan.P2", $"{node} lives in steps {times.Written(stored)} to {times.Needed(stored)}, "
                    + $"its slot in {slot.From} to {slot.To}");
            if (slot.Bytes != node.Type.Count * node.Type.Element.Bytes)
                yield return new("plan.P2", $"{node} does not fill a slot of {slot.Bytes} bytes");
        }
    }

    private static IEnumerable<IrError> Results(Plan plan, Timeline times) =>
        from output in plan.Graph.Outputs
        let stored = times.StoredAs(output.Value)
        where stored is null || !plan.Slots.TryGetValue(output.Value, out var own)
            || !plan.Slots.TryGetValue(stored, out var its) || own.Offset != its.Offset || !ViewCheck.IsWhole(output.Value, stored)
        select new IrError("plan.P5", $"the result {output.Value} is nowhere");

    private static IEnumerable<IrError> Regions(Plan plan)
    {
        if (plan.ArenaBytes < plan.LowerBound) yield return new("plan.P7", $"an arena of {plan.ArenaBytes} bytes is too small");
        foreach (var (node, slot) in plan.Slots)
        {
            var past = slot.Offset + slot.Bytes + Plan.Slack;
            if (slot.Offset < 0 || slot.Offset % Plan.Alignment != 0 || past > plan.ArenaBytes)
                yield return new("plan.P7", $"{node} lies askew or outside the arena, at {slot.Offset}");
        }
    }

    /// <summary>A step's working memory lies in the arena, beside every slot that holds a value at that step.</summary>
    private static IEnumerable<IrError> Scratches(Plan plan)
    {
        foreach (var step in plan.Steps.Where(s => s.Scratch > 0))
        {
            var (begin, end) = (step.ScratchAt, step.ScratchAt + step.Scratch);
            if (begin < 0 || begin % Plan.Alignment != 0 || end > plan.ArenaBytes)
                yield return new("plan.P6", $"the scratch of step {step.Index} lies askew or outside the arena, at {begin}");
            foreach (var slot in plan.Slots.Values)
                if (slot.From <= step.Index && step.Index <= slot.To && slot.Offset < end && begin < slot.Offset + slot.Bytes + Plan.Slack)
                    yield return new("plan.P6", $"the scratch of step {step.Index} lies over {slot.Node}");
        }
    }
}
