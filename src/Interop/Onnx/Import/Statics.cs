using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;

namespace MiniTorch.Interop.Onnx.Import;

/// <summary>
/// Values that are known while a model is read: constants, weights, given inputs, and what follows from them.
/// </summary>
/// <remarks>Errors: onnx.S1 a value that is not known; onnx.S2 one too large to be computed here.</remarks>
internal sealed class Statics(
    IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, Tensor> given)
{
    private const long MaxElements = 1 << 22;
    private readonly Dictionary<Expr, Tensor> known = [];
    private readonly Beneath unknown = new(n => !weights.ContainsKey(n) && !given.ContainsKey(n)), input = new(_ => true);

    /// <summary>Inputs whose given value was asked for, in the order of asking.</summary>
    public List<string> Fixed { get; } = [];

    /// <summary>The value of an expression, or null where it depends on an input that has none.</summary>
    public Tensor? Find(Expr e) => e.Op is Constant c ? c.Value
        : known.TryGetValue(e, out var value) ? value
        : unknown.Of(e) is null ? Compute(e) : null;

    /// <summary>The value of an expression that depends on no input, a weight included; null of any other.</summary>
    public Tensor? Settled(Expr e) => input.Of(e) is null ? Find(e) : null;

    /// <summary>The value of an expression.</summary>
    public Tensor Of(Expr e, string wanted) => Find(e) ?? throw new Refusal("onnx.S1",
        $"the value of {wanted} must be known when the model is read, and it depends on input {unknown.Of(e)}; "
            + "give that input's value");

    private Tensor Compute(Expr root)
    {
        foreach (var node in Beneath.Unseen(root, known.ContainsKey)) known[node] = Node(node);
        return known[root];
    }

    private Tensor Node(Expr node)
    {
        if (node.Op is Input input) return Leaf(input.Name);
        if (node.Op is Constant constant) return constant.Value;
        if (node.Type.Count > MaxElements)
            throw new Refusal("onnx.S2",
                $"a value of type {node.Type} would have to be computed while the model is read, it is too large");
        return Evaluator.Constant(node, [.. node.Args.Select(a => known[a])])
            .IfLeft(e => throw Refusal.Of(e));
    }

    private Tensor Leaf(string name)
    {
        if (weights.TryGetValue(name, out var weight)) return weight;
        if (!Fixed.Contains(name)) Fixed.Add(name);
        return given[name];
    }
}
