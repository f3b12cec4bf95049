using MiniTorch.Backends.Cpu;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Evaluation;
using Xunit;

namespace MiniTorch.Tests;

/// <summary>The processor backend against the evaluator, and against itself on other teams.</summary>
public sealed partial class CpuTests
{
    private static readonly ElementType[] Numbers = [.. ElementType.All.Where(e => e.IsNumber)];
    private static readonly ElementType[] Floats = [.. ElementType.All.Where(e => e.IsFloat)];
    private static readonly ElementType[] Bits = [.. ElementType.All.Where(e => !e.IsFloat)];
    private static readonly Dims[] Shapes = [[], [1], [7], [16], [3, 5], [2, 3, 200], [1300], [0, 4], [40, 1000]];

    /// <summary>Element types and their names.</summary>
    public static TheoryData<string> AllTypes => [.. ElementType.All.Select(e => e.Name)];

    /// <summary>The number types' names.</summary>
    public static TheoryData<string> NumberTypes => [.. Numbers.Select(e => e.Name)];

    [Theory, MemberData(nameof(NumberTypes))]
    public void Arithmetic_is_what_it_means(string name) => OnShapes(name, (x, y) =>
        [x + y, x - y, x * y, x / y, Prim.Max(x, y), Prim.Min(x, y), -x, Prim.Abs(x), Prim.Sign(x)]);

    [Theory, MemberData(nameof(AllTypes))]
    public void Comparisons_and_choices_are_what_they_mean(string name) => OnShapes(name, (x, y) =>
        [x < y, x <= y, x > y, x >= y, Prim.Eq(x, y), Prim.Ne(x, y), Prim.Select(x < y, y, x), Prim.StopGradient(x)]);

    [Theory, MemberData(nameof(AllTypes))]
    public void Bitwise_ops_are_what_they_mean(string name)
    {
        if (Bits.Any(e => e.Name == name))
            OnShapes(name, (x, y) => [Prim.And(x, y), Prim.Or(x, y), Prim.Xor(x, y), Prim.Not(x)]);
        else
            Assert.NotNull(Prim.Not(Prim.Input("x", Type(name)[2])).Error.Match(e => e.Rule, () => null!));
    }

    [Theory, InlineData("f16"), InlineData("bf16"), InlineData("f32"), InlineData("f64")]
    public void Functions_are_what_they_mean(string name) => OnShapes(name, (x, y) =>
        [Prim.Exp(x), Prim.Log(Prim.Abs(x) + 0.5), Prim.Sqrt(Prim.Abs(x)), Prim.Tanh(x), Prim.Sin(x), Prim.Cos(x), Prim.Erf(x),
            Prim.Floor(x), Prim.Pow(Prim.Abs(x) + 0.25, y)]);

    [Theory, MemberData(nameof(AllTypes))]
    public void Casts_are_what_they_mean(string name) =>
        OnShapes(name, (x, y) => [.. ElementType.All.Select(e => Prim.Cast(x, e)).Where(e => e != x)]);

    [Fact]
    public void Casts_truncate_wrap_and_send_NaN_to_zero()
    {
        var x = Prim.Input("x", ElementType.F32[6]);
        var graph = Graph.Of([Prim.Cast(x, ElementType.I32), Prim.Cast(x, ElementType.U8), Prim.Cast(x, ElementType.Pred)]);
        using var run = Cpu.Compile(graph, 1);
        run.Write("x", Tensor.Of([6], 3e9f, -1.5f, float.NaN, 300f, 0f, 1e30f).Bytes);
        run.Run();
        Assert.Equal([-1294967296, -1, 0, 300, 0, -1], run.Result(0).As<int>().ToArray());
        Assert.Equal([0, 255, 0, 44, 0, 255], run.Result(1).As<byte>().ToArray());
        Assert.Equal([1, 1, 1, 1, 0, 1], run.Result(2).As<byte>().ToArray());
    }

    [Fact]
    public void Integer_division_by_zero_is_zero_and_wraps()
    {
        var (x, y) = (Prim.Input("x", ElementType.I32[4]), Prim.Input("y", ElementType.I32[4]));
        using var run = Cpu.Compile(Graph.Of([x / y]), 1);
        run.Write("x", Tensor.Of<int>(ElementType.I32[4], [7, int.MinValue, -7, int.MaxValue]).Bytes);
        run.Write("y", Tensor.Of<int>(ElementType.I32[4], [0, -1, 2, 1]).Bytes);
        run.Run();
        Assert.Equal([0, int.MinValue, -3, int.MaxValue], run.Result(0).As<int>().ToArray());
    }

