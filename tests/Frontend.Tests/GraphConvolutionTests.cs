using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Autodiff;
using Xunit;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Frontend.Tests.Given;

namespace MiniTorch.Frontend.Tests;

/// <summary>A graph convolution is a product with the normalised adjacency, by gather and scatter_add.</summary>
public sealed class GraphConvolutionTests
{
    /// <summary>A graph of nodes, features of one or more copies of it, and weights.</summary>
    private sealed record Case(int Nodes, (int One, int Other)[] Pairs, Tensor X, Tensor W)
    {
        internal Edges Edges => Ok(Edges.Between(Nodes, Pairs));

        internal Expr Y => GraphConvolution.Of(Prim.Input("x", X.Type), Prim.Input("w", W.Type), Edges);

        internal Tensor Of(Expr e) => Value(e, ("x", X), ("w", W));
    }

    private static Case Drawn(int seed)
    {
        var (draw, random) = (new Draw(seed), new Random(seed));
        var (nodes, copies, features, outputs) = (draw.Int(1, 7), draw.Int(1, 3), draw.Int(1, 4), draw.Int(1, 4));
        var pairs = Enumerable.Range(0, draw.Int(0, 12)).Select(_ => (random.Next(nodes), random.Next(nodes))).ToArray();
        return new(nodes, pairs, Random(ElementType.F64[copies, nodes, features], seed),
            Random(ElementType.F64[features, outputs], seed + 1));
    }

    /// <summary>D^−½·(A + I)·D^−½ as a matrix, by loops.</summary>
    private static Tensor Adjacency(int nodes, (int One, int Other)[] pairs)
    {
        var a = new double[nodes * nodes];
        foreach (var (i, j) in pairs) a[i * nodes + j] = a[j * nodes + i] = 1;
        for (var i = 0; i < nodes; i++) a[i * nodes + i] = 1;
        var degrees = Enumerable.Range(0, nodes).Select(i => a[(i * nodes)..((i + 1) * nodes)].Sum()).ToArray();
        return Tensor.FromDoubles(ElementType.F64[nodes, nodes],
            [.. a.Select((v, i) => v / Math.Sqrt(degrees[i / nodes] * degrees[i % nodes]))]);
    }

    private static bool Near(Tensor a, Tensor b) =>
        a.Type == b.Type && a.ToDoubles().Zip(b.ToDoubles()).All(p => Given.Near(p.Item1, p.Item2, 1e-10));

    [Fact]
    public void It_is_the_product_with_the_normalised_adjacency() => Check.Holds(Seeds, seed =>
    {
        var c = Drawn(seed);
        var xw = Prim.MatMul(Prim.Input("x", c.X.Type), Prim.Input("w", c.W.Type));
        var product = Prim.Dot(Prim.Constant(Adjacency(c.Nodes, c.Pairs)), xw, [1], [1], [], []);
        return Near(c.Of(Prim.Transpose(product, [1, 0, 2])), c.Of(c.Y));
    });

    [Fact]
    public void Its_gradients_are_differences() => Check.Holds(Seeds, seed =>
    {
        var c = Drawn(seed);
        var at = new Dictionary<string, Tensor> { ["x"] = c.X, ["w"] = c.W };
        return Given.Ok(GradCheck.Of(Graph.Of([Functional.Sum(Prim.Tanh(c.Y))]), at)).Passes;
    }, 20);

    [Fact]
    public void Renaming_the_nodes_renames_the_result() => Check.Holds(Seeds, seed =>
    {
        var c = Drawn(seed);
        var names = Shuffle.Order(c.Nodes, seed, 0);
        var index = Prim.Constant(Tensor.Of<int>(ElementType.I32[c.Nodes], names));
        Expr Renamed(Expr e) => Prim.Transpose(Prim.Gather(Prim.Transpose(e, [1, 0, 2]), index), [1, 0, 2]);
        var places = names.Select((old, at) => (old, at)).ToDictionary(p => p.old, p => p.at);
        var other = c with
        {
            X = c.Of(Renamed(Prim.Input("x", c.X.Type))),
            Pairs = [.. c.Pairs.Select(p => (places[p.One], places[p.Other]))],
        };
        return Near(c.Of(Renamed(c.Y)), other.Of(other.Y));
    });

