using System.Text.RegularExpressions;
using MiniTorch.Generators;
using Xunit;
using static MiniTorch.Ir.Prim;

namespace MiniTorch.Ir.Tests;

public partial class ShapeRuleTests
{
    private static readonly Expr X = Input("x", ElementType.F32[2, 3]);
    private static readonly Expr I = Input("i", ElementType.I32[2, 3]);
    private static readonly Expr P = Input("p", ElementType.Pred[2, 3]);
    private static readonly Expr Image = Input("image", ElementType.F32[1, 4, 5, 5]);
    private static readonly Expr Zero = Scalar(ElementType.F32, 0.0);

    private static Expr F32(string name, params int[] dims) => Input(name, new(ElementType.F32, Dims.Create(dims)));

    private static Expr Convolved(Expr w, Window window, int groups = 1) => Conv(Image, w, [window, window], groups);

    /// <summary>One expression that breaks each rule.</summary>
    private static readonly IReadOnlyDictionary<string, Func<Expr>> Breaking = new Dictionary<string, Func<Expr>>
    {
        ["iota.I1"] = () => Iota(ElementType.F32[2, 3], 2),
        ["iota.I2"] = () => Iota(ElementType.Pred[2], 0),
        ["elementwise.E1"] = () => X + I,
        ["elementwise.E2"] = () => X + F32("y", 3, 2),
        ["elementwise.E3"] = () => Exp(I),
        ["select.S1"] = () => Select(X, X, X),
        ["broadcast.B1"] = () => Broadcast(X, [2, 3, 4], [0, 0]),
        ["broadcast.B2"] = () => Broadcast(X, [2, 4], [0, 1]),
        ["reshape.R1"] = () => Reshape(X, [5]),
        ["transpose.T1"] = () => Transpose(X, [1, 1]),
        ["reverse.R1"] = () => Reverse(X, [2]),
        ["pad.P1"] = () => Pad(X, Zero, [0], [0, 0], [0, 0]),
        ["pad.P2"] = () => Pad(X, X, [0, 0], [0, 0], [0, 0]),
        ["pad.P3"] = () => Pad(X, Zero, [-2, 0], [-1, 0], [0, 0]),
        ["slice.S1"] = () => Slice(X, [0], [1], [1]),
        ["slice.S2"] = () => Slice(X, [0, 0], [3, 3], [1, 1]),
        ["concat.C1"] = () => Concat(2, X, X),
        ["concat.C2"] = () => Concat(0, X, F32("y", 2, 4)),
        ["dot.D1"] = () => MatMul(X, Input("y", ElementType.F64[3, 2])),
        ["dot.D2"] = () => Dot(X, X, [0, 0], [0, 1], [], []),
        ["dot.D3"] = () => Dot(X, F32("y", 4, 3), [1], [1], [0], [0]),
        ["dot.D4"] = () => MatMul(X, X),
        ["conv.C1"] = () => Convolved(Input("w", ElementType.F64[2, 4, 3, 3]), Window.Unit),
        ["conv.C2"] = () => Convolved(F32("w", 2, 4, 3), Window.Unit),
        ["conv.C3"] = () => Convolved(F32("w", 2, 4, 3, 3), new(0)),
        ["conv.C4"] = () => Convolved(F32("w", 2, 3, 3, 3), Window.Unit),
        ["conv.C5"] = () => Convolved(F32("w", 3, 2, 3, 3), Window.Unit, 2),
        ["conv.C6"] = () => Convolved(F32("w", 2, 4, 7, 7), Window.Unit),
        ["reduce.R1"] = () => Sum(P, [0]),
        ["reduce.R2"] = () => ReduceMax(X, [0, 0]),
        ["reduce.R3"] = () => ReduceMax(X, [0], (Ties)7),
        ["argmax.A1"] = () => ArgMax(X, -1),
        ["argmax.A2"] = () => ArgMax(F32("y", 2, 0), 1),
        ["window.W1"] = () => WindowSum(P, [1], [Window.Unit]),
        ["window.W2"] = () => WindowSum(X, [1, 1], [Window.Unit]),
        ["window.W3"] = () => WindowArgMax(X, [1], [new(1, 0, 0, 1, 0)]),
        ["window.W4"] = () => WindowArgMax(X, [4], [Window.Unit]),
        ["gather.G1"] = () => Gather(X, X),
        ["gather.G2"] = () => Gather(X, I, 2),
        ["scatter.S1"] = () => ScatterAdd(X, X, 3),
        ["scatter.S2"] = () => ScatterAdd(X, Input("j", ElementType.I32[3]), 3),
        ["scatter.S3"] = () => ScatterAdd(P, I, 3),
        ["random.R1"] = () => RandomBits(Zero, Scalar(ElementType.I64, 0L), [4]),
        ["type.T1"] = () => Fill(Zero, [65536, 65536]),
    };

    private static readonly string[] Elsewhere = ["graph.G1", "graph.G2", "graph.G3", "graph.G4", "graph.G5", "text.T1"];

    public static TheoryData<string> Rules => [.. Breaking.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_broken_rule_is_reported_with_the_users_label(string rule)
    {
        var error = Assert.Single(Graph.Check([Breaking[rule]().Named("mine")]).Match(_ => [], e => e.ToList()));
        Assert.Equal((rule, "mine"), (error.Rule, error.Where));
        Assert.True(error.Message.Length > 10, error.Message);
    }

    [Fact]
    public void The_sizes_of_a_type_fit_in_memory()
    {
        Expr[] tooLarge =
        [
            F32("y", 1 << 16, 1 << 15), F32("y", -1), Input("y", new(ElementType.F32, [0, int.MaxValue, int.MaxValue])),
            Concat(0, Input("a", ElementType.U8[int.MaxValue]), Input("b", ElementType.U8[1])),
            Pad(X, Zero, [0, 0], [0, 0], [int.MaxValue - 2, 0]),
        ];
        Assert.All(tooLarge, e => Assert.Equal("type.T1", e.Error.Match(x => x.Rule, () => $"{e}")));
    }

    [Fact]
    public void Every_rule_of_the_source_has_a_case_here_or_in_the_graph_and_text_tests()
    {
        var used = Repository.Sources("src/Ir").SelectMany(f => RuleId().Matches(File.ReadAllText(f))).Select(m => m.Groups[1].Value);
        Assert.Equal(used.Distinct().Order(StringComparer.Ordinal), Breaking.Keys.Concat(Elsewhere).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("graph.G1", "x")]
    [InlineData("graph.G2", "first?line")]
    [InlineData("graph.G3", "main")]
    [InlineData("graph.G4", "loss")]
    [InlineData("graph.G5", "total")]
    public void A_graph_rule_is_reported_at_its_place(string rule, string where)
    {
        var checkedGraph = rule switch
        {
            "graph.G1" => Graph.Check([X, F32("x", 3)]),
            "graph.G2" => Graph.Check([F32("first\nline", 3)]),
            "graph.G3" => Graph.Check([], [X]),
            "graph.G4" => Graph.Check([new Output("loss", X), new Output("loss", Exp(X))]),
            "graph.G5" => Graph.Check([X], [Exp(X).Named("total")]),
            var other => throw new ArgumentException(other),
        };
        var error = Assert.Single(checkedGraph.Match(_ => [], e => e.ToList()));
        Assert.Equal((rule, where), (error.Rule, error.Where));
    }

    [GeneratedRegex("\"([a-z]+\\.[A-Z][0-9]+)\"")]
    private static partial Regex RuleId();
}
