using MiniTorch.Backends.Cpu;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Evaluation;
using MiniTorch.Passes.Planning;
using Xunit;
using static MiniTorch.Ir.Prim;
using Backend = MiniTorch.Backends.Cpu.Cpu;

namespace MiniTorch.Backends.Tests;

/// <summary>Bias, relu and relu's gradient, which a product's tiles do before they are stored.</summary>
public sealed class ProductEndTests
{
    private static readonly float[] Odd = [0, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, 0.25f, -1];

    [Theory, InlineData(1, 128, 512, 784), InlineData(1, 13, 32, 1), InlineData(1, 28, 48, 10), InlineData(1, 200, 272, 300)]
    [InlineData(1, 61, 96, 1100), InlineData(3, 40, 64, 70), InlineData(9, 16, 16, 16), InlineData(1, 70, 33, 40)]
    [InlineData(1, 2, 512, 300)]
    public void An_end_in_the_product_is_the_same_bits_as_after_it(int batch, int m, int n, int k)
    {
        var (x, w, h) = (Input("x", F32(batch, m, k)), Input("w", F32(batch, k, n)), Input("h", F32(batch, m, n)));
        var product = Dot(x, w, [2], [1], [0], [0]);
        foreach (var end in Ends)
        {
            var joined = Graph.Of([end(product, h)]);
            (string, Tensor)[] inputs =
                [("x", Drawn(x.Type, 1)), ("w", Drawn(w.Type, 2)), ("h", Drawn(h.Type, 3)), ("b", Drawn(F32(n), 4))];
            var y = Run(Graph.Of([product]), 1, LoopForm.WhenWorthIt, inputs);
            var after = Run(Graph.Of([end(Input("y", product.Type), h)]), 1, LoopForm.Generated, [.. inputs, ("y", y)]);
            foreach (var form in new[] { LoopForm.Interpreted, LoopForm.Generated })
                foreach (var threads in new[] { 1, 2 })
                    Assert.Equal(after, Run(joined, threads, form, inputs));
        }
    }

    [Theory, InlineData(40, 64, 50), InlineData(100, 512, 512), InlineData(30, 64, 600), InlineData(40, 40, 50)]
    public void A_gate_that_no_later_step_reads_may_lie_where_the_result_goes(int m, int n, int k)
    {
        var (x, w, g, v) = (Input("x", F32(m, k)), Input("w", F32(k, n)), Input("g", F32(m, n)), Input("v", F32(n, n)));
        (string, Tensor)[] inputs = [("x", Drawn(x.Type, 1)), ("w", Drawn(w.Type, 2)), ("g", Drawn(g.Type, 1)), ("v", Drawn(v.Type, 2))];
        Tensor Alone(Expr e, params (string, Tensor)[] more) => Run(Graph.Of([e]), 1, LoopForm.WhenWorthIt, [.. inputs, .. more]);
        Expr Gated(Expr y, Expr gates) => Select(gates > 0, y, Like(y, 0));
        var (gates, y) = (MatMul(g, v), MatMul(x, w));
        var gated = Alone(Gated(Input("y", y.Type), Input("gates", gates.Type)), ("y", Alone(y)), ("gates", Alone(gates)));
        var expected = Alone(MatMul(Input("gated", gated.Type), v), ("gated", gated));
        var graph = Graph.Of([MatMul(Gated(y, gates), v)]);
        var plan = Planner.Of(graph, new CpuTarget(1));
        Assert.Equal(3, plan.Steps.Length);
        Assert.Equal(k <= 512, plan.Slots[plan.Steps[0].Root].Offset == plan.Slots[plan.Steps[1].Root].Offset);
        foreach (var threads in new[] { 1, 2 }) Assert.Equal(expected, Run(graph, threads, LoopForm.WhenWorthIt, inputs));
    }

    [Fact]
    public void A_product_that_is_one_number_has_no_columns_to_add_to()
    {
        var (x, y) = (Input("x", F32()), Input("y", F32(3)));
        foreach (var product in new[] { Dot(x, x, [], [], [], []), Dot(y, y, [0], [0], [], []) })
            foreach (var joined in new[] { product + 0.75, 0.75 + product, Max(product, Like(product, 0)) })
            {
                (string, Tensor)[] inputs = [("x", Drawn(x.Type, 1)), ("y", Drawn(y.Type, 1))];
                var expected = Evaluator.Run(Graph.Of([joined]), inputs.ToDictionary(i => i.Item1, i => i.Item2)).RightToList()[0][0];
                Assert.Equal(expected.At(0), Run(Graph.Of([joined]), 1, LoopForm.WhenWorthIt, inputs).At(0), 1e-6);
            }
    }

    private static Func<Expr, Expr, Expr>[] Ends { get; } =
    [
        (y, h) => y + Bias(y),
        (y, h) => Max(y, Like(y, 0)),
        (y, h) => Max(Bias(y) + y, Like(y, 0)),
        (y, h) => Max(y + Bias(y), Like(y, -0.0)),
        (y, h) => Max(y + Bias(y), Like(y, 0.25)),
        (y, h) => Max(y + Bias(y), Like(y, double.NaN)),
        (y, h) => Select(h > 0, y, Like(y, 0)),
        (y, h) => Select(h > 0.25, y + Bias(y), Like(y, 0)),
        (y, h) => Select(h > 0, Max(y + Bias(y), Like(y, 0)), Like(y, 0)),
        (y, h) => Select(h > 0, y, Like(y, 1)),
        (y, h) => Select(h > 0, y, Like(y, -0.0)),
        (y, h) => Select(h > Bias(y), y, Like(y, 0)),
        (y, h) => Select(h > 0, Like(y, 0), y),
        (y, h) => Max(y + Broadcast(Sum(h, [2]), y.Shape, [0, 1]), Like(y, 0)),
        (y, h) => Max(y + h, Like(y, 0)),
        (y, h) => Select(Exp(h) > 1, y, Like(y, 0)),
    ];

    private static Expr Bias(Expr y) => Broadcast(Input("b", F32(y.Shape[2])), y.Shape, [2]);

    private static TensorType F32(params int[] shape) => ElementType.F32[shape];

    private static Tensor Drawn(TensorType type, int seed)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, (int)type.Count).Select(_ => (random.NextDouble() * 2) - 1).ToArray();
        // The operands of the product have none that is no number, or all sums would be; products of tiny numbers round to −0.
        for (var i = 0; i < values.Length; i += 7) values[i] = seed > 2 ? Odd[i / 7 % Odd.Length] : seed == 1 ? -1e-30 : 1e-30;
        return Tensor.FromDoubles(type, values);
    }

    private static Tensor Run(Graph graph, int threads, LoopForm form, params (string Name, Tensor Value)[] inputs)
    {
        using var run = Backend.Compile(graph, threads, form);
        foreach (var (name, value) in inputs.Where(i => graph.Inputs.Any(n => n.Op is Input x && x.Name == i.Name)))
            run.Write(name, value.Bytes);
        run.Run();
        return run.Result(0);
    }
}