    [Theory, MemberData(nameof(NumberTypes))]
    public void Reductions_are_what_they_mean(string name)
    {
        Dims[] shapes =
        [
            [], [5], [700], [3, 5], [16, 10], [4, 3, 6, 7], [2, 3, 300],
            [300, 20], [0, 3], [3, 0], [5, 1, 3], [70, 2], [70, 4],
        ];
        foreach (var shape in shapes)
            foreach (var axes in AxisSets(shape.Count))
            {
                var x = Prim.Input("x", new(Type(name), shape));
                Agree(Graph.Of([Prim.Sum(x * x, axes), Prim.ReduceMax(x, axes), Prim.ReduceMin(x, axes), Prim.ReduceProd(x, axes)]));
            }
    }

    // Cut rows and columns; an axis that lies outside the rows in memory; rows of few columns side by side, some left over.
    [Theory, InlineData("f32"), InlineData("i64"), InlineData("f64"), InlineData("bf16")]
    public void Large_reductions_are_what_they_mean(string name)
    {
        foreach (var shape in new Dims[] { [3, 40, 1000], [41, 5, 400], [3, 9001, 3], [6, 61, 200] })
            foreach (var axes in AxisSets(3))
            {
                var x = Prim.Input("x", new(Type(name), shape));
                Agree(Graph.Of([Prim.Sum(x + x, axes), Prim.Sum(x, axes)]));
                Agree(Graph.Of([Prim.ReduceMax(x, axes), Prim.ReduceMax(Prim.Reverse(x, [1]), axes)]));
            }
    }

    [Fact]
    public void A_sum_of_what_lies_in_memory_has_the_bits_of_the_same_computed()
    {
        foreach (var shape in new Dims[] { [41, 5, 400], [64, 9, 183], [16, 40, 1000], [19, 300, 17] })
        {
            var (x, zero) = (F32("x", [.. shape]), F32("zero", [.. shape]));
            using var run = Cpu.Compile(Graph.Of([Prim.Sum(x, [0, 2]), Prim.Sum(x + zero, [0, 2])]), 1);
            var random = new Random(shape.Count);
            var values = Enumerable.Range(0, (int)shape.Product).Select(_ => random.NextSingle() - 0.3f).ToArray();
            run.Write("x", Tensor.Of<float>(x.Type, values).Bytes);
            run.Run();
            Assert.Equal(run.Result(0).As<float>().ToArray(), run.Result(1).As<float>().ToArray());
        }
    }

    [Theory, MemberData(nameof(NumberTypes))]
    public void Largest_positions_are_what_they_mean(string name)
    {
        var x = Prim.Input("x", Type(name)[4, 9, 5]);
        Agree(Graph.Of([Prim.ArgMax(x, 0), Prim.ArgMax(x, 1), Prim.ArgMax(x, 2)]));
    }

    [Theory, MemberData(nameof(NumberTypes))]
    public void Windows_are_what_they_mean(string name)
    {
        var x = Prim.Input("x", Type(name)[2, 3, 9, 12]);
        Window[][] windows = [
            [new(2), new(2)], [new(1, 1, 1), new(1, 1, 1)], [new(2, 2, 2, 2, 2), new(3, 0, -1, 1, 2)], [new(3, 4, 4), new(1)]];
        foreach (var w in windows) Agree(Graph.Of([Prim.WindowSum(x, [2, 2], w), Prim.WindowArgMax(x, [2, 2], w)]));
        Agree(Graph.Of([Prim.WindowSum(x, [], []), Prim.WindowArgMax(x, [4], [new Window(4)])]));
    }

    [Theory, MemberData(nameof(AllTypes))]
    public void Gathers_are_what_they_mean(string name)
    {
        foreach (var index in new[] { ElementType.I32, ElementType.I64 })
        {
            var x = Prim.Input("x", Type(name)[4, 6, 5]);
            Agree(Graph.Of([Prim.Gather(x, Prim.Input("i", index[3, 2])), Prim.Gather(x, Prim.Input("j", index[4, 3]), 1),
                Prim.Gather(x, Prim.Input("k", index[4, 6, 2]), 2)]));
        }
    }

    [Theory, MemberData(nameof(NumberTypes))]
    public void Scatters_are_what_they_mean(string name)
    {
        foreach (var index in new[] { ElementType.I32, ElementType.I64 })
        {
            var u = Prim.Input("u", Type(name)[4, 6, 5]);
            Agree(Graph.Of([Prim.ScatterAdd(u, Prim.Input("i", index[4, 6]), 7), Prim.ScatterAdd(u, Prim.Input("i", index[4, 6]), 3, 1),
                Prim.ScatterAdd(u, Prim.Input("j", index[4, 6, 5]), 9, 2)]));
        }
    }

