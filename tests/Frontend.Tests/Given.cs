using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;
using static LanguageExt.Prelude;

namespace MiniTorch.Frontend.Tests;

/// <summary>What the tests run graphs with.</summary>
internal static class Given
{
    /// <summary>Seeds of random values.</summary>
    internal static Arbitrary<int> Seeds => Gen.Choose(1, 1_000_000).ToArbitrary();

    internal static T Ok<T>(Either<IrError, T> value) => value.Match(v => v, e => throw new IrException(Seq1(e)));

    internal static T Ok<T>(Validation<IrError, T> value) => value.Match(v => v, e => throw new IrException(e));

    internal static Seq<IrError> Errors(Validation<IrError, Graph> value) => value.Match(_ => Seq<IrError>(), e => e);

    /// <summary>Every result of a graph by name, as the oracle computes it.</summary>
    internal static Dictionary<string, Tensor> Evaluated(Graph graph, IReadOnlyDictionary<string, Tensor> inputs) =>
        graph.Outputs.Zip(Ok(Evaluator.Run(graph, inputs))).ToDictionary(p => p.Item1.Name, p => p.Item2);

    /// <summary>The value of an expression over the values of its inputs.</summary>
    internal static Tensor Value(Expr e, params (string Name, Tensor Value)[] inputs) =>
        Ok(Evaluator.Run(Graph.Of([e]), inputs.ToDictionary(i => i.Name, i => i.Value)))[0];

    /// <summary>A parameter of each name, from a seed.</summary>
    internal static Dictionary<string, Tensor> Initial(Model model, TensorType x, long seed) =>
        Evaluated(Ok(model.Initial(x)), new Dictionary<string, Tensor> { ["seed"] = Tensor.Scalar(ElementType.I64, seed) });

    /// <summary>Values between −scale and scale.</summary>
    internal static Tensor Random(TensorType type, int seed, double scale = 1)
    {
        var random = new Random(seed);
        return Tensor.FromDoubles(type, Enumerable.Range(0, (int)type.Count).Select(_ => (2 * random.NextDouble() - 1) * scale).ToArray());
    }

    internal static bool Near(double expected, double actual, double tolerance) =>
        Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected));
}
