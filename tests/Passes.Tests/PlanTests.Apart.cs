using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
using Xunit;
using static MiniTorch.Ir.Prim;

namespace MiniTorch.Passes.Tests;

/// <content>Loops after an op that keeps apart what they read.</content>
public sealed partial class PlanTests
{
    [Fact]
    public void An_update_joins_the_op_that_keeps_its_gradient_apart()
    {
        var plan = Planner.Of(Updated(), new Gathering { Apart = true });
        var step = Assert.Single(plan.Steps);
        Assert.True(step.Apart);
        Assert.Equal(plan.Slots[plan.Donations[0]].Offset, plan.Slots[step.Root].Offset);
        Assert.True(Agrees(plan));
        Assert.Equal(2, Planner.Of(Updated(), new Gathering()).Steps.Length);
    }

    [Fact]
    public void A_result_in_the_place_of_an_operand_that_the_kernel_overwrites_is_found()
    {
        var plan = Planner.Of(Updated(), new Gathering { Apart = true });
        var spoiled = plan with { Steps = [plan.Steps[0] with { Apart = false }] };
        Assert.Contains(PlanCheck.Violations(spoiled), e => e.Rule == "plan.P3");
    }

    [Fact]
    public void A_parameter_that_the_op_itself_reads_is_updated_elsewhere()
    {
        var (w, x) = (Input("w", F32[4, 4]), Input("x", F32[4, 4]));
        var plan = Planner.Of(Graph.Of([new Output("w", w - MatMul(w, x))]), new Gathering { Apart = true });
        Assert.Single(plan.Copies);
        Assert.True(Agrees(plan));
    }

    [Fact]
    public void What_the_kernel_stores_takes_no_place_of_what_the_loop_reads()
    {
        var (x, y) = (Input("x", F32[4, 4]), Input("y", F32[4, 4]));
        var other = MatMul(y, x);
        var product = MatMul(x, y);
        var plan = Planner.Of(Graph.Of([Exp(product), product, MatMul(product * other, y)]), new Gathering { Apart = true });
        foreach (var step in plan.Steps.Where(s => s.Apart && s.Results.Contains(s.Anchor!)))
            Assert.DoesNotContain(step.Operands, o => plan.Slots[o.View.Stored].Offset == plan.Slots[step.Anchor!].Offset);
        Assert.True(Agrees(plan));
    }

    private static Graph Updated()
    {
        var (w, x, dy) = (Input("w", F32[4, 5]), Input("x", F32[3, 4]), Input("dy", F32[3, 5]));
        return Graph.Of([new Output("w", w - (Dot(x, dy, [0], [0], [], []) * 0.5))]);
    }
}
