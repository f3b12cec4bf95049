using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Frontend.Activations;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Frontend.Tests.Given;
using Check = MiniTorch.Generators.Check;

namespace MiniTorch.Frontend.Tests;

/// <summary>ReLU, step, sigmoid, and what generalises them: max, argmax, softmax.</summary>
public sealed class ActivationTests
{
    private static readonly ElementType F = ElementType.F64;

    private static readonly double[] Around = [-2, -1e-300, -0.0, 0, 1e-300, 3];

    [Fact]
    public void Step_is_the_derivative_of_relu() => Assert.Equal(At(Around, Step), At(Around, x => Grad(Sum(Relu(x)), x)[0]));

    [Fact]
    public void Step_is_1_above_0_and_has_derivative_0_everywhere()
    {
        Assert.Equal([0, 0, 0, 0, 1, 1], At(Around, Step));
        Assert.Equal(new double[6], At(Around, x => Grad(Sum(Step(x)), x)[0]));
    }

    [Fact]
    public void How_many_points_a_model_has_wrong_teaches_it_nothing()
    {
        Expr x = Input("x", F[6]), w = Input("w", F.Scalar);
        var wrong = Sum(Step(-(x * w)));
        Assert.Equal([3.0], Value(wrong, ("x", Random(x.Type, 4)), ("w", Tensor.Scalar(F, 1.0))).ToDoubles());
        Assert.Equal([0.0], Value(Grad(wrong, w)[0], ("x", Random(x.Type, 4)), ("w", Tensor.Scalar(F, 1.0))).ToDoubles());
    }

    [Fact]
    public void A_truth_that_is_cast_has_no_derivative_at_all_and_says_so()
    {
        var x = Input("x", F[3]);
        Assert.Equal("backward.B3", Errors(Graph.Check([(Output)Grad(Sum(Prim.Cast(x > 0, F)), x)[0]])).Head.Rule);
    }

    [Fact]
    public void Relu_is_the_largest_and_step_the_argmax_of_0_and_x()
    {
        Assert.Equal(At(Around, Relu), At(Around, x => Prim.ReduceMax(WithZero(x), [0])));
        Assert.Equal(At(Around, Step), At(Around, x => Second(OneHotArgMax(WithZero(x), 0))));
    }

    [Fact]
    public void Sigmoid_is_the_softmax_of_0_and_x() => Check.Holds(Seeds, seed =>
    {
        var x = Random(F[9], seed, scale: seed % 100).ToDoubles();
        return At(x, Sigmoid).Zip(At(x, e => Second(Softmax(WithZero(e), 0)))).All(p => Near(p.Item1, p.Item2, 1e-14));
    });

    [Fact]
    public void One_hot_argmax_is_the_derivative_of_the_maximum_and_picks_it() => Check.Holds(Seeds, seed =>
    {
        var (draw, axis) = (new Random(seed), seed % 3);
        var x = Tensor.FromDoubles(F[2, 3, 4], [.. Enumerable.Range(0, 24).Select(_ => (double)draw.Next(0, 3))]);
        var e = Input("x", x.Type);
        var (hot, max) = (OneHotArgMax(e, axis), Prim.ReduceMax(e, [axis]));
        return Value(hot, ("x", x)).Equals(Value(Grad(Sum(max), e)[0], ("x", x)))
            && Value(Prim.Sum(hot * e, [axis]), ("x", x)).Equals(Value(max, ("x", x)))
            && Value(Prim.Sum(hot, [axis]), ("x", x)).ToDoubles().All(n => n == 1)
            && Value(Grad(Sum(hot), e)[0], ("x", x)).ToDoubles().All(n => n == 0);
    });

    [Fact]
    public void One_hot_is_1_at_the_index_and_0_where_there_is_none()
    {
        var hot = Value(OneHot(Input("i", ElementType.I64[4]), 3), ("i", Tensor.Of<long>(ElementType.I64[4], [2, 0, -1, 3])));
        Assert.Equal(ElementType.F32[4, 3], hot.Type);
        Assert.Equal([0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], hot.ToDoubles());
        Assert.Equal("onehot.H1", OneHot(Input("x", F[4]), 3).Error.Map(e => e.Rule));
    }

    [Fact]
    public void Softmax_spreads_the_gradient_of_one_result_to_every_operand() => Check.Holds(Seeds, seed =>
    {
        var x = Random(F[5], seed, scale: 3);
        var e = Input("x", x.Type);
        var s = Value(Softmax(e, 0), ("x", x)).ToDoubles();
        return Enumerable.Range(0, 5).All(i =>
        {
            var row = Value(Grad(Sum(Softmax(e, 0) * OneHot(Prim.Scalar(ElementType.I32, (long)i), 5, F)), e)[0], ("x", x)).ToDoubles();
            return row.All(v => v != 0) && Near(0, row.Sum(), 1e-14)
                && row.Select((v, j) => Near(s[i] * ((i == j ? 1 : 0) - s[j]), v, 1e-14)).All(near => near);
        });
    });

    [Fact]
    public void Max_sends_the_gradient_to_one_operand_alone()
    {
        var x = Input("x", F[4]);
        Assert.Equal([0, 0, 1, 0], Value(Grad(Prim.ReduceMax(x, [0]), x)[0], ("x", Tensor.FromDoubles(F[4], [1, 2, 4, 3]))).ToDoubles());
    }

