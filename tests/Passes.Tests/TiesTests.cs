using LanguageExt;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;
using Xunit;
using static MiniTorch.Ir.Prim;

namespace MiniTorch.Passes.Tests;

/// <summary>Which of equal largest elements takes the gradient of a maximum.</summary>
public sealed class TiesTests
{
    private static readonly ElementType F = ElementType.F64;

    private static readonly Ties[] Every = [Ties.First, Ties.Split, Ties.All];

    /// <summary>PyTorch: max_pool1d gives the first, amax splits.</summary>
    [Theory]
    [InlineData(Ties.First, new[] { 0.0, 1, 0, 0 })]
    [InlineData(Ties.Split, new[] { 0, 0.5, 0.5, 0 })]
    [InlineData(Ties.All, new[] { 0.0, 1, 1, 0 })]
    public void Equals_take_the_gradient_as_ties_says(Ties ties, double[] expected)
    {
        var x = Input("x", F[4]);
        Assert.Equal(expected, Run(Backward.Grad(ReduceMax(x, [0], ties), x)[0], 1, 5, 5, 2));
        Assert.Equal(expected, Run(Backward.Grad(ReduceMin(x, [0], ties), x)[0], -1, -5, -5, -2));
    }

    [Theory]
    [InlineData(Ties.First, 1)]
    [InlineData(Ties.Split, 1)]
    [InlineData(Ties.All, 3)]
    public void The_shares_of_n_equals_add_up_to_the_gradient_or_to_n_of_them(Ties ties, double times)
    {
        var x = Input("x", F[6]);
        Assert.Equal(times, Run(Backward.Grad(ReduceMax(x, [0], ties), x)[0], 3, 1, 3, 2, 3, 0).Sum(), 1e-15);
    }

    [Fact]
    public void Ties_change_no_value()
    {
        var judged = 0;
        Check.Holds(Graphs.Any(30), g =>
        {
            if (g.Nodes.FirstOrDefault(n => n.Op is Extreme) is not { } node) return true;
            judged++;
            return Every.All(t => Same(g, node, Expr.Of((Extreme)node.Op with { Ties = t }, node.Args)));
        }, 300);
        Assert.True(judged > 20, $"only {judged} of 300 graphs had one");
    }

    [Fact]
    public void Without_equals_every_way_is_the_derivative()
    {
        var x = Input("x", F[3]);
        foreach (var ties in Every)
            Assert.Equal([0, 0, 7], Run(Backward.Grad(ReduceMax(x, [0], ties) * 7, x)[0], 1, 2, 3));
    }

    [Fact]
    public void A_split_does_not_depend_on_the_order()
    {
        var x = Input("x", F[2, 3]);
        var turned = Transpose(Reverse(x, [0, 1]), [1, 0]);
        double[] at = [2, 5, 5, 1, 5, 0];
        Assert.Equal(Run(Backward.Grad(ReduceMax(x, [0, 1], Ties.Split), x)[0], at),
            Run(Backward.Grad(ReduceMax(turned, [0, 1], Ties.Split), x)[0], at));
        Assert.NotEqual(Run(Backward.Grad(ReduceMax(x, [0, 1]), x)[0], at),
            Run(Backward.Grad(ReduceMax(turned, [0, 1]), x)[0], at));
    }

    [Fact]
    public void Where_one_is_NaN_the_NaNs_are_the_equals()
    {
        var x = Input("x", F[4]);
        double[] at = [9, double.NaN, 1, double.NaN];
        Assert.Equal([0, 1, 0, 0], Run(Backward.Grad(ReduceMax(x, [0]), x)[0], at));
        Assert.Equal([0, 0.5, 0, 0.5], Run(Backward.Grad(ReduceMax(x, [0], Ties.Split), x)[0], at));
        Assert.Equal([0, 1, 0, 1], Run(Backward.Grad(ReduceMin(x, [0], Ties.All), x)[0], at));
    }

    [Theory]
    [InlineData(Ties.First)]
    [InlineData(Ties.Split)]
    [InlineData(Ties.All)]
    public void Reverse_mode_equals_forward_mode_exactly_among_equals(Ties ties)
    {
        var x = Input("x", F[2, 3]);
        var rounded = Floor(x * 0.25);
        foreach (var seed in Enumerable.Range(0, 20))
            foreach (var y in new[] { ReduceMax(rounded + x * 0 + x - StopGradient(x), [1], ties), ReduceMin(x * rounded, [0, 1], ties) })
            {
                var d = new Derivatives(Graph.Of([y]), seed);
                Assert.Equal(d.Forward(), d.Reverse(d.Gradient().Match(g => g, e => throw new IrException(e))));
            }
    }

    [Theory]
    [InlineData(Ties.First, "")]
    [InlineData(Ties.Split, " ties=split")]
    [InlineData(Ties.All, " ties=all")]
    public void The_text_has_what_is_not_the_default(Ties ties, string text)
    {
        foreach (var e in new[] { ReduceMax(Input("x", F[4]), [0], ties), ReduceMin(Input("x", F[4]), [0], ties) })
        {
            var g = Graph.Of([e]);
            Assert.Contains($"{{axes=[0]{text}}}", $"{g}");
            Assert.Equal(g, Parsed($"{g}"));
            Assert.Equal(ties != Ties.First, JsonText.Print(g).Contains($"\"ties\":\"{text.Split('=')[^1]}\""));
        }
    }

    [Fact]
    public void The_default_may_be_written() => Assert.Equal(Graph.Of([ReduceMax(Input("x", F[4]), [0])]),
        Parsed("graph main(x: f64[4])\n  %a = reduce_max x {ties=first axes=[0]} : f64[]\n  return %a\n"));

    [Fact]
    public void Reductions_that_treat_ties_otherwise_are_two_nodes_and_do_not_merge()
    {
        var x = Input("x", F[2, 2]);
        var g = Graph.Of([ReduceMax(x, [0]), ReduceMax(x, [0], Ties.All), ReduceMax(ReduceMax(x, [0], Ties.All), [0])]);
        Assert.Equal(3, Pipelines.Default.Run(g).Graph.Nodes.Count(n => n.Op is ReduceMax));
        Assert.Single(Pipelines.Default.Run(Graph.Of([ReduceMax(ReduceMax(x, [0], Ties.All), [0], Ties.All)])).Graph.Nodes,
            n => n.Op is ReduceMax);
    }

    private static bool Same(Graph g, Expr node, Expr other)
    {
        var now = new Dictionary<Expr, Expr>();
        foreach (var n in g.Nodes) now[n] = n == node ? other : n.With([.. n.Args.Select(a => now[a])]);
        var changed = Graph.Of(g.Outputs.Select(o => o with { Value = now[o.Value] }), g.Inputs, g.Name);
        var inputs = Inputs.For(g, 1);
        return Values(g).SequenceEqual(Values(changed));

        Tensor[] Values(Graph of) => Evaluator.Run(of, inputs).Match(r => r.ToArray(), _ => []);
    }

    private static double[] Run(Expr e, params double[] x)
    {
        var g = Graph.Of([e], [Input("x", ((Input)Order.Of([e]).First(n => n.Op is Input).Op).Type)]);
        return Evaluator.Run(g, new Dictionary<string, Tensor> { ["x"] = Tensor.FromDoubles(g.Inputs[0].Type, x) })
            .Match(r => r[0].ToDoubles(), e => throw new IrException([e]));
    }

    private static Graph Parsed(string text) => Parser.Parse(text).Match(g => g, e => throw new IrException(e));
}
