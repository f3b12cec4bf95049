using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Interop.Onnx.Export;
using MiniTorch.Interop.Onnx.Operators;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Import;

/// <summary>A model of ONNX as a graph of ours: each node is replaced by what its operator means.</summary>
/// <remarks>
/// Errors: onnx.G3 a graph inside a node takes other inputs than the node gives; onnx.G4 too many nodes; onnx.G5 nested too
/// deep; onnx.O2 a result that is not computed; those of <see cref="Inputs"/>, <see cref="Known"/>, <see cref="Scope"/>,
/// <see cref="Node"/> and <see cref="Statics"/>.
/// </remarks>
internal sealed class Importer
{
    private const int MaxNodes = 1_000_000, MaxDepth = 64;
    private readonly ModelProto model;
    private readonly ExternalData external;
    private readonly Dictionary<(string, string), FunctionProto> functions = [];
    private readonly Dictionary<string, Tensor> weights = [];
    private readonly Dictionary<TensorProto, Tensor> read = new(ReferenceEqualityComparer.Instance);
    private readonly Inputs inputs;
    private int lowered, depth;

    private Importer(ModelProto model, Binding binding, ExternalData external)
    {
        (this.model, this.external) = (model, external);
        inputs = new(model.Graph, binding);
        Statics = new(weights, binding.Values);
        foreach (var f in model.Functions) functions[(Scope.Domain(f.Domain), f.Name)] = f;
    }

    /// <summary>What is known while the model is read.</summary>
    public Statics Statics { get; }

    /// <summary>The graph, the values that its inputs have, and the inputs that shaped it.</summary>
    public static StoredModel Run(ModelProto model, Binding binding, ExternalData external)
    {
        Known.Check(model);
        return new Importer(model, binding, external).Run();
    }

    /// <summary>A tensor of the model, read once: a loop's body holds one for all its trips.</summary>
    public Tensor Read(TensorProto proto) =>
        read.TryGetValue(proto, out var tensor) ? tensor : read[proto] = TensorProtos.Read(proto, external);

    /// <summary>The results of a graph inside the model, for values of its inputs.</summary>
    public ImmutableArray<Expr> Body(GraphProto body, Scope around, ImmutableArray<Expr> arguments) => Deeper(() =>
    {
        Count();
        var scope = around.Inner();
        if (arguments.Length != body.Input.Count)
            throw new Refusal("onnx.G3",
                $"graph '{body.Name}' takes {body.Input.Count} inputs, its operator gives {arguments.Length}");
        for (var i = 0; i < arguments.Length; i++) scope.Add(body.Input[i].Name, arguments[i]);
        foreach (var initial in body.Initializer) scope.Add(initial.Name, Prim.Constant(Read(initial)));
        foreach (var node in body.Node) Lower(node, scope);
        return body.Output.Select(o => scope.Find(o.Name)).ToImmutableArray();
    });

    private StoredModel Run()
    {
        var scope = Scope.Of(model.OpsetImport);
        foreach (var (name, type) in inputs.Types()) scope.Add(name, Prim.Input(name, type));
        foreach (var initial in model.Graph.Initializer) scope.Add(initial.Name, Weight(initial.Name, Read(initial)));
        var given = inputs.Names.Select(n => scope.Find(n)!).ToList();
        foreach (var node in model.Graph.Node) Lower(node, scope);
        var names = new Names(); // a model may list a result twice
        var outputs = model.Graph.Output
            .Select(o => new Output(Once(Results.Ours(model, o.Name), names), scope.Find(o.Name)));
        var graph = Graph.Check(outputs, given, Name).Match(g => g, errors => throw Refusal.Of(errors.Head));
        var used = graph.Inputs.Select(i => ((Input)i.Op).Name).Where(weights.ContainsKey).Select(n => (n, weights[n]));
        return new(graph, Named.Of(used), Statics.Fixed.ToSeq());
    }

    private static string Once(string name, Names names) => name.Length == 0 ? name : names.Take(name);

    private string Name => model.Graph.Name.Length == 0 ? "main" : model.Graph.Name;

