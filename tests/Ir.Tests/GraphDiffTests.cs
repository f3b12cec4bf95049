using FsCheck.Fluent;
using MiniTorch.Generators;
using MiniTorch.Ir.Diff;
using MiniTorch.Ir.Text;
using Xunit;

namespace MiniTorch.Ir.Tests;

public class GraphDiffTests
{
    private const string Net = """
        graph net(x: f32[8,3,28,28], w: f32[16,3,3,3])
          %conv.0 = conv x w {window=[p1:1 p1:1]} : f32[8,16,28,28]
          %max.0 = max %conv.0 0.0 : f32[8,16,28,28]
          %reshape.0 = reshape %max.0 {to=[8 16 784]} : f32[8,16,784]
          %window_argmax.0 = window_argmax %max.0 {size=[2 2] window=[s2 s2]} : i32[8,16,14,14]
          %gather.0 = gather %reshape.0 %window_argmax.0 {batch=2} : f32[8,16,14,14]
          return pooled=%gather.0

        """;

    private static Graph Parsed(string text) => Parser.Parse(text).Match(g => g, e => throw new IrException(e));

    private static string Diff(string from, string to) => Diff(Net.Replace(from, to));

    private static string Diff(string other) => GraphDiff.Of(Parsed(Net), Parsed(other)).ToString();

    private static (int Changed, int Added, int Removed) Counts(Graph g, Graph h) => GraphDiff.Of(g, h) is var d
        ? (d.Count(Change.Changed), d.Count(Change.Added), d.Count(Change.Removed)) : default;

    [Fact]
    public void A_graph_does_not_differ_from_itself() =>
        Check.Holds(Graphs.Any(), g => GraphDiff.Of(g, g) is { IsEmpty: true } d && d.ToString() == "no difference\n");

    [Fact]
    public void Names_of_nodes_and_of_the_graph_do_not_count()
    {
        var renamed = Net.Replace("%conv.0", "%a").Replace("graph net", "graph other").Replace("%max.0", "%relu'");
        Assert.True(GraphDiff.Of(Parsed(Net), Parsed(renamed)).IsEmpty);
    }

    [Fact]
    public void Kept_changed_and_removed_are_the_places_of_the_first_kept_changed_and_added_those_of_the_second() =>
        Check.Holds(Pairs(), p =>
        {
            var d = GraphDiff.Of(p.Item1, p.Item2);
            var both = d.Count(Change.Kept) + d.Count(Change.Fed) + d.Count(Change.Changed);
            return d.Nodes.Count == both + d.Count(Change.Added) + d.Count(Change.Removed)
                && GraphDiff.Places(p.Item1).ToHashSet().SetEquals(d.Nodes.Select(n => n.Before).OfType<Expr>())
                && GraphDiff.Places(p.Item2).SequenceEqual(d.Nodes.Where(n => n.After is not null).Select(n => n.After!));
        });

    [Fact]
    public void Nothing_differs_only_between_equal_graphs() => Check.Holds(Pairs(), p =>
        GraphDiff.Of(p.Item1, p.Item2).IsEmpty == p.Item1.Equals(Graph.Of(p.Item2.Outputs, p.Item2.Inputs, p.Item1.Name)));

    [Fact]
    public void The_other_way_round_added_and_removed_change_places() => Check.Holds(Pairs(), p =>
        Counts(p.Item1, p.Item2) is var (changed, added, removed)
        && Counts(p.Item2, p.Item1) == (changed, removed, added));

    [Fact]
    public void One_node_changed_is_one_change() => Check.Holds(Mutated(Mutations.Change), p =>
        Counts(p.Item1, p.Item2) == (1, 0, 0), count: 300);

    [Fact]
    public void One_node_put_in_is_one_addition_and_taken_out_one_removal() => Check.Holds(Mutated(Mutations.Insert), p =>
        Counts(p.Item1, p.Item2) == (0, 1, 0) && Counts(p.Item2, p.Item1) == (0, 0, 1), count: 300);

