using System.Collections.Immutable;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Import;

/// <summary>
/// One operator of a model as its lowering sees it: operands as expressions, attributes as values. What is missing or
/// of another kind is a refusal, so a lowering is written as if all were well.
/// </summary>
/// <remarks>
/// Errors: onnx.N1 the model breaks a rule of the operator; onnx.O2 what is asked of the operator is not supported.
/// </remarks>
internal sealed class Node(
    NodeProto proto, ImmutableArray<Expr?> inputs, Attributes attributes, Importer importer, Scope scope)
{
    /// <summary>The operator's name.</summary>
    public string Operator => proto.OpType;

    /// <summary>The version of the operator set that the model imports.</summary>
    public int Opset => scope.Opset(proto.Domain);

    /// <summary>How many operands are named, absent ones before the last included.</summary>
    public int Inputs => inputs.Length;

    /// <summary>How many results are named, unwanted ones before the last included.</summary>
    public int Outputs => proto.Output.Count;

    /// <summary>Whether the model uses result i.</summary>
    public bool Wants(int i) => i < proto.Output.Count && proto.Output[i].Length > 0;

    /// <summary>Operand i.</summary>
    public Expr this[int i] => At(i) ?? throw Refuse($"operand {i} is missing");

    /// <summary>Operand i, null where it is left out.</summary>
    public Expr? At(int i) => i < inputs.Length ? inputs[i] : null;

    /// <summary>All operands, none of which may be left out.</summary>
    public ImmutableArray<Expr> All => [.. Enumerable.Range(0, inputs.Length).Select(i => this[i])];

    /// <summary>The name that the model gives operand i.</summary>
    public string NameOf(int i) => i < proto.Input.Count ? proto.Input[i] : "";

    /// <summary>The value of a name, be it an operand or not.</summary>
    public Expr Named(string name) => scope.Find(name);

    /// <summary>The value of operand i, known while the model is read.</summary>
    public Tensor Value(int i) => importer.Statics.Of(this[i], $"'{NameOf(i)}'");

    /// <summary>The value of operand i if it is known, null if it is left out or depends on an input.</summary>
    public Tensor? Known(int i) => At(i) is { } x ? importer.Statics.Find(x) : null;

    /// <summary>The value of an expression that depends on no input, weights included; null of any other.</summary>
    public Tensor? Constant(Expr e) => importer.Statics.Settled(e);

    /// <summary>The value of an expression, known while the model is read; a message names it as given.</summary>
    public Tensor Value(Expr e, string named) => importer.Statics.Of(e, named);

    /// <summary>The whole numbers of operand i.</summary>
    public long[] Longs(int i)
    {
        var value = Value(i);
        return [.. Enumerable.Range(0, (int)value.Type.Count).Select(k => value.LongAt(k))];
    }

    /// <summary>The whole numbers of operand i, null where it is left out.</summary>
    public long[]? LongsAt(int i) => At(i) is null ? null : Longs(i);

    /// <summary>The one number of operand i; the default where it is left out.</summary>
    public double Number(int i, double absent) => At(i) is null ? absent
        : Value(i) is { Type.Count: 1 } value ? value.At(0) : throw Refuse($"operand {i} must have one element");

    /// <summary>The attributes.</summary>
    public Attributes Attributes => attributes;

    /// <summary>A whole number.</summary>
    public long Int(string name, long absent) => attributes.Find(name)?.I ?? absent;

    /// <summary>A whole number that must be there.</summary>
    public long Int(string name) => Must(name).I;

    /// <summary>Whether a flag is set.</summary>
    public bool Flag(string name, bool absent = false) => Int(name, absent ? 1 : 0) != 0;

    /// <summary>A number.</summary>
    public double Float(string name, double absent) => attributes.Find(name)?.F ?? absent;

    /// <summary>A text.</summary>
    public string Text(string name, string absent) => attributes.Find(name)?.S.ToStringUtf8() ?? absent;

    /// <summary>Whole numbers, null where there are none.</summary>
    public long[]? Ints(string name) => attributes.Find(name) is { } a ? [.. a.Ints] : null;

    /// <summary>Numbers, null where there are none.</summary>
    public double[]? Floats(string name) => attributes.Find(name) is { } a ? [.. a.Floats.Select(f => (double)f)] : null;

    /// <summary>Texts, null where there are none.</summary>
    public string[]? Texts(string name) =>
        attributes.Find(name) is { } a ? [.. a.Strings.Select(s => s.ToStringUtf8())] : null;

    /// <summary>A tensor, null where there is none.</summary>
    public Tensor? Tensor(string name) => attributes.Find(name) is { T: { } t } ? importer.Read(t) : null;

    /// <summary>Whether an attribute is there.</summary>
    public bool Has(string name) => attributes.Find(name) is not null;

    /// <summary>
    /// The results of a graph that is an attribute, for values of its inputs; it sees the names around the operator.
    /// </summary>
    public ImmutableArray<Expr> Body(string name, params ImmutableArray<Expr> arguments) =>
        importer.Body(Must(name).G ?? throw Refuse($"attribute '{name}' is no graph"), scope, arguments);

    /// <summary>An axis, counted from the end where negative.</summary>
    public int Axis(long axis, int rank) => -rank <= axis && axis < rank ? (int)(axis < 0 ? axis + rank : axis)
        : throw Refuse($"axis {axis} is not one of rank {rank}");

    /// <summary>Axes, counted from the end where negative, each once.</summary>
    public Dims Axes(IEnumerable<long> axes, int rank)
    {
        var all = Dims.Of(axes.Select(a => Axis(a, rank)));
        return all.Distinct().Count() == all.Count ? all : throw Refuse($"axes {all} name one twice");
    }

    /// <summary>The element type of that number.</summary>
    public ElementType Element(long number) => DataTypes.Ours(number);

    /// <summary>The model breaks a rule of this operator.</summary>
    public Refusal Refuse(string message) => new("onnx.N1", $"{Operator}: {message}", Where);

    /// <summary>The model is in order, and what it asks of this operator is not supported.</summary>
    public Refusal Unsupported(string message) =>
        new("onnx.O2", $"operator '{Operator}' {message}, which is not supported", Where);

    /// <summary>How a message names this operator.</summary>
    public string Where => proto.Name.Length > 0 ? $"node '{proto.Name}'"
        : proto.Output.FirstOrDefault(o => o.Length > 0) is { } o ? $"the node that makes '{o}'" : $"a node {Operator}";

    private AttributeProto Must(string name) => attributes.Find(name) ?? throw Refuse($"attribute '{name}' is missing");
}
