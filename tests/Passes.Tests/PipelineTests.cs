using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;
using MiniTorch.Passes.Planning;
using MiniTorch.Passes.Rewrite;
using Xunit;

namespace MiniTorch.Passes.Tests;

/// <summary>What every pipeline keeps: the meaning of a graph, its signature, and a trace of what was done.</summary>
public sealed class PipelineTests
{
    private const int Count = 200;

    public static TheoryData<string> Names => [.. Pipelines.Passes.Select(p => p.Name), "default"];

    private static Pipeline Named(string name) => Pipelines.Named(name).Match(p => p, e => throw new InvalidOperationException($"{e}"));

    [Theory, MemberData(nameof(Names))]
    public void A_pass_keeps_the_meaning_of_any_graph_within_rounding(string name)
    {
        var judged = 0;
        Check.Holds(Graphs.Any(30), g =>
        {
            if (Meaning.Of(g) is not { IsJudged: true } before) return true;
            judged++;
            var after = Meaning.Of(Named(name).Run(g).Graph);
            return Enumerable.Range(0, g.Outputs.Length).All(i => before.Agrees(after, i));
        }, Count);
        Assert.True(judged > Count / 4, $"only {judged} of {Count} graphs were judged");
    }

    [Theory, MemberData(nameof(Names))]
    public void A_pass_keeps_every_rational_value(string name)
    {
        var judged = 0;
        Check.Holds(Graphs.Rational(20), g =>
        {
            if (!Rationals(Graph.Of(g.Nodes.Select(n => (Output)n), g.Inputs)).All(r => r.IsFinite)) return true;
            judged++;
            return Rationals(g).SequenceEqual(Rationals(Named(name).Run(g).Graph));
        }, Count);
        Assert.True(judged > Count / 2, $"only {judged} of {Count} graphs were judged");
    }

    [Fact]
    public void Dropping_dead_code_keeps_every_bit_of_any_graph() => Check.Holds(Graphs.Any(30), g =>
    {
        var inputs = Inputs.For(g, 1);
        return Run(g, inputs).SequenceEqual(Run(Named("dead-code").Run(g).Graph, inputs));
    }, Count);

    [Fact]
    public void A_pass_that_changes_a_type_is_reported_by_name() => Refuses("verify.V4",
        g => Graph.Of(g.Outputs.Select(o => o with { Value = Prim.Cast(o.Value, ElementType.F64) }), g.Inputs, g.Name));

    [Fact]
    public void A_pass_that_drops_a_result_is_reported_by_name() =>
        Refuses("verify.V4", g => Graph.Of(g.Outputs.Take(1), g.Inputs, g.Name));

    [Fact]
    public void A_pass_that_drops_an_input_is_reported_by_name() =>
        Refuses("verify.V3", g => Graph.Of(g.Outputs.Select(o => o with { Value = Prim.Full(o.Value.Type, 0) }), [], g.Name));

    [Fact]
    public void A_pass_that_fails_is_reported_by_name()
    {
        var pass = new Pass("lose", "fails", _ => new IrError("lose.L1", "lost", "here"));
        var error = (Simplify.All >>> pass).TryRun(Two()).Match(_ => throw new InvalidOperationException("no error"), e => e);
        Assert.Equal(("lose.L1", "pass 'lose', here"), (error.Rule, error.Where));
    }

    [Fact]
    public void A_trace_has_the_graph_after_every_pass_under_a_file_name_in_order()
    {
        var trace = Pipelines.Default.Run(Two());
        Assert.Equal(["input", "stable", "simplify", "masks", "dead-code"], trace.Snapshots.AsEnumerable().Select(s => s.Pass));
        Assert.Equal(["00-input.ir", "01-stable.ir", "02-simplify.ir", "03-masks.ir", "04-dead-code.ir"],
            trace.Dumps().Select(d => d.File));
        Assert.Equal(trace.Snapshots.AsEnumerable().Select(s => s.Graph), trace.Dumps().Select(d => Parsed(d.Text)));
        Assert.Same(trace.Graph, trace.Snapshots.Last.Graph);
        Assert.NotEqual(trace.Graph, Two());
    }

