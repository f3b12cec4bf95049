using MiniTorch.Backends.Cpu;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Evaluation;
using Xunit;

namespace MiniTorch.Tests;

/// <summary>Loops that are code of their own against interpreted ones.</summary>
public sealed class LoopFormTests
{
    [Fact]
    public void Generated_and_interpreted_loops_give_the_same_bits() => Check.Holds(Graphs.Any(40), graph =>
    {
        Same(graph, Inputs.For(graph, 5));
        return true;
    }, count: 150);

    [Theory, InlineData("f32"), InlineData("f64"), InlineData("i32"), InlineData("i64")]
    public void Long_rows_odd_rows_and_repeated_operands_give_the_same_bits_in_both_forms(string name)
    {
        var type = ElementType.All.First(e => e.Name == name);
        foreach (var shape in new Dims[] { [1], [17], [5000], [3, 1000], [9, 128], [7, 131], [3, 40, 37], [2, 3, 14, 14], [0, 5] })
        {
            Expr x = Prim.Input("x", new(type, shape)), y = Prim.Input("y", new(type, shape)), s = Prim.Input("s", type.Scalar);
            var row = Prim.Broadcast(Prim.Input("r", type[shape[^1]]), shape, [shape.Count - 1]);
            var column = Prim.Broadcast(Prim.Input("c", type[shape[0]]), shape, [0]);
            var chosen = Prim.Select(Prim.And(x < y, Prim.Ne(row, s)), x * row, Prim.Max(y, column) - s);
            var truth = Prim.Or(chosen > x, Prim.Eq(Prim.Cast(x <= s, type), row));
            var all = chosen + Prim.Cast(Prim.Not(truth), type) * column;
            var graph = Graph.Of([all, truth, Prim.Sum(chosen * x, [shape.Count - 1]), Prim.ReduceMax(all + y, [0])]);
            Same(graph, Inputs.For(graph, 11));
        }
    }

    [Theory, InlineData(4, 3, 160), InlineData(3, 5, 12, 16), InlineData(16, 8, 20, 16), InlineData(2, 7, 14, 14), InlineData(1, 9, 128)]
    public void Numbers_of_a_channel_beside_planes_give_the_same_bits_in_both_forms(params int[] shape)
    {
        var x = Prim.Input("x", ElementType.F32[shape]);
        Expr Spread(string name, ElementType type) => Prim.Broadcast(Prim.Input(name, type[shape[1]]), x.Shape, [1]);
        var normal = (x - Spread("m", ElementType.F32)) * Spread("s", ElementType.F32) + Prim.Input("b", ElementType.F32.Scalar);
        var chosen = Prim.Select(Spread("p", ElementType.Pred), Prim.Max(normal, Prim.Like(x, 0)), normal);
        var graph = Graph.Of([chosen, x > Spread("m", ElementType.F32), Prim.Reverse(x, [0]) * normal]);
        var inputs = Inputs.For(graph, 8);
        Same(graph, inputs);
        using var run = Cpu.Compile(graph, 2, LoopForm.Generated);
        var meant = Evaluator.Run(graph, inputs).RightToList()[0];
        Assert.All(meant.Zip(run.Results(inputs)), both => Assert.Equal(both.Item1.ToDoubles(), both.Item2.ToDoubles()));
    }

    [Theory, InlineData(1, 1, 3), InlineData(2, 3, 7), InlineData(3, 2, 40), InlineData(1, 5, 1)]
    public void A_bias_beside_blocks_of_channels_gives_the_same_bits_in_both_forms(int batch, int blocks, int side)
    {
        Dims shape = [batch, blocks, side, side, 16];
        var x = Prim.Input("x", ElementType.F32[[.. shape]]);
        var biased = x + Prim.Broadcast(Prim.Input("b", ElementType.F32[blocks, 16]), shape, [1, 4]);
        var graph = Graph.Of([Prim.Max(biased, Prim.Like(x, 0)) * 0.5 + Prim.Input("y", x.Type)]);
        var inputs = Inputs.For(graph, 6);
        Same(graph, inputs);
        using var run = Cpu.Compile(graph, 1);
        Assert.Equal(Evaluator.Run(graph, inputs).RightToList()[0][0].ToDoubles(), run.Results(inputs)[0].ToDoubles());
    }

