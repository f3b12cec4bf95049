using Google.Protobuf;
using LanguageExt;
using MiniTorch.Interop.Onnx;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Interop.Tests.Onnx;

public class ModelTests
{
    private const int F32 = 1, I64 = 7;

    private static NodeProto Node(string op, string[] inputs, params string[] outputs)
    {
        var node = new NodeProto { OpType = op };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        return node;
    }

    /// <summary>A size is a number, or the name of a symbol.</summary>
    private static ValueInfoProto Value(string name, int element, params string[] sizes)
    {
        var shape = new TensorShapeProto();
        foreach (var size in sizes)
            shape.Dim.Add(long.TryParse(size, out var n)
                ? new TensorShapeProto.Types.Dimension { DimValue = n }
                : new TensorShapeProto.Types.Dimension { DimParam = size });
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = element, Shape = shape } } };
    }

    private static TensorProto Floats(string name, params float[] values)
    {
        var tensor = new TensorProto { Name = name, DataType = F32 };
        tensor.Dims.Add(values.Length);
        tensor.FloatData.AddRange(values);
        return tensor;
    }

    private static TensorProto Longs(string name, params long[] values)
    {
        var tensor = new TensorProto { Name = name, DataType = I64 };
        tensor.Dims.Add(values.Length);
        tensor.Int64Data.AddRange(values);
        return tensor;
    }

    private static TensorProto Scalar(string name, long value) =>
        new() { Name = name, DataType = I64, Int64Data = { value } };

    private static ModelProto Model(
        ValueInfoProto[] inputs, TensorProto[] initial, NodeProto[] nodes, string[] outputs, long opset = 17)
    {
        var graph = new GraphProto { Name = "g" };
        graph.Input.AddRange(inputs);
        graph.Initializer.AddRange(initial);
        graph.Node.AddRange(nodes);
        graph.Output.AddRange(outputs.Select(o => new ValueInfoProto { Name = o }));
        return new() { Graph = graph, IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = opset } } };
    }

    private static Either<IrError, StoredModel> Read(ModelProto model, Binding? binding = null) =>
        OnnxFile.Parse(model.ToByteArray(), "model", binding ?? Binding.None);

    private static StoredModel Right(ModelProto model, Binding? binding = null) =>
        Read(model, binding).IfLeft(e => throw new InvalidOperationException($"{e}"));

    private static IrError Wrong(ModelProto model, Binding? binding = null) =>
        Read(model, binding).Match(m => throw new InvalidOperationException($"{m.Graph}"), e => e);

    /// <summary>The rule and the sentence.</summary>
    private static (string, string) Told(ModelProto model) => (Wrong(model).Rule, Wrong(model).Message);

    private static Binding Shape(string name, params int[] sizes) => Binding.OfShapes((name, Dims.Create(sizes)));

    private static Binding Given(string name, Tensor value) => Binding.Of((name, value));

    private static ModelProto AddOne =>
        Model([Value("x", F32, "N", "3")], [Floats("b", 1, 2, 3)], [Node("Add", ["x", "b"], "y")], ["y"]);

    [Fact]
    public void A_result_that_is_listed_twice_has_two_names()
    {
        var outputs = Right(Model([Value("x", F32, "2")], [], [Node("Neg", ["x"], "y")], ["y", "x", "y"])).Graph.Outputs;
        Assert.Equal(["y", "x", "y_1"], outputs.Select(o => o.Name));
        Assert.Same(outputs[0].Value, outputs[2].Value);
    }

    [Fact]
    public void Weights_become_inputs_that_have_a_value()
    {
        var model = Right(AddOne, Shape("N", 2));
        Assert.Equal(["x", "b"], model.Graph.Inputs.Select(i => ((Input)i.Op).Name));
        Assert.Equal(Tensor.Of([3], 1, 2, 3), model.Values["b"]);
        Assert.Single(model.Values);
        Assert.Empty(model.Fixed);
    }

    [Fact]
    public void A_weight_that_nothing_uses_is_left_out()
    {
        var model = Model([], [Floats("b", 1), Floats("c", 2)], [Node("Neg", ["b"], "y")], ["y"]);
        Assert.Equal(["b"], Right(model).Graph.Inputs.Select(i => ((Input)i.Op).Name));
    }

    [Fact]
    public void The_size_of_a_symbol_is_given_by_its_name_by_a_shape_or_by_a_value()
    {
        Assert.Equal([2, 3], Right(AddOne, Shape("N", 2)).Graph.Outputs[0].Value.Shape);
        Assert.Equal([4, 3], Right(AddOne, Shape("x", 4, 3)).Graph.Outputs[0].Value.Shape);
        Assert.Equal([5, 3], Right(AddOne, Given("x", Tensor.Zeros(ElementType.F32[5, 3]))).Graph.Outputs[0].Value.Shape);
    }

    [Fact]
    public void A_symbol_has_one_size_in_all_inputs()
    {
        var model = Model([Value("x", F32, "N", "3"), Value("z", F32, "N", "1")], [], [Node("Add", ["x", "z"], "y")], ["y"]);
        Assert.Equal([7, 1], Right(model, Shape("x", 7, 3)).Graph.Input("z").Map(i => i.Shape).IfNone([]));
    }

    [Fact]
    public void An_open_size_is_refused_by_its_name() => Assert.Equal(("onnx.D1", "input 'x' has the shape [N 3], "
        + "whose size 'N' is open; give the input's shape, its value, or the size"), Told(AddOne));

    [Fact]
    public void An_open_size_without_a_name_is_refused()
    {
        var model = Model([Value("x", F32, "", "3")], [], [Node("Neg", ["x"], "y")], ["y"]);
        Assert.Equal(("onnx.D1",
            "input 'x' has the shape [? 3], which has an open size; give the input's shape or its value"), Told(model));
    }

    [Fact]
    public void An_input_without_a_shape_is_refused()
    {
        var model = AddOne;
        model.Graph.Input[0].Type.TensorType.Shape = null;
        Assert.Equal(("onnx.D1", "input 'x' has no shape in the model; give its shape or its value"), Told(model));
    }

    [Fact]
    public void Bytes_that_are_no_model_are_refused() => Assert.Equal(
        "onnx.F1: m.onnx is no file of ONNX of that kind, or it is cut short; export it again",
        OnnxFile.Parse([0x0A, 0xFF], "m.onnx", Binding.None).Match(_ => "", e => $"{e}"));

    [Fact]
    public void A_value_too_large_to_be_computed_while_reading_is_refused()
    {
        var axes = new NodeProto { OpType = "Range", Input = { "zero", "many", "one" }, Output = { "all" } };
        var model = Model([Value("x", F32, "1")],
            [Scalar("zero", 0), Scalar("one", 1), Scalar("many", 5_000_000)],
            [axes, Node("Neg", ["all"], "to"), Node("Reshape", ["x", "to"], "y")], ["y"]);
        Assert.Equal("onnx.S2", Wrong(model).Rule);
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(3)]
    public void A_shape_that_contradicts_the_model_is_refused(params int[] sizes) =>
        Assert.Equal("onnx.D2", Wrong(AddOne, Shape("x", sizes)).Rule);

    [Fact]
    public void A_value_of_another_element_type_is_refused() =>
        Assert.Equal("onnx.D2", Wrong(AddOne, Given("x", Tensor.Zeros(ElementType.I64[2, 3]))).Rule);

    [Fact]
    public void An_input_whose_value_shapes_the_graph_is_fixed()
    {
        var model = Model([Value("x", F32, "6"), Value("to", I64, "2")], [], [Node("Reshape", ["x", "to"], "y")], ["y"]);
        var read = Right(model, Given("to", Tensor.Of<long>(ElementType.I64[2], [2, 3])));
        Assert.Equal([2, 3], read.Graph.Outputs[0].Value.Shape);
        Assert.Equal(["to"], read.Fixed.AsEnumerable());
        var error = Wrong(model);
        Assert.Equal("onnx.S1", error.Rule);
        Assert.Contains("'to'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_of_shapes_is_computed_while_reading()
    {
        var model = Model([Value("x", F32, "N", "3", "4")], [Longs("at", 0), Longs("rest", -1)],
        [
            Node("Shape", ["x"], "shape"), Node("Gather", ["shape", "at"], "n"),
            new NodeProto
            {
                OpType = "Concat", Input = { "n", "rest" }, Output = { "to" },
                Attribute = { new AttributeProto { Name = "axis", I = 0, Type = AttributeProto.Types.AttributeType.Int } },
            },
            Node("Reshape", ["x", "to"], "y"),
        ], ["y"]);
        var read = Right(model, Shape("N", 5));
        Assert.Equal([5, 12], read.Graph.Outputs[0].Value.Shape);
        Assert.Equal(2, read.Graph.Nodes.Length);
        Assert.Empty(read.Fixed);
    }

    [Fact]
    public void All_operators_that_are_not_supported_are_named_at_once()
    {
        var model = Model([Value("x", F32, "2")], [],
            [Node("Foo", ["x"], "y"), Node("Relu", ["y"], "z"), Node("Bar", ["z"], "w")], ["w"]);
        Assert.Equal(("onnx.O1", "operators 'Foo', 'Bar' are not supported"), Told(model));
    }

    [Fact]
    public void A_cycle_is_a_name_used_before_it_is_made()
    {
        var model = Model([Value("x", F32, "2")], [], [Node("Add", ["x", "z"], "y"), Node("Neg", ["y"], "z")], ["z"]);
        Assert.Equal(("onnx.G1", "'z' is used before any node or input makes it"), Told(model));
    }

    [Fact]
    public void A_name_made_twice_is_refused() => Assert.Equal("onnx.G2",
        Wrong(Model([Value("x", F32, "2")], [], [Node("Neg", ["x"], "y"), Node("Abs", ["x"], "y")], ["y"])).Rule);

    [Theory]
    [InlineData(0)]
    [InlineData(26)]
    [InlineData(-5)]
    public void A_version_that_is_not_read_is_refused(long version) => Assert.Equal("onnx.V1",
        Wrong(Model([Value("x", F32, "2")], [], [Node("Neg", ["x"], "y")], ["y"], version)).Rule);

    [Fact]
    public void A_shape_rule_broken_by_a_node_names_the_node()
    {
        var node = Node("Add", ["x", "b"], "y");
        node.Name = "layer1/add";
        var error = Wrong(Model([Value("x", F32, "2", "4")], [Floats("b", 1, 2, 3)], [node], ["y"]));
        Assert.Equal(("onnx.B1", "node 'layer1/add'"), (error.Rule, error.Where));
    }

    [Fact]
    public void A_file_without_a_graph_is_no_model() =>
        Assert.Equal("onnx.F2", OnnxFile.Parse([], "empty", Binding.None).Match(_ => "", e => e.Rule));

    [Fact]
    public void Sparse_initialisers_are_not_supported()
    {
        var model = Model([], [Floats("b", 1, 2)], [Node("Neg", ["b"], "y")], ["y"]);
        model.Graph.SparseInitializer.Add(new SparseTensorProto { Values = Floats("s", 1) });
        Assert.Equal("onnx.O2", Wrong(model).Rule);
    }

    [Fact]
    public void An_input_that_is_a_sequence_is_not_supported()
    {
        var model = Model([new() { Name = "s", Type = new() { SequenceType = new() } }], [], [], []);
        Assert.Equal(("onnx.T4", "input 's' is a sequence, which is not supported"), Told(model));
    }

    [Theory]
    [InlineData(3, "onnx.T1")]
    [InlineData(99, "onnx.T2")]
    public void An_element_type_that_is_not_ours_is_refused(int element, string rule) =>
        Assert.Equal(rule, Wrong(Model([Value("x", element, "2")], [], [Node("Neg", ["x"], "y")], ["y"])).Rule);

    [Fact]
    public void A_tensor_whose_data_do_not_fit_is_refused()
    {
        var tensor = Floats("b", 1, 2);
        tensor.Dims[0] = 3;
        Assert.Equal("onnx.T3", Wrong(Model([], [tensor], [Node("Neg", ["b"], "y")], ["y"])).Rule);
        tensor.Dims[0] = long.MaxValue;
        Assert.Equal("onnx.T3", Wrong(Model([], [tensor], [Node("Neg", ["b"], "y")], ["y"])).Rule);
    }
}
