using System.Collections.Immutable;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
using Xunit;
using static MiniTorch.Ir.Prim;

namespace MiniTorch.Passes.Tests;

/// <content>The checker rejects every mistake planted in a plan.</content>
public sealed partial class PlanTests
{
    [Fact]
    public void A_slot_moved_onto_another_is_found() => Found("plan.P3", p =>
        Pairs(p).Select(s => Moved(p, s.Later, s.Earlier.Offset)));

    [Fact]
    public void A_slot_moved_onto_the_slack_of_another_is_found() => Found("plan.P3", p =>
        Pairs(p).Select(s => Moved(p, s.Later, s.Earlier.Offset + Plan.Extent(s.Earlier.Bytes) - Plan.Slack)));

    [Fact]
    public void A_shortened_lifetime_is_found() => Found("plan.P2", p =>
        p.Slots.Values.Where(s => s.To > s.From).Select(s => With(p, s with { To = s.To - 1 })));

    [Fact]
    public void A_dropped_slot_is_found() => Found("plan.P2", p =>
        p.Slots.Keys.Where(k => p.Steps.Any(s => s.Root == k))
            .Select(k => p with { Slots = p.Slots.Where(s => s.Key != k).ToDictionary() }));

    [Fact]
    public void Steps_in_another_order_are_found() => Found("plan.P1", p =>
        from step in p.Steps
        from o in step.Operands
        where o.View.Stored.Op is not (Ir.Input or Ir.Constant)
        let writer = p.Slots[o.View.Stored].From
        select p with { Steps = Swapped(p.Steps, writer, step.Index) });

    [Fact]
    public void Scratch_over_a_slot_is_found() => Found("plan.P6", p =>
        from step in p.Steps
        where step.Scratch > 0
        from slot in p.Slots.Values
        where slot.From <= step.Index && step.Index <= slot.To && slot.Bytes > 0
        select p with { Steps = p.Steps.SetItem(step.Index, step with { ScratchAt = slot.Offset }) });

    [Fact]
    public void An_arena_too_small_is_found() => Found("plan.P7", p => [p with { ArenaBytes = p.ArenaBytes - 1 }]);

    [Fact]
    public void A_view_that_reads_elsewhere_is_found() => Found("plan.P4", p =>
        from step in p.Steps
        from o in step.Operands
        where o.Node.Type.Count > 1
        select p with { Steps = p.Steps.SetItem(step.Index, Shifted(step, o)) });

    [Fact]
    public void A_result_without_memory_is_found() => Found("plan.P5", p =>
        p.Graph.Outputs.Select(o => p with { Slots = p.Slots.Where(s => s.Key != o.Value).ToDictionary() }));

    [Fact]
    public void A_donation_left_out_is_found() => Found("plan.P8", p =>
        p.Donations.Keys.Select(d => p with { Donations = p.Donations.Where(x => x.Key != d).ToDictionary() }));

    [Fact]
    public void A_donated_result_that_lies_elsewhere_is_found() => Found("plan.P8", p =>
        p.Donations.Keys.Select(d => Moved(p, p.Slots[p.Graph.Outputs[d].Value], p.ArenaBytes)));

    [Fact]
    public void An_input_overwritten_before_its_last_read_is_found()
    {
        var x = Input("x", F32[6]);
        var plan = Planner.Of(Graph.Of([new Output("x", x * 2.0), new Output("turned", Reverse(x, [0]))]), new ReferenceTarget());
        var early = plan with { Steps = Swapped(plan.Steps, 0, 1) };
        Assert.Contains(PlanCheck.Violations(early), e => e.Rule == "plan.P3");
    }

    private static void Found(string rule, Func<Plan, IEnumerable<Plan>> plant)
    {
        var planted = plant(Planner.Of(Training(), new ReferenceTarget())).ToList();
        Assert.NotEmpty(planted);
        Assert.All(planted, p => Assert.Contains(PlanCheck.Violations(p), e => e.Rule == rule));
    }

    /// <summary>Slots alive together, on different bytes.</summary>
    private static IEnumerable<(Slot Later, Slot Earlier)> Pairs(Plan p) =>
        from a in p.Slots.Values
        from b in p.Slots.Values
        where a.From >= 0 && a.Offset != b.Offset && b.From < a.From && a.From < b.To
            && !p.Donations.Values.Any(d => d == b.Node || p.Slots[d].Offset == a.Offset)
        select (a, b);

    private static Plan Moved(Plan p, Slot slot, long offset) => With(p, slot with { Offset = offset });

    private static Plan With(Plan p, Slot slot) =>
        p with { Slots = p.Slots.ToDictionary(s => s.Key, s => s.Key == slot.Node ? slot : s.Value) };

    private static ImmutableArray<Step> Swapped(ImmutableArray<Step> steps, int i, int j) =>
        steps.SetItem(i, steps[j] with { Index = i }).SetItem(j, steps[i] with { Index = j });

    private static Step Shifted(Step step, Operand o) => step with
    {
        Operands = step.Operands.Replace(o, o with { View = o.View with { Offset = o.View.Offset + 1 } }),
    };
}
