using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;
using MiniTorch.Passes.Rewrite;
using Xunit;

namespace MiniTorch.Passes.Tests;

public class RewriteTests
{
    private const int Draws = 20;

    private static readonly double[] Special =
        [0, -0.0, 1, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, float.MaxValue, -float.Epsilon, 1e-40, 3.5];

    private static readonly IReadOnlyList<Rule> Tried = [.. Rules.All, .. Im2col.Rules, .. Masks.Rules, .. Blocks.Rules];

    public static IEnumerable<object[]> Every => Tried.Select(r => new object[] { r.Name });

    public static IEnumerable<object[]> Exactly => Every.Where(r => Named((string)r[0]).Soundness == Soundness.Exact);

    public static IEnumerable<object[]> Rounding => Every.Where(r => Named((string)r[0]).Soundness != Soundness.Exact);

    private static Rule Named(string name) => Tried.Single(r => r.Name == name);

    [Fact]
    public void Every_rule_has_a_name_of_its_own_a_law_and_an_example() =>
        Assert.Empty(Tried.GroupBy(r => r.Name).Where(g => g.Count() > 1 || g.First().Law.Length == 0 || !g.First().Examples().Any())
            .Select(g => g.Key));

    [Theory, MemberData(nameof(Every))]
    public void Each_example_fires_and_keeps_its_type(string name)
    {
        var rule = Named(name);
        foreach (var example in rule.Examples())
        {
            Assert.True(example.Error.IsNone, $"{rule}: {example.Error}");
            Assert.IsAssignableFrom(rule.Head, example.Op);
            var other = rule.At(example);
            Assert.True(other is not null, $"{rule} does not fire at {example.Describe()}");
            Assert.Equal(example.Type, other.Type);
            Assert.NotEqual(Graph.Of([(Output)example]), Graph.Of([(Output)other]));
        }
    }

    [Theory, MemberData(nameof(Exactly))]
    public void An_exact_rule_keeps_every_bit_with_zeros_infinities_and_NaN_among_the_inputs(string name)
    {
        foreach (var (sides, random) in Trials(name))
        {
            var inputs = Inputs(sides, () => random.Next(3) == 0 ? Special[random.Next(Special.Length)] : random.NextDouble() * 4 - 2);
            var values = Run(sides, inputs);
            Assert.True(SameBits(values[0], values[1]), $"{Named(name)}: {values[0]} and {values[1]}{Environment.NewLine}{sides}");
        }
    }

    [Theory, MemberData(nameof(Rounding))]
    public void A_rule_holds_within_rounding(string name)
    {
        var positive = Named(name).Soundness == Soundness.AssumesFinite;
        foreach (var (sides, random) in Trials(name))
        {
            var inputs = Inputs(sides, () => positive ? 0.25 + random.NextDouble() * 2 : random.NextDouble() * 8 - 4);
            var values = Run(sides, inputs);
            var scale = values[0].ToDoubles().Append(1).Max(Math.Abs);
            var close = values[0].ToDoubles().Zip(values[1].ToDoubles(), (a, b) => Math.Abs(a - b) <= 1e-12 * scale);
            Assert.True(close.All(c => c), $"{Named(name)}: {values[0]} and {values[1]}{Environment.NewLine}{sides}");
        }
    }

    [Theory, MemberData(nameof(Every))]
    public void A_rule_holds_over_the_rationals_where_its_ops_have_rational_values(string name)
    {
        foreach (var (sides, random) in Trials(name).Where(t => t.Sides.Nodes.All(n => IsRational(n.Op))))
        {
            var result = Evaluator<Rational, Evaluation.Exact>.Run(sides, (_, _) => Rational.Of(random.Next(1, 40), random.Next(1, 12)));
            var values = result.Match(v => v, e => throw new InvalidOperationException($"{Named(name)}: {e}"));
            Assert.Equal(values[0].Floats, values[1].Floats);
            Assert.Equal(values[0].Integers, values[1].Integers);
        }
    }

    [Theory, MemberData(nameof(Every))]
    public void Simplifying_an_example_ends_and_is_idempotent(string name)
    {
        foreach (var example in Named(name).Examples())
        {
            var once = Rewriter.Run(Graph.Of([(Output)example]), Rules.All);
            Assert.Equal(once, Rewriter.Run(once, Rules.All));
            Assert.All(once.Nodes, n => Assert.All(Rules.All.Where(r => r.Head.IsInstanceOfType(n.Op)), r => Assert.Null(r.At(n))));
            Assert.Empty(Verify.Violations(once));
        }
    }

    [Fact]
    public void Rules_end_on_any_graph_and_keep_its_signature() => Check.Holds(Graphs.Any(40), g =>
    {
        var once = Rewriter.Run(g, Rules.All);
        return once.Equals(Rewriter.Run(once, Rules.All)) && Verify.After(Simplify.All, g, once).IsRight;
    }, 1000);

