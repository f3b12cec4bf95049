using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;
using MiniTorch.Passes.Planning;
using MiniTorch.Passes.Rewrite;
using Xunit;

namespace MiniTorch.Passes.Tests;

public class RematerialiseTests
{
    private static readonly ReferenceTarget Target = new();

    /// <summary>Layers of a product and a tanh, whose results the gradient reads again, last first.</summary>
    private static Graph Deep(int layers)
    {
        var x = Prim.Input("x", ElementType.F32[64, 16]);
        var w = Enumerable.Range(0, layers).Select(i => Prim.Input($"w{i}", ElementType.F32[16, 16])).ToArray();
        var y = w.Aggregate(x, (h, weight) => Prim.Sin(Prim.Tanh(Prim.MatMul(h, weight))));
        return Graph.Of([.. Backward.Grad(Prim.Sum(y, [0, 1]), [.. w])], [x, .. w]);
    }

    private static Tensor[] Results(Graph g, IReadOnlyDictionary<string, Tensor> inputs) =>
        [.. Evaluator.Run(g, inputs).Match(r => r, e => throw new IrException(LanguageExt.Prelude.Seq1(e)))];

    private static long Needs(Graph g) => Planner.Of(g, Target).ArenaBytes;

    private static long Least(Graph g) => Rematerialise.Within(1, Target).Run(g).Match(
        _ => 1, e => long.Parse(e.Message.Split(' ')[3]));

    [Fact]
    public void Less_memory_is_needed_than_keeping_all() => Assert.InRange(Least(Deep(12)), 1, Needs(Deep(12)) * 3 / 4);

    [Fact]
    public void Results_are_the_same_bits()
    {
        var g = Deep(6);
        var less = Rematerialise.Within(Least(g), Target).Run(g).IfLeft(e => throw new IrException(LanguageExt.Prelude.Seq1(e)));
        Assert.True(less.Nodes.Length > g.Nodes.Length);
        var inputs = Inputs.For(g, 1);
        Assert.Equal(Results(g, inputs), Results(less, inputs));
    }

    [Fact]
    public void The_peak_keeps_to_every_budget_from_the_least_on() => Check.Holds(Graphs.Any(30), g =>
    {
        var (least, needs) = (Least(g), Needs(g));
        return Enumerable.Range(0, 4).Select(i => least + ((needs - least) * i / 3)).All(budget =>
            Rematerialise.Within(budget, Target).Run(g).Match(less => Needs(less) <= budget, _ => false));
    }, 60);

    [Fact]
    public void A_budget_that_is_enough_changes_nothing()
    {
        var g = Deep(3);
        Assert.Equal($"{g}", Rematerialise.Within(Needs(g), Target).Run(g).Match(same => $"{same}", e => e.Message));
    }

    [Fact]
    public void A_budget_below_the_least_is_refused_with_it()
    {
        var error = Rematerialise.Within(1000, Target).Run(Deep(3)).Match(_ => throw new InvalidOperationException(), e => e);
        Assert.Equal("rematerialise.M1", error.Rule);
        Assert.EndsWith("bytes at least, the budget is 1000; give more, or take a smaller batch", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rematerialise=64MiB", "rematerialise=67108864")]
    [InlineData("default,rematerialise=1KiB", "DEFAULT >>> rematerialise=1024")]
    [InlineData("rematerialise=7", "rematerialise=7")]
    public void A_budget_stands_in_the_name(string name, string passes) =>
        Assert.Equal(passes.Replace("DEFAULT", $"{Pipelines.Default}", StringComparison.Ordinal),
            Pipelines.Named(name).Match(p => $"{p}", e => e.Message));

    [Theory]
    [InlineData("rematerialise=")]
    [InlineData("rematerialise=-1")]
    [InlineData("rematerialise=9000000000GiB")]
    [InlineData("rematerialise=much")]
    public void A_budget_is_a_number_of_bytes(string name) =>
        Assert.Equal("pipeline.P2", Pipelines.Named(name).Match(_ => "", e => e.Rule));
}
