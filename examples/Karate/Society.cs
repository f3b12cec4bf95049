using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Examples.Course;

/// <summary>Nodes that are joined, what each is, and which of them a network is told of.</summary>
/// <param name="Names">Of the nodes.</param>
/// <param name="Classes">There are, in the order in which they are first named.</param>
/// <param name="Labels">The class of each node.</param>
/// <param name="Told">The nodes whose class is told.</param>
/// <param name="Pairs">Of nodes that are joined.</param>
/// <param name="Features">f32 [nodes, features]; without any each node is a feature of its own.</param>
public sealed record Society(
    Seq<string> Names, Seq<string> Classes, Seq<int> Labels, Seq<int> Told, Seq<(int One, int Other)> Pairs,
    Option<Tensor> Features)
{
    /// <summary>Both directions of every pair.</summary>
    public Edges Edges { get; } = Edges.Between(Names.Count, Pairs.AsEnumerable())
        .Match(edges => edges, e => throw new IrException(Seq1(e)));

    /// <summary>The nodes whose class is to be found out.</summary>
    public Seq<int> Asked { get; } = Enumerable.Range(0, Names.Count).Except(Told.AsEnumerable()).ToSeq().Strict();

    /// <summary>[1, nodes, features]: one graph.</summary>
    public Tensor X => Features.Match(
        f => Tensor.Adopt(f.Type.With([1, .. f.Type.Shape]), f.Bytes.ToArray()), () => OneHot(Names.Count));

    /// <summary>The classes of these nodes, −1 for the others, which a loss ignores.</summary>
    public Tensor Target(Seq<int> nodes)
    {
        var known = nodes.AsEnumerable().ToHashSet();
        var classes = Labels.AsEnumerable().Select((c, i) => known.Contains(i) ? c : -1).ToArray();
        return Tensor.Of<int>(ElementType.I32[1, Names.Count], classes);
    }

    /// <summary>How many are joined to a node.</summary>
    public int Degree(int node) => Pairs.AsEnumerable().Count(p => p.One == node || p.Other == node);

    private static Tensor OneHot(int nodes)
    {
        var x = new float[nodes * nodes];
        for (var i = 0; i < nodes; i++) x[i * nodes + i] = 1;
        return Tensor.Of<float>(ElementType.F32[1, nodes, nodes], x);
    }
}
