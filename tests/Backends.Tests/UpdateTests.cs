using MiniTorch.Backends.Cpu;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Evaluation;
using MiniTorch.Passes.Planning;
using Xunit;
using static MiniTorch.Ir.Prim;
using Backend = MiniTorch.Backends.Cpu.Cpu;

namespace MiniTorch.Backends.Tests;

/// <summary>Updates of parameters in the products that make their gradients.</summary>
public sealed class UpdateTests
{
    private const double Rate = 0.37;

    [Theory, InlineData(12, 32, 1), InlineData(784, 512, 128), InlineData(25, 33, 512), InlineData(100, 300, 70), InlineData(61, 48, 300)]
    public void An_update_in_the_product_of_its_gradient_is_the_same_bits_as_after_it(int m, int n, int k)
    {
        foreach (var update in Updates)
        {
            var (joined, w) = (Updated(update, m, n, k), Drawn(F32(m, n), 1));
            Assert.Contains(Planner.Of(joined, new CpuTarget(1)).Steps, s => s.Anchor?.Op is Ir.Dot && s.Root.Op is not Ir.Dot && s.Apart);
            var (x, dy) = (Drawn(F32(k, m), 2), Drawn(F32(k, n), 3));
            var gradient = Run(Graph.Of([Product(m, n, k)]), 1, ("x", x), ("dy", dy))[0];
            var g = Input("g", F32(m, n));
            var after = Run(Graph.Of(update(Input("w", F32(m, n)), g)), 1, ("w", w), ("g", gradient), ("v", w));
            foreach (var form in new[] { LoopForm.Interpreted, LoopForm.Generated })
                foreach (var threads in new[] { 1, 2 })
                    Assert.Equal(after, Run(joined, threads, form, ("w", w), ("x", x), ("dy", dy), ("v", w)));
        }
    }

