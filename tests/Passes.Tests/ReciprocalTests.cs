using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;
using MiniTorch.Passes.Rewrite;
using Xunit;

namespace MiniTorch.Passes.Tests;

/// <summary>Numbers that divide several values are divided into once.</summary>
public sealed class ReciprocalTests
{
    private static readonly Expr X = Prim.Input("x", ElementType.F64[3, 9]), Y = Prim.Input("y", ElementType.F64[3, 9]);

    private static readonly Expr Repeated = Prim.Broadcast(2 + Prim.Abs(Prim.Input("s", ElementType.F64[3])), [3, 9], [0]);

    [Fact]
    public void Quotients_by_the_same_repeated_numbers_mean_the_same_as_products()
    {
        var before = Graph.Of([X / Repeated, Y / Repeated * X]);
        var after = Reciprocals.Of(before);
        Assert.Equal(3, Assert.Single(after.Nodes, n => n.Op is Div).Type.Count);
        Assert.Equal(Values(before), Values(after), (a, b) => Math.Abs(a - b) <= 1e-12 * (1 + Math.Abs(a)));
    }

    [Fact]
    public void Numbers_that_divide_once_or_do_not_repeat_stay()
    {
        Graph[] graphs = [Graph.Of([X / Repeated]), Graph.Of([X / Y, (X + 1) / Y]), Graph.Of([X / 3, Y / 3])];
        Assert.All(graphs, g => Assert.Equal(g, Reciprocals.Of(g)));
    }

    private static double[] Values(Graph graph) => Evaluator.Run(graph, Inputs.For(graph, 4))
        .Match(values => values.SelectMany(v => v.ToDoubles()).ToArray(), e => throw new InvalidOperationException($"{e}"));
}
