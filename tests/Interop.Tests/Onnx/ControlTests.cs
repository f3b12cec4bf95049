using LanguageExt;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.OneNode;

namespace MiniTorch.Interop.Tests.Onnx;

public class ControlTests
{
    private static readonly TensorType Scalar = ElementType.F32[1];

    private static Tensor Truth(bool value) => Tensor.Scalar(ElementType.Pred, value ? 1L : 0L);

    private static Tensor Whole(long value) => Tensor.Scalar(ElementType.I64, value);

    private static GraphProto Branch(string op) => Body([Node(op, ["x0"], ["b"])], [], ["b"]);

    private static ModelProto If(bool given, params NodeProto[] before) => Model(Body(
        [.. before, Node("If", ["c"], ["y"], Body("then_branch", Branch("Abs")), Body("else_branch", Branch("Neg")))],
        given ? [("x0", Scalar), ("c", ElementType.Pred[[]])] : [("x0", Scalar)], ["y"]));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void If_a_condition_is_known_its_branch_alone_is_taken(bool condition)
    {
        var model = Import(If(false, Node("Constant", [], ["c"], Value("value", Truth(condition)))))
            .Match(m => m, e => throw new InvalidOperationException($"{e}"));
        Assert.Equal(condition ? "abs" : "neg", model.Graph.Outputs[0].Value.Op.Mnemonic);
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, -2)]
    public void If_a_condition_is_an_input_both_branches_are_there_and_one_is_chosen(bool condition, double result)
    {
        var graph = Import(If(true)).Match(m => m, e => throw new InvalidOperationException($"{e}")).Graph;
        var values = new Dictionary<string, Tensor> { ["x0"] = Tensor.Of([1], 2), ["c"] = Truth(condition) };
        Assert.Equal([result], Passes.Evaluation.Evaluator.Run(graph, values)
            .Match(r => r[0].ToDoubles(), e => throw new InvalidOperationException($"{e}")));
    }

    [Fact]
    public void If_the_branches_have_different_types_the_condition_must_be_known()
    {
        var flat = Body([Node("Concat", ["x0", "x0"], ["b"], Int("axis", 0))], [], ["b"]);
        var model = Model(Body([Node("If", ["c"], ["y"], Body("then_branch", flat), Body("else_branch", Branch("Neg")))],
            [("x0", Scalar), ("c", ElementType.Pred[[]])], ["y"]));
        Assert.Equal("onnx.S1", Refusal(model));
        var bound = Import(model, Binding.Of(("c", Truth(true))))
            .Match(m => m, e => throw new InvalidOperationException($"{e}"));
        Assert.Equal(ElementType.F32[2], bound.Graph.Outputs[0].Value.Type);
        Assert.Equal(["c"], bound.Fixed.AsEnumerable());
    }

    /// <summary>s ← s · 2 + t; each trip gives s. Goes on while s · 0 + t is below a number.</summary>
    private static ModelProto Loop(long? trips, long? below, bool scan = true)
    {
        NodeProto[] body =
        [
            Node("Cast", ["t"], ["tf"], Int("to", 1)), Node("Add", ["s", "s"], ["twice"]),
                Node("Add", ["twice", "tf"], ["after"]),
            below is { } b ? Node("Less", ["t", "limit"], ["go"]) : Node("Identity", ["c"], ["go"]),
            Node("Identity", ["after"], ["seen"]),
        ];
        var inner = Body(body, [("t", ElementType.I64[[]]), ("c", ElementType.Pred[[]]), ("s", Scalar)],
            ["go", "after", "seen"]);
        NodeProto[] around =
        [
            Node("Constant", [], ["m"], Value("value", Whole(trips ?? 0))),
                Node("Constant", [], ["limit"], Value("value", Whole(below ?? 0))),
            Node("Loop", [trips is null ? "" : "m", "", "x0"], scan ? ["last", "all"] : ["last"], Body("body", inner)),
        ];
        return Model(Body(around, [("x0", Scalar)], scan ? ["last", "all"] : ["last"]));
    }

    [Theory]
    [InlineData(4L, null, 4)]
    [InlineData(4L, 1L, 2)]
    [InlineData(null, 2L, 3)]
    [InlineData(long.MaxValue, 2L, 3)]
    [InlineData(0L, null, 0)]
    public void A_loop_goes_on_while_there_are_trips_and_its_condition_holds(long? trips, long? below, int gone)
    {
        var results = Run(Loop(trips, below), Tensor.Of([1], 1));
        var states = Enumerable.Range(0, gone).Aggregate(new List<double> { 1 }, (all, t) => [.. all, all[^1] * 2 + t]);
        Assert.Equal([states[^1]], results[0].ToDoubles());
        Assert.Equal(ElementType.F32[gone, 1], results[1].Type);
        Assert.Equal(states.Skip(1), results[1].ToDoubles());
    }

    [Fact]
    public void A_loop_that_no_one_ends_is_refused()
    {
        Assert.Equal("onnx.O2", Refusal(Loop(1L << 62, null, scan: false)));
        Assert.Equal("onnx.O2", Refusal(Loop(null, null, scan: false)));
    }

    [Fact]
    public void A_loop_whose_length_an_input_decides_needs_its_value()
    {
        var inner = Body([Node("Identity", ["c"], ["go"]), Node("Neg", ["s"], ["after"])],
            [("t", ElementType.I64[[]]), ("c", ElementType.Pred[[]]), ("s", Scalar)], ["go", "after"]);
        var model = Model(Body([Node("Loop", ["m", "", "x0"], ["last"], Body("body", inner))],
            [("m", ElementType.I64[[]]), ("x0", Scalar)], ["last"]));
        Assert.Equal("onnx.S1", Refusal(model));
        var bound = Import(model, Binding.Of(("m", Whole(3))))
            .Match(m => m, e => throw new InvalidOperationException($"{e}"));
        Assert.Equal(["m"], bound.Fixed.AsEnumerable());
    }

    /// <summary>s ← s + 2x; each element gives s.</summary>
    private static readonly GraphProto Sum = Body(
        [Node("Add", ["x", "x"], ["twice"]), Node("Add", ["s", "twice"], ["after"]), Node("Identity", ["after"], ["seen"])],
        [("s", ElementType.F32[2]), ("x", ElementType.F32[2])], ["after", "seen"]);

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 0, 0, 0)]
    [InlineData(0, 1, 0, 0)]
    [InlineData(0, 1, 1, 1)]
    [InlineData(-1, 1, -1, 1)]
    public void Scan_carries_a_state_along_an_axis_either_way(long axis, long backwards, long outward, long reversed)
    {
        var x = Grid.Random(ElementType.F32[2, 2], 3);
        var (g, s) = (Grid.Of(x), new double[] { 1, -1 });
        var seen = new List<double[]>();
        foreach (var t in backwards == 1 ? new[] { 1, 0 } : [0, 1])
        {
            s = [.. s.Select((v, j) => v + 2 * (axis == 0 ? g[t, j] : g[j, t]))];
            seen.Add(s);
        }
        if (reversed == 1) seen.Reverse();
        var results = Run("Scan", 11, [Tensor.Of([2], 1, -1), x], 2, Int("num_scan_inputs", 1), Body("body", Sum),
            Ints("scan_input_axes", axis),
            Ints("scan_input_directions", backwards), Ints("scan_output_axes", outward),
            Ints("scan_output_directions", reversed));
        Assert.Equal(s, results[0].ToDoubles());
        Grid.Make([2, 2], at => outward == 0 ? seen[at[0]][at[1]] : seen[at[1]][at[0]]).Is(results[1]);
    }

    [Fact]
    public void The_first_Scan_goes_over_a_batch_of_sequences_that_may_end_earlier()
    {
        var x = Tensor.Of([2, 3, 2], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        var lengths = Tensor.Of<long>(ElementType.I64[2], [3, 1]);
        var results = Run("Scan", 8, [lengths, Tensor.Zeros(ElementType.F32[2, 2]), x], 2, Int("num_scan_inputs", 1),
            Body("body", Sum));
        Assert.Equal([18.0, 24, 14, 16], results[0].ToDoubles());
        Assert.Equal([2.0, 4, 8, 12, 18, 24, 14, 16, 0, 0, 0, 0], results[1].ToDoubles());
    }

    [Fact]
    public void A_scan_over_nothing_gives_nothing()
    {
        var results = Run("Scan", 11, [Tensor.Of([2], 1, -1), Tensor.Zeros(ElementType.F32[0, 2])], 2,
            Int("num_scan_inputs", 1), Body("body", Sum));
        Assert.Equal([1.0, -1], results[0].ToDoubles());
        Assert.Equal(ElementType.F32[0, 2], results[1].Type);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var (s, x) = (Tensor.Of([2], 1, -1), Tensor.Zeros(ElementType.F32[3, 2]));
        Assert.Equal("onnx.N1", Refusal("Scan", 11, [s, x], Body("body", Sum)));
        Assert.Equal("onnx.N1", Refusal("Scan", 11, [s, x], Int("num_scan_inputs", 3), Body("body", Sum)));
        Assert.Equal("onnx.N1", Refusal("Scan", 11, [s, x], Int("num_scan_inputs", 1)));
        Assert.Equal("onnx.N1", Refusal("Scan", 11, [s, x], Int("num_scan_inputs", 1), Body("body", Sum),
            Ints("scan_input_axes", 2)));
        Assert.Equal("onnx.N1", Refusal("Scan", 11, [s, x], Int("num_scan_inputs", 1), Body("body", Sum),
            Ints("scan_output_axes", 0, 1)));
        Assert.Equal("onnx.G3", Refusal("Scan", 11, [x], Int("num_scan_inputs", 1), Body("body", Sum)));
        Assert.Equal("onnx.O2", Refusal("Scan", 11, [s, Tensor.Zeros(ElementType.F32[int.MaxValue, 0])],
            Int("num_scan_inputs", 1), Body("body", Sum)));
        Assert.Equal("onnx.N1", Refusal("If", 11, [x], Body("then_branch", Branch("Abs")),
            Body("else_branch", Branch("Neg"))));
    }

    [Fact]
    public void Loop_and_Scan_have_the_slope_of_their_differences() => Assert.InRange(
        Slip("Scan", 11, [Tensor.Of([2], 1, -1), Grid.Random(ElementType.F32[3, 2], 3)], 2, Int("num_scan_inputs", 1),
        Body("body", Sum)), 0, 1e-4);
}