    // Whole pairs of vectors, one vector over, a part of one; what is read as rows, repeated or kept as truth.
    [Theory, InlineData(1), InlineData(17), InlineData(32), InlineData(48), InlineData(63)]
    [InlineData(5000), InlineData(9, 131), InlineData(3, 1000)]
    public void Long_chains_of_functions_give_the_same_bits_in_both_forms(params int[] shape)
    {
        foreach (var type in new[] { ElementType.F32, ElementType.F64 })
        {
            Expr x = Prim.Input("x", type[shape]), row = Prim.Broadcast(Prim.Input("r", type[shape[^1]]), x.Shape, [shape.Length - 1]);
            var logistic = 1 / (Prim.Exp(-(x * x + row)) + 1);
            var chosen = Prim.Select(x > row, Prim.Tanh(x) * logistic, Prim.Erf(x + row) - Prim.Sin(x));
            var graph = Graph.Of([logistic * x, chosen, chosen > logistic]);
            Same(graph, Inputs.For(graph, 6));
        }
    }

    [Fact]
    public void An_update_in_place_gives_the_same_bits_in_both_forms()
    {
        Expr w = Prim.Input("w", ElementType.F32[13, 300]), d = Prim.Input("d", ElementType.F32[300]);
        var graph = Graph.Of([new Output("w", w - (Prim.Broadcast(d, [13, 300], [1]) * Prim.Exp(w)))]);
        Same(graph, Inputs.For(graph, 2));
    }

    [Theory, InlineData(30, 41, 4), InlineData(7, 90, 3), InlineData(1, 700, 5)]
    public void An_update_in_place_by_a_turned_operand_gives_the_same_bits_in_both_forms(int a, int b, int c)
    {
        Expr w = Prim.Input("w", ElementType.F32[a, b, c]), g = Prim.Transpose(Prim.Input("g", ElementType.F32[b, a, c]), [1, 0, 2]);
        var v = Prim.Input("v", w.Type) * 0.5 + g * g;
        var graph = Graph.Of([new Output("w", w - g / (v + 1.0)), new Output("v", v)]);
        var inputs = Inputs.For(graph, 3);
        Same(graph, inputs);
        using var run = Cpu.Compile(graph, 2, LoopForm.Generated);
        var meant = Evaluator.Run(graph, inputs).RightToList()[0];
        Assert.All(meant.Zip(run.Results(inputs)), both => Assert.Equal(both.Item1.ToDoubles(), both.Item2.ToDoubles()));
    }

    [Fact]
    public void A_loop_that_has_worked_long_keeps_its_bits()
    {
        var x = Prim.Input("x", ElementType.F32[300_001]);
        var graph = Graph.Of([Prim.Exp(-x) * x + Prim.Sin(x) * 0.5, Prim.Pow(Prim.Abs(x), Prim.Cos(x))]);
        var inputs = Inputs.For(graph, 4);
        using var run = Cpu.Compile(graph, 2);
        var first = run.Results(inputs).ToArray();
        for (var i = 0; i < 100; i++)
        {
            var again = run.Results(inputs).ToArray();
            Assert.True(first.SequenceEqual(again), $"run {i}");
        }
    }

    private static void Same(Graph graph, IReadOnlyDictionary<string, Tensor> inputs)
    {
        using CpuRun interpreted = Cpu.Compile(graph, 1, LoopForm.Interpreted), one = Cpu.Compile(graph, 1, LoopForm.Generated),
            two = Cpu.Compile(graph, 2, LoopForm.Generated);
        var meant = interpreted.Results(inputs).ToArray();
        foreach (var run in new[] { one, two })
        {
            var found = run.Results(inputs).ToArray();
            for (var i = 0; i < meant.Length; i++)
                Assert.True(meant[i].Equals(found[i]), $"result {i}: {meant[i]} and {found[i]}");
        }
    }
}
