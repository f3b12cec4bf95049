using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Autodiff;
using Xunit;
using static MiniTorch.Frontend.Tests.Given;
using Check = MiniTorch.Generators.Check;

namespace MiniTorch.Frontend.Tests;

public sealed class LossTests
{
    private static readonly Tensor Classes = Tensor.Of<int>(ElementType.I32[2], [2, 0]);

    private static (double Loss, double Correct) Of(Loss loss, Tensor y, Tensor target)
    {
        var (a, b) = (Prim.Input("y", y.Type), Prim.Input("target", target.Type));
        Assert.Equal(target.Type, loss.Target(y.Type));
        return (Value(loss.Of(a, b), ("y", y), ("target", target)).At(0),
            loss.Correct is { } c ? Value(c(a, b), ("y", y), ("target", target)).At(0) : double.NaN);
    }

    /// <summary>By the oracle as built, and by the processor after every pass.</summary>
    internal static IEnumerable<double[]> Ways(Expr e, Tensor x)
    {
        yield return Value(e, ("x", x)).ToDoubles();
        using var run = Ok(new CpuBackend(1).Compile(Ok(Pipelines.Default.TryRun(Graph.Of([new Output("y", e)]))).Graph));
        run.Write("x", x.Bytes);
        run.Run();
        yield return run.Result(0).ToDoubles();
    }

    [Fact]
    public void Negative_log_likelihood_by_hand()
    {
        var (loss, correct) = Of(Loss.NegativeLogLikelihood, Tensor.Of([2, 3], -3, -2, -0.5f, -1.5f, -0.25f, -4), Classes);
        Assert.Equal(1.0, loss);
        Assert.Equal(1, correct);
    }

    [Fact]
    public void Cross_entropy_by_hand()
    {
        var (loss, correct) = Of(Loss.CrossEntropy, Tensor.FromDoubles(ElementType.F64[2, 3], [1, 2, 3, 4, 4, 4]), Classes);
        Assert.Equal((Math.Log(1 + Math.Exp(-1) + Math.Exp(-2)) + Math.Log(3)) / 2, loss, 1e-12);
        Assert.Equal(2, correct);
    }

    [Fact]
    public void Binary_cross_entropy_by_hand()
    {
        var y = Tensor.FromDoubles(ElementType.F64[4], [0.8, 0.3, 0.6, 0.5]);
        var (loss, correct) = Of(Loss.BinaryCrossEntropy, y, Tensor.FromDoubles(ElementType.F64[4], [1, 0, 0, 1]));
        Assert.Equal(-(Math.Log(0.8) + Math.Log(0.7) + Math.Log(0.4) + Math.Log(0.5)) / 4, loss, 1e-12);
        Assert.Equal(2, correct);
    }

    [Fact]
    public void Binary_cross_entropy_of_a_certain_error_is_100_and_has_a_finite_gradient()
    {
        var y = Tensor.FromDoubles(ElementType.F64[4], [0, 1, 0, 1]);
        var target = Tensor.FromDoubles(ElementType.F64[4], [1, 0, 0, 1]);
        Assert.Equal(50, Of(Loss.BinaryCrossEntropy, y, target).Loss);
        var x = Prim.Input("x", y.Type);
        var gradient = Backward.Grad(Loss.BinaryCrossEntropy.Of(x, Prim.Constant(target)), x)[0];
        foreach (var g in Ways(gradient, y)) Assert.All(g, v => Assert.True(double.IsFinite(v), $"{v}"));
    }

    [Fact]
    public void Mean_squared_error_by_hand()
    {
        var (loss, correct) = Of(Loss.MeanSquaredError, Tensor.Of([2, 2], 1, 2, 3, 4), Tensor.Of([2, 2], 1, 4, 0, 5));
        Assert.Equal(3.5, loss);
        Assert.True(double.IsNaN(correct));
    }

    [Fact]
    public void Softmax_sums_to_1_and_is_the_exponential_of_log_softmax() => Check.Holds(Seeds, seed =>
    {
        var draw = new Generators.Draw(seed);
        var (rank, axis) = (draw.Int(1, 3), 0);
        axis = draw.Int(0, rank - 1);
        var type = new TensorType(ElementType.F64, draw.Ints(rank, 1, 5));
        var x = Random(type, seed, draw.Int(1, 1000));
        var input = Prim.Input("x", type);
        var soft = Activations.Softmax(input, axis);
        var sums = Value(Prim.Sum(soft, [axis]), ("x", x)).ToDoubles();
        var (a, b) = (Value(soft, ("x", x)).ToDoubles(), Value(Activations.LogSoftmax(input, axis), ("x", x)).ToDoubles());
        return sums.All(s => Near(1, s, 1e-12)) && a.Zip(b).All(p => Near(p.Item1, Math.Exp(p.Item2), 1e-12));
    });

