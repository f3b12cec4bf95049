using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;
using Xunit;
using Xunit.Abstractions;
using static MiniTorch.Ir.Prim;

namespace MiniTorch.Passes.Tests;

public sealed class GradientTests(ITestOutputHelper output)
{
    private static readonly ElementType F = ElementType.F64;

    private static Expr X => Input("x", F[2, 3]);
    private static Expr Y => Input("y", F[2, 3]);

    /// <summary>Each op with a derivative, over a point where it has one.</summary>
    private static readonly (string Name, Func<Expr> Make)[] Smooth =
    [
        ("neg", () => -X), ("exp", () => Exp(X)), ("log", () => Log(X * X + 1)), ("sqrt", () => Sqrt(X * X + 2)), ("tanh", () => Tanh(X)),
        ("sin", () => Sin(X)), ("cos", () => Cos(X)), ("erf", () => Erf(X)), ("abs", () => Abs(X * X + 1)), ("cast", () => Cast(X, F)),
        ("stop_gradient", () => X * 2 + StopGradient(Exp(Y)) * 0), ("add", () => X + Y), ("sub", () => X - Y), ("mul", () => X * Y),
        ("div", () => X / (Y * Y + 1)), ("pow", () => Pow(X * X + 1, Y)), ("max", () => Max(X, X + 1)), ("min", () => Min(X, X + 1)),
        ("select", () => Select(X < X + 1, X * Y, Y)), ("broadcast", () => Broadcast(X, [4, 3, 2], [2, 1])),
        ("broadcast of 1", () => Broadcast(Slice(X, [0, 1], [2, 2], [1, 1]), [2, 5], [0, 1])), ("reshape", () => Reshape(X, [3, 2])),
        ("transpose", () => Transpose(X, [1, 0])), ("reverse", () => Reverse(X, [1])),
        ("pad", () => Pad(X, Input("v", F.Scalar), [1, -1], [0, 2], [1, 2])), ("slice", () => Slice(X, [0, 0], [2, 3], [1, 2])),
        ("concat", () => Concat(1, X, Y, X)), ("dot", () => Dot(X, Y, [1], [1], [], [])),
        ("dot batched", () => Dot(X, Y, [1], [1], [0], [0])),
        ("reduce_sum", () => Sum(X * X, [0])),
        ("reduce_max", () => ReduceMax(X * 3 + Iota(F[2, 3], 1) * 50 + Iota(F[2, 3], 0) * 20, [0, 1])),
        ("reduce_min", () => ReduceMin(X * 3 + Iota(F[2, 3], 1) * 50, [1])), ("reduce_prod", () => ReduceProd(X, [1])),
        ("reduce_prod all", () => ReduceProd(X, [0, 1])), ("window_sum", () => WindowSum(X * X, [2], [new(2, 1, -1, 2, 1)])),
        ("gather", () => Gather(X, Constant(Tensor.Of<int>(ElementType.I32[4], [1, 0, 1, 7])))),
        ("scatter_add", () => ScatterAdd(X, Constant(Tensor.Of<int>(ElementType.I32[2], [3, 3])), 5)),
        ("conv", () => Conv(Input("x", F[2, 4, 5]), Input("w", F[6, 2, 2]), [new(2, 1, 0, 1, 2)], 2)),
        ("conv 2-d", () => Conv(Input("x", F[1, 2, 5, 4]), Input("w", F[3, 2, 3, 2]), [new(2, -1, 3), new(1, 2, 1, 2)])),
    ];

