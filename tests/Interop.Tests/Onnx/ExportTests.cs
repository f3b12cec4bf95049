using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Generators;
using MiniTorch.Interop.Onnx;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;
using MiniTorch.Passes.Autodiff;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.Exported;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>A graph that is written as a model of ONNX means what it meant.</summary>
public sealed class ExportTests
{
    private static readonly TensorType X = ElementType.F32[2, 3];

    [Fact]
    public void What_is_written_and_read_back_means_the_same() =>
        Check.Holds(Graphs.Any(), g => SameAfterwards(g, 1e-4), 200, seed: 20);

    [Fact]
    public void Gradients_written_and_read_back_mean_the_same() =>
        Check.Holds(Graphs.Differentiable(), g => SameAfterwards(WithGradients(g), 1e-7), 60, seed: 21);

    [Fact]
    public void Every_op_is_written()
    {
        var all = typeof(IOpCases<>).GetMethods().Select(m => m.GetParameters()[0].ParameterType.Name).Order();
        var written = new SortedSet<string>(StringComparer.Ordinal);
        Check.Holds(Graphs.Any(), g => Model(g) is not null && Note(g), 400, seed: 22);
        Note(Graph.Of([Words(8)]));
        Assert.Equal(all, written);

        bool Note(Graph g)
        {
            written.UnionWith(g.Nodes.Select(n => n.Op.GetType().Name));
            return Model(g).Graph.Node.Count > 0 || g.Outputs.Length == 0;
        }
    }

    [Fact]
    public void Random_words_are_the_same_bits()
    {
        var graph = Graph.Of([Words(21)]);
        (long Key, long Counter)[] ends =
            [(0, 0), (-1, -3), (0x1234_5678_9ABC_DEF0, 0xFFFF_FFFF), (long.MinValue, long.MaxValue)];
        foreach (var (key, counter) in ends)
        {
            var given = new Dictionary<string, Tensor>
            {
                ["key"] = Tensor.Scalar(ElementType.I64, key), ["counter"] = Tensor.Scalar(ElementType.I64, counter),
            };
            Assert.Equal(Run(graph, given)[0], Run(Read(Bytes(graph)).Graph, given)[0]);
        }
    }

    [Fact]
    public void Equal_graphs_are_the_same_bytes() => Check.Holds(Graphs.Any(), g =>
        Bytes(g).AsSpan().SequenceEqual(Bytes(Parsed(g))), 100, seed: 23);

    [Fact]
    public void A_result_without_a_name_gets_one_and_a_next_value_is_told_from_its_input()
    {
        var (w, x) = (Prim.Input("w", X), Prim.Input("x", X));
        var graph = Graph.Of(
            [new Output("w", w - x), new Output("loss", Prim.Sum(x, [0, 1])), w * x, new Output("out_2", w + x)]);
        var proto = Model(graph);
        Assert.Equal(["w_next", "loss", "out_2_1", "out_2"], proto.Graph.Output.Select(o => o.Name));
        Assert.Equal(["w", "x"], proto.Graph.Input.Select(o => o.Name).Order());
        Assert.Equal(["w", "loss", "", "out_2"], Read(Bytes(graph)).Graph.Outputs.Select(o => o.Name));
    }

    [Fact]
    public void Results_without_a_name_come_back_without_one()
    {
        var x = Prim.Input("x", X);
        Assert.Equal(["", "", ""], Read(Bytes(Graph.Of([-x, x, -x]))).Graph.Outputs.Select(o => o.Name));
    }

    [Fact]
    public void A_result_that_is_an_input_or_another_result_has_a_node_of_its_own()
    {
        var x = Prim.Input("x", X);
        var two = Prim.Scalar(ElementType.F32, 2.0);
        var graph = Graph.Of([new Output("same", x), new Output("y", -x), new Output("z", -x), new Output("two", two)]);
        Assert.True(SameAfterwards(graph, 0));
        Assert.Equal(["Constant", "Identity", "Identity", "Neg"], Model(graph).Graph.Node.Select(n => n.OpType).Order());
    }

    [Fact]
    public void A_node_is_named_by_its_label_or_as_in_the_text()
    {
        var x = Prim.Input("x", X);
        var y = Prim.Sum((-x).Named("flip"), [1]);
        Assert.Equal(["flip", "reduce_sum.0"], Model(Graph.Of([y])).Graph.Node.Select(n => n.Name));
    }

