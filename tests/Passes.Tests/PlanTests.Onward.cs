using System.Collections.Immutable;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
using Xunit;
using static MiniTorch.Ir.Prim;

namespace MiniTorch.Passes.Tests;

/// <content>Steps that go on with what reads their result plane by plane.</content>
public sealed partial class PlanTests
{
    [Fact]
    public void Windows_over_a_convolution_are_part_of_its_step()
    {
        var plan = Planner.Of(Pooled(), new Going());
        var step = Assert.Single(plan.Steps);
        Assert.Equal([1, 1], step.Stages.Select(s => s.Body.Length));
        Assert.Equal(step.ScratchAt + step.Scratch - 64, step.Stages[1].ScratchAt);
        Assert.True(Agrees(plan));
        Assert.Equal(2, Planner.Of(Pooled(), new ReferenceTarget()).Steps.Length);
    }

    [Fact]
    public void A_second_part_that_reads_more_than_the_result_before_it_is_found()
    {
        var plan = Planner.Of(Pooled(), new Going());
        var step = Assert.Single(plan.Steps);
        Step[] all = [step with { Results = [step.Root] }, step with { Then = 2 }, step with { ThenScratch = step.Scratch + 1 }];
        foreach (var spoiled in all)
            Assert.Contains(PlanCheck.Violations(plan with { Steps = [spoiled] }), e => e.Rule == "plan.P11");
    }

    [Fact]
    public void Steps_that_go_on_keep_every_law_of_plans() => Check.Holds(Graphs.Any(40), g =>
        Planner.Of(g, new Going()) is var plan && !PlanCheck.Violations(plan).Any()
        && Planner.Of(g, new Going(64)) is var held && !PlanCheck.Violations(held).Any(), 300);

    [Fact]
    public void What_others_only_compare_with_a_number_is_held_an_image_at_a_time()
    {
        var plan = Planner.Of(Masked(), new Going(1024));
        var (step, reader) = (plan.Steps[0], plan.Steps[1]);
        Assert.True(step.Holds);
        Assert.Equal(["conv", "max", "gt", "window_sum"], step.Body.Select(n => n.Op.Mnemonic));
        Assert.Equal(["conv", "select"], reader.Body.Select(n => n.Op.Mnemonic));
        Assert.Equal([3, 1], step.Stages.Select(s => s.Body.Length));
        Assert.Empty(PlanCheck.Violations(plan));
        Assert.True(Agrees(plan));
        Assert.True(plan.ArenaBytes < Planner.Of(Masked(), new Going()).ArenaBytes);
        Assert.DoesNotContain(Planner.Of(Masked(), new Going(1 << 20)).Steps, s => s.Holds);
    }

    [Fact]
    public void A_held_node_without_room_or_with_another_reader_is_found()
    {
        var (held, stored) = (Planner.Of(Masked(), new Going(1024)), Planner.Of(Masked(), new Going()));
        var less = held with { Steps = [held.Steps[0] with { Held = 512 }, held.Steps[1]] };
        Assert.Contains(PlanCheck.Violations(less), e => e.Rule == "plan.P11");
        Assert.Contains(PlanCheck.Violations(held with { Steps = [held.Steps[0], stored.Steps[1]] }), e => e.Rule == "plan.P1");
    }

    private static Graph Masked()
    {
        var y = Conv(Input("x", F32[4, 3, 10, 10]), Input("w", F32[4, 3, 3, 3]), [Window.Unit, Window.Unit]);
        y = Max(y, Like(y, 0));
        var pooled = WindowSum(y, [2, 2], [new(2), new(2)]);
        var dy = Conv(pooled, Input("v", F32[4, 4, 2, 2]), [new(1, 1, 1, 2), new(1, 1, 1, 2)]);
        return Graph.Of([Select(y > 0, dy, Like(dy, 0))]);
    }

    private static Graph Pooled()
    {
        var y = Conv(Input("x", F32[2, 3, 6, 6]), Input("w", F32[4, 3, 3, 3]), [Window.Unit, Window.Unit]);
        return Graph.Of([WindowSum(y, [2, 2], [new(2), new(2)])]);
    }

    /// <summary>A target whose convolutions go on with whatever reads their planes.</summary>
    private sealed record Going(long? Image = null) : IPlanTarget
    {
        public bool ReadsView(Expr user, int operand) => user.Op is Elementwise or Ir.Conv or Ir.Dot or Reduction;

        public bool Fuses(Expr user, int operand) => user.Op is Elementwise or Reduction;

        public bool Finishes(Expr node) => node.Op is Ir.Conv;

        public bool StoresSeveral => true;

        public long Scratch(ImmutableArray<Expr> body, ImmutableArray<Operand> operands) => body[^1].Op is Ir.Conv ? 100 : 0;

        public long? GoesOn(Step first, Step next) => 64;

        public long? Holds(Step step) =>
            step.Passed.Type is { Rank: > 0, Count: > 0 } type
                ? Math.Max(Image ?? long.MaxValue / 2, Plan.Extent(type.Bytes / type.Shape[0])) : null;
    }
}
