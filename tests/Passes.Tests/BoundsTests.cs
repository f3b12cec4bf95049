using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Analysis;
using MiniTorch.Passes.Evaluation;
using Xunit;

namespace MiniTorch.Passes.Tests;

/// <summary>What is known of values before there are any.</summary>
public sealed class BoundsTests
{
    private static readonly Expr X = Prim.Input("x", ElementType.F32[4, 5]);

    [Fact]
    public void Every_value_of_a_graph_lies_within_its_bounds() => Check.Holds(Graphs.Any(40), graph =>
    {
        var all = Graph.Of(graph.Nodes.Select((n, i) => new Output($"n{i}", n)), graph.Inputs);
        var bounds = Bounds.Of(all);
        var values = Evaluator.Run(all, Inputs.For(all, 3)).Match(v => v.ToArray(), e => throw new InvalidOperationException($"{e}"));
        return all.Outputs.Zip(values).All(o => o.Item2.ToDoubles().All(v => Allows(bounds[o.Item1.Value], v)));
    }, count: 300);

    [Fact]
    public void What_normalises_rows_is_neither_tiny_nor_huge()
    {
        var square = Prim.Sum(X * X, [1]);
        Expr[] normal = [Prim.Sqrt(square / 5 + 1e-5), Prim.Max(Prim.Sqrt(square), Prim.Like(square, 1e-12)),
            Prim.Sum(Prim.Exp(X - Prim.Broadcast(Prim.StopGradient(Prim.ReduceMax(X, [1])), X.Shape, [0])), [1]), Prim.Full(X.Type, 3)];
        Expr[] others = [square, square + 1, Prim.Sqrt(square + 1e-45), X, Prim.Sum(Prim.Exp(X), [1]), Prim.Full(X.Type, 0),
            Prim.Sum(Prim.Exp(X - Prim.Broadcast(Prim.ReduceMax(X, [0]), X.Shape, [1])), [1])];
        Assert.All(normal, e => Assert.True(Of(e).HasReciprocals(ElementType.F32), $"{Of(e)}"));
        Assert.All(others, e => Assert.False(Of(e).HasReciprocals(ElementType.F32), $"{Of(e)}"));
    }

    private static Bounds Of(Expr e)
    {
        var graph = Graph.Of([e]);
        return Bounds.Of(graph)[graph.Outputs[0].Value];
    }

    private static bool Allows(Bounds b, double value) =>
        double.IsNaN(value) || double.IsPositiveInfinity(value) || (b.Low <= value && value <= b.High);
}
