using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Interop.Onnx;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>
/// A model of one node, whose operands are x0, x1, … and whose results are y0, y1, …. Operands are inputs of the model
/// whose values are given, or its constants.
/// </summary>
internal sealed record NodeUnderTest(string Operator, int Opset, ImmutableArray<(string Name, object Value)> Attributes)
{
    /// <summary>How many results are named.</summary>
    public int Results { get; init; } = 1;

    /// <summary>Whether integer operands are constants of the model rather than inputs.</summary>
    public bool Constants { get; init; }

    /// <summary>A node with attributes: long, double, string, long[], double[] or Tensor.</summary>
    public static NodeUnderTest Of(string name, int opset, params ImmutableArray<(string Name, object Value)> attributes) =>
        new(name, opset, attributes);

    /// <summary>The only result for these operands; null for one that is left out.</summary>
    public Tensor Run(params Tensor?[] operands) => RunAll(operands)[0];

    /// <summary>All results.</summary>
    public ImmutableArray<Tensor> RunAll(params Tensor?[] operands) =>
        Evaluate(Graph(operands), Values(operands));

    /// <summary>The rule by which the node is refused.</summary>
    public string Refusal(params Tensor?[] operands) =>
        Loaded(operands).Match(m => throw new InvalidOperationException($"{m.Graph}"), e => e.Rule);

    /// <summary>The graph, or why there is none.</summary>
    public Either<IrError, StoredModel> Loaded(params Tensor?[] operands)
    {
        var given = Values(operands).Where(v => !IsConstant(v.Value));
        return OneNode.Import(Model(operands), Binding.Of(given.Select(v => (v.Key, v.Value))));
    }

    /// <summary>
    /// The largest distance between the symbolic gradient of Σ cᵢ·yᵢ, for some c, and its central differences, over all
    /// elements of the operands of f64.
    /// </summary>
    public double GradientError(params Tensor?[] operands)
    {
        var graph = Graph(operands);
        var outputs = graph.Outputs.Select(o => o.Value).Where(o => o.Type.Element.IsFloat).ToImmutableArray();
        var seeds = outputs.Select(o => Tensor.FromDoubles(o.Type, Waves(o.Type.Count))).ToImmutableArray();
        var wrt = graph.Inputs.Where(i => i.Type.Element == ElementType.F64).ToImmutableArray();
        var gradients = Backward.Vjp(outputs, [.. seeds.Select(Prim.Constant)], wrt);
        var backward = Ir.Graph.Of(gradients.Select(g => (Output)g), graph.Inputs);
        var forward = Ir.Graph.Of(outputs.Select(o => (Output)o), graph.Inputs);
        var symbolic = Evaluate(backward, Values(operands));
        return wrt.Select((x, i) => Distance(forward, seeds, operands, ((Input)x.Op).Name, symbolic[i])).Max();
    }

    private Graph Graph(Tensor?[] operands) =>
        Loaded(operands).Match(m => m.Graph, e => throw new InvalidOperationException($"{e}"));

    private static double Distance(
        Graph forward, ImmutableArray<Tensor> seeds, Tensor?[] operands, string name, Tensor gradient)
    {
        var x = Values(operands)[name];
        return Enumerable.Range(0, (int)x.Type.Count).Max(i => Math.Abs(Slope(i) - gradient.At(i)));
        double Slope(int i) => (At(i, 1e-5) - At(i, -1e-5)) / 2e-5;
        double At(int i, double h)
        {
            var values = x.ToDoubles();
            values[i] += h;
            var moved = new Dictionary<string, Tensor>(Values(operands)) { [name] = Tensor.FromDoubles(x.Type, values) };
            return Evaluate(forward, moved).Select((y, k) => y.ToDoubles().Select((v, j) => v * seeds[k].At(j)).Sum()).Sum();
        }
    }

    private static ImmutableArray<Tensor> Evaluate(Graph graph, Dictionary<string, Tensor> values) =>
        Evaluator.Run(graph, values).Match(r => r, e => throw new InvalidOperationException($"{e}"));

    /// <summary>Numbers without an order.</summary>
    public static double[] Waves(long count) => [.. Enumerable.Range(0, (int)count).Select(i => Math.Sin(1 + 7.3 * i))];

    private static Dictionary<string, Tensor> Values(Tensor?[] operands) =>
        operands.Index().Where(o => o.Item is not null).ToDictionary(o => $"x{o.Index}", o => o.Item!);

    private bool IsConstant(Tensor value) => Constants && !value.Type.Element.IsFloat;

    private ModelProto Model(Tensor?[] operands)
    {
        var values = Values(operands);
        var node = OneNode.Node(Operator, [.. operands.Select((o, i) => o is null ? "" : $"x{i}")],
            [.. Enumerable.Range(0, Results).Select(i => $"y{i}")], [.. Attributes.Select(a => Attribute(a.Name, a.Value))]);
        var inputs = values.Where(v => !IsConstant(v.Value)).Select(v => (v.Key, v.Value.Type));
        var graph = OneNode.Body([node], [.. inputs], [.. node.Output]);
        foreach (var (name, value) in values.Where(v => IsConstant(v.Value)))
            graph.Initializer.Add(TensorProtos.Write(name, value));
        return OneNode.Model(graph, Opset);
    }

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        int i => OneNode.Int(name, i),
        long i => OneNode.Int(name, i),
        double f => OneNode.Float(name, f),
        string s => OneNode.Text(name, s),
        long[] all => OneNode.Ints(name, all),
        double[] all => OneNode.Floats(name, all),
        Tensor t => OneNode.Value(name, t),
        _ => throw new ArgumentException($"{value.GetType()}"),
    };
}
