using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;
using Xunit;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>
/// An operator applied to values, as a model of one node: its operands are the inputs x0, x1, …, its results the outputs y0,
/// y1, ….
/// </summary>
/// <param name="Operator">Its name.</param>
/// <param name="Operands">The operands' values; null for one that is left out.</param>
internal sealed record Applied(string Operator, params Tensor?[] Operands)
{
    /// <summary>The version of the operator set.</summary>
    public int Opset { get; init; } = 17;

    /// <summary>The operator's domain.</summary>
    public string Domain { get; init; } = "";

    /// <summary>How many results are asked for.</summary>
    public int Results { get; init; } = 1;

    /// <summary>Whether integer operands are constants of the model rather than inputs.</summary>
    public bool Constants { get; init; }

    /// <summary>The attributes, of kinds that <see cref="OneNode.Attribute"/> knows.</summary>
    public IReadOnlyDictionary<string, object> Attributes { get; init; } = new Dictionary<string, object>();

    /// <summary>The same with an attribute.</summary>
    public Applied With(string name, object value) =>
        this with { Attributes = new Dictionary<string, object>(Attributes) { [name] = value } };

    /// <summary>The same under a version of the operator set.</summary>
    public Applied At(int opset) => this with { Opset = opset };

    /// <summary>The operator as a graph of ours.</summary>
    public Either<IrError, StoredModel> Read() =>
        OneNode.Import(Model(), Binding.Of(Values().Where(v => !IsConstant(v.Value)).Select(v => (v.Key, v.Value))));

    /// <summary>The graph.</summary>
    public Graph Graph => Read().Match(m => m.Graph, e => throw new InvalidOperationException($"{e}"));

    /// <summary>The rule that the model breaks.</summary>
    public string Refusal => Read().Match(m => "none", e => e.Rule);

    /// <summary>The results.</summary>
    public ImmutableArray<Tensor> Run() => Run(Graph);

    /// <summary>The one result.</summary>
    public Tensor Value => Run()[0];

    /// <summary>The elements of the one result.</summary>
    public double[] Numbers => Value.ToDoubles();

    /// <summary>
    /// The gradient of Σ ⟨cotangent, result⟩ over the results that are floats, by an operand; the cotangents are those of
    /// <see cref="Seed"/>.
    /// </summary>
    public Tensor Gradient(int operand)
    {
        var graph = Graph;
        var floats = graph.Outputs.Index().Where(o => o.Item.Value.Type.Element.IsFloat).ToList();
        var seeds = floats.Select(o => Prim.Constant(Seed(o.Item.Value.Type, o.Index)));
        var x = graph.Input($"x{operand}").IfNone(() => throw new InvalidOperationException($"x{operand}"));
        var gradient = Backward.Vjp([.. floats.Select(o => o.Item.Value)], [.. seeds], [x])[0];
        return Run(Ir.Graph.Of([new Output("g", gradient)], graph.Inputs))[0];
    }

    /// <summary>The second derivative of the one number that a result is, by the number that operand 0 is.</summary>
    public double Second()
    {
        var (y, x) = (Graph.Outputs[0].Value, Graph.Inputs[0]);
        var second = Backward.Grad(Backward.Grad(y, x)[0], x)[0];
        return Run(Ir.Graph.Of([second]))[0].At(0);
    }

    /// <summary>The same gradient by central differences of fourth order; operands of binary64 make it precise.</summary>
    public double[] Differences(int operand, double h = 1e-3)
    {
        var (graph, x) = (Graph, Operands[operand]!);
        return [.. Enumerable.Range(0, (int)x.Type.Count).Select(i =>
            (8 * (Moved(graph, operand, i, h) - Moved(graph, operand, i, -h))
             - (Moved(graph, operand, i, 2 * h) - Moved(graph, operand, i, -2 * h))) / (12 * h))];
    }

    /// <summary>A cotangent without symmetry: 1, 1½, 2, … of alternating signs, in steps by the result's number.</summary>
    internal static Tensor Seed(TensorType type, int result) => Tensor.FromDoubles(type,
        [.. Enumerable.Range(0, (int)type.Count).Select(i => (1 + 0.5 * (i % 5) + result) * (i % 2 == 0 ? 1 : -1))]);

    /// <summary>Both ways to the gradient agree.</summary>
    public void GradientIsDifferences(int operand, double tolerance = 1e-7)
    {
        var (symbolic, difference) = (Gradient(operand).ToDoubles(), Differences(operand));
        for (var i = 0; i < symbolic.Length; i++)
            Assert.True(Math.Abs(symbolic[i] - difference[i]) <= tolerance * (1 + Math.Abs(difference[i])),
                $"{Operator}: element {i} by operand {operand} is {symbolic[i]}, by differences {difference[i]}");
    }

    private double Moved(Graph graph, int operand, int i, double by)
    {
        var x = Operands[operand]!.ToDoubles();
        x[i] += by;
        var values = Values().SetItem($"x{operand}", Tensor.FromDoubles(Operands[operand]!.Type, x));
        return Run(graph, values).Index().Where(y => y.Item.Type.Element.IsFloat).Sum(y => Weighed(y.Item, y.Index));
    }

    private static double Weighed(Tensor result, int i) =>
        result.ToDoubles().Zip(Seed(result.Type, i).ToDoubles(), (a, b) => a * b).Sum();

    private ImmutableArray<Tensor> Run(Graph graph) => Run(graph, Values());

    private static ImmutableArray<Tensor> Run(Graph graph, IReadOnlyDictionary<string, Tensor> values) =>
        Evaluator.Run(graph, values).IfLeft(e => throw new InvalidOperationException($"{e}"));

    private ImmutableSortedDictionary<string, Tensor> Values() =>
        Named.Of(Operands.Select((v, i) => ($"x{i}", v!)).Where(p => p.Item2 is not null));

    private bool IsConstant(Tensor value) => Constants && !value.Type.Element.IsFloat;

    private ModelProto Model()
    {
        var attributes = Attributes.Select(a => OneNode.Attribute(a.Key, a.Value)).ToArray();
        var model = OneNode.Model(Operator, Opset, Operands, Results, IsConstant, attributes);
        model.Graph.Node[0].Domain = Domain;
        if (Domain.Length > 0) model.OpsetImport.Add(new OperatorSetIdProto { Domain = Domain, Version = 1 });
        return model;
    }
}
