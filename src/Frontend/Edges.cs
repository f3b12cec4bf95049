using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>
/// The edges of a graph of nodes as two lists of places, from and to: constants, or inputs that the caller gives. What flows
/// along an edge goes from its first node to its second; an edge between two nodes is two of these.
/// </summary>
/// <param name="Nodes">How many nodes there are.</param>
/// <param name="From">i32 [edges]: where each begins.</param>
/// <param name="To">i32 [edges]: where each ends.</param>
public sealed record Edges(int Nodes, Expr From, Expr To)
{
    /// <summary>How many there are.</summary>
    public int Count => From.Type.IsUnknown ? 0 : From.Shape.FirstOrDefault(0);

    /// <summary>Edges in both directions between pairs; a pair given twice counts once, a node with itself not.</summary>
    /// <remarks>Errors: edges.E1 a node that is not there.</remarks>
    public static Either<IrError, Edges> Between(int nodes, IEnumerable<(int One, int Other)> pairs)
    {
        var all = pairs.ToList();
        var wrong = all.FindIndex(p => !IsNode(p.One, nodes) || !IsNode(p.Other, nodes));
        if (wrong >= 0)
            return new IrError("edges.E1", $"edge {wrong} joins {all[wrong].One} and {all[wrong].Other}, "
                + $"there are {nodes} nodes; give numbers from 0 to {nodes - 1}");
        var once = all.Where(p => p.One != p.Other).Select(p => (Math.Min(p.One, p.Other), Math.Max(p.One, p.Other)))
            .Distinct().Order().ToList();
        return new Edges(nodes, List([.. once.Select(p => p.Item1), .. once.Select(p => p.Item2)]),
            List([.. once.Select(p => p.Item2), .. once.Select(p => p.Item1)]));
    }

    /// <summary>Edges that a graph takes as its inputs <c>from</c> and <c>to</c>, i32 [count].</summary>
    public static Edges Input(int nodes, int count, string from = "from", string to = "to") =>
        new(nodes, Prim.Input(from, ElementType.I32[count]), Prim.Input(to, ElementType.I32[count]));

    /// <summary>The same edges, and one from each node to itself.</summary>
    public Edges WithLoops()
    {
        var self = Prim.Iota(ElementType.I32[Nodes], 0);
        return this with { From = Prim.Concat(0, From, self), To = Prim.Concat(0, To, self) };
    }

    /// <summary>How many edges end at each node.</summary>
    public Expr Degrees(ElementType element) => Prim.ScatterAdd(Prim.Full(element[Count], 1), To, Nodes);

    /// <summary>1/√(dᵢ·dⱼ) of each edge, d the nodes' degrees: D^−½·A·D^−½ as a list.</summary>
    public Expr Normalised(ElementType element)
    {
        var root = Prim.Sqrt(Degrees(element));
        return 1 / (Prim.Gather(root, From) * Prim.Gather(root, To));
    }

    private static bool IsNode(int i, int nodes) => i >= 0 && i < nodes;

    private static Expr List(int[] places) => Prim.Constant(Tensor.Of<int>(ElementType.I32[places.Length], places));
}
