using MiniTorch.Ir;

namespace MiniTorch.Cli.Models;

/// <summary>
/// Standard normal values made those that inputs of a network may have, so that its values stay finite however deep it is:
/// what a product or a convolution takes on its right is divided by the root of how many it sums, and what goes under a root
/// or a logarithm, as a variance does, is positive. Source: LeCun and others, Efficient BackProp (1998), section 4.6.
/// </summary>
internal static class Likely
{
    /// <summary>The value of an input of this name where <paramref name="graph"/> takes it, from one that is standard normal.</summary>
    internal static Func<string, double, double> Of(Graph graph)
    {
        var (scales, positive) = (Scales(graph), Positive(graph));
        return (name, x) => (positive.Contains(name) ? Math.Abs(x) : x) * scales.GetValueOrDefault(name, 1);
    }

    /// <summary>By the first use: the others are those of gradients.</summary>
    private static Dictionary<string, double> Scales(Graph graph)
    {
        var scales = new Dictionary<string, double>();
        foreach (var node in graph.Nodes)
            if (Summed(node) is > 0 and var count && Source(node.Args[1]) is { Op: Input weight })
                scales.TryAdd(weight.Name, 1 / Math.Sqrt(count));
        return scales;
    }

    private static long Summed(Expr node) => node switch
    {
        { Op: Conv, Args: [_, { Type.Count: > 0 } w] } => w.Type.Count / w.Shape[0],
        { Op: Dot dot, Args: [_, var w] } => w.Shape.At(dot.RightContract).Product,
        _ => 0,
    };

    private static Expr Source(Expr e)
    {
        while (e.Op is Movement or Cast or StopGradient) e = e.Args[0];
        return e;
    }

    /// <summary>Inputs in sums, with numbers before them, that a root or a logarithm is taken of.</summary>
    private static HashSet<string> Positive(Graph graph)
    {
        var seen = new HashSet<Expr>(ReferenceEqualityComparer.Instance);
        var open = new Stack<Expr>(graph.Nodes.Where(n => n.Op is Sqrt or Log or Pow).Select(n => n.Args[0]));
        while (open.TryPop(out var e))
            if (seen.Add(Source(e)))
                foreach (var part in Parts(Source(e))) open.Push(part);
        return [.. seen.Select(e => e.Op).OfType<Input>().Select(i => i.Name)];
    }

    private static IEnumerable<Expr> Parts(Expr e) => e switch
    {
        { Op: Add, Args: var terms } => terms,
        { Op: Mul, Args: [var a, var b] } => Source(a).Op is Constant ? [b] : Source(b).Op is Constant ? [a] : [],
        { Op: Div, Args: [var a, _] } => [a],
        _ => [],
    };
}
