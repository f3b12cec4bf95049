using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;

namespace MiniTorch.Passes.Tests;

/// <summary>The values of a graph's nodes, rounded to their types and not, and how far rounding may move its results.</summary>
internal sealed class Meaning
{
    private const double Roundings = 64;

    private readonly Graph graph;
    private readonly double[][] rounded, unrounded;

    private Meaning(Graph graph, double[][] rounded, double[][] unrounded) =>
        (this.graph, this.rounded, this.unrounded) = (graph, rounded, unrounded);

    /// <summary>
    /// Whether passes must keep the results within rounding: every value is finite, as rules may assume, and no jump
    /// (a comparison, a floor, a position, a cast to integers) is taken at a value that rounding has touched.
    /// </summary>
    internal bool IsJudged => rounded.Concat(unrounded).All(v => v.All(double.IsFinite)) && !JumpsAtRoundedValues();

    /// <summary>The meaning over the inputs that belong to a graph.</summary>
    internal static Meaning Of(Graph g)
    {
        var inputs = Inputs.For(g, 1);
        var every = Graph.Of(g.Nodes.Select(n => (Output)n), g.Inputs);
        var rounded = Evaluator.Nodes(g, inputs).Match(v => v, e => throw new InvalidOperationException($"{e}"));
        var unrounded = Evaluator.Unrounded(every, inputs).Match(v => v, e => throw new InvalidOperationException($"{e}"));
        return new(g, [.. rounded.Select(t => t.ToDoubles())],
            [.. unrounded.Select(v => v.Type.Element.IsFloat ? v.Floats : [.. v.Integers.Select(i => (double)i)])]);
    }

    /// <summary>Integers are equal; floats as near as rounding moves this one, some times over.</summary>
    internal bool Agrees(Meaning other, int result)
    {
        var (mine, its) = (rounded[At(result)], other.rounded[other.At(result)]);
        var isFloat = graph.Outputs[result].Value.Type.Element.IsFloat;
        var bound = isFloat ? Roundings * (Moved() + Unit() * Largest()) : 0;
        return mine.Zip(its, (x, y) => Math.Abs(x - y) <= bound).All(near => near);
    }

    private int At(int result) => graph.Index[graph.Outputs[result].Value];

    private double Moved() => graph.Nodes.SelectMany((n, i) => !n.Type.Element.IsFloat ? []
        : rounded[i].Zip(unrounded[i], (x, y) => Math.Abs(x - y))).Append(0).Max();

    private double Largest() => rounded.SelectMany((v, i) => graph.Nodes[i].Type.Element.IsFloat ? v : []).Append(1).Max(Math.Abs);

    private double Unit() => graph.Nodes.Max(n => Unit(n.Type.Element));

    private static double Unit(ElementType type) => type.Kind switch
    {
        ElementKind.BF16 => 1.0 / 256,
        ElementKind.F16 => 1.0 / 2048,
        ElementKind.F32 => 1.0 / (1 << 24),
        var _ => 1.0 / (1L << 48),
    };

    private bool JumpsAtRoundedValues()
    {
        var touched = new System.Collections.Generic.HashSet<Expr>();
        for (var i = 0; i < graph.Nodes.Length; i++)
        {
            var node = graph.Nodes[i];
            var isTouched = node.Args.Any(touched.Contains);
            if (isTouched && Jumps(node)) return true;
            if (isTouched || Rounds(node.Op) || !rounded[i].AsSpan().SequenceEqual(unrounded[i])) touched.Add(node);
        }
        return false;
    }

    private static bool Rounds(Op op) => op is Exp or Log or Sqrt or Tanh or Sin or Cos or Erf or Pow or Div;

    private static bool Jumps(Expr node) => node.Op is Comparison or Sign or Floor or ArgMax or WindowArgMax
        || (node.Op is Cast && !node.Type.Element.IsFloat);
}
