using System.Collections.Immutable;
using Google.Protobuf;
using LanguageExt;
using MiniTorch.Generators;
using MiniTorch.Interop.Onnx;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>Models of a node or a few, built in a line: what they compute, their slopes, and why they are refused.</summary>
internal static class OneNode
{
    /// <summary>The results of an operator over these operands, null for one that is left out.</summary>
    internal static ImmutableArray<Tensor> Run(string op, int opset, Tensor?[] operands, int results = 1,
        params AttributeProto[] attributes) =>
        Run(Model(op, opset, operands, results, attributes), operands);

    /// <summary>The results of a model for its inputs, in order; null is none.</summary>
    internal static ImmutableArray<Tensor> Run(ModelProto model, params Tensor?[] inputs) =>
        Run(Import(model).Match(m => m, e => throw new InvalidOperationException($"{e}")), inputs);

    /// <summary>The results of an imported model for its inputs, in order; null is none.</summary>
    internal static ImmutableArray<Tensor> Run(StoredModel model, params Tensor?[] inputs) =>
        Evaluator.Run(model.Graph, Bound(model, inputs)).Match(r => r, e => throw new InvalidOperationException($"{e}"));

    /// <summary>The id of the rule that refuses an operator over these operands; empty where it is not refused.</summary>
    internal static string Refusal(string op, int opset, Tensor?[] operands, params AttributeProto[] attributes) =>
        Refusal(Model(op, opset, operands, 1, attributes));

    /// <summary>The id of the rule that refuses a model; empty where it is not refused.</summary>
    internal static string Refusal(ModelProto model) => Import(model).Match(_ => "", e => e.Rule);

    /// <summary>
    /// How far the symbolic gradient of Σ cᵢ yᵢ in a random direction is from a central difference, beside its magnitude.
    /// </summary>
    internal static double Slip(string op, int opset, Tensor?[] operands, int results = 1,
        params AttributeProto[] attributes)
    {
        var model = Import(Model(op, opset, operands, results, attributes))
            .Match(m => m, e => throw new InvalidOperationException($"{e}"));
        var (graph, at) = (model.Graph, Bound(model, operands));
        var floats = graph.Outputs.Where(o => o.Value.Type.Element.IsFloat).Select(o => o.Value).ToImmutableArray();
        var wrt = graph.Inputs.Where(i => i.Type.Element.IsFloat).ToImmutableArray();
        var draw = new Draw(7);
        var seeds = floats.Select(y => draw.Tensor(y.Type)).ToImmutableArray();
        var direction = wrt.ToDictionary(i => ((Input)i.Op).Name, i => draw.Tensor(i.Type));
        var along = Prim.Scalar(ElementType.F32, 0.0);
        foreach (var (g, i) in Backward.Vjp(floats, [.. seeds.Select(Prim.Constant)], wrt).Select((g, i) => (g, i)))
            along += Prim.Sum(g * Prim.Constant(direction[((Input)wrt[i].Op).Name]), Dims.Range(0, g.Type.Rank));
        var total = floats.Select((y, i) => Prim.Sum(y * Prim.Constant(seeds[i]), Dims.Range(0, y.Type.Rank)))
            .Aggregate((x, y) => x + y);
        var (slope, difference) = (Value(along, graph, at),
            (Value(total, graph, Moved(at, direction, Step)) - Value(total, graph, Moved(at, direction, -Step))) / (2
            * Step));
        return Math.Abs(slope - difference) / (1 + Math.Abs(difference));
    }

    private const double Step = 1.0 / 1024;

    private static double Value(Expr e, Graph graph, IReadOnlyDictionary<string, Tensor> at) =>
        Evaluator.Unrounded(Graph.Check([new Output("v", e)], graph.Inputs)
            .Match(g => g, errors => throw new InvalidOperationException($"{errors.Head}")), at)
            .Match(r => r[0].Floats[0], e => throw new InvalidOperationException($"{e}"));

    private static Dictionary<string, Tensor> Moved(IReadOnlyDictionary<string, Tensor> at, Dictionary<string,
        Tensor> direction, double step) =>
        at.ToDictionary(p => p.Key, p => !direction.TryGetValue(p.Key, out var d) ? p.Value
            : Tensor.FromDoubles(p.Value.Type, [.. p.Value.ToDoubles().Select((v, i) => v + step * d.At(i))]));

    private static Dictionary<string, Tensor> Bound(StoredModel model, Tensor?[] inputs)
    {
        var values = model.Values.ToDictionary(v => v.Key, v => v.Value);
        foreach (var (tensor, i) in inputs.Select((t, i) => (t, i)))
            if (tensor is not null) values[$"x{i}"] = tensor;
        return values.Where(v => model.Graph.Input(v.Key).IsSome).ToDictionary(v => v.Key, v => v.Value);
    }