    [Fact]
    public void Names_are_made_once()
    {
        var x = Prim.Input("neg.0", X);
        var graph = Graph.Of(
            [new Output("neg.0_1", Prim.Abs(-x)), new Output("abs.1", Prim.Abs(Prim.Sin((-x).Named("neg.0"))))]);
        var made = Model(graph).Graph;
        var values = made.Node.SelectMany(n => n.Output)
            .Concat(made.Input.Select(i => i.Name)).Concat(made.Initializer.Select(i => i.Name));
        Assert.Equal(values.Distinct(), values);
        Assert.True(SameAfterwards(graph, 0));
    }

    [Fact]
    public void A_training_step_comes_back_with_its_states_and_values()
    {
        var model = Layers.Linear(4) >>> Layers.Relu >>> Layers.Linear(2) >>> Layers.LogSoftmax;
        var step = model.TrainStep(ElementType.F32[3, 5], Loss.NegativeLogLikelihood, Optimiser.Adam(0.1));
        var values = Inputs.For(step, 1).Where(v => v.Key is not ("x" or "target")).Select(v => (v.Key, v.Value));
        var back = Read(Get(OnnxFile.Write(StoredModel.Of(step, values))));
        Assert.Equal(step.Outputs.Select(o => o.Name), back.Graph.Outputs.Select(o => o.Name));
        foreach (var (name, value) in values)
            if (step.Outputs.Any(o => o.Name == name)) Assert.Equal(value, back.Values[name]);
    }

    [Fact]
    public void A_max_pooling_is_one_node()
    {
        var x = Prim.Input("x", ElementType.F32[1, 2, 6, 6]);
        var graph = Graph.Of([(Output)Pooling.Max(x, 3, 2, 1)]);
        Assert.Equal(["MaxPool"], Model(graph).Graph.Node.Select(n => n.OpType));
        Assert.True(SameAfterwards(graph, 0));
    }

    [Fact]
    public void Bitwise_operators_ask_for_operator_set_18_and_nothing_else_does()
    {
        var i = Prim.Input("i", ElementType.I32[2]);
        Assert.Equal(18, Model(Graph.Of([Prim.Not(i)])).OpsetImport[0].Version);
        Assert.Equal(17, Model(Graph.Of([Prim.Not(Prim.Eq(i, i))])).OpsetImport[0].Version);
    }

    [Fact]
    public void A_small_graph_is_these_nodes()
    {
        var (x, w) = (Prim.Input("x", ElementType.F32[1, 1, 4, 4]), Prim.Input("w", ElementType.F32[1, 1, 3, 3]));
        var y = Prim.Conv(x, w, [new Window(1, 1, 1), new Window(1, 1, 2, Base: 2)]).Named("up");
        Assert.Equal("""
            up/Reshape = Reshape x i64:[1 1 4 4 1] : up/Reshape
            up/Pad = Pad up/Reshape up/constant f32:0.0 : up/Pad
            up/Reshape_1 = Reshape up/Pad i64:[1 1 4 8] : up/Reshape_1
            up/Pad_1 = Pad up/Reshape_1 i64:[0 0 1 1 0 0 1 1] f32:0.0 : up/Pad_1
            up = Conv up/Pad_1 w {dilations=[1 1] group=1 kernel_shape=[3 3] pads=[0 0 0 0] strides=[1 1]} : up
            reduce_max.0/ReduceMax = ReduceMax up {axes=[1 2 3] keepdims=0} : reduce_max.0/ReduceMax
            reduce_max.0/IsNaN = IsNaN up : reduce_max.0/IsNaN
            reduce_max.0/Where = Where reduce_max.0/IsNaN up f32:0.0 : reduce_max.0/Where
            reduce_max.0/ReduceSum = ReduceSum reduce_max.0/Where i64:[1 2 3] {keepdims=0} : reduce_max.0/ReduceSum
            reduce_max.0 = Add reduce_max.0/ReduceMax reduce_max.0/ReduceSum : largest
            """.ReplaceLineEndings("\n"), Shown(Model(Graph.Of([new Output("largest", Prim.ReduceMax(y, [1, 2, 3]))]))));
    }

    private static Graph Parsed(Graph g) => Parser.Parse(g.ToString()).Match(p => p, e => throw new IrException(e));

    private static Expr Words(int count) =>
        Prim.RandomBits(Prim.Input("key", ElementType.I64.Scalar), Prim.Input("counter", ElementType.I64.Scalar), [count]);

    private static Graph WithGradients(Graph g)
    {
        var loss = g.Outputs.Select(o => Prim.Sum(o.Value, Dims.Range(0, o.Value.Type.Rank))).Aggregate((x, y) => x + y);
        var slopes = Backward.Grad(loss, g.Inputs);
        return Graph.Of([new Output("loss", loss), .. slopes.Select((d, i) => new Output($"d{i}", d))], g.Inputs);
    }
}
