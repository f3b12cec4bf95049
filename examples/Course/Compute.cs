using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Evaluation;

namespace MiniTorch.Examples.Course;

/// <summary>Runs a page's graphs on the CPU backend.</summary>
internal static class Compute
{
    /// <summary>Up to so many operations the evaluator, which defines every op, is asked as well.</summary>
    private const long Cheap = 200_000;

    private const double Rounding = 1e-4;

    /// <summary>The results; a mistake throws <see cref="IrException"/>.</summary>
    internal static ImmutableArray<Tensor> Results(Graph graph, IReadOnlyDictionary<string, Tensor> inputs)
    {
        using var run = Backends.Cpu.Cpu.Compile(Pipelines.Default.Run(graph).Graph, threads: 1);
        var results = run.Results(inputs);
        if (run.Plan.Flops > Cheap) return results;
        var meant = Evaluator.Run(graph, inputs).Match(r => r, e => throw new IrException(Prelude.Seq1(e)));
        return results.Zip(meant).All(r => Near(r.Item1, r.Item2, Rounding)) ? results
            : throw new InvalidOperationException($"the CPU and the evaluator disagree on {graph}");
    }

    /// <summary>Whether two values have a type and every element within a part of the largest magnitude.</summary>
    internal static bool Near(Tensor one, Tensor other, double within) =>
        one.Type == other.Type && (one.Equals(other) || IsClose(one.ToDoubles(), other.ToDoubles(), within));

    private static bool IsClose(double[] one, double[] other, double within)
    {
        var scale = Math.Max(1, one.Concat(other).Select(Math.Abs).Where(double.IsFinite).DefaultIfEmpty(0).Max());
        return one.Zip(other).All(p => p.Item1.Equals(p.Item2) || Math.Abs(p.Item1 - p.Item2) <= within * scale);
    }
}
