using System.Collections.Immutable;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
using Xunit;
using static MiniTorch.Ir.Prim;

namespace MiniTorch.Passes.Tests;

/// <content>Loops that no step waits for run as one step.</content>
public sealed partial class PlanTests
{
    [Fact]
    public void Updates_of_parameters_of_any_shape_are_one_step_in_place()
    {
        var plan = Planner.Of(Updates([[4], [2, 3], []]), new Gathering());
        var step = Assert.Single(plan.Steps);
        Assert.Equal(3, step.Parts.Count);
        Assert.Equal(3, plan.Donations.Count);
        Assert.Empty(plan.Copies);
        Assert.True(Agrees(plan));
        Assert.Contains("3 loops", plan.ToString());
        Assert.Contains("\n         %sub.1 : f32[2,3] = mul+sub(g1, p1)", plan.ToString());
    }

    [Fact]
    public void Loops_join_only_where_the_peak_stays() => Check.Holds(Graphs.Any(40), g =>
        Planner.Of(g, new Gathering()) is var joined && Planner.Of(g, new Gathering { JoinsLoops = false }) is var apart
        && joined.LowerBound <= apart.LowerBound && joined.ArenaBytes <= Math.Max(apart.ArenaBytes, apart.LowerBound), 300);

    [Fact]
    public void Great_gradients_do_not_wait_for_one_another()
    {
        var x = Input("x", F32[100, 100]);
        var (before, after) = (MatMul(x, x), MatMul(MatMul(x, MatMul(x, x)), x));
        Expr Next(string p, Expr gradient) => Input(p, F32[100, 100]) - gradient * 0.1;
        var plan = Planner.Of(Graph.Of([new Output("p", Next("p", before)), new Output("q", Next("q", after))]), new Alone());
        Assert.All(plan.Steps, s => Assert.Single(s.Parts));
    }

    [Fact]
    public void A_loop_that_reads_the_old_value_of_an_updated_input_stays_apart()
    {
        var (p, q) = (Input("p", F32[6]), Input("q", F32[6]));
        var plan = Planner.Of(Graph.Of([new Output("p", p * 2.0), new Output("q", q * p)]), new Gathering());
        Assert.Equal(2, plan.Steps.Length);
        Assert.Empty(plan.Copies);
        Assert.True(Agrees(plan));
    }

    [Fact]
    public void A_value_stays_out_of_a_loop_that_waits_by_another_which_begins_before_it()
    {
        var (x, a, shares) = (Input("x", F32[16, 64]), Input("a", F32[16, 16]), Exp(Input("rows", F32[16])));
        Expr Kept(Expr value) => Select(x > 0.0, value, Full(value.Type, 0));
        Expr Spread(Expr r) => MatMul(Broadcast(r, [16, 10], [0]), Input("w", F32[10, 64]));
        var sums = Sum(MatMul(Kept(Sin(x)), Input("v", F32[64, 10])), [1]);
        var plan = Planner.Of(Graph.Of([MatMul(a, Kept(Spread(shares))) + Spread(sums * shares)]), new Gathering());
        Assert.True(Agrees(plan), plan.ToString());
    }

    [Fact]
    public void A_value_that_two_loops_of_a_step_read_is_overwritten_by_neither()
    {
        var x = Input("x", F32[32, 32]);
        var y = MatMul(MatMul(x, x), Input("w", F32[32, 4]));
        var plan = Planner.Of(Graph.Of([Exp(y), Reshape(y, [128]) * 2.0]), new Alone());
        Assert.Equal(2, plan.Steps[^1].Parts.Count);
        Assert.True(Agrees(plan));
        var (old, made) = (plan.Slots[plan.Steps[1].Root], plan.Slots[plan.Steps[2].Results[0]]);
        Assert.Contains(PlanCheck.Violations(Moved(plan, made, old.Offset)), e => e.Rule == "plan.P3");
    }

    [Fact]
    public void A_part_that_is_no_loop_beside_another_is_found()
    {
        var plan = Planner.Of(Updates([[4], [2, 3]]), new Gathering());
        var step = Assert.Single(plan.Steps);
        var spoiled = step with { Results = step.Results.RemoveAt(0) };
        Assert.Contains(PlanCheck.Violations(plan with { Steps = [spoiled] }), e => e.Rule == "plan.P10");
    }

    private static Graph Updates(Dims[] shapes) => Graph.Of(shapes.Select((shape, i) =>
        new Output($"p{i}", Input($"p{i}", F32[[.. shape]]) - Input($"g{i}", F32[[.. shape]]) * 0.1)));

    /// <summary>Joins loops and does nothing else.</summary>
    private sealed record Alone : IPlanTarget
    {
        public bool JoinsLoops => true;
        public bool ReadsView(Expr user, int operand) => true;
        public bool Fuses(Expr user, int operand) => false;
        public long Scratch(ImmutableArray<Expr> body, ImmutableArray<Operand> operands) => 0;
    }
}
