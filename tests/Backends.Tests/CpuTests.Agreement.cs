using MiniTorch.Backends.Cpu;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Evaluation;
using Xunit;

namespace MiniTorch.Tests;

/// <content>What is compared with what.</content>
public sealed partial class CpuTests
{
    private static Graph Network(int batch)
    {
        Expr In(string n, params int[] shape) => Prim.Input(n, ElementType.F32[shape]);
        var y = Prim.Conv(In("x", batch, 1, 28, 28), In("w", 6, 1, 5, 5), [new(1, 2, 2), new(1, 2, 2)]);
        y = Prim.Max(y + Prim.Broadcast(In("b", 6), y.Shape, [1]), Prim.Scalar(ElementType.F32, 0.0));
        var at = Prim.WindowArgMax(y, [2, 2], [new(2), new(2)]);
        var pooled = Prim.Gather(Prim.Reshape(y, [batch, 6, 784]), at, 2);
        var flat = Prim.Reshape(pooled, [batch, 1176]);
        var logits = Prim.MatMul(flat, In("v", 1176, 10));
        var back = Prim.ScatterAdd(pooled, at, 784, 2);
        return Graph.Of([logits, Prim.Sum(Prim.Exp(logits), [1]), Prim.Sum(back, [0, 2]), Prim.Transpose(flat, [1, 0])]);
    }

    private static ElementType Type(string name) => ElementType.All.First(e => e.Name == name);

    private static IEnumerable<Dims> AxisSets(int rank) => Enumerable.Range(0, 1 << rank)
        .Select(bits => Dims.Of(Enumerable.Range(0, rank).Where(i => (bits >> i & 1) == 1)));

    private static void OnShapes(string name, Func<Expr, Expr, Expr[]> of)
    {
        foreach (var shape in Shapes)
        {
            var (x, y) = (Prim.Input("x", new(Type(name), shape)), Prim.Input("y", new(Type(name), shape)));
            Agree(Graph.Of(of(x, y)));
            Agree(Graph.Of(of(x, Prim.Input("s", Type(name).Scalar))));
        }
        var matrix = Prim.Input("m", Type(name)[5, 300]);
        Agree(Graph.Of(of(matrix, Prim.Transpose(Prim.Input("t", Type(name)[300, 5]), [1, 0]))));
        Agree(Graph.Of(of(matrix, Prim.Broadcast(Prim.Input("r", Type(name)[300]), [5, 300], [1]))));
        Agree(Graph.Of(of(matrix, Prim.Reverse(matrix, [1]))));
    }

    private static void AgreeAlone(Graph graph, Expr node, IReadOnlyList<Tensor> values)
    {
        if (Nearness.MultipliesPaddingByNoNumber(node, [.. node.Args.Select(a => values[graph.Index[a]])])) return;
        var args = node.Args.Distinct().ToDictionary(a => a, a => Prim.Input($"a{graph.Index[a]}", a.Type));
        var alone = Graph.Of([node.With([.. node.Args.Select(a => args[a])])]);
        using var run = Cpu.Compile(alone, 2);
        foreach (var (arg, input) in args) run.Write(((Input)input.Op).Name, values[graph.Index[arg]].Bytes);
        run.Run();
        Close(values[graph.Index[node]], run.Result(0), node);
    }

    // The evaluator's values within the type's rounding; the same bits from one thread, two threads and a second run.
    private static void Agree(Graph graph)
    {
        var random = new Random(7);
        var inputs = graph.Inputs.ToDictionary(i => ((Input)i.Op).Name, i => Sample(random, i.Type));
        var expected = Evaluator.Run(graph, inputs).Match(t => t, e => throw new InvalidOperationException($"{e}"));
        using var one = Cpu.Compile(graph, 1);
        using var two = Cpu.Compile(graph, 2);
        foreach (var run in new[] { one, two })
        {
            foreach (var (name, value) in inputs) run.Write(name, value.Bytes);
            run.Run();
        }
        for (var i = 0; i < expected.Length; i++)
        {
            var first = one.Result(i);
            Assert.True(first.Equals(two.Result(i)), $"{graph.Outputs[i].Value.Op.Mnemonic}: two threads differ");
            Close(expected[i], first, graph.Outputs[i].Value);
        }
        two.Run();
        for (var i = 0; i < expected.Length; i++) Assert.True(one.Result(i).Equals(two.Result(i)), "a second run differs");
    }

    private static void Close(Tensor expected, Tensor actual, Expr node)
    {
        var scale = 1 + expected.ToDoubles().Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        var near = expected.Type.Element.Name switch { "f16" => 4e-3, "bf16" => 3e-2, "f32" => 4e-6, "f64" => 1e-13, var _ => 0 };
        for (var i = 0; i < expected.Type.Count; i++)
        {
            var (e, a) = (expected.At(i), actual.At(i));
            var bound = near * (node.Op is Elementwise ? 1 + Math.Abs(e) : scale);
            var same = double.IsNaN(e) ? double.IsNaN(a) : e == a || Math.Abs(e - a) <= bound;
            Assert.True(same, $"{node.Op.Mnemonic} {node.Type}, element {i}: {a}, expected {e}");
        }
    }

    private static Tensor Sample(Random random, TensorType type)
    {
        var values = new double[type.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = type.Element.IsFloat ? (random.NextDouble() * 4) - 2 : type.Element == ElementType.Pred ? random.Next(2)
                : random.Next(type.Element == ElementType.U8 ? 0 : -6, 7);
        return Tensor.FromDoubles(type, values);
    }
}