    [Theory, MemberData(nameof(AllTypes))]
    public void Movements_are_what_they_mean(string name)
    {
        var x = Prim.Input("x", Type(name)[3, 40, 37]);
        var one = Prim.Input("s", Type(name).Scalar);
        Expr[] moved = [Prim.Transpose(x, [2, 0, 1]), Prim.Transpose(x, [0, 2, 1]), Prim.Reverse(x, [0, 2]),
            Prim.Broadcast(x, [3, 2, 40, 37], [0, 2, 3]), Prim.Slice(x, [1, 3, 0], [3, 39, 37], [1, 4, 3]),
            Prim.Reshape(Prim.Transpose(x, [1, 0, 2]), [20, 222]), Prim.Concat(1, x, x, Prim.Reverse(x, [1])),
            Prim.Pad(x, one, [1, -2, 0], [0, 3, -5], [0, 1, 2]), Prim.Broadcast(one, [3, 5], []), Prim.Reshape(one, [1, 1])];
        Agree(Graph.Of(moved));
        if (Type(name).IsNumber) Agree(Graph.Of(moved.Select(m => m + m)));
    }

    [Theory, MemberData(nameof(NumberTypes))]
    public void Products_are_what_they_mean(string name)
    {
        Expr In(string n, params int[] shape) => Prim.Input(n, Type(name)[shape]);
        Agree(Graph.Of([
            Prim.MatMul(In("a", 7, 13), In("b", 13, 10)), Prim.MatMul(Prim.Transpose(In("c", 13, 7), [1, 0]), In("b", 13, 10)),
            Prim.MatMul(In("a", 7, 13), In("v", 13, 1)), Prim.Dot(In("w", 13), In("u", 13), [0], [0], [], []),
            Prim.Dot(In("d", 4, 3, 6), In("e", 4, 6, 5), [2], [1], [0], [0]),
            Prim.Dot(In("f", 3, 4, 5, 6), In("g", 5, 3, 8, 4), [0, 2], [1, 0], [1], [3]),
            Prim.Dot(In("h", 3, 0), In("k", 0, 2), [1], [0], [], []), Prim.Dot(In("w", 13), In("l", 4), [], [], [], []),
            Prim.MatMul(In("m", 60, 70), In("n", 70, 50)), Prim.Dot(In("p"), In("q"), [], [], [], [])]));
    }

    [Theory, MemberData(nameof(NumberTypes))]
    public void Convolutions_are_what_they_mean(string name)
    {
        Expr In(string n, params int[] shape) => Prim.Input(n, Type(name)[shape]);
        Window same = new(1, 1, 1);
        var (x, w) = (In("x", 2, 4, 9, 8), In("w", 6, 4, 3, 3));
        Agree(Graph.Of([
            Prim.Conv(x, w, [same, same]), Prim.Conv(x, w, [new(2, 0, 2, 1, 2), new(1, -1, 3, 2)]),
            Prim.Conv(x, In("g", 6, 2, 3, 3), [same, same], 2), Prim.Conv(x, In("p", 5, 4, 1, 1), [Window.Unit, Window.Unit]),
            Prim.Conv(In("l", 2, 3, 11), In("k", 2, 3, 4), [new(3, 2, 1)]), Prim.Conv(In("a", 3, 4), In("b", 2, 4), []),
            Prim.Conv(x, Prim.Reverse(Prim.Transpose(In("t", 4, 6, 3, 3), [1, 0, 2, 3]), [2, 3]), [same, same]),
            Prim.Conv(Prim.Transpose(x, [1, 0, 3, 2]), In("r", 3, 2, 5, 5), [same, same]),
            Prim.Conv(Prim.Reverse(x, [0, 3]), w, [same, same]),
            Prim.Conv(In("c", 1, 2, 4, 5, 6), In("d", 2, 2, 2, 3, 2), [same, same, Window.Unit])]));
    }

    [Fact]
    public void Random_words_are_Philox()
    {
        var (key, counter) = (Prim.Input("key", ElementType.I64.Scalar), Prim.Input("counter", ElementType.I64.Scalar));
        using var run = Cpu.Compile(Graph.Of([Prim.RandomBits(key, counter, [10007])]), 2);
        const long k = 0x1234_5678_9ABC_DEF0, c = 0xFFFF_FFF0;
        run.Write("key", BitConverter.GetBytes(k));
        run.Write("counter", BitConverter.GetBytes(c));
        run.Run();
        Assert.Equal(Enumerable.Range(0, 10007).Select(j => Philox.Word(k, c, j)), run.Result(0).As<int>().ToArray());
    }

    [Theory, MemberData(nameof(NumberTypes))]
    public void Counting_is_what_it_means(string name) =>
        Agree(Graph.Of([Prim.Iota(Type(name)[3, 70], 0), Prim.Iota(Type(name)[3, 70], 1) + Prim.Input("x", Type(name)[3, 70])]));

