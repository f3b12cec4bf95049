using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;

namespace MiniTorch.Passes.Autodiff;

/// <summary>A slope two ways: the gradient of <see cref="Backward"/> and the <see cref="CentralDifference"/>.</summary>
/// <param name="Input">The input.</param>
/// <param name="Place">The element's place along each axis.</param>
/// <param name="Gradient">By the chain rule.</param>
/// <param name="Difference">By asking twice.</param>
public sealed record Slope(string Input, Dims Place, double Gradient, double Difference)
{
    /// <summary>How far they are apart: a part of the larger, or of 1 where both are small.</summary>
    public double Error => Gradient.Equals(Difference) ? 0
        : Math.Abs(Gradient - Difference) / Math.Max(1, Math.Max(Math.Abs(Gradient), Math.Abs(Difference)));

    /// <inheritdoc/>
    public override string ToString() => $"{Input}[{string.Join(',', Place)}]: " + FormattableString.Invariant(
        $"gradient {Gradient:G9}, central difference {Difference:G9}, apart {Error:0.#e+0}");
}

/// <summary>
/// The gradient of Σ ⟨cotangent, result⟩ compared with central differences, element by element, in binary64. Source: the
/// lecture's <c>grad_check</c>, which sums the results. Where the function has a kink or stops its gradient the two differ.
/// </summary>
/// <param name="Slopes">Every slope compared, input after input.</param>
/// <param name="Tolerance">How far apart they may be.</param>
public sealed record GradCheck(ImmutableArray<Slope> Slopes, double Tolerance)
{
    /// <summary>Whether no slope is further apart than the tolerance; an undefined one is.</summary>
    public bool Passes => Slopes.All(s => s.Error <= Tolerance);

    /// <summary>The slope furthest apart, none where nothing was compared.</summary>
    public Option<Slope> Worst =>
        Slopes.OrderByDescending(s => double.IsNaN(s.Error) ? double.MaxValue : s.Error).HeadOrNone();

    /// <summary>Compares the gradients of a graph by each of its float inputs.</summary>
    /// <param name="graph">The function.</param>
    /// <param name="at">A value of each input.</param>
    /// <param name="tolerance">How far apart the slopes may be.</param>
    /// <param name="elements">The most elements of an input to compare, spread evenly over it.</param>
    /// <param name="cotangents">One for each result; ones if not given, as in the lecture.</param>
    /// <param name="epsilon">The step.</param>
    /// <remarks>Errors: backward.B3 there is no gradient; eval.E1, eval.E2 a value is missing or misfits.</remarks>
    public static Either<IrError, GradCheck> Of(
        Graph graph, IReadOnlyDictionary<string, Tensor> at, double tolerance = 1e-6, int elements = 64,
        IReadOnlyList<Tensor>? cotangents = null, double epsilon = CentralDifference.Epsilon)
    {
        var inputs = graph.Inputs.Where(i => i.Type.Element.IsFloat).ToImmutableArray();
        return from backward in Gradient(graph, inputs, cotangents)
               from gradients in Evaluator.Unrounded(backward, at)
               from slopes in Compared(graph, at, inputs, gradients, elements, cotangents, epsilon)
               select new GradCheck(slopes, tolerance);
    }

    private static Either<IrError, Graph> Gradient(
        Graph graph, ImmutableArray<Expr> wrt, IReadOnlyList<Tensor>? cotangents)
    {
        var results = graph.Outputs.Select((o, i) => (o.Value, I: i)).Where(o => o.Value.Type.Element.IsFloat).ToList();
        var from = results.Select(r => cotangents is null ? Prim.Full(r.Value.Type, 1) : Prim.Constant(cotangents[r.I]));
        var gradients = Backward.Vjp([.. results.Select(r => r.Value)], [.. from], wrt);
        return Graph.Check(gradients.Select(g => (Output)g), graph.Inputs, "gradient")
            .ToEither().MapLeft(errors => errors.Head);
    }

    private static Either<IrError, ImmutableArray<Slope>> Compared(
        Graph graph, IReadOnlyDictionary<string, Tensor> at, ImmutableArray<Expr> inputs,
        ImmutableArray<Values<double>> gradients, int elements, IReadOnlyList<Tensor>? cotangents, double epsilon)
    {
        var places = inputs.SelectMany((x, i) =>
            Spread(x.Type.Count, elements).Select(e => (X: x, Gradient: gradients[i], At: e)));
        return places.Aggregate(Prelude.Right<IrError, ImmutableArray<Slope>>([]), (all, p) =>
            from slopes in all
            let name = ((Input)p.X.Op).Name
            from difference in CentralDifference.Of(graph, at, name, p.At, epsilon, cotangents)
            select slopes.Add(new(name, Place(p.X.Shape, p.At), p.Gradient.Floats[p.At], difference)));
    }

    /// <summary>All places, or so many of them from the first to the last.</summary>
    private static IEnumerable<long> Spread(long count, int most) =>
        count <= most ? Enumerable.Range(0, (int)count).Select(i => (long)i)
            : Enumerable.Range(0, most).Select(i => most == 1 ? 0 : (count - 1) * i / (most - 1));

    private static Dims Place(Dims shape, long at)
    {
        var strides = shape.Strides();
        return shape.Map((size, axis) => (int)(at / strides[axis] % size));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Slopes.Length} slopes {(Passes ? "agree" : "do not agree")}; furthest apart: "
        + Worst.Match(s => s.ToString(), "none");
}