    /// <summary>A model read back from its bytes.</summary>
    internal static Either<IrError, StoredModel> Import(ModelProto model, Binding? binding = null) =>
        OnnxFile.Parse(model.ToByteArray(), "model", binding ?? Binding.None);

    /// <summary>
    /// A model of one node over operands x0, x1, …; a list of whole numbers is a constant, since it may shape the result.
    /// </summary>
    internal static ModelProto Model(string op, int opset, Tensor?[] operands, int results,
        params AttributeProto[] attributes) => Model(op, opset, operands, results, Shapes, attributes);

    /// <summary>A model of one node whose operands are inputs or, where told, constants.</summary>
    internal static ModelProto Model(string op, int opset, Tensor?[] operands, int results,
        Func<Tensor, bool> isConstant, params AttributeProto[] attributes)
    {
        var names = operands.Select((o, i) => o is null ? "" : $"x{i}").ToArray();
        var node = Node(op, names, [.. Enumerable.Range(0, results).Select(i => $"y{i}")], attributes);
        var given = operands.Index().Where(o => o.Item is not null).ToLookup(o => isConstant(o.Item!));
        var graph = Body([node], [.. given[false].Select(o => ($"x{o.Index}", o.Item!.Type))], [.. node.Output]);
        graph.Initializer.AddRange(given[true].Select(o => TensorProtos.Write($"x{o.Index}", o.Item!)));
        return Model(graph, opset);
    }

    private static bool Shapes(Tensor t) => t.Type is { Element.IsFloat: false, Rank: <= 1 };

    /// <summary>A model of a graph and perhaps of functions, which are in the domain "local".</summary>
    internal static ModelProto Model(GraphProto graph, int opset = 17, params FunctionProto[] functions)
    {
        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "local", Version = 1 });
        model.Functions.AddRange(functions);
        return model;
    }

    /// <summary>A graph.</summary>
    internal static GraphProto Body(NodeProto[] nodes, (string Name, TensorType Type)[] inputs, string[] outputs)
    {
        var graph = new GraphProto { Name = "g" };
        graph.Node.AddRange(nodes);
        graph.Input.AddRange(inputs.Select(i => Info(i.Name, i.Type)));
        graph.Output.AddRange(outputs.Select(o => new ValueInfoProto { Name = o }));
        return graph;
    }

    private static ValueInfoProto Info(string name, TensorType type)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(type.Shape.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        var tensor = new TypeProto.Types.Tensor { ElemType = DataTypes.Theirs(type.Element), Shape = shape };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    /// <summary>A node.</summary>
    internal static NodeProto Node(string op, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = op };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        return node;
    }

    /// <summary>An attribute of the kind that the value is of.</summary>
    internal static AttributeProto Attribute(string name, object value) => value switch
    {
        int i => Int(name, i),
        long i => Int(name, i),
        float f => Float(name, f),
        double f => Float(name, f),
        string s => Text(name, s),
        int[] all => Ints(name, [.. all.Select(i => (long)i)]),
        long[] all => Ints(name, all),
        double[] all => Floats(name, all),
        Tensor t => Value(name, t),
        _ => throw new ArgumentException($"{value.GetType()}"),
    };

    /// <summary>A whole number.</summary>
    internal static AttributeProto Int(string name, long value) =>
        new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    /// <summary>Whole numbers.</summary>
    internal static AttributeProto Ints(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    /// <summary>A number.</summary>
    internal static AttributeProto Float(string name, double value) =>
        new() { Name = name, F = (float)value, Type = AttributeProto.Types.AttributeType.Float };

    /// <summary>Numbers.</summary>
    internal static AttributeProto Floats(string name, params double[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Floats };
        attribute.Floats.AddRange(values.Select(v => (float)v));
        return attribute;
    }

    /// <summary>A text.</summary>
    internal static AttributeProto Text(string name, string value) =>
        new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };

    /// <summary>Texts.</summary>
    internal static AttributeProto Texts(string name, params string[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Strings };
        attribute.Strings.AddRange(values.Select(ByteString.CopyFromUtf8));
        return attribute;
    }

    /// <summary>A tensor.</summary>
    internal static AttributeProto Value(string name, Tensor value) =>
        new() { Name = name, T = TensorProtos.Write("", value), Type = AttributeProto.Types.AttributeType.Tensor };

    /// <summary>A graph.</summary>
    internal static AttributeProto Body(string name, GraphProto body) =>
        new() { Name = name, G = body, Type = AttributeProto.Types.AttributeType.Graph };

    /// <summary>An attribute that is the caller's, inside a function.</summary>
    internal static AttributeProto Caller(string name, string of, AttributeProto.Types.AttributeType type) =>
        new() { Name = name, RefAttrName = of, Type = type };
}
