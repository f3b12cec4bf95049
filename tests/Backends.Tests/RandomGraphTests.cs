using MiniTorch.Backends.Cpu;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Evaluation;
using MiniTorch.Passes.Planning;
using MiniTorch.Passes.Rewrite;
using Xunit;

namespace MiniTorch.Tests;

/// <summary>
/// The processor backend on random graphs. Each node is compared over the operands that the backend itself computed, so
/// that a rounding which flips a comparison is no difference; then the graph as it is planned, with fused loops and
/// views, is compared bit for bit with the one that stores every node.
/// </summary>
public sealed class RandomGraphTests
{
    private const int Count = 200;

    [Theory, InlineData("none"), InlineData("default")]
    public void Each_node_is_what_it_means_over_its_operands(string pipeline) => Holds(pipeline, g =>
    {
        var inputs = Inputs.For(g, 1);
        var values = Every(g, inputs);
        var transformed = Transformed(Stored(g));
        foreach (var node in g.Nodes)
            Nearness.Check(node, values[node], [.. node.Args.Select(a => values[a])], inputs, transformed.Contains(node));
        return true;
    });

    [Theory, InlineData("none"), InlineData("default")]
    public void Fusing_and_reading_views_change_no_bit(string pipeline) => Holds(pipeline, given =>
    {
        // What changes last digits before a plan is not what is asked here.
        var g = Reciprocals.Of(Logistic.Of(given));
        var inputs = Inputs.For(g, 2);
        var values = Every(g, inputs);
        var results = Run(g, inputs, 1)[0];
        for (var i = 0; i < results.Length; i++) Same(values[g.Outputs[i].Value], results[i], $"result {i}");
        return true;
    });

    [Theory, InlineData("none"), InlineData("default")]
    public void Results_are_the_same_bits_on_any_team_and_every_time(string pipeline) => Holds(pipeline, g =>
    {
        var inputs = Inputs.For(g, 3);
        var (one, two) = (Run(g, inputs, 1, 2), Run(g, inputs, 2, 2));
        for (var i = 0; i < g.Outputs.Length; i++)
        {
            Same(one[0][i], one[1][i], $"result {i} of a second run");
            Same(one[0][i], two[0][i], $"result {i} on two threads");
            Same(one[0][i], two[1][i], $"result {i} of a second run on two threads");
        }
        return true;
    });

    [Theory, InlineData("none"), InlineData("default")]
    public void The_plan_is_sound(string pipeline) => Holds(pipeline, g =>
    {
        foreach (var threads in new[] { 1, 2 })
        {
            using var run = Cpu.Compile(g, threads);
            Assert.Empty(PlanCheck.Violations(run.Plan));
        }
        return true;
    });

    private static void Holds(string pipeline, Func<Graph, bool> law)
    {
        var passes = Pipelines.Named(pipeline).Match(p => p, e => throw new InvalidOperationException($"{e}"));
        Check.Holds(Graphs.Any(30), g => law(passes.Run(g).Graph), Count);
    }

    /// <summary>The value of every node, each stored.</summary>
    private static Dictionary<Expr, Tensor> Every(Graph g, IReadOnlyDictionary<string, Tensor> inputs)
    {
        var values = Run(Stored(g), inputs, 1)[0];
        return g.Nodes.ToDictionary(n => n, n => values[g.Index[n]]);
    }

    private static Graph Stored(Graph g) => Graph.Of(g.Nodes.Select(n => (Output)n), g.Inputs);

    /// <summary>The convolutions for which the backend takes an algorithm by tiles.</summary>
    private static System.Collections.Generic.HashSet<Expr> Transformed(Graph g)
    {
        using var run = Cpu.Compile(g, 1);
        return [.. run.Plan.Steps.Where(s => s.Estimate.Algorithm.StartsWith("winograd", StringComparison.Ordinal))
            .SelectMany(s => s.Body.Where(n => n.Op is Conv))];
    }

    /// <summary>The results of each run; a run may replace inputs, so each is written again.</summary>
    private static Tensor[][] Run(Graph g, IReadOnlyDictionary<string, Tensor> inputs, int threads, int times = 1)
    {
        using var run = Cpu.Compile(g, threads);
        return [.. Enumerable.Range(0, times).Select(_ => run.Results(inputs).ToArray())];
    }

    private static void Same(Tensor expected, Tensor actual, string what) =>
        Assert.True(expected.Equals(actual), $"{what}: {expected} and {actual}");
}
