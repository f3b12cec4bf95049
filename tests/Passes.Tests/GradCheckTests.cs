using LanguageExt;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using Xunit;
using static MiniTorch.Ir.Prim;

namespace MiniTorch.Passes.Tests;

/// <summary>The lecture's two ways to ask whether a gradient is right.</summary>
public sealed class GradCheckTests
{
    private static readonly Expr X = Input("x", ElementType.F32[2, 3]), Y = Input("y", ElementType.F32[2, 3]);

    private static GradCheck Checked(Expr e, int seed = 1) =>
        Graph.Of([e]) is var g ? Ok(GradCheck.Of(g, Inputs.For(g, seed))) : null!;

    private static T Ok<T>(Either<IrError, T> value) =>
        value.Match(v => v, e => throw new InvalidOperationException($"{e}"));

    [Theory]
    [InlineData(0, 12.0)]
    [InlineData(1, 4.0)]
    public void The_slope_of_a_cubic_is_three_times_the_square(int argument, double slope) =>
        Assert.Equal(slope, CentralDifference.Of(v => Math.Pow(v[0], 3) + 4 * v[1], [2, 5], argument), 1e-8);

    [Fact]
    public void A_gradient_agrees_though_the_values_are_of_single_precision()
    {
        var check = Checked(Exp(X) * Tanh(Y) + X / (Y * Y + 1));
        Assert.True(check.Passes, $"{check}");
        Assert.Equal(12, check.Slopes.Length);
        Assert.All(check.Slopes, s => Assert.True(s.Error < 1e-8, $"{s}"));
    }

    [Fact]
    public void A_wrong_gradient_is_found_with_its_place()
    {
        var mask = Constant(Tensor.Of([2, 3], 1, 1, 1, 1, 0, 1));
        var check = Checked(X * X * mask + StopGradient(X * X) * (1 - mask));
        Assert.False(check.Passes);
        var worst = (Slope)check.Worst;
        Assert.Equal(("x", "[1 1]", 0.0), (worst.Input, $"{worst.Place}", worst.Gradient));
        Assert.StartsWith("6 slopes do not agree; furthest apart: x[1,1]: gradient 0, central difference ", $"{check}");
    }

    [Fact]
    public void Ones_do_not_see_what_sums_to_a_constant_and_other_cotangents_do()
    {
        var e = Exp(X);
        var softmax = Graph.Of([e / Broadcast(Sum(e, [1]), [2, 3], [0])]);
        var at = Inputs.For(softmax, 3);
        Assert.All(Ok(GradCheck.Of(softmax, at)).Slopes, s => Assert.Equal(0, s.Gradient, 1e-12));
        var seen = Ok(GradCheck.Of(softmax, at, cotangents: [Tensor.Of([2, 3], 1, -2, 3, 0.5f, 2, -1)]));
        Assert.True(seen.Passes, $"{seen}");
        Assert.All(seen.Slopes, s => Assert.True(Math.Abs(s.Gradient) > 1e-6, $"{s}"));
    }

    [Fact]
    public void Of_a_large_input_some_elements_are_compared_the_first_and_the_last_among_them()
    {
        var g = Graph.Of([Sum(Sin(Input("x", ElementType.F64[100, 7])), [0, 1])]);
        var check = Ok(GradCheck.Of(g, Inputs.For(g, 1), elements: 5));
        Assert.Equal(5, check.Slopes.Length);
        Assert.Equal(("[0 0]", "[99 6]"), ($"{check.Slopes[0].Place}", $"{check.Slopes[^1].Place}"));
    }

    [Fact]
    public void A_kink_is_where_they_differ()
    {
        var g = Graph.Of([Max(X, Like(X, 0))]);
        var at = new Dictionary<string, Tensor> { ["x"] = Tensor.Of([2, 3], 1, -1, 0, 2, -2, 3) };
        var check = Ok(GradCheck.Of(g, at));
        Assert.Equal("[0 2]", $"{((Slope)check.Worst).Place}");
        Assert.Equal(0.5, ((Slope)check.Worst).Error, 1e-9);
    }

    [Fact]
    public void A_slope_that_is_undefined_does_not_pass() =>
        Assert.False(new GradCheck([new("x", [0], double.NaN, 1)], 1).Passes);

    [Theory]
    [InlineData("backward.B4", "z")]
    [InlineData("backward.B2", "i")]
    [InlineData("eval.E1", "x")]
    public void What_cannot_be_moved_is_an_error(string rule, string input)
    {
        var g = Graph.Of([Sum(X, [0, 1]), Input("i", ElementType.I32[2])]);
        var error = CentralDifference.Of(g, new Dictionary<string, Tensor>(), input, 0).Match(_ => null, e => e);
        Assert.Equal(rule, error?.Rule);
    }

    [Fact]
    public void What_has_no_gradient_is_an_error()
    {
        var g = Graph.Of([Cast(ArgMax(X, 1), ElementType.F32)]);
        Assert.Equal("backward.B3", GradCheck.Of(g, Inputs.For(g, 1)).Match(_ => "", e => e.Rule));
    }
}
