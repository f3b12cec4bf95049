using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;
using Xunit;
using static MiniTorch.Ir.Prim;
using Gen = FsCheck.Fluent.Gen;

namespace MiniTorch.Passes.Tests;

/// <summary>What evaluation gives: each op on constants, and the laws of ops.</summary>
public sealed partial class EvaluateTests
{
    private static readonly ElementType F32 = ElementType.F32;
    private static readonly ElementType F64 = ElementType.F64;
    private static readonly ElementType I32 = ElementType.I32;
    private const double NaN = double.NaN;
    private const double Inf = double.PositiveInfinity;

    private static readonly Expr Square = Numbers([2, 3], 1, 2, 3, 4, 5, 6);
    private static readonly Window Past = new(Hi: 2);

    /// <summary>Each op on constants, and what its docstring says it gives.</summary>
    private static readonly (Expr Node, double[] Expected)[] Rows =
    [
        (Constant(Tensor.Of([2], 1.5f, -2)), [1.5, -2]),
        (Iota(I32[2, 3], 1), [0, 1, 2, 0, 1, 2]),
        (Iota(F32[2, 2], 0), [0, 0, 1, 1]),
        (-Numbers([3], 1, -2, NaN), [-1, 2, NaN]),
        (-Whole(I32, int.MinValue, 5), [int.MinValue, -5]),
        (-Whole(ElementType.U8, 1, 0), [255, 0]),
        (Abs(Numbers([3], 1, -2, NaN)), [1, 2, NaN]),
        (Abs(Whole(I32, -5, int.MinValue)), [5, int.MinValue]),
        (Sign(Numbers([4], 3, -2, 0, NaN)), [1, -1, 0, NaN]),
        (Sign(Whole(I32, -5, 0, 9)), [-1, 0, 1]),
        (Exp(Numbers([3], 0, 1, -Inf)), [1, (float)Math.E, 0]),
        (Log(Numbers([3], 1, 0, -1)), [0, -Inf, NaN]),
        (Sqrt(Numbers([3], 9, 2, -1)), [3, MathF.Sqrt(2), NaN]),
        (Tanh(Numbers([3], 0, Inf, -Inf)), [0, 1, -1]),
        (Sin(Numbers([2], 0, 1)), [0, (float)Math.Sin(1)]),
        (Cos(Numbers([2], 0, 1)), [1, (float)Math.Cos(1)]),
        (Erf(Numbers([3], 0, Inf, -Inf)), [0, 1, -1]),
        (Floor(Numbers([3], 1.5, -1.5, -2)), [1, -2, -2]),
        (Not(Truths(true, false)), [0, 1]),
        (Not(Whole(I32, 0, 5)), [-1, -6]),
        (Not(Whole(ElementType.U8, 0, 5)), [255, 250]),
        (StopGradient(Numbers([2], 1, 2)), [1, 2]),
        (Cast(Numbers([5], 1.9, -1.9, NaN, 300, 3e9), I32), [1, -1, 0, 300, unchecked((int)3000000000L)]),
        (Cast(Numbers([2], 300, -1), ElementType.U8), [44, 255]),
        (Cast(Numbers([3], 0, 0.5, NaN), ElementType.Pred), [0, 1, 1]),
        (Cast(Whole(I32, 16777217, -3), F32), [16777216, -3]),
        (Cast(Numbers([3], 1 + 1.0 / 1024 + 1.0 / 4096, 65520, 1e-8), ElementType.F16), [1 + 1.0 / 1024, Inf, 0]),
        (Cast(Numbers([2], 1 + 1.0 / 256, 1 + 3.0 / 256), ElementType.BF16), [1, 1 + 4.0 / 256]),

        (Numbers([2], 1, 16777216) + Numbers([], 1), [2, 16777216]),
        (Whole(I32, int.MaxValue) + Whole(I32, 1), [int.MinValue]),
        (Numbers([], 1) - Numbers([2], 1, 2), [0, -1]),
        (Whole(ElementType.U8, 3) - Whole(ElementType.U8, 5), [254]),
        (Numbers([2], 3, Inf) * Numbers([2], 4, 0), [12, NaN]),
        (Whole(I32, 65536, -7) * Whole(I32, 65536, 3), [0, -21]),
        (Numbers([4], 1, 1, -1, 0) / Numbers([4], 3, 0, 0, 0), [1f / 3, Inf, -Inf, NaN]),
        (Whole(I32, 7, -7, 7, int.MinValue) / Whole(I32, 2, 2, 0, -1), [3, -3, 0, int.MinValue]),
        (Pow(Numbers([4], 2, 0, 4, -8), Numbers([4], 10, 0, 0.5, 3)), [1024, 1, 2, -512]),
        (Max(Numbers([4], 1, -1, NaN, 0), Numbers([4], 0, 0, 0, NaN)), [1, 0, NaN, NaN]),
        (Min(Numbers([4], 1, -1, NaN, 0), Numbers([4], 0, 0, 0, NaN)), [0, -1, NaN, NaN]),
        (Max(Whole(I32, -3, 4), Whole(I32, 2, 2)), [2, 4]),
        (And(Truths(true, true, false), Truths(true, false, false)), [1, 0, 0]),
        (And(Whole(I32, 12), Whole(I32, 10)), [8]),
        (Or(Truths(true, true, false), Truths(true, false, false)), [1, 1, 0]),
        (Or(Whole(I32, 12), Whole(I32, 10)), [14]),
        (Xor(Truths(true, true, false), Truths(true, false, false)), [0, 1, 0]),
        (Xor(Whole(I32, -1), Whole(I32, 10)), [-11]),
        (Eq(Numbers([3], 1, 2, NaN), Numbers([3], 1, 1, NaN)), [1, 0, 0]),
        (Ne(Numbers([3], 1, 2, NaN), Numbers([3], 1, 1, NaN)), [0, 1, 1]),
        (Numbers([3], 1, 2, NaN) < Numbers([3], 2, 2, NaN), [1, 0, 0]),
        (Numbers([3], 1, 2, NaN) <= Numbers([3], 2, 2, NaN), [1, 1, 0]),
        (Numbers([3], 3, 2, NaN) > Numbers([3], 2, 2, 0), [1, 0, 0]),
        (Numbers([3], 3, 2, NaN) >= Numbers([3], 2, 2, 0), [1, 1, 0]),
        (Whole(I32, -1, 5) < Whole(I32, 0, 5), [1, 0]),
        (Select(Truths(true, false), Numbers([2], 1, 2), Numbers([], 9)), [1, 9]),
        (Select(Truths(true, false), Whole(I32, 1, 2), Whole(I32, 8, 9)), [1, 9]),

        (Broadcast(Numbers([2], 1, 2), [2, 3], [0]), [1, 1, 1, 2, 2, 2]),
        (Broadcast(Numbers([1, 2], 1, 2), [2, 2], [0, 1]), [1, 2, 1, 2]),
        (Reshape(Square, [3, 2]), [1, 2, 3, 4, 5, 6]),
        (Transpose(Square, [1, 0]), [1, 4, 2, 5, 3, 6]),
        (Reverse(Square, [1]), [3, 2, 1, 6, 5, 4]),
        (Reverse(Square, [0, 1]), [6, 5, 4, 3, 2, 1]),
        (Pad(Numbers([3], 1, 2, 3), Numbers([], 7), [1], [2], [1]), [7, 1, 7, 2, 7, 3, 7, 7]),
        (Pad(Square, Numbers([], 0), [-1, 0], [0, -2], [0, 0]), [4]),
        (Slice(Numbers([6], 1, 2, 3, 4, 5, 6), [1], [6], [2]), [2, 4, 6]),
        (Concat(1, Square, Numbers([2, 1], 7, 8)), [1, 2, 3, 7, 4, 5, 6, 8]),

        (MatMul(Square, Numbers([3, 2], 1, 0, 0, 1, 1, 1)), [4, 5, 10, 11]),
        (Dot(Square, Square, [1], [1], [0], [0]), [14, 77]),
        (MatMul(Numbers([2, 0]), Numbers([0, 1])), [0, 0]),
        (Conv(Numbers([1, 1, 6], 1, 2, 3, 4, 5, 6), Numbers([1, 1, 3], 5, 2, 3), [Past]), [18, 28, 38, 48, 37, 30]),
        (Conv(Numbers([1, 1, 4], 0, 1, 2, 3), Numbers([1, 1, 3], 1, 2, 3), [Past]), [8, 14, 8, 3]),
        (Conv(Numbers([1, 2, 2], 1, 2, 3, 4), Numbers([2, 1, 1], 10, 100), [Window.Unit], 2), [10, 20, 300, 400]),
        (Conv(Numbers([1, 2, 2], 1, 2, 3, 4), Numbers([1, 2, 1], 10, 100), [Window.Unit]), [310, 420]),
        (Conv(Numbers([1, 1, 2, 2], 1, 2, 3, 4), Numbers([1, 1, 2, 2], 1, 10, 100, 1000), [Window.Unit, new(Hi: 1)]),
            [4321, 402]),
        (Sum(Square, [1]), [6, 15]),
        (Sum(Square, [1, 0]), [21]),
        (Sum(Numbers([0]), [0]), [0]),
        (Sum(Numbers([3], 16777216, 1, 1), [0]), [16777218]),
        (Sum(Whole(I32, int.MaxValue, 1), [0]), [int.MinValue]),
        (ReduceMax(Numbers([2, 2], 1, NaN, -3, -2), [1]), [NaN, -2]),
        (ReduceMax(Numbers([0]), [0]), [-Inf]),
        (ReduceMax(Whole(I32), [0]), [int.MinValue]),
        (ReduceMin(Numbers([2, 2], 1, NaN, -3, -2), [1]), [NaN, -3]),
        (ReduceMin(Numbers([0]), [0]), [Inf]),
        (ReduceMin(Whole(ElementType.U8), [0]), [255]),
        (ReduceProd(Square, [0]), [4, 10, 18]),
        (ReduceProd(Numbers([0]), [0]), [1]),
        (ArgMax(Numbers([3, 3], 1, 3, 3, 2, NaN, NaN, -Inf, -Inf, -Inf), 1), [1, 1, 0]),
        (ArgMax(Square, 0), [1, 1, 1]),
        (WindowSum(Numbers([4], 1, 2, 3, 4), [3], [new(Lo: 1, Hi: 1)]), [3, 6, 9, 7]),
        (WindowSum(Numbers([4], 1, 2, 3, 4), [2], [new(Stride: 2, Dilation: 2)]), [4]),
        (WindowArgMax(Numbers([2, 4], 1, 5, 5, 2, 9, 0, NaN, 9), [2, 2], [new(2), new(2)]), [4, 6]),
        (WindowArgMax(Numbers([1], 3), [1], [new(Lo: 1, Hi: 1)]), [-1, 0, -1]),
        (Gather(Numbers([3, 2], 1, 2, 3, 4, 5, 6), Whole(I32, 2, -1, 0, 3)), [5, 6, 0, 0, 1, 2, 0, 0]),
        (Gather(Square, Reshape(Whole(I32, 2, 0), [2, 1]), 1), [3, 4]),
        (ScatterAdd(Numbers([4], 1, 2, 3, 4), Whole(I32, 1, 1, -1, 3), 3), [0, 3, 0]),
        (ScatterAdd(Square, Reshape(Whole(I32, 0, 2, 0, 1, 1, 1), [2, 3]), 3, 1), [4, 0, 2, 0, 15, 0]),
        (RandomBits(Key(0), Key(0), [5]), [.. new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 }
            .Append((uint)Philox.Block(1, 0).Item1).Select(w => (double)(int)w)]),
    ];

    public static IEnumerable<object[]> Indices =>
        Enumerable.Range(0, Rows.Length).Select(i => new object[] { i, Rows[i].Node.Op.Mnemonic });

    [Theory]
    [MemberData(nameof(Indices))]
    public void An_op_gives_what_its_docstring_says(int row, string mnemonic)
    {
        Assert.Equal(mnemonic, Rows[row].Node.Op.Mnemonic);
        Assert.Equal(Rows[row].Expected, One(Rows[row].Node).ToDoubles());
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void One_node_from_constants_is_the_node_in_its_graph(int row, string mnemonic)
    {
        var node = Rows[row].Node;
        var folded = Evaluator.Constant(node, [.. node.Args.Select(One)]);
        Assert.True(folded == One(node), mnemonic);
    }

    [Fact]
    public void Every_op_has_a_row()
    {
        var ops = typeof(Op).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(Op)) && !t.IsAbstract).Select(t => t.Name);
        Assert.Empty(ops.Except(Rows.Select(r => r.Node.Op.GetType().Name)).Except([nameof(Input)]));
    }

    [Fact]
    public void The_lectures_convolutions_hold_over_rationals()
    {
        Assert.Equal("18 28 38 48 37 30", Fractions(Conv1([1, 2, 3, 4, 5, 6], [5, 2, 3])));
        Assert.Equal("8 14 8 3", Fractions(Conv1([0, 1, 2, 3], [1, 2, 3])));
        Assert.Equal("1/2 11/4", Fractions(Numbers([2], 1, 5.5) / Numbers([], 2)));
    }

    [Fact]
    public void Philox_gives_the_published_words()
    {
        Assert.Equal((0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u), Philox.Block(0, 0));
        Assert.Equal((0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu),
            Philox.Block(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue));
    }

    [Fact]
    public void Convolution_is_the_correlation_of_the_spread_and_padded_input() =>
        Prop.ForAll(Windows(), c => One(Conv(c.X, c.K, [c.W])).ToDoubles().SequenceEqual(Correlation(c.X, c.K, c.W)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Scatter_add_is_the_adjoint_of_gather() =>
        Prop.ForAll(Ints(6), Ints(4), Ints(4), (x, u, at) =>
            Inner(One(Gather(Whole(I32, x), Whole(I32, at))), u)
                == Inner(One(ScatterAdd(Whole(I32, u), Whole(I32, at), 6)), x))
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0.1, 0.1124629160182849)]
    [InlineData(0.5, 0.5204998778130465)]
    [InlineData(1, 0.8427007929497149)]
    [InlineData(1.9999, 0.9953201979070294)]
    [InlineData(2, 0.9953222650189527)]
    [InlineData(3.5, 0.9999992569016276)]
    [InlineData(-1, -0.8427007929497149)]
    public void Erf_is_right_to_15_places(double x, double y) => Assert.Equal(y, ErrorFunction.At(x), 5e-16);

    [Fact]
    public void Without_rounding_an_f32_node_holds_a_double()
    {
        var g = Graph.Of([Input("x", F32.Scalar) is var x ? x / 3 : x]);
        var inputs = new Dictionary<string, Tensor> { ["x"] = Tensor.Scalar(F32, 1.0) };
        Assert.Equal([1 / 3.0], Evaluator.Unrounded(g, inputs).Match(v => v[0].Floats, Fail<double[]>));
        Assert.Equal(1f / 3, Evaluator.Run(g, inputs).Match(v => v[0].At(0), Fail<double>));
    }

    [Fact]
    public void A_mistake_about_inputs_or_values_is_an_error()
    {
        var x = Input("x", F32[2]);
        var g = Graph.Of([Exp(x)]);
        Broken("eval.E1", "input x is missing; give a f32[2]", Evaluator.Run(g, new Dictionary<string, Tensor>()));
        Broken("eval.E2", "input x is f32[2], given f32[1]",
            Evaluator.Run(g, new Dictionary<string, Tensor> { ["x"] = Tensor.Of([1], 1) }));
        Broken("eval.E3", "exp has no exact rational value", Evaluator<Rational, Exact>.Run(g, (_, i) => i));
        Broken("eval.E1", "input x is no constant", Evaluator.Constant(x));
        Broken("eval.E2", "operand 0 is f32[2], given none", Evaluator.Constant(Exp(x)));
    }

    private static void Broken<R>(string rule, string message, Either<IrError, R> outcome) =>
        Assert.Equal((rule, message), outcome.Match(_ => ("", "no error"), e => (e.Rule, e.Message)));

    /// <summary>The definition, word by word: spread the input, pad it, slide the spread kernel.</summary>
    private static IEnumerable<double> Correlation(Expr x, Expr k, Window w)
    {
        var (xs, ks) = (One(x).ToDoubles(), One(k).ToDoubles());
        var cells = new double[w.Lo + Window.Spread(xs.Length, w.Base) + w.Hi];
        for (var i = 0; i < xs.Length; i++)
            if (w.Lo + i * w.Base is var at && at >= 0 && at < cells.Length) cells[at] = xs[i];
        for (var p = 0L; p + Window.Spread(ks.Length, w.Dilation) <= cells.Length; p += w.Stride)
            yield return ks.Select((v, i) => v * cells[p + i * w.Dilation]).Sum();
    }

    private static Arbitrary<(Expr X, Expr K, Window W)> Windows() => (
        from n in Gen.Choose(1, 9)
        from k in Gen.Choose(1, 4)
        from w in (from p in Gen.Choose(-2, 4).ListOf(2) from s in Gen.Choose(1, 3).ListOf(3)
            select new Window(s[0], p[0], p[1], s[1], s[2]))
        from x in Gen.Choose(-9, 9).ListOf(n)
        from v in Gen.Choose(-9, 9).ListOf(k)
        where w.Output(n, k) > 0
        select (Numbers([1, 1, n], [.. x]), Numbers([1, 1, k], [.. v]), w)).ToArbitrary();

    private static Arbitrary<long[]> Ints(int count) =>
        Gen.Choose(-3, 8).ListOf(count).Select(l => l.Select(i => (long)i).ToArray()).ToArbitrary();

    private static double Inner(Tensor x, long[] y) => x.ToDoubles().Zip(y, (a, b) => a * b).Sum();

    private static Expr Conv1(double[] x, double[] k) =>
        Conv(Numbers([1, 1, x.Length], x), Numbers([1, 1, k.Length], k), [Past]);

    private static string Fractions(Expr node) =>
        Evaluator<Rational, Exact>.Run(Graph.Of([node]), (_, _) => Rational.Zero)
            .Match(v => string.Join(' ', v[0].Floats), Fail<string>);

    private static Tensor One(Expr node) =>
        Evaluator.Run(Graph.Of([node]), new Dictionary<string, Tensor>()).Match(v => v[0], Fail<Tensor>);

    private static R Fail<R>(IrError error) => throw new InvalidOperationException($"{error}");

    private static Expr Key(long x) => Scalar(ElementType.I64, x);
    private static Expr Numbers(Dims shape, params double[] x) => Constant(Tensor.FromDoubles(new(F32, shape), x));
    private static Expr Whole(ElementType e, params long[] x) => Constant(Tensor.FromDoubles(e[x.Length], [.. x]));
    private static Expr Truths(params bool[] x) =>
        Constant(Tensor.FromDoubles(ElementType.Pred[x.Length], [.. x.Select(b => b ? 1.0 : 0)]));
}
