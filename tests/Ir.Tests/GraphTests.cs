using Xunit;
using static MiniTorch.Ir.Prim;

namespace MiniTorch.Ir.Tests;

public class GraphTests
{
    private static readonly Expr X = Input("x", ElementType.F32[2, 3]);

    [Fact]
    public void Equal_expressions_become_one_node()
    {
        var graph = Graph.Of([(X + 1.0) * (Input("x", ElementType.F32[2, 3]) + 1.0), Sum(X + 1.0, [0])]);
        Assert.Equal(["input", "constant", "add", "mul", "reduce_sum"], graph.Nodes.Select(n => n.Op.Mnemonic));
        Assert.Same(graph.Outputs[0].Value.Args[0], graph.Outputs[0].Value.Args[1]);
    }

    [Fact]
    public void Unequal_attributes_operands_and_bits_stay_apart()
    {
        var (zero, minus) = (Scalar(ElementType.F32, 0.0), Scalar(ElementType.F32, -0.0));
        var graph = Graph.Of([Sum(X, [0]), Sum(X, [1]), X + zero, X + minus, zero + X]);
        Assert.Equal(5, graph.Nodes.Count(n => n.Args.Length > 0));
    }

    [Fact]
    public void Nodes_stand_after_their_operands_and_inputs_first()
    {
        var graph = Graph.Of([Exp(X) + Input("y", X.Type)], [Input("unused", ElementType.I32[0]), Input("y", X.Type)]);
        Assert.Equal(["unused", "y", "x"], graph.Inputs.Select(i => ((Input)i.Op).Name));
        Assert.Equal(graph.Inputs, graph.Nodes.Take(3));
        Assert.All(graph.Nodes, n => Assert.All(n.Args, a => Assert.True(graph.Index[a] < graph.Index[n])));
    }

    [Fact]
    public void Labels_do_not_count_in_equality_or_hash()
    {
        var (plain, named) = (Graph.Of([Exp(X)]), Graph.Of([Exp(X).Named("growth")]));
        Assert.Equal(plain, named);
        Assert.Equal(plain.Hash, named.Hash);
        Assert.Contains("# growth", named.ToString());
    }

    [Fact]
    public void Graphs_differ_in_name_input_order_output_names_and_attributes()
    {
        var graph = Graph.Of([new Output("s", Sum(X, [0]))], [X, Input("y", X.Type)]);
        var y = Input("y", X.Type);
        Graph[] others =
        [
            Graph.Of([new Output("s", Sum(X, [0]))], [X, y], "other"),
            Graph.Of([new Output("s", Sum(X, [0]))], [y, X]),
            Graph.Of([new Output("t", Sum(X, [0]))], [X, y]),
            Graph.Of([new Output("s", Sum(X, [1]))], [X, y]),
        ];
        Assert.All(others, o => Assert.True(!graph.Equals(o) && graph.Hash != o.Hash, $"{o}"));
    }

    [Fact]
    public void All_violations_are_reported_at_once_each_naming_the_users_expression()
    {
        var first = (X + Input("z", ElementType.F32[4])).Named("residual");
        var second = Transpose(X, [0]).Named("attention.scores");
        var third = Reshape(X, [7]);
        var below = Exp(first) * second;
        var errors = Graph.Check([below, third]).Match(_ => [], e => e.ToList());
        Assert.Equal(
            [("elementwise.E2", "residual"), ("transpose.T1", "attention.scores"), ("reshape.R1", "reshape(x)")],
            errors.Select(e => (e.Rule, e.Where)));
        var thrown = Assert.Throws<IrException>(() => Graph.Of([below, third]));
        Assert.Equal(3, thrown.Errors.Count);
        Assert.All(errors, e => Assert.Contains(e.Message, thrown.Message));
    }

    [Fact]
    public void A_mistake_given_as_a_value_is_reported_by_every_graph_that_holds_it()
    {
        var broken = Expr.Broken(new("layer.L1", "the layer takes 3 features, has 4", "Dense 2"), X);
        Assert.Equal(new IrError("layer.L1", "the layer takes 3 features, has 4", "Dense 2"),
            Graph.Check([Tanh(broken) + 1.0]).Match(_ => throw new InvalidOperationException(), e => e.Single()));
    }

    [Fact]
    public void A_graph_of_100_000_nodes_is_built_printed_and_parsed()
    {
        var random = new Random(5);
        var nodes = new List<Expr> { X, Input("y", X.Type) };
        while (nodes.Count < 100_000) nodes.Add(nodes[random.Next(nodes.Count)] + nodes[^1]);
        Returns(Graph.Of([nodes[^1]]), 99_000);
    }

    [Fact]
    public void A_chain_50_000_deep_is_built_printed_and_parsed()
    {
        var deep = X;
        for (var i = 0; i < 50_000; i++) deep = i % 2 == 0 ? Tanh(deep) : deep * 0.5;
        Returns(Graph.Of([deep]), 50_000);
    }

    private static void Returns(Graph graph, int atLeast)
    {
        Assert.True(graph.Nodes.Length >= atLeast, $"{graph.Nodes.Length} nodes");
        Assert.True(Text.Parser.Parse(graph.ToString()).Match(graph.Equals, _ => false), "parsed back");
    }
}