    [Fact]
    public void Every_node_of_any_graph_is_what_it_means() => Check.Holds(Graphs.Any(), graph =>
    {
        var inputs = Inputs.For(graph, 3);
        var values = Evaluator.Nodes(graph, inputs).Match(t => t, e => throw new InvalidOperationException($"{e}"));
        foreach (var node in graph.Nodes.Where(n => n.Op is not (Input or Constant))) AgreeAlone(graph, node, values);
        return true;
    }, count: 60);

    [Fact]
    public void Any_graph_has_the_same_bits_on_two_threads_and_again() => Check.Holds(Graphs.Any(), graph =>
    {
        using CpuRun one = Cpu.Compile(graph, 1), two = Cpu.Compile(graph, 2);
        foreach (var run in new[] { one, two, two })
        {
            foreach (var (name, value) in Inputs.For(graph, 3)) run.Write(name, value.Bytes);
            run.Run();
        }
        return Enumerable.Range(0, graph.Outputs.Length).All(i => one.Result(i).Equals(two.Result(i)));
    }, count: 60);

    [Fact]
    public void A_fused_body_computes_what_its_nodes_mean()
    {
        var x = Prim.Input("x", ElementType.F32[4, 6, 14, 14]);
        var bias = Prim.Broadcast(Prim.Input("b", ElementType.F32[6]), x.Shape, [1]);
        var wide = Prim.Broadcast(Prim.Input("r", ElementType.F32[14]), x.Shape, [3]);
        var relu = Prim.Max(x + bias, Prim.Scalar(ElementType.F32, 0.0));
        var gate = Prim.Select(relu > 0.5, Prim.Exp(-relu), Prim.Tanh(wide * relu) * 2.0);
        Agree(Graph.Of([gate, Prim.Sum(gate * gate, [0, 2, 3]), Prim.Sum(x * bias, [0, 1, 2, 3]), Prim.ReduceMax(gate + wide, [1])]));
    }

    [Fact]
    public void A_result_with_an_inputs_name_replaces_it()
    {
        var (w, x) = (Prim.Input("w", ElementType.F32[100]), Prim.Input("x", ElementType.F32[100]));
        var graph = Graph.Of([new Output("w", w - (x * 0.5)), new Output("sum", Prim.Sum(w, [0]))]);
        using var run = Cpu.Compile(graph, 1);
        run.Write("w", Tensor.Of([100], [.. Enumerable.Range(0, 100).Select(i => (float)i)]).Bytes);
        run.Write("x", Tensor.Of([100], [.. Enumerable.Repeat(2f, 100)]).Bytes);
        for (var i = 0; i < 3; i++) run.Run();
        var now = new float[100];
        run.Read("w", System.Runtime.InteropServices.MemoryMarshal.AsBytes(now.AsSpan()));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i - 3f), now);
        var sum = new float[1];
        run.Read("sum", System.Runtime.InteropServices.MemoryMarshal.AsBytes(sum.AsSpan()));
        Assert.Equal(4950f - 200f, sum[0]);
    }

    [Fact]
    public void A_later_run_allocates_nothing()
    {
        foreach (var threads in new[] { 1, 2 })
        {
            using var run = Cpu.Compile(Network(32), threads);
            for (var i = 0; i < 3; i++) run.Run();
            var own = GC.GetAllocatedBytesForCurrentThread();
            run.Run();
            Assert.Equal(own, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    [Fact]
    public void The_arena_is_as_large_as_the_plan_says()
    {
        using var run = Cpu.Compile(Network(8), 1);
        Assert.Equal(run.Plan.ArenaBytes, run.ArenaBytes);
        Assert.All(run.Plan.Slots.Values, s => Assert.InRange(s.Offset + s.Bytes + Passes.Planning.Plan.Slack, 0, run.ArenaBytes));
        var top = run.Plan.Slots.Values.Max(s => s.Offset + s.Bytes);
        Assert.True(Math.Max(top, run.Plan.Steps.Max(s => s.ScratchAt + s.Scratch)) + 256 >= run.ArenaBytes);
    }

    [Fact]
    public void A_wrong_size_and_an_unknown_name_are_refused()
    {
        using var run = Cpu.Compile(Graph.Of([Prim.Input("x", ElementType.F32[2]) * 2.0]), 1);
        Assert.Throws<ArgumentException>(() => run.Write("x", new byte[4]));
        Assert.Throws<ArgumentException>(() => run.Write("y", new byte[8]));
        Assert.Throws<ArgumentException>(() => run.Read("y", new byte[8]));
    }
}
