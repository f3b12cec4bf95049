using System.Globalization;
using Google.Protobuf;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>
/// The nodes written so far. An expression becomes one node of its own name, which comes last, and those that prepare it,
/// named <c>conv.0/Pad</c>.
/// </summary>
internal sealed class Sheet(GraphProto graph, Names values, int opset)
{
    private readonly Dictionary<Tensor, Wire> constants = [];
    private readonly Names nodes = new();
    private string name = "";
    private int first;

    /// <summary>The version of the operator set.</summary>
    public int Opset => opset;

    /// <summary>Begins the nodes of an expression.</summary>
    public void Begin(string expression) => (name, first) = (expression, graph.Node.Count);

    /// <summary>Gives the last node the expression's name, and its result the name given.</summary>
    public Wire End(Wire result, string value)
    {
        if (graph.Node.Count == first || graph.Node[^1].Output[0] != result.Name) Op("Identity", result.Type, result);
        var last = graph.Node[^1];
        last.Name = nodes.Take(name);
        last.Output[0] = value;
        for (var i = first; i < graph.Node.Count; i++)
            if (graph.Node[i].Name.Length == 0) graph.Node[i].Name = nodes.Take(graph.Node[i].Output[0]);
        return result with { Name = value };
    }

    /// <summary>A node and its result.</summary>
    public Wire Op(string op, TensorType type, params ReadOnlySpan<Wire> inputs) => Op(op, type, inputs, []);

    /// <summary>A node with attributes and its result.</summary>
    public Wire Op(string op, TensorType type, ReadOnlySpan<Wire> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = op, Name = "" };
        foreach (var input in inputs) node.Input.Add(input.Name);
        foreach (var attribute in attributes) node.Attribute.Add(attribute);
        var result = new Wire(values.Take($"{name}/{op}"), type);
        node.Output.Add(result.Name);
        graph.Node.Add(node);
        return result;
    }

    /// <summary>
    /// A value known now; equal ones are one. Floats of an axis or more are nodes, since a reader takes initialisers of that
    /// kind for weights.
    /// </summary>
    public Wire Constant(Tensor value)
    {
        if (constants.TryGetValue(value, out var known)) return known;
        if (value.Type.Element.IsFloat && value.Type.Rank > 0) return Node(value);
        var made = new Wire(values.Take(Spelled(value)), value.Type);
        graph.Initializer.Add(TensorProtos.Write(made.Name, value));
        return constants[value] = made;
    }

    /// <summary>A node that holds a value.</summary>
    public Wire Node(Tensor value) => Op("Constant", value.Type, [], new AttributeProto
    {
        Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = TensorProtos.Write("", value),
    });

    /// <summary>A scalar.</summary>
    public Wire Scalar(ElementType element, double value) => Constant(Tensor.Scalar(element, value));

    /// <summary>A scalar of an integer type.</summary>
    public Wire Scalar(ElementType element, long value) => Constant(Tensor.Scalar(element, value));

    /// <summary>A list of whole numbers.</summary>
    public Wire Longs(params IEnumerable<long> values)
    {
        var list = values.ToArray();
        return Constant(Tensor.Of<long>(ElementType.I64[list.Length], list));
    }

    /// <summary>A shape as an operand.</summary>
    public Wire Longs(Dims shape) => Longs(shape.Select(n => (long)n));

    /// <summary>A whole number as an attribute.</summary>
    public static AttributeProto Int(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    /// <summary>Whole numbers as an attribute.</summary>
    public static AttributeProto Ints(string name, params IEnumerable<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    /// <summary>Whole numbers as an attribute.</summary>
    public static AttributeProto Ints(string name, Dims values) => Ints(name, values.Select(n => (long)n));

    /// <summary>A text as an attribute.</summary>
    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    /// <summary>A short constant is named by its value, so that a picture of the graph shows it.</summary>
    private string Spelled(Tensor value) => value.Type switch
    {
        { Rank: 0 } => $"{value.Type.Element}:{Literals.Scalar(value)}",
        { Rank: 1, Count: <= 8, Element.IsInteger: true } => $"{value.Type.Element}:[{string.Join(' ', Whole(value))}]",
        _ => $"{name}/constant",
    };

    private static IEnumerable<string> Whole(Tensor value) => Enumerable.Range(0, (int)value.Type.Count)
        .Select(i => value.LongAt(i).ToString(CultureInfo.InvariantCulture));
}