    [Fact]
    public void Log_softmax_is_stable_where_exp_overflows()
    {
        var x = Tensor.Of([2, 3], 1000, -1000, 0, -1000, -1000, -1000);
        var y = Activations.LogSoftmax(Prim.Input("x", x.Type), 1);
        foreach (var values in Ways(y, x))
        {
            Assert.Equal([0, -2000, -1000], values[..3]);
            Assert.All(values[3..], v => Assert.Equal(-Math.Log(3), v, 1e-6));
        }
        var weights = Prim.Constant(Tensor.Of([2, 3], 1, 2, 3, 4, 5, 6));
        var gradient = Backward.Grad(Functional.Sum(y * weights), Prim.Input("x", x.Type))[0];
        foreach (var values in Ways(gradient, x))
            foreach (var (expected, v) in new double[] { 1 - 6, 2, 3, 4 - 5, 0, 6 - 5 }.Zip(values)) Assert.Equal(expected, v, 1e-5);
    }

    [Fact]
    public void Sigmoid_and_softplus_are_stable_where_exp_overflows()
    {
        var x = Tensor.Of([4], 1000, -1000, 0, 2);
        var input = Prim.Input("x", x.Type);
        Expr sigmoid = Activations.Sigmoid(input), softplus = Activations.Softplus(input);
        var s = 1 / (1 + Math.Exp(-2));
        All(sigmoid, [1, 0, 0.5, s]);
        All(softplus, [1000, 0, Math.Log(2), Math.Log(1 + Math.Exp(2))]);
        All(Backward.Grad(Functional.Sum(sigmoid), input)[0], [0, 0, 0.25, s * (1 - s)]);
        foreach (var values in Ways(Backward.Grad(Functional.Sum(softplus), input)[0], x))
            Assert.All(values, v => Assert.True(double.IsFinite(v), $"{v}"));

        void All(Expr e, double[] expected)
        {
            foreach (var values in Ways(e, x))
                foreach (var (a, b) in expected.Zip(values)) Assert.Equal(a, b, 1e-6);
        }
    }

    [Fact]
    public void Dropout_keeps_the_mean_in_training_and_changes_with_every_step()
    {
        var x = Prim.Input("x", ElementType.F32[100_000]);
        Expr At(long step) => Layers.Dropout(0.25).Apply(x,
            new(true, Prim.Scalar(ElementType.I64, 9L), Prim.Scalar(ElementType.I64, step << 32))).Value;
        var ones = Tensor.FromDoubles(x.Type, Enumerable.Repeat(1.0, 100_000).ToArray());
        var (first, second) = (Value(At(0), ("x", ones)).ToDoubles(), Value(At(1), ("x", ones)).ToDoubles());
        Assert.Equal(1, first.Average(), 0.01);
        Assert.Equal(0.25, first.Count(v => v == 0) / 100_000.0, 0.01);
        Assert.All(first.Where(v => v != 0), v => Assert.Equal(4 / 3.0, v, 1e-6));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Dropout_in_evaluation_is_the_input()
    {
        var g = Ok((Layers.Dropout(0.9) >>> Layers.Dropout(0.5)).Forward(ElementType.F32[3, 4]));
        Assert.IsType<Input>(Assert.Single(g.Nodes).Op);
    }

    [Fact]
    public void Two_dropouts_of_a_model_drop_different_elements()
    {
        var mode = new Mode(true, Prim.Scalar(ElementType.I64, 9L), Prim.Scalar(ElementType.I64, 0L));
        var x = Prim.Input("x", ElementType.F32[1000]);
        var ones = Tensor.FromDoubles(x.Type, Enumerable.Repeat(1.0, 1000).ToArray());
        var y = Value((Layers.Dropout(0.5) >>> Layers.Dropout(0.5)).Apply(x, mode).Value, ("x", ones)).ToDoubles();
        Assert.Equal(0.25, y.Count(v => v != 0) / 1000.0, 0.06);
    }
}
