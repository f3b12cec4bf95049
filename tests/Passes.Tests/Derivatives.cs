using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;

namespace MiniTorch.Passes.Tests;

/// <summary>
/// The derivative of Σ ⟨cotangent, result⟩ in a direction, three ways: the symbolic gradient, dual numbers, differences.
/// </summary>
internal sealed class Derivatives
{
    private readonly Graph graph;
    private readonly IReadOnlyDictionary<string, Tensor> point;
    private readonly IReadOnlyDictionary<string, Tensor> direction;
    private readonly ImmutableArray<Tensor> cotangents;

    internal Derivatives(Graph graph, int seed)
    {
        this.graph = graph;
        point = Generators.Inputs.For(graph, seed);
        direction = Generators.Inputs.For(graph, seed + 1);
        cotangents = [.. graph.Outputs.Select((o, i) => Random(o.Value.Type, seed + 2 + i))];
    }

    /// <summary>The graph of gradients by every input, or why there is none.</summary>
    internal static Validation<IrError, Graph> Gradient(Graph g, ImmutableArray<Tensor> cotangents)
    {
        var grads = Backward.Vjp([.. g.Outputs.Select(o => o.Value)], [.. cotangents.Select(Prim.Constant)], g.Inputs);
        return Graph.Check(grads.Select(e => (Output)e), g.Inputs, "gradient");
    }

    internal Validation<IrError, Graph> Gradient() => Gradient(graph, cotangents);

    /// <summary>⟨gradient, direction⟩ by reverse mode over rationals.</summary>
    internal Rational Reverse(Graph gradient) => Pairing(Run(gradient, point), [.. graph.Inputs.Select(i => direction[Name(i)])]);

    /// <summary>⟨cotangent, tangent⟩ by forward mode over rationals.</summary>
    internal Rational Forward()
    {
        var inputs = graph.Inputs.ToDictionary(Name, i => Values<Dual<Rational>>.Of<Forward<Rational, Exact>>(i.Type,
            at => new(Rational.Of(point[Name(i)].At(at)), Rational.Of(direction[Name(i)].At(at)))));
        var results = Evaluator<Dual<Rational>, Forward<Rational, Exact>>.Run(graph, inputs)
            .Match(r => r, e => throw new InvalidOperationException(e.ToString()));
        return results.Zip(cotangents).Aggregate(Rational.Zero, (sum, p) => sum + p.Item1.Floats
            .Select((d, i) => d.Tangent * Rational.Of(p.Item2.At(i))).Aggregate(Rational.Zero, (a, b) => a + b));
    }

    /// <summary>⟨gradient, direction⟩ by reverse mode in binary64.</summary>
    internal double ReverseDouble(Graph gradient) => Results(gradient, 0)
        .Zip(graph.Inputs).Sum(p => p.Item1.Floats.Select((d, i) => d * direction[Name(p.Item2)].At(i)).Sum());

    /// <summary>Central differences of fourth order, in binary64.</summary>
    internal double Difference(double h = 1e-3) => (8 * (Pairing(h) - Pairing(-h)) - (Pairing(2 * h) - Pairing(-2 * h))) / (12 * h);

    private double Pairing(double t) => Results(graph, t).Zip(cotangents)
        .Sum(p => p.Item1.Floats.Select((y, i) => y * p.Item2.At(i)).Sum());

    private ImmutableArray<Values<double>> Results(Graph g, double t)
    {
        var moved = point.ToDictionary(p => p.Key, p => !p.Value.Type.Element.IsFloat ? p.Value
            : Tensor.FromDoubles(p.Value.Type, [.. Enumerable.Range(0, (int)p.Value.Type.Count)
                .Select(i => p.Value.At(i) + t * direction[p.Key].At(i))]));
        return Evaluator.Unrounded(g, moved).Match(r => r, e => throw new InvalidOperationException(e.ToString()));
    }

    internal static ImmutableArray<Values<Rational>> Run(Graph g, IReadOnlyDictionary<string, Tensor> at) =>
        Evaluator<Rational, Exact>.Run(g, at.ToDictionary(p => p.Key, p => Values<Rational>.Of<Exact>(p.Value)))
            .Match(r => r, e => throw new InvalidOperationException(e.ToString()));

    internal static Rational Pairing(ImmutableArray<Values<Rational>> values, ImmutableArray<Tensor> with) =>
        values.Zip(with).Aggregate(Rational.Zero, (sum, p) => sum + p.Item1.Floats
            .Select((v, i) => v * Rational.Of(p.Item2.At(i))).Aggregate(Rational.Zero, (a, b) => a + b));

    internal static Tensor Random(TensorType type, int seed) =>
        Generators.Inputs.For(Graph.Of([Prim.Input("v", type)]), seed)["v"];

    private static string Name(Expr input) => ((Input)input.Op).Name;
}
