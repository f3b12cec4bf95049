using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>An operator with its attributes, before it is applied to operands.</summary>
internal sealed record NodeUnderTest(string Operator, int Opset, ImmutableArray<(string Name, object Value)> Attributes)
{
    /// <summary>How many results are named.</summary>
    public int Results { get; init; } = 1;

    /// <summary>Whether integer operands are constants of the model rather than inputs.</summary>
    public bool Constants { get; init; }

    /// <summary>A node with attributes.</summary>
    public static NodeUnderTest Of(string name, int opset, params ImmutableArray<(string Name, object Value)> attributes) =>
        new(name, opset, attributes);

    /// <summary>The only result for these operands; null for one that is left out.</summary>
    public Tensor Run(params Tensor?[] operands) => On(operands).Value;

    /// <summary>All results.</summary>
    public ImmutableArray<Tensor> RunAll(params Tensor?[] operands) => On(operands).Run();

    /// <summary>The rule by which the node is refused.</summary>
    public string Refusal(params Tensor?[] operands) => On(operands).Refusal;

    /// <summary>The graph, or why there is none.</summary>
    public Either<IrError, StoredModel> Loaded(params Tensor?[] operands) => On(operands).Read();

    /// <summary>
    /// The largest distance between the symbolic gradient and its differences, over all elements of the operands of f64.
    /// </summary>
    public double GradientError(params Tensor?[] operands) => operands.Index()
        .Where(o => o.Item?.Type.Element == ElementType.F64).Max(o => Error(On(operands), o.Index));

    private static double Error(Applied node, int operand) => node.Gradient(operand).ToDoubles()
        .Zip(node.Differences(operand, 1e-5), (a, b) => Math.Abs(a - b)).DefaultIfEmpty(0).Max();

    private Applied On(Tensor?[] operands) => new(Operator, operands)
    {
        Opset = Opset, Results = Results, Constants = Constants,
        Attributes = Attributes.ToDictionary(a => a.Name, a => a.Value),
    };
}
