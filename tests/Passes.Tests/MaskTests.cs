using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;
using MiniTorch.Passes.Rewrite;
using Xunit;

namespace MiniTorch.Passes.Tests;

/// <summary>Masks are asked of what the forward pass keeps, and nothing else changes.</summary>
public sealed class MaskTests
{
    private static Graph Pooled()
    {
        var y = Prim.Conv(Prim.Input("x", ElementType.F32[2, 3, 6, 6]), Prim.Input("w", ElementType.F32[4, 3, 3, 3]),
            [new(1, 1, 1), new(1, 1, 1)]);
        var active = Prim.Max(y, Prim.Like(y, 0));
        var at = Prim.WindowArgMax(active, [2, 2], [new(2), new(2)]);
        var pooled = Prim.Gather(Prim.Reshape(active, [2, 4, 36]), at, 2);
        return Backward.Of("x", "w").Run(Graph.Of([new Output("loss", Prim.Sum(pooled * pooled, [0, 1, 2, 3]))]))
            .Match(g => g, e => throw new InvalidOperationException($"{e}"));
    }

    [Fact]
    public void After_pooling_the_mask_is_asked_of_the_pooled_values()
    {
        var after = Pipelines.Default.Run(Pooled()).Graph;
        var mask = Assert.Single(after.Nodes, n => n.Op is Gt);
        Assert.IsType<Gather>(mask.Args[0].Op);
        Assert.Equal(ElementType.Pred[2, 4, 3, 3], mask.Type);
    }

    [Fact]
    public void A_mask_of_a_clamped_value_is_asked_of_the_result()
    {
        var x = Prim.Input("x", ElementType.F32[5]);
        var after = Masks.Pass.Run(Graph.Of([Prim.Max(x, Prim.Like(x, 0)), x > 0, x > 1]))
            .Match(g => g, e => throw new InvalidOperationException($"{e}"));
        Assert.Equal(["input", "max"], after.Outputs.Skip(1).Select(o => o.Value.Args[0].Op.Mnemonic).Order());
    }

    [Fact]
    public void A_mask_of_one_number_for_all_cells_stays_after_the_scatter()
    {
        var (x, u) = (Prim.Input("x", ElementType.F32[[]]), Prim.Input("u", ElementType.F32[1]));
        foreach (var passes in new[] { x > 0, Prim.Like(x, 0) < x })
        {
            var scattered = Prim.ScatterAdd(u, Prim.Input("i", ElementType.I32[1]), 4);
            var graph = Graph.Of([Prim.Select(passes, scattered, Prim.Like(scattered, 0))]);
            Assert.Equal(graph, Masks.Pass.Run(graph).Match(g => g, e => throw new InvalidOperationException($"{e}")));
        }
    }

    [Fact]
    public void Any_graph_keeps_every_bit() => Check.Holds(Graphs.Any(30), g =>
    {
        var inputs = Inputs.For(g, 3);
        var after = Masks.Pass.Run(g).Match(a => a, e => throw new InvalidOperationException($"{e}"));
        var (was, now) = (Evaluator.Run(g, inputs), Evaluator.Run(after, inputs));
        return was.IsLeft || was.RightToList()[0].SequenceEqual(now.RightToList()[0]);
    }, 300);
}
