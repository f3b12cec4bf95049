using LanguageExt;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Import;

/// <summary>The inputs of a model with every size settled: by the model, or by what is known of it beforehand.</summary>
/// <remarks>Errors: onnx.D1 a size that is open; onnx.D2 one that contradicts; onnx.T4 an input that is no tensor.</remarks>
internal sealed class Inputs(GraphProto graph, Binding binding)
{
    private readonly System.Collections.Generic.HashSet<string> initial = [.. graph.Initializer.Select(i => i.Name)];

    /// <summary>The inputs that have no value of their own, in the model's order.</summary>
    public IEnumerable<string> Names => Open.Select(i => i.Name);

    /// <summary>Whether the value of an initialiser may be replaced by a caller.</summary>
    public bool HasDefault(string name) => graph.Input.Any(i => i.Name == name);

    /// <summary>The types of these inputs.</summary>
    public List<(string Name, TensorType Type)> Types()
    {
        var symbols = Symbols();
        return [.. Open.Select(i => (i.Name, Type(i, symbols)))];
    }

    private IEnumerable<ValueInfoProto> Open => graph.Input.Where(i => !initial.Contains(i.Name));

    private TensorType Type(ValueInfoProto input, Dictionary<string, int> symbols)
    {
        var element = DataTypes.Ours(Tensor(input).ElemType);
        var shape = Given(input).IfNone(() => Settle(input, symbols));
        if (binding.Values.TryGetValue(input.Name, out var value) && value.Type.Element != element)
            throw new Refusal("onnx.D2", $"input '{input.Name}' is of {element}, given {value.Type}");
        return new(element, shape);
    }

    /// <summary>The shape that is known beforehand, which must agree with what the model says.</summary>
    private Option<Dims> Given(ValueInfoProto input) =>
        Prelude.Optional(Known(input.Name)).Map(shape =>
            Tensor(input).Shape is not { } declared || Agrees(declared, shape) ? shape
                : throw new Refusal("onnx.D2", $"input '{input.Name}' has the shape {Show(declared)}, given {shape}"));

    private Dims? Known(string name) => binding.Values.TryGetValue(name, out var value) ? value.Type.Shape
        : binding.Shapes.TryGetValue(name, out var shape) ? shape : null;

    private static bool Agrees(TensorShapeProto declared, Dims shape) => declared.Dim.Count == shape.Count
        && declared.Dim.Select((d, i) => !Fixed(d) || d.DimValue == shape[i]).All(same => same);

    private static bool Fixed(TensorShapeProto.Types.Dimension d) => d.HasDimValue && d.DimValue >= 0;

    private static Dims Settle(ValueInfoProto input, Dictionary<string, int> symbols)
    {
        if (Tensor(input).Shape is not { } declared)
            throw new Refusal("onnx.D1", $"input '{input.Name}' has no shape in the model; give its shape or its value");
        return Dims.Of(declared.Dim.Select(d => Fixed(d) && d.DimValue <= int.MaxValue ? (int)d.DimValue
            : symbols.TryGetValue(d.DimParam, out var n) ? n : throw IsOpen(input, d.DimParam)));
    }

    private static Refusal IsOpen(ValueInfoProto input, string symbol) => new("onnx.D1",
        $"input '{input.Name}' has the shape {Show(Tensor(input).Shape)}, " + (symbol.Length == 0
            ? "which has an open size; give the input's shape or its value"
            : $"whose size '{symbol}' is open; give the input's shape, its value, or the size"));

    /// <summary>Sizes of symbols: given under their name, or read off the inputs whose shapes are known.</summary>
    private Dictionary<string, int> Symbols()
    {
        var symbols = new Dictionary<string, int>();
        foreach (var (name, shape) in binding.Shapes)
            if (shape.Count == 1) symbols[name] = shape[0];
        foreach (var input in Open.Where(i => Tensor(i).Shape is not null))
            foreach (var shape in Given(input))
                for (var i = 0; i < shape.Count; i++)
                    if (Tensor(input).Shape.Dim[i].DimParam is { Length: > 0 } symbol) symbols.TryAdd(symbol, shape[i]);
        return symbols;
    }

    private static TypeProto.Types.Tensor Tensor(ValueInfoProto input) => input.Type?.TensorType
        ?? throw new Refusal("onnx.T4", $"input '{input.Name}' is {Kind(input.Type)}, which is not supported");

    private static string Kind(TypeProto? type) => type switch
    {
        { SequenceType: not null } => "a sequence",
        { OptionalType: not null } => "an optional value",
        { MapType: not null } => "a map",
        { SparseTensorType: not null } => "a sparse tensor",
        _ => "of no type",
    };

    private static string Show(TensorShapeProto shape) => $"[{string.Join(' ', shape.Dim.Select(Show))}]";

    private static string Show(TensorShapeProto.Types.Dimension d) =>
        Fixed(d) ? $"{d.DimValue}" : d.DimParam.Length > 0 ? d.DimParam : "?";
}