    [Fact]
    public void Joining_is_associative_and_the_empty_pipeline_is_its_unit()
    {
        Pipeline a = Simplify.Algebra, b = Simplify.Movement, c = Simplify.Fold;
        Assert.Equal((a >>> b) >>> c, a >>> (b >>> c));
        Assert.Equal(["algebra", "movement", "fold"], (a >>> (b >>> c)).Passes.AsEnumerable().Select(p => p.Name));
        Assert.Equal((a, a), (Pipelines.None >>> a, a >>> Pipelines.None));
        Check.Holds(Graphs.Any(20), g => ((a >>> b) >>> c).Run(g).Graph.Equals((a >>> (b >>> c)).Run(g).Graph), 50);
    }

    [Fact]
    public void A_graph_of_100000_nodes_goes_all_the_way() => Travels(Wide(100_000), 100_000);

    [Fact]
    public void A_chain_50000_deep_goes_all_the_way() => Travels(Deep(50_000), 50_000);

    /// <summary>Chains of 100 nodes side by side, summed.</summary>
    private static Expr Wide(int nodes) => Enumerable.Range(0, nodes / 100)
        .Select(c => Enumerable.Range(0, 99).Aggregate(X * (c + 2.0), (e, i) => i % 3 == 0 ? Prim.Tanh(e) : i % 3 == 1 ? e + X : e * X))
        .Aggregate((x, y) => x + y);

    private static Expr Deep(int nodes) =>
        Enumerable.Range(0, nodes).Aggregate(X, (e, i) => i % 3 == 0 ? Prim.Tanh(e) : i % 3 == 1 ? e + X : e * X);

    private static Expr X { get; } = Prim.Input("x", ElementType.F32[2]);

    private static void Travels(Expr y, int atLeast)
    {
        var loss = Prim.Sum(y, [0]);
        var g = Graph.Of([(Output)loss, new("dx", Backward.Grad(loss, X)[0])]);
        Assert.True(g.Nodes.Length >= atLeast, $"{g.Nodes.Length} nodes");
        Assert.Equal(g, Parsed($"{g}"));
        var optimised = Pipelines.Default.Run(g).Graph;
        Assert.Equal(optimised, Parsed($"{optimised}"));
        var plan = Planner.Of(optimised, new ReferenceTarget());
        Assert.Empty(PlanCheck.Violations(plan));
        Assert.NotEmpty(plan.Steps);
    }

    private static void Refuses(string rule, Func<Graph, Graph> broken)
    {
        var pipeline = Simplify.DeadCode >>> Pass.Of("break", "breaks a graph", broken) >>> Simplify.All;
        var error = pipeline.TryRun(Two()).Match(_ => throw new InvalidOperationException("no error"), e => e);
        Assert.Equal(rule, error.Rule);
        Assert.EndsWith("after pass 'break'", error.Message);
    }

    private static Graph Two()
    {
        var x = Prim.Input("x", ElementType.F32[3]);
        return Graph.Of([Prim.Exp(x * 1.0), Prim.Log(Prim.Exp(x)) + 0.0], [x]);
    }

    private static Graph Parsed(string text) => Parser.Parse(text).Match(g => g, e => throw new IrException(e));

    private static ImmutableArray<Tensor> Run(Graph g, IReadOnlyDictionary<string, Tensor> inputs) =>
        Evaluator.Run(g, inputs).Match(v => v, e => throw new InvalidOperationException($"{e}"));

    private static IEnumerable<Rational> Rationals(Graph g) =>
        Evaluator<Rational, Evaluation.Exact>.Run(g, (name, i) => Rational.Of((1 + i * 7 + name.Length * 3) % 11 - 4, 4))
            .Match(v => v.SelectMany(r => r.Floats), e => throw new InvalidOperationException($"{e}"));
}
