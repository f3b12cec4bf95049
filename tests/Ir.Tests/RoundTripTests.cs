using FsCheck.Fluent;
using LanguageExt;
using MiniTorch.Generators;
using MiniTorch.Ir.Text;
using Xunit;

namespace MiniTorch.Ir.Tests;

public class RoundTripTests
{
    private static Graph Parsed(string text) =>
        Parser.Parse(text).Match(
            Succ: g => g, Fail: e => throw new InvalidOperationException(string.Join("; ", e) + "\n" + text));

    [Fact]
    public void Parse_inverts_print_on_random_graphs() =>
        Check.Holds(Graphs.Any(), g => Parsed(g.ToString()).Equals(g), count: 600);

    [Fact]
    public void A_parsed_graph_prints_the_same_text_and_has_the_same_hash() =>
        Check.Holds(Graphs.Any(), g => Parsed(g.ToString()) is var h && h.ToString() == g.ToString() && h.Hash == g.Hash);

    [Fact]
    public void A_label_is_read_back_and_other_comments_are_not()
    {
        var x = Prim.Input("x", ElementType.F32[2]);
        var g = Graph.Of([Prim.Max(Prim.Exp(x).Named("a # {b} \"c\" return"), Prim.Like(x, 0)).Named("relu1")]);
        Assert.Equal(["a # {b} \"c\" return", "relu1"], Labels(Parsed(g.ToString())));
        Assert.Equal(g.ToString(), Parsed(g.ToString()).ToString());
        Assert.Equal(["relu1"], Labels(Parsed("""
            # what it is
            graph g(x: f32[2])  # of two
              # on a line of its own
              %exp.0 = exp x : f32[2]  #
              %max.0 = max %exp.0 0.0 : f32[2]  #   relu1
              return %max.0  # the end
            """)));
    }

    private static IEnumerable<string> Labels(Graph g) => g.Nodes.Select(n => n.Label).Where(l => l.Length > 0);

    [Fact]
    public void Differentiable_and_rational_graphs_have_only_f64_inputs_and_results()
    {
        Check.Holds(Graphs.Differentiable(), IsF64);
        Check.Holds(Graphs.Rational(), IsF64);
    }

    private static bool IsF64(Graph g) =>
        g.Inputs.Concat(g.Outputs.Select(o => o.Value)).All(e => e.Type.Element == ElementType.F64);

    [Fact]
    public void Random_graphs_reach_every_op_and_windows_of_every_kind()
    {
        var nodes = Gen.Sample(Graphs.Any(40).Generator, 60, new FsCheck.Rnd(1), 3000).SelectMany(g => g.Nodes).ToList();
        Assert.Empty(OpTable.Mnemonics.Except(nodes.Select(n => n.Op.Mnemonic)));
        var convs = nodes.Select(n => n.Op).OfType<Conv>().ToList();
        Assert.Contains(convs, c => c.Groups > 1);
        Assert.Equal([0, 1, 2, 3], convs.Select(c => c.Windows.Count).Distinct().Order());
        var windows = convs.SelectMany(c => c.Windows).ToList();
        Assert.Contains(windows, w => w.Stride > 1 && w.Base > 1 && w.Dilation > 1);
        Assert.Contains(windows, w => w.Lo < 0 && w.Hi > 0);
    }

    [Fact]
    public void Shrinking_keeps_a_graph_valid_and_ends()
    {
        foreach (var graph in Gen.Sample(Graphs.Any().Generator, 50, 40))
        {
            var (now, steps) = (graph, 0);
            while (Graphs.Any().Shrinker(now).FirstOrDefault() is { } smaller)
            {
                now = Parsed(smaller.ToString());
                Assert.True(++steps < 2000, $"{graph}\n=> {now}");
            }
        }
    }

    [Fact]
    public void A_failing_law_is_shrunk_to_the_node_that_breaks_it()
    {
        var failure = Assert.Throws<Counterexample>(() =>
            Check.Holds(Graphs.Any(), g => !g.Nodes.Any(n => n.Op is Conv), count: 1000, seed: 1));
        Assert.Contains("again: MINITORCH_SEED=1", failure.Message);
        Assert.Single(failure.Message.Split('\n'), line => line.StartsWith("  %", StringComparison.Ordinal));
    }
}
