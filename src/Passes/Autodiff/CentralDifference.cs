using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;

namespace MiniTorch.Passes.Autodiff;

/// <summary>A slope by asking a function twice: (f(x + ε) − f(x − ε)) / 2ε.</summary>
/// <remarks>Source: the lecture's <c>central_difference</c>.</remarks>
public static class CentralDifference
{
    /// <summary>A step for numbers near 1 in binary64: what is cut off and what is rounded are both about 1e-10.</summary>
    public const double Epsilon = 1e-6;

    /// <summary>∂f/∂x for one argument of a function of numbers.</summary>
    /// <param name="f">The function.</param>
    /// <param name="at">Its arguments.</param>
    /// <param name="argument">Which of them moves.</param>
    /// <param name="epsilon">How far, either way.</param>
    public static double Of(Func<double[], double> f, double[] at, int argument = 0, double epsilon = Epsilon) =>
        (f(Moved(at, argument, epsilon)) - f(Moved(at, argument, -epsilon))) / (2 * epsilon);

    /// <summary>
    /// ∂/∂x of Σ ⟨cotangent, result⟩ over a graph's float results, for an element of an input, in binary64 throughout.
    /// </summary>
    /// <param name="graph">The function.</param>
    /// <param name="at">A value of each input.</param>
    /// <param name="input">The input that moves.</param>
    /// <param name="element">Which of its elements, row-major.</param>
    /// <param name="epsilon">How far, either way.</param>
    /// <param name="cotangents">One for each result; ones if not given.</param>
    /// <remarks>
    /// Errors: backward.B2 the input is no float; backward.B4 there is none; eval.E1, eval.E2 a value is missing or misfits.
    /// </remarks>
    public static Either<IrError, double> Of(
        Graph graph, IReadOnlyDictionary<string, Tensor> at, string input, long element, double epsilon = Epsilon,
        IReadOnlyList<Tensor>? cotangents = null) =>
        from x in Movable(graph, input)
        let pairing = new Pairing(graph, at, cotangents)
        from up in pairing.At(input, element, epsilon)
        from down in pairing.At(input, element, -epsilon)
        select (up - down) / (2 * epsilon);

    private static Either<IrError, Expr> Movable(Graph graph, string input) =>
        from x in graph.Input(input).ToEither(() => new IrError("backward.B4", $"the graph has no input {input}"))
        from _ in x.Type.Element.IsFloat ? Prelude.Right<IrError, Expr>(x)
            : new IrError("backward.B2", $"{input} is {x.Type}, which has no gradient; cast it to a float type", input)
        select x;

    private static double[] Moved(double[] at, int argument, double by) =>
        [.. at.Select((v, i) => i == argument ? v + by : v)];
}

/// <summary>Σ ⟨cotangent, result⟩ over the float results of a graph, every node a double that is not rounded.</summary>
/// <param name="graph">The function.</param>
/// <param name="at">Where it is taken.</param>
/// <param name="cotangents">One for each result, null for ones.</param>
internal sealed class Pairing(Graph graph, IReadOnlyDictionary<string, Tensor> at, IReadOnlyList<Tensor>? cotangents)
{
    /// <summary>Its value where one element of an input is moved; an f32 element moves by less than f32 could say.</summary>
    internal Either<IrError, double> At(string input, long element, double by) =>
        Evaluator<double, Float64<Untyped>>.Run(graph, at.ToDictionary(
            p => p.Key, p => p.Key == input ? Moved(p.Value, element, by) : Exact(p.Value))).Map(Sum);

    private double Sum(ImmutableArray<Values<double>> results) =>
        results.Select((r, i) => r.Floats.Select((y, e) => y * (cotangents is null ? 1 : cotangents[i].At(e))).Sum()).Sum();

    private static Values<double> Exact(Tensor value) => Values<double>.Of<Float64<Untyped>>(value);

    private static Values<double> Moved(Tensor value, long element, double by)
    {
        var moved = Exact(value);
        moved.Floats[element] += by;
        return moved;
    }
}