    [Fact]
    public void Edges_may_be_inputs() => Check.Holds(Seeds, seed =>
    {
        var c = Drawn(seed);
        var given = Edges.Input(c.Nodes, c.Edges.Count);
        var y = GraphConvolution.Of(Prim.Input("x", c.X.Type), Prim.Input("w", c.W.Type), given);
        var (from, to) = (Value(c.Edges.From), Value(c.Edges.To));
        return Near(c.Of(c.Y), Value(y, ("x", c.X), ("w", c.W), ("from", from), ("to", to)));
    });

    [Fact]
    public void The_processor_agrees_with_the_meaning() => Check.Holds(Seeds, seed =>
    {
        var c = Drawn(seed);
        Expr x = Prim.Input("x", c.X.Type), w = Prim.Input("w", c.W.Type);
        var graph = Graph.Of([c.Y, .. Backward.Grad(Functional.Sum(c.Y * c.Y), x, w)], [x, w]);
        using var run = Ok(new CpuBackend(1).Compile(Ok(Pipelines.Default.TryRun(graph)).Graph));
        run.Write("x", c.X.Bytes);
        run.Write("w", c.W.Bytes);
        run.Run();
        return graph.Outputs.Select((o, i) => Near(c.Of(o.Value), run.Result(i))).All(near => near);
    }, 20);

    [Fact]
    public void A_pair_counts_once_and_a_node_with_itself_not()
    {
        var edges = Ok(Edges.Between(3, [(0, 1), (1, 0), (2, 2), (0, 1)]));
        Assert.Equal([0, 1], Value(edges.From).ToDoubles());
        Assert.Equal([1, 0], Value(edges.To).ToDoubles());
        Assert.Equal([2, 2, 1], Value(edges.WithLoops().Degrees(ElementType.F32)).ToDoubles());
    }

    [Fact]
    public void A_node_that_is_not_there_is_an_error() => Assert.Equal(
        "edges.E1: edge 1 joins 2 and 3, there are 3 nodes; give numbers from 0 to 2",
        Edges.Between(3, [(0, 1), (2, 3)]).Match(_ => "", e => $"{e}"));

    [Fact]
    public void The_layer_has_a_weight_and_a_bias_and_prints()
    {
        var model = GraphConv(4, Ok(Edges.Between(5, [(0, 1), (1, 2)]))) >>> Relu;
        Assert.Equal("GraphConv(4, 5 nodes, 4 edges) >>> Relu", model.ToString());
        var x = ElementType.F32[2, 5, 3];
        Assert.Equal(["graph_conv1.weight f32[3,4]", "graph_conv1.bias f32[4]"],
            model.Parameters(x).Map(p => $"{p.Name} {p.Type}").AsEnumerable());
        Assert.Equal(ElementType.F32[2, 5, 4], Ok(model.Forward(x)).Outputs[0].Value.Type);
        var first = Initial(model, x, 1);
        Assert.All(first["graph_conv1.bias"].ToDoubles(), b => Assert.Equal(0, b));
        Assert.All(first["graph_conv1.weight"].ToDoubles(), w => Assert.InRange(Math.Abs(w), 0, Math.Sqrt(6.0 / 7)));
    }

    [Fact]
    public void Other_shapes_are_errors_at_the_layer()
    {
        var model = Relu >>> GraphConv(4, Ok(Edges.Between(5, [(0, 1)])));
        string Error(TensorType x) => Assert.Single(Errors(model.Forward(x))).ToString();
        Assert.Equal("graph_conv.G1: takes [graphs, nodes, features], input is f32[5,3]; reshape it (at graph_conv1)",
            Error(ElementType.F32[5, 3]));
        Assert.Equal("graph_conv.G2: the edges join 5 nodes, input f32[1,4,3] has 4; give a row of features for each "
            + "(at graph_conv1)", Error(ElementType.F32[1, 4, 3]));
    }
}