    [Fact]
    public void Bytes_have_no_sign_to_drop()
    {
        var x = Prim.Input("x", ElementType.U8[3]);
        Assert.Null(Named("abs-neg").At(Prim.Abs(-x)));
        Assert.NotNull(Named("abs-neg").At(Prim.Abs(-Prim.Input("x", ElementType.I32[3]))));
    }

    [Fact]
    public void Exact_rules_keep_every_bit_of_any_graph()
    {
        var exact = Rules.All.Where(r => r.Soundness == Soundness.Exact).ToList();
        Check.Holds(Graphs.Any(30), g => Both(g, Rewriter.Run(g, exact)).All(p => SameBits(p.Item1, p.Item2)), 1000);
    }

    [Fact]
    public void All_rules_keep_every_rational_value_of_any_rational_graph() => Check.Holds(Graphs.Rational(20), g =>
        !IsFinite(g) || Rationals(g).SequenceEqual(Rationals(Rewriter.Run(g, Rules.All))), 1000);

    [Fact]
    public void A_training_step_keeps_its_values_and_loses_nodes()
    {
        var (x, w) = (Prim.Input("x", ElementType.F64[2, 2, 6, 6]), Prim.Input("w", ElementType.F64[3, 2, 3, 3]));
        var t = Prim.Input("t", ElementType.F64[2, 3 * 5 * 5]);
        var padded = Prim.Pad(x, Prim.Like(x, 0), [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]);
        var y = Prim.Reshape(Prim.Conv(padded, w, [new(1), new(1)]), [2, 3 * 5 * 5]);
        var e = Prim.Exp(y - Prim.Broadcast(Prim.ReduceMax(y, [1]), y.Shape, [0]));
        var loss = -Prim.Sum(t * Prim.Log(e / Prim.Broadcast(Prim.Sum(e, [1]), y.Shape, [0])), [0, 1]);
        var before = Graph.Of([(Output)loss, .. Backward.Grad(loss, w, x).Select(d => (Output)d)]);
        var after = Pipelines.Default.Run(before).Graph;
        Assert.True(after.Nodes.Length < before.Nodes.Length, $"{before.Nodes.Length} nodes, then {after.Nodes.Length}");
        Assert.DoesNotContain(after.Nodes, n => n.Op is Pad);
        Assert.All(Both(before, after), p => Assert.All(p.Item1.ToDoubles().Zip(p.Item2.ToDoubles()),
            v => Assert.Equal(v.Item1, v.Item2, 1e-9)));
    }

    [Fact]
    public void Inputs_stay_and_names_and_labels_survive()
    {
        var (x, y) = (Prim.Input("x", ElementType.F32[3]), Prim.Input("y", ElementType.F32[3]));
        var before = Graph.Of([new Output("sum", (x + (-x * 3).Named("scaled")).Named("total"))], [y, x], "g");
        var after = Rewriter.Run(before, Rules.All);
        Assert.Equal(["y", "x"], after.Inputs.Select(i => ((Input)i.Op).Name));
        Assert.Equal(("g", "sum"), (after.Name, after.Outputs[0].Name));
        Assert.Equal("total", after.Outputs[0].Value.Label);
        Assert.Contains(after.Nodes, n => n is { Label: "scaled", Op: Mul });
    }

    [Fact]
    public void A_rule_that_changes_a_type_throws()
    {
        var wrong = Rule.On<Exp>("wrong", "exp x = sum x", Soundness.Real, n => Prim.Sum(n, [0]), () => []);
        Assert.Throws<InvalidOperationException>(() =>
            Rewriter.Run(Graph.Of([(Output)Prim.Exp(Prim.Input("x", ElementType.F32[3]))]), [wrong]));
    }

    [Fact]
    public void A_rule_that_rewrites_a_node_into_itself_throws()
    {
        var growing = Rule.On<Exp>("growing", "exp x = exp x + 0", Soundness.Real, n => n + 0, () => []);
        Assert.Throws<InvalidOperationException>(() =>
            Rewriter.Run(Graph.Of([(Output)Prim.Exp(Prim.Input("x", ElementType.F32[3]))]), [growing]));
    }

    [Fact]
    public void Two_rules_that_undo_each_other_end()
    {
        Rule[] swaps =
        [
            Rule.On<Exp>("there", "exp x = log x", Soundness.Real, n => Prim.Log(n.Args[0]), () => []),
            Rule.On<Log>("back", "log x = exp x", Soundness.Real, n => Prim.Exp(n.Args[0]), () => []),
        ];
        var g = Graph.Of([(Output)Prim.Exp(Prim.Input("x", ElementType.F32[3]))]);
        Assert.Equal(g.Nodes.Length, Rewriter.Run(g, swaps).Nodes.Length);
    }

    [Fact]
    public void A_chain_of_100000_nodes_is_simplified_to_its_input()
    {
        var x = Prim.Input("x", ElementType.F32[2, 3]);
        var y = Enumerable.Range(0, 25_000).Aggregate(x, (e, i) =>
            Prim.Transpose(Prim.Transpose(-(-(e * 1)), [1, 0]), [1, 0]));
        Assert.Same(x.Op, Rewriter.Run(Graph.Of([(Output)y]), Rules.All).Outputs[0].Value.Op);
    }

