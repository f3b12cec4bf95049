using System.Collections.Immutable;
using System.Numerics;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;

namespace MiniTorch.Passes.Analysis;

/// <summary>
/// The part of an input on which one element of a node can depend: along each axis of the input an interval that moves with
/// the element. Exact for what is affine in the place (movement, convolution, windows, pooling, reading by such an index);
/// where it is not, the axis is taken whole, so that no dependence is ever outside.
/// </summary>
/// <remarks>
/// Source: Araujo, Norris, Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019.
/// </remarks>
public sealed class ReceptiveField
{
    private readonly ImmutableArray<Span> axes;
    private readonly Dims shape;
    private readonly int rank;

    private ReceptiveField(Expr node, Expr input, ImmutableArray<Span> axes) =>
        (this.axes, shape, rank) = (axes, input.Shape, node.Type.Rank);

    /// <summary>The fields of all nodes that depend on an input, by node.</summary>
    public static IReadOnlyDictionary<Expr, ReceptiveField> Of(Graph graph, Expr input)
    {
        var fields = new Dictionary<Expr, ImmutableArray<Span>>();
        foreach (var node in graph.Nodes)
            if (Field(node, input, fields) is { } field) fields[node] = field;
        return fields.ToDictionary(f => f.Key, f => new ReceptiveField(f.Key, input, f.Value));
    }

    /// <summary>First and last place along each axis of the input, for one element; last before first where none.</summary>
    /// <param name="element">The element's place along each axis of the node.</param>
    public ImmutableArray<(int Lo, int Hi)> At(params ReadOnlySpan<int> element)
    {
        var place = element.ToArray();
        return [.. axes.Select((a, i) => a.At(place, shape[i]))];
    }

    /// <summary>How many places of each axis an element reaches where the ends do not cut it.</summary>
    public ImmutableArray<long> Sizes => [.. axes.Select((a, i) => (long)BigInteger.Min(a.Width, shape[i]))];

    /// <summary>How far it moves along each axis of the input when the element moves by one; 0 where it stays.</summary>
    public ImmutableArray<double> Steps => [.. axes.Select(a => (double)Step(a))];

    /// <summary>For a table: <c>[1, all, 6 by 2, 6 by 2]</c>, sizes and the steps that are not 1.</summary>
    public string Brief => $"[{string.Join(", ", axes.Select(Brief1))}]";

    /// <summary>In full: <c>[i,j,k] ← [i, all 3, 2k−2 … 2k+3]</c>.</summary>
    public override string ToString() =>
        $"[{string.Join(',', Letters.Axes(rank))}] ← [{string.Join(", ", axes.Select(Full))}]";

    private string Brief1(Span axis, int i) => axis.IsWhole(shape[i]) ? "all"
        : Step(axis) is var step && (step.Sign == 0 || step == Rational.One) ? $"{axis.Width}" : $"{axis.Width} by {step}";

    // of several axes that move it, the one that moves it least
    private static Rational Step(Span axis) => axis.Steps.Where(s => s.Sign != 0).Select(s => s.Sign < 0 ? -s : s)
        .DefaultIfEmpty(Rational.Zero).Aggregate((x, y) => y < x ? y : x);

    private string Full(Span axis, int i)
    {
        if (axis.IsWhole(shape[i])) return $"all {shape[i]}";
        var (lo, hi) = (Text(axis, axis.Lo), Text(axis, axis.Hi));
        return lo == hi ? lo : $"{lo} … {hi}";
    }

    private string Text(Span axis, Rational constant)
    {
        var letters = Letters.Axes(rank);
        var by = axis.Steps.Append(constant)
            .Aggregate(BigInteger.One, (d, r) => d * r.Under / BigInteger.GreatestCommonDivisor(d, r.Under));
        long Scaled(Rational r) => (long)(r.Over * (by / r.Under));
        var terms = axis.Steps.Select((s, i) => (Scaled(s), letters[i])).ToArray();
        return Letters.Over(Letters.Sum(Scaled(constant), terms), (long)by);
    }

    private static ImmutableArray<Span>? Field(Expr node, Expr input, Dictionary<Expr, ImmutableArray<Span>> fields)
    {
        var rank = node.Type.Rank;
        if (ReferenceEquals(node, input)) return [.. Enumerable.Range(0, rank).Select(i => Span.Same(rank, i))];
        if (!node.Args.Any(fields.ContainsKey)) return null;
        ImmutableArray<Span>? field = null;
        foreach (var (operand, reach) in Reads(node))
            if (fields.TryGetValue(operand, out var inner))
                field = Union(field, [.. inner.Select(s => s.Over(reach, rank))], input.Shape);
        return field;
    }

    private static ImmutableArray<Span> Union(ImmutableArray<Span>? one, ImmutableArray<Span> other, Dims shape) =>
        one is { } first ? [.. first.Select((s, i) => s.With(other[i], shape[i]))] : other;

    private static IEnumerable<(Expr Operand, ImmutableArray<Span> Reach)> Reads(Expr node) =>
        Pooled(node) is (var x, var window) ? [(x, Reach.Windowed(x, window, node.Type.Rank))]
        : node.Args.Zip(Reach.Of(node));

    /// <summary>A gather from x at the places of x's window maxima, which is max-pooling, reads the windows alone.</summary>
    private static (Expr X, Windowed Window)? Pooled(Expr node) =>
        node is { Op: Gather { Batch: var batch }, Args: [var flat, { Op: WindowArgMax window, Args: [var x] }] }
        && batch == x.Type.Rank - window.Size.Count
        && (ReferenceEquals(flat, x) || (flat is { Op: Reshape, Args: [var whole] } && ReferenceEquals(whole, x)))
        && flat.Shape == x.Shape.Slice(0, batch).Then([(int)x.Shape.Slice(batch, window.Size.Count).Product])
            ? (x, window) : null;
}