    /// <summary>Numbers that a network learns are inputs with a value; those that shape it are constants.</summary>
    private Expr Weight(string name, Tensor value)
    {
        if (!inputs.HasDefault(name) && !(value.Type.Element.IsFloat && value.Type.Rank > 0)) return Prim.Constant(value);
        weights[name] = value;
        return Prim.Input(name, value.Type);
    }

    private void Lower(NodeProto proto, Scope scope)
    {
        Count();
        var arguments = Arguments(proto, scope);
        var attributes = new Attributes(proto.Attribute, scope.Call);
        var node = new Node(proto, arguments, attributes, this, scope);
        var results = functions.TryGetValue((Scope.Domain(proto.Domain), proto.OpType), out var function)
            ? Call(function, arguments, attributes) : Meaning(node, proto);
        for (var i = 0; i < proto.Output.Count; i++)
            if (proto.Output[i].Length > 0) scope.Add(proto.Output[i], Result(node, results, i, proto.Output[i]));
    }

    private void Count()
    {
        if (++lowered > MaxNodes)
            throw new Refusal("onnx.G4", $"functions and loops expand to more than {MaxNodes:N0} nodes");
    }

    private static ImmutableArray<Expr?> Arguments(NodeProto proto, Scope scope)
    {
        var count = proto.Input.Count;
        while (count > 0 && proto.Input[count - 1].Length == 0) count--;
        return [.. proto.Input.Take(count).Select(name => name.Length == 0 ? null : scope.Found(name))];
    }

    private static ImmutableArray<Expr?> Meaning(Node node, NodeProto proto)
    {
        if (node.Opset < 7 && node.Has("broadcast"))
            throw node.Unsupported("repeats an operand by its attribute 'broadcast'");
        var op = Table.Find(proto.Domain, proto.OpType) ?? throw Known.Unsupported([proto.OpType]);
        try
        {
            return op.Lower(node);
        }
        catch (Refusal refusal)
        {
            throw refusal.At(node.Where);
        }
        catch (Exception e) when (IsOutside(e))
        {
            throw node.Refuse($"its attributes do not fit its operands {string.Join(", ", Types(node))}");
        }
    }

    /// <summary>A lowering is written for operands of the right rank: one that reaches outside them has others.</summary>
    private static bool IsOutside(Exception e) => e is IndexOutOfRangeException or ArgumentOutOfRangeException
        or OverflowException or DivideByZeroException;

    private static IEnumerable<string> Types(Node node) =>
        Enumerable.Range(0, node.Inputs).Select(i => node.At(i) is { } x ? $"{x.Type}" : "none");

    private static Expr Result(Node node, ImmutableArray<Expr?> results, int i, string name)
    {
        var result = i < results.Length ? results[i] : null;
        if (result is null) throw node.Unsupported($"is asked for result {i}");
        if (result.Type.IsUnknown) throw Broken(result, node);
        return result.Op is Leaf || result.Label.Length > 0 ? result : result.Named(name);
    }

    private static Refusal Broken(Expr result, Node node)
    {
        var error = Order.Of([result]).Select(e => e.Error).Somes().First();
        return new(error.Rule, $"{node.Operator}: {error.Message}", node.Where);
    }

    private ImmutableArray<Expr?> Call(
        FunctionProto function, ImmutableArray<Expr?> arguments, Attributes attributes) => Deeper(() =>
    {
        var opsets = function.OpsetImport.Count > 0 ? function.OpsetImport : model.OpsetImport;
        var scope = Scope.Of(opsets, Attributes.Call(attributes, function.AttributeProto));
        for (var i = 0; i < function.Input.Count; i++)
            scope.Add(function.Input[i], i < arguments.Length ? arguments[i] : null);
        foreach (var node in function.Node) Lower(node, scope);
        return function.Output.Select(scope.Found).ToImmutableArray();
    });

    private T Deeper<T>(Func<T> inside)
    {
        if (++depth > MaxDepth) throw new Refusal("onnx.G5", $"functions or graphs are nested more than {MaxDepth} deep");
        try
        {
            return inside();
        }
        finally
        {
            depth--;
        }
    }
}
