using LanguageExt;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Frontend;

/// <summary>Convolution over the edges of a graph as expressions: a gather, a product, a scatter_add.</summary>
public static class GraphConvolution
{
    /// <summary>y[n, to[e], f] = Σₑ weight[e] · x[n, from[e], f]: what every node hears from its neighbours.</summary>
    /// <remarks>Shape: x [N, nodes, features], weight [edges] → [N, nodes, features].</remarks>
    public static Expr Propagate(Expr x, Edges edges, Expr weight)
    {
        var sent = Prim.Gather(NodesFirst(x), edges.From);
        if (sent.Type.IsUnknown) return sent;
        var scaled = sent * Prim.Broadcast(weight, sent.Shape, [0]);
        return NodesFirst(Prim.ScatterAdd(scaled, edges.To, edges.Nodes));
    }

    /// <summary>D^−½·(A + I)·D^−½·x·w, D the degrees of A + I.</summary>
    /// <remarks>
    /// Shape: x [N, nodes, features], w [features, outputs] → [N, nodes, outputs].
    /// Source: Kipf and Welling, "Semi-Supervised Classification with Graph Convolutional Networks", ICLR 2017, equation 2.
    /// </remarks>
    public static Expr Of(Expr x, Expr w, Edges edges)
    {
        var (loops, product) = (edges.WithLoops(), Prim.MatMul(x, w));
        return product.Type.IsUnknown ? product : Propagate(product, loops, loops.Normalised(product.Type.Element));
    }

    private static Expr NodesFirst(Expr x) => Prim.Transpose(x, [1, 0, 2]);
}

/// <summary>The layer.</summary>
public static partial class Layers
{
    /// <summary>A linear function at each node of x [N, nodes, features], then a normalised sum over neighbours.</summary>
    /// <remarks>
    /// Parameters: weight [features, outputs] and bias [outputs]. See <see cref="GraphConvolution.Of"/>.
    /// Errors: graph_conv.G1 and graph_conv.G2.
    /// </remarks>
    public static Model GraphConv(int outputs, Edges edges) =>
        Of(new Layer("graph_conv", $"GraphConv({outputs}, {edges.Nodes} nodes, {edges.Count} edges)",
            (name, x, _) => GraphConvOf(name, x, outputs, edges)));

    private static (Expr, Seq<Parameter>, long) GraphConvOf(string name, Expr x, int outputs, Edges edges)
    {
        if (x.Type.IsUnknown) return (x, LanguageExt.Seq<Parameter>.Empty, 0);
        if (x.Type.Rank != 3)
            return Broken(name, x, "graph_conv.G1", $"takes [graphs, nodes, features], input is {x.Type}; reshape it");
        if (x.Shape[1] != edges.Nodes)
            return Broken(name, x, "graph_conv.G2",
                $"the edges join {edges.Nodes} nodes, input {x.Type} has {x.Shape[1]}; give a row of features for each");
        var weight = Parameter.Glorot($"{name}.weight", x.Type.With([x.Shape[2], outputs]));
        var bias = Parameter.Zeros($"{name}.bias", x.Type.With([outputs]));
        var y = GraphConvolution.Of(x, weight.Input, edges);
        return (y + Prim.Broadcast(bias.Input, y.Shape, [2]), Seq(weight, bias), 0);
    }
}
