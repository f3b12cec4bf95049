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

    private static readonly Expr S = Prim.Input("s", ElementType.F64[3]), Repeated = Spread(Prim.Sqrt(S * S + 2));

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

    [Fact]
    public void A_divisor_that_may_be_tiny_or_huge_divides()
    {
        Expr[] divisors = [S, S * S, Prim.Exp(S), Prim.Abs(S) + 1, Prim.Sqrt(S * S + 1e-320), Prim.Sqrt(S + 1) - 1];
        Assert.All(divisors.Select(s => Graph.Of([X / Spread(s), Y / Spread(s)])), g => Assert.Equal(g, Reciprocals.Of(g)));
    }

    [Fact]
    public void A_softmax_with_its_gradient_divides_each_row_once()
    {
        var e = Prim.Exp(X - Spread(Prim.ReduceMax(X, [1])));
        var sum = Spread(Prim.Sum(e, [1]));
        var of = Assert.Single(Reciprocals.Of(Graph.Of([e / sum, e * Y / sum])).Nodes, n => n.Op is Div);
        Assert.Equal<Dims>([3], of.Shape);
    }

    private static Expr Spread(Expr numbers) => Prim.Broadcast(numbers, [3, 9], [0]);

    private static double[] Values(Graph graph) => Evaluator.Run(graph, Inputs.For(graph, 4))
        .Match(values => values.SelectMany(v => v.ToDoubles()).ToArray(), e => throw new InvalidOperationException($"{e}"));
}