    public static TheoryData<string> SmoothOps => [.. Smooth.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(SmoothOps))]
    public void Gradient_of_an_op_is_its_difference(string name)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var d = new Derivatives(Graph.Of([Smooth.First(s => s.Name == name).Make()]), 100 + seed * 10);
            var gradient = d.Gradient().Match(g => g, e => throw new IrException(e));
            Near(d.Difference(), d.ReverseDouble(gradient), 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(SmoothOps))]
    public void Gradient_of_a_gradient_of_an_op_is_its_difference(string name)
    {
        for (var seed = 0; seed < 3; seed++)
        {
            var first = new Derivatives(Graph.Of([Smooth.First(s => s.Name == name).Make()]), 100 + seed * 10);
            var d = new Derivatives(first.Gradient().Match(g => g, e => throw new IrException(e)), 300 + seed * 10);
            Near(d.Difference(), d.ReverseDouble(d.Gradient().Match(g => g, e => throw new IrException(e))), 1e-5);
        }
    }

    [Fact]
    public void Reverse_mode_equals_forward_mode_exactly_over_rationals() => Exactly(g => g);

    [Fact]
    public void Reverse_of_reverse_equals_forward_of_reverse_exactly_over_rationals() =>
        Exactly(g => new Derivatives(g, 11).Gradient().Match<Graph?>(first => first, _ => null));

    /// <summary>Graphs without a gradient (a path through a position alone) are counted, and must be few.</summary>
    private void Exactly(Func<Graph, Graph?> of)
    {
        var (with, without) = (0, 0);
        Check.Holds(Graphs.Rational(), g =>
        {
            if (g.Inputs.IsEmpty) return true;
            if (of(g) is not { } f) return ++without > 0;
            var d = new Derivatives(f, 7);
            return d.Gradient().Match(
                gradient => ++with > 0 && d.Reverse(gradient) == d.Forward(),
                errors => errors.ForAll(e => e.Rule == "backward.B3") && ++without > 0);
        }, 150);
        output.WriteLine($"{with} graphs with a gradient, {without} without");
        Assert.True(with > without);
    }

    // a step must be small beside the wavelength, which composition shortens: sin((81 x)²) takes the last
    private static readonly double[] Steps = [1e-3, 1e-4, 1e-5, 1e-6];

    [Fact]
    public void Gradient_of_a_smooth_graph_is_its_difference() => Check.Holds(Graphs.Differentiable(), g =>
    {
        if (g.Inputs.IsEmpty) return true;
        var d = new Derivatives(g, 7);
        return d.Gradient().Match(
            gradient => Steps.Any(h => IsNear(d.Difference(h), d.ReverseDouble(gradient), 1e-4)),
            errors => errors.ForAll(e => e.Rule == "backward.B3"));
    }, 150);

    [Fact]
    public void Input_gradient_of_a_convolution_is_the_flipped_kernel()
    {
        Expr x = Input("x", F[1, 1, 6]), w = Input("w", F[1, 1, 3]), d = Input("d", F[1, 1, 6]);
        var text = Graph.Of(Backward.Vjp([Conv(x, w, [new(1, 0, 2)])], [d], [x])).ToString();
        Assert.Contains("reverse", text);
        Assert.Contains("window=[p2:0]", text);
    }

    [Fact]
    public void Lecture_gradient_at_2_is_w0_d2_plus_w1_d1_plus_w2_d0()
    {
        Expr x = Input("x", F[1, 1, 6]), w = Input("w", F[1, 1, 3]), d = Input("d", F[1, 1, 6]);
        var g = Graph.Of(Backward.Vjp([Conv(x, w, [new(1, 0, 2)])], [d], [x]), [x, w, d]);
        var at = Derivatives.Run(g, new Dictionary<string, Tensor>
        {
            ["x"] = Tensor.Zeros(F[1, 1, 6]),
            ["w"] = Tensor.FromDoubles(F[1, 1, 3], [2, 3, 5]),
            ["d"] = Tensor.FromDoubles(F[1, 1, 6], [7, 11, 13, 17, 19, 23]),
        });
        Assert.Equal(2 * 13 + 3 * 11 + 5 * 7, (double)at[0].Floats[2]);
    }

    [Theory]
    [InlineData(-1.0, 0.0)]
    [InlineData(0.0, 0.0)]
    [InlineData(2.0, 1.0)]
    public void Relu_has_derivative_0_at_0(double at, double slope)
    {
        var x = Input("x", F.Scalar);
        var g = Graph.Of(Backward.Grad(Max(x, Like(x, 0)), x), [x]);
        Assert.Equal(slope, Evaluator.Run(g, One("x", Tensor.Scalar(F, at))).Match(r => r[0].At(0), e => throw new IrException([e])));
    }

    [Fact]
    public void First_of_equals_takes_the_gradient()
    {
        var x = Input("x", F[4]);
        var g = Graph.Of(Backward.Grad(ReduceMax(x, [0]), x), [x]);
        var d = Evaluator.Run(g, One("x", Tensor.FromDoubles(F[4], [1, 5, 5, 2]))).Match(r => r[0], e => throw new IrException([e]));
        Assert.Equal([0, 1, 0, 0], d.ToDoubles());
    }

    [Fact]
    public void A_position_has_no_gradient_and_the_reason_is_given()
    {
        var x = Input("x", F[4]);
        var errors = Graph.Check(Backward.Grad(Cast(ArgMax(x, 0), F), x).Select(e => (Output)e)).Match(_ => [], e => e);
        Assert.Equal("backward.B3", errors.Head.Rule);
        Assert.Contains("cast", errors.Head.Message);
    }

    [Theory]
    [InlineData("backward.B1")]
    [InlineData("backward.B2")]
    [InlineData("backward.B4")]
    public void A_wrong_use_of_the_gradient_is_an_error(string rule)
    {
        var (x, i) = (Input("x", F[4]), Input("i", ElementType.I32[4]));
        var errors = rule switch
        {
            "backward.B1" => Graph.Check(Backward.Grad(x, x).Select(e => (Output)e)).Match(_ => [], e => e),
            "backward.B2" => Graph.Check(Backward.Grad(Sum(x, [0]), i).Select(e => (Output)e)).Match(_ => [], e => e),
            _ => Backward.Of("nothing").Run(Graph.Of([Sum(x, [0])])).Match(_ => [], e => LanguageExt.Prelude.Seq1(e)),
        };
        Assert.Equal(rule, errors.Head.Rule);
    }

    [Fact]
    public void A_value_that_does_not_depend_on_x_has_gradient_zero()
    {
        var (x, y) = (Input("x", F[2]), Input("y", F[2]));
        var g = Graph.Of(Backward.Grad(Sum(y, [0]), x), [x, y]);
        Assert.Equal("graph main(x: f64[2], y: f64[2])\n"
            + "  %broadcast.0 = broadcast 0.0:f64 {to=[2] axes=[]} : f64[2]\n  return %broadcast.0\n", g.ToString());
    }

    [Fact]
    public void Deep_chains_differentiate_without_recursion()
    {
        var x = Input("x", F.Scalar);
        var y = Enumerable.Range(0, 50_000).Aggregate(x, (e, i) => i % 2 == 0 ? Sin(e) : e * x);
        Assert.True(Graph.Of(Backward.Grad(y, x)).Nodes.Length > 50_000);
    }

    private static Dictionary<string, Tensor> One(string name, Tensor value) => new() { [name] = value };

    private static bool IsNear(double expected, double actual, double tolerance) => (double.IsNaN(expected) && double.IsNaN(actual))
        || expected == actual || Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Max(Math.Abs(expected), Math.Abs(actual)));

    private static void Near(double expected, double actual, double tolerance) =>
        Assert.True(IsNear(expected, actual, tolerance), $"expected {expected}, was {actual}");
}