    [Fact]
    public void A_changed_attribute_is_one_line_and_what_lies_above_it_is_kept() => Assert.Equal("""
        ~ %conv.0 = conv x w {window=[p1:1 p0:2]} : f32[8,16,28,28]
            window: [p1:1 p1:1] → [p1:1 p0:2]
        6 kept (4 above a difference), 1 changed, 0 added, 0 removed

        """, Diff("conv x w {window=[p1:1 p1:1]}", "conv x w {window=[p1:1 p0:2]}"));

    [Fact]
    public void A_changed_scalar_op_input_type_and_result_name_say_what_was_and_what_is()
    {
        Assert.Contains("~ %max.0 = max %conv.0 0.5 : f32[8,16,28,28]\n    operand 1: 0.0 → 0.5\n",
            Diff("%conv.0 0.0", "%conv.0 0.5"));
        Assert.Contains("~ %min.0 = min %conv.0 0.0 : f32[8,16,28,28]\n    op: max → min\n", Diff("= max", "= min"));
        Assert.Contains("~ image: f32[8,3,28,28]\n    name: x → image\n",
            Diff(Net.Replace("(x:", "(image:").Replace(" x ", " image ")));
        Assert.Contains("~ x: f32[4,3,28,28]\n    type: f32[8,3,28,28] → f32[4,3,28,28]\n", Diff("[8", "[4"));
        Assert.Contains("* name of result 0: pooled → y\n", Diff("pooled=", "y="));
    }

    [Fact]
    public void A_node_put_in_is_added_and_its_user_is_told_of_it() => Assert.Equal("""
        + %tanh.0 = tanh %conv.0 : f32[8,16,28,28]
        > %max.0 = max %tanh.0 0.0 : f32[8,16,28,28]
            operand 0: %conv.0 → %tanh.0
        7 kept (4 above a difference), 0 changed, 1 added, 0 removed

        """, Diff("  %max.0 = max %conv.0", "  %t = tanh %conv.0 : f32[8,16,28,28]\n  %max.0 = max %t"));

    [Fact]
    public void Another_order_of_inputs_is_a_difference() => Assert.Equal("""
        * order of inputs: x, w → w, x
        7 kept, 0 changed, 0 added, 0 removed

        """, Diff("x: f32[8,3,28,28], w: f32[16,3,3,3]", "w: f32[16,3,3,3], x: f32[8,3,28,28]"));

    [Fact]
    public void Ten_thousand_nodes_are_matched_though_the_first_has_changed()
    {
        static Graph Deep(double first)
        {
            var x = Prim.Input("x", ElementType.F32[4]);
            var y = x * first;
            for (var i = 0; i < 10_000; i++) y = i % 3 == 0 ? Prim.Tanh(y) : i % 3 == 1 ? y + x : y * 0.5;
            return Graph.Of([y]);
        }
        var diff = GraphDiff.Of(Deep(2), Deep(3));
        Assert.Equal((1, 10_000), (diff.Count(Change.Changed), diff.Count(Change.Fed)));
    }

    [Fact]
    public void Ten_thousand_users_of_one_node_are_matched()
    {
        static Graph Wide(double by)
        {
            var x = Prim.Tanh(Prim.Input("x", ElementType.F32[4]) * by);
            return Graph.Of(Enumerable.Range(0, 10_000).Select(i => new Output($"y{i}", x + i)));
        }
        var diff = GraphDiff.Of(Wide(2), Wide(3));
        Assert.Equal((1, 10_001), (diff.Count(Change.Changed), diff.Count(Change.Fed)));
    }

    private static FsCheck.Arbitrary<(Graph, Graph)> Pairs() => Arb.From(
        from g in Graphs.Any().Generator
        from h in Graphs.Any().Generator
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select (g, seed % 3 == 0 ? Mutations.Change(g, new Draw(seed)) ?? g : h));

    private static FsCheck.Arbitrary<(Graph, Graph)> Mutated(Func<Graph, Draw, Graph?> mutation) => Arb.From(
        (from g in Graphs.Any().Generator
         from seed in Gen.Choose(0, int.MaxValue - 1)
         select (Before: g, After: mutation(g, new Draw(seed))))
        .Where(p => p.After is not null).Select(p => (p.Before, p.After!)));
}