    /// <summary>
    /// Value and gradient at numbers whose exponential overflows or vanishes, as built and after every pass on the CPU.
    /// </summary>
    [Theory]
    [InlineData("softmax", new[] { 1000.0, 0, -1000 }, new[] { 1.0, 0, 0 })]
    [InlineData("softmax", new[] { -1000.0, -1000, -1000 }, new[] { 1 / 3.0, 1 / 3.0, 1 / 3.0 })]
    [InlineData("log_softmax", new[] { 1000.0, 0, -1000 }, new[] { 0.0, -1000, -2000 })]
    [InlineData("sigmoid", new[] { 1000.0, 0, -1000 }, new[] { 1, 0.5, 0 })]
    [InlineData("softplus", new[] { 1000.0, 0, -1000 }, new[] { 1000, 0.6931472, 0 })]
    [InlineData("log_sum_exp", new[] { 1000.0, 1000, -1000 }, new[] { 1000.6931472 })]
    [InlineData("log_sum_exp", new[] { -1000.0, -1000, -1000 }, new[] { -998.9013877 })]
    [InlineData("bce", new[] { 1000.0, 0, -1000 }, new[] { 200.6931472 / 3 })]
    [InlineData("bce_of_scores", new[] { 1000.0, 0, -1000 }, new[] { 2000.6931472 / 3 })]
    [InlineData("cross_entropy", new[] { 1000.0, 0, -1000 }, new[] { 2000.0 })]
    public void Stable_forms_hold_at_1000(string form, double[] at, double[] expected)
    {
        var x = Input("x", ElementType.F32[3]);
        var t = Prim.Constant(Tensor.Of([3], 0, 1, 1));
        var y = form switch
        {
            "softmax" => Softmax(x, 0),
            "log_softmax" => LogSoftmax(x, 0),
            "sigmoid" => Sigmoid(x),
            "softplus" => Softplus(x),
            "log_sum_exp" => Prim.Reshape(LogSumExp(x, [0]), [1]),
            "bce" => Loss.BinaryCrossEntropy.Of(Sigmoid(x), t),
            "bce_of_scores" => Loss.BinaryCrossEntropyOfScores.Of(x, t),
            _ => Loss.CrossEntropy.Of(Prim.Reshape(x, [1, 3]), Prim.Constant(Tensor.Of<int>(ElementType.I32[1], [2]))),
        };
        foreach (var values in LossTests.Ways(y, Tensor.FromDoubles(x.Type, at)))
            Assert.All(expected.Zip(values), p => Assert.True(Near(p.Item1, p.Item2, 1e-6), $"{p.Item1} was {p.Item2}"));
        foreach (var values in LossTests.Ways(Grad(Sum(y), x)[0], Tensor.FromDoubles(x.Type, at)))
            Assert.All(values, v => Assert.True(double.IsFinite(v), $"{v}"));
    }

    [Fact]
    public void Cross_entropy_of_scores_is_that_of_their_sigmoid_and_its_gradient_is_sigmoid_less_target() => Check.Holds(Seeds, seed =>
    {
        Expr x = Input("x", F[6]), t = Input("t", F[6]);
        (string, Tensor)[] given = [("x", Random(x.Type, seed, 5)), ("t", Value(Step(x), ("x", Random(x.Type, seed + 1))))];
        var loss = Loss.BinaryCrossEntropyOfScores.Of(x, t);
        return Near(Value(Loss.BinaryCrossEntropy.Of(Sigmoid(x), t), given).At(0), Value(loss, given).At(0), 1e-9)
            && Value(Grad(loss, x)[0] * 6, given).ToDoubles().Zip(Value(Sigmoid(x) - t, given).ToDoubles())
                .All(p => Near(p.Item1, p.Item2, 1e-12));
    });

    [Fact]
    public void The_soft_maximum_lies_above_the_maximum_and_its_gradient_is_the_softmax() => Check.Holds(Seeds, seed =>
    {
        var x = Random(F[3, 4], seed, scale: 20);
        var e = Input("x", x.Type);
        var (soft, max) = (Value(LogSumExp(e, [1]), ("x", x)).ToDoubles(), Value(Prim.ReduceMax(e, [1]), ("x", x)).ToDoubles());
        return soft.Zip(max).All(p => p.Item1 >= p.Item2 && p.Item1 <= p.Item2 + Math.Log(4) + 1e-12)
            && Value(Grad(Sum(LogSumExp(e, [1])), e)[0], ("x", x)).ToDoubles().Zip(Value(Softmax(e, 1), ("x", x)).ToDoubles())
                .All(p => Near(p.Item1, p.Item2, 1e-12));
    });

    private static double[] At(double[] x, Func<Expr, Expr> f) =>
        Value(f(Input("x", F[x.Length])), ("x", Tensor.FromDoubles(F[x.Length], x))).ToDoubles();

    private static Expr WithZero(Expr x)
    {
        var row = Prim.Reshape(x, [1, x.Shape[0]]);
        return Prim.Concat(0, Prim.Full(row.Type, 0), row);
    }

    private static Expr Second(Expr pair) => Prim.Reshape(Prim.Slice(pair, [1, 0], pair.Shape, [1, 1]), [pair.Shape[1]]);
}