    [Theory, InlineData(128, 512, 784), InlineData(128, 512, 300), InlineData(40, 272, 9), InlineData(50, 300, 70)]
    [InlineData(13, 132, 600)]
    public void Code_finishes_a_product_as_the_interpreted_loop_does(int m, int n, int k)
    {
        var (x, w, b, h) = (Input("x", F32(m, k)), Input("w", F32(k, n)), Input("b", F32(n)), Input("h", F32(m, n)));
        var (y, row) = (MatMul(x, w), Broadcast(Input("c", F32(m)), F32(m, n).Shape, [0]));
        var biased = y + Broadcast(b, y.Shape, [1]);
        Expr[][] all = [[Max(biased, Like(y, 0))], [Select(h > 0, y, Like(y, 0))], [y * row + h], [y, biased * h]];
        foreach (var results in all)
        {
            var graph = Graph.Of(results);
            var inputs = graph.Inputs.Select((input, at) => (((Input)input.Op).Name, Drawn(input.Type, at))).ToArray();
            var expected = Run(graph, 1, LoopForm.Interpreted, inputs);
            foreach (var threads in new[] { 1, 2 }) Assert.Equal(expected, Run(graph, threads, LoopForm.Generated, inputs));
        }
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Updates_of_any_size_are_what_they_mean(int seed)
    {
        var draw = new Draw(seed);
        for (var i = 0; i < 12; i++)
        {
            var (m, n, k) = (draw.Int(1, 90), draw.Int(1, 400), draw.Int(1, 600));
            var graph = Updated(Updates[i % Updates.Length], m, n, k);
            var inputs = graph.Inputs.Select((input, at) => (((Input)input.Op).Name, Drawn(input.Type, at))).ToArray();
            var expected = Evaluator.Run(graph, inputs.ToDictionary(p => p.Name, p => p.Item2))
                .Match(t => t, e => throw new InvalidOperationException($"{e}"));
            foreach (var (actual, meant) in Run(graph, 2, inputs).Zip(expected))
                for (var at = 0; at < meant.Type.Count; at++) Assert.Equal(meant.At(at), actual.At(at), 2e-5 * (1 + k));
        }
    }

    [Fact]
    public void An_update_takes_the_place_of_what_it_updates()
    {
        var plan = Planner.Of(Updated(Updates[0], 64, 64, 64), new CpuTarget(1));
        var step = Assert.Single(plan.Steps);
        Assert.Equal(plan.Slots[plan.Graph.Inputs.First(i => i.Op is Input { Name: "w" })].Offset, plan.Slots[step.Root].Offset);
        Assert.Empty(plan.Copies);
    }

    [Fact]
    public void A_parameter_is_updated_after_the_products_that_read_it()
    {
        var (w, x, dy) = (Input("w", F32(40, 50)), Input("x", F32(30, 40)), Input("dy", F32(30, 50)));
        var graph = Graph.Of([new Output("w", w - (Dot(x, dy, [0], [0], [], []) * Rate)), new Output("dx", Dot(dy, w, [1], [1], [], []))]);
        (string, Tensor)[] given = [("w", Drawn(w.Type, 1)), ("x", Drawn(x.Type, 2)), ("dy", Drawn(dy.Type, 3))];
        var alone = Run(Graph.Of([Dot(dy, w, [1], [1], [], [])]), 1, given[0], given[2])[0];
        Assert.Equal(alone, Run(graph, 1, given)[1]);
        Assert.Empty(Planner.Of(graph, new CpuTarget(1)).Copies);
    }

    [Fact]
    public void A_product_of_the_parameter_itself_is_not_overwritten_while_it_is_read()
    {
        var (w, x) = (Input("w", F32(40, 40)), Input("x", F32(40, 40)));
        var (p, q) = (Drawn(w.Type, 1), Drawn(x.Type, 2));
        var product = Run(Graph.Of([MatMul(w, x)]), 1, ("w", p), ("x", q))[0];
        var g = Input("g", w.Type);
        var expected = Run(Graph.Of([w - (g * Rate)]), 1, ("w", p), ("g", product));
        Assert.Equal(expected, Run(Graph.Of([new Output("w", w - (MatMul(w, x) * Rate))]), 1, ("w", p), ("x", q)));
    }

    private static Func<Expr, Expr, Output[]>[] Updates { get; } =
    [
        (w, g) => [new("w", w - (g * Rate))],
        (w, g) => [new("w", w + (Like(g, Rate) * g))],
        (w, g) => [new("w", (g * Rate) + w)],
        (w, g) => [new("w", w - (g * 0.0))],
        (w, g) => [new("w", (g * Rate) - w)],
        (w, g) => [new("w", w * 0.5 - (g * Rate))],
        (w, g) => [new("other", w - (g * Rate))],
        (w, g) => Momentum(w, (Input("v", w.Type) * 0.9) + g),
    ];

    private static Output[] Momentum(Expr w, Expr v) => [new("v", v), new("w", w - (v * Rate))];

    private static Graph Updated(Func<Expr, Expr, Output[]> update, int m, int n, int k) =>
        Graph.Of(update(Input("w", F32(m, n)), Product(m, n, k)));

    private static Expr Product(int m, int n, int k) => Dot(Input("x", F32(k, m)), Input("dy", F32(k, n)), [0], [0], [], []);

    private static TensorType F32(params int[] shape) => ElementType.F32[shape];

    private static Tensor Drawn(TensorType type, int seed)
    {
        var random = new Random(seed);
        return Tensor.FromDoubles(type, [.. Enumerable.Range(0, (int)type.Count).Select(_ => (random.NextDouble() * 2) - 1)]);
    }

    private static Tensor[] Run(Graph graph, int threads, params (string Name, Tensor Value)[] inputs) =>
        Run(graph, threads, LoopForm.WhenWorthIt, inputs);

    private static Tensor[] Run(Graph graph, int threads, LoopForm form, params (string Name, Tensor Value)[] inputs)
    {
        using var run = Backend.Compile(graph, threads, form);
        foreach (var (name, value) in inputs.Where(i => graph.Inputs.Any(n => n.Op is Input x && x.Name == i.Name)))
            run.Write(name, value.Bytes);
        run.Run();
        return [.. graph.Outputs.Select((_, i) => run.Result(i))];
    }
}