    [Fact]
    public void A_chain_of_100000_nodes_in_which_nothing_fires_is_the_same_graph()
    {
        var x = Prim.Input("x", ElementType.F32[2, 3]);
        var g = Graph.Of([(Output)Enumerable.Range(0, 100_000).Aggregate(x, (e, i) => i % 2 == 0 ? Prim.Tanh(e) : e + x)]);
        Assert.Same(g, Rewriter.Run(g, Rules.All));
    }

    [Fact]
    public void Scalar_constants_along_a_chain_meet_in_one()
    {
        var x = Prim.Input("x", ElementType.F64[2]);
        var g = Graph.Of([(Output)Enumerable.Range(0, 50_000).Aggregate(x, (e, i) => i % 2 == 0 ? e * 4.0 : e / 4.0) ]);
        Assert.Same(x.Op, Rewriter.Run(g, Rules.All).Outputs[0].Value.Op);
    }

    [Fact]
    public void The_logarithm_of_a_softmax_loses_its_exp_and_does_not_overflow()
    {
        var x = Prim.Input("x", ElementType.F32[1, 3]);
        var e = Prim.Exp(x);
        var g = Graph.Of([(Output)Prim.Log(Prim.Exp(x) / Prim.Broadcast(Prim.Sum(e, [1]), x.Shape, [0]))]);
        var after = Pipelines.Default.Run(g).Graph;
        Assert.DoesNotContain(after.Nodes, n => n.Op is Div);
        var sigmoid = Pipelines.Default.Run(Graph.Of([(Output)Prim.Log(1 / (1 + Prim.Exp(-x)))])).Graph;
        var value = Evaluator.Run(sigmoid, new Dictionary<string, Tensor> { ["x"] = Tensor.Of([1, 3], -1000f, 0f, 1000f) });
        Assert.Equal([-1000, (float)-Math.Log(2), 0], value.Match(v => v[0].ToDoubles(), e => throw new InvalidOperationException($"{e}")));
    }

    [Fact]
    public void A_pipeline_has_the_name_of_its_passes_and_an_unknown_name_is_a_value()
    {
        Assert.Equal("stable >>> algebra", Pipelines.Named("stable, algebra").Match(p => p.ToString(), e => e.Rule));
        Assert.Equal(Pipelines.Default, Pipelines.Named("default").Match(p => p, e => Pipelines.None));
        Assert.Equal("pipeline.P1", Pipelines.Named("stable,magic").Match(p => p.ToString(), e => e.Rule));
    }

    private static IEnumerable<(Graph Sides, System.Random Random)> Trials(string name) =>
        from example in Named(name).Examples()
        let sides = Graph.Of([new Output("left", example), new Output("right", Named(name).At(example)!)])
        from seed in Enumerable.Range(0, Draws)
        select (sides, new System.Random(seed));

    private static Dictionary<string, Tensor> Inputs(Graph g, Func<double> draw) =>
        g.Inputs.Select(i => (Input)i.Op).ToDictionary(i => i.Name, i => Tensor.FromDoubles(i.Type,
            Enumerable.Range(0, (int)i.Type.Count).Select(_ => i.Type.Element.IsFloat ? draw() : draw() > 0 ? 1.0 : -7.0).ToArray()));

    private static ImmutableArray<Tensor> Run(Graph g, Dictionary<string, Tensor> inputs) =>
        Evaluator.Run(g, inputs).Match(v => v, e => throw new InvalidOperationException($"{e}"));

    private static IEnumerable<(Tensor, Tensor)> Both(Graph before, Graph after)
    {
        var inputs = Generators.Inputs.For(before, 1).ToDictionary(p => p.Key, p => p.Value);
        return Run(before, inputs).Zip(Run(after, inputs));
    }

    /// <summary>Whether every node has a rational value: no division by zero.</summary>
    private static bool IsFinite(Graph g) =>
        Rationals(Graph.Of(g.Nodes.Select(n => (Output)n), g.Inputs)).All(r => r.IsFinite);

    /// <summary>Every float value of every result.</summary>
    private static IEnumerable<Rational> Rationals(Graph g) =>
        Evaluator<Rational, Evaluation.Exact>.Run(g, (name, i) => Rational.Of(1 + (i * 7 + name.Length * 3) % 11, 4))
            .Match(v => v.SelectMany(r => r.Floats), e => throw new InvalidOperationException($"{e}"));

    private static bool SameBits(Tensor a, Tensor b) => a.Type == b.Type && (a.Equals(b)
        || (a.Type.Element.IsFloat && a.ToDoubles().Zip(b.ToDoubles()).All(p => Bits(p.Item1) == Bits(p.Item2))));

    private static long Bits(double x) => BitConverter.DoubleToInt64Bits(double.IsNaN(x) ? double.NaN : x);

    private static bool IsRational(Op op) => op is not (Exp or Log or Sqrt or Tanh or Sin or Cos or Erf or Pow);
}
