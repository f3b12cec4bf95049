using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;
using Xunit;
using static MiniTorch.Ir.Prim;
using Gen = FsCheck.Fluent.Gen;

namespace MiniTorch.Passes.Tests;

/// <content>Derivatives by evaluation over dual numbers.</content>
public sealed partial class EvaluateTests
{
    [Fact]
    public void Forward_derivatives_are_exact_over_rationals()
    {
        Assert.Equal("14", Tangent(x => x * x, 7));
        Assert.Equal("-1/9", Tangent(x => 1 / x, 3));
        Assert.Equal("12", Tangent(x => Pow(x, Like(x, 3)), 2));
        Assert.Equal("1/6", Tangent(Sqrt, 9));
        Assert.Equal("1", Tangent(Exp, 0));
        Assert.Equal("49", Tangent(x => x * StopGradient(x * x), 7));
        Assert.Equal("-1", Tangent(Abs, -3));
        Assert.Equal("12", Tangent(x => ReduceProd(Concat(0, One(x), One(x), One(Like(x, 1)), One(x)), [0]), 2));

        static Expr One(Expr x) => Reshape(x, [1]);
    }

    [Fact]
    public void At_a_tie_the_second_operand_or_the_first_index_moves()
    {
        Assert.Equal("0", Tangent(x => Max(x, Like(x, 0)), 0));
        Assert.Equal("1", Tangent(x => Max(Like(x, 0), x), 0));
        Assert.Equal("0", Tangent(x => Min(x, Like(x, 0)), 0));
        Assert.Equal("0", Tangent(Abs, 0));
        Assert.Equal("1", Tangent(x => ReduceMax(Concat(0, Reshape(x, [1]), Numbers64(5)), [0]), 5));
        Assert.Equal("0", Tangent(x => ReduceMin(Concat(0, Numbers64(5), Reshape(x, [1])), [0]), 5));
    }

    [Fact]
    public void Forward_derivatives_are_the_slopes_of_finite_differences() =>
        Prop.ForAll(Gen.Choose(-150, 150).Select(i => i / 100.0 + 0.001).ToArbitrary(), at =>
            Smooth.All(f => Math.Abs(Slope(f, at) - Difference(f, at)) < 1e-5 * (1 + Math.Abs(Slope(f, at)))))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_dual_of_duals_gives_second_derivatives()
    {
        var g = Graph.Of([Input("x", F64.Scalar) is var x ? x * x * x : x]);
        var y = Evaluator<Dual<Dual<double>>, Forward<Dual<double>, Forward<double, Float64<Untyped>>>>
            .Run(g, (_, _) => new(new(5, 1), new(1, 0))).Match(v => v[0].Floats[0], Fail<Dual<Dual<double>>>);
        Assert.Equal((125, 75, 30), (y.Value.Value, y.Value.Tangent, y.Tangent.Tangent));
    }

    private static readonly ImmutableArray<Func<Expr, Expr>> Smooth =
    [
        Exp, x => Log(x * x), x => Sqrt(x * x + 1), Tanh, Sin, Cos, Erf, x => x / (x * x + 1),
        x => Pow(x * x, x), x => -Abs(x) - x,
    ];

    private static string Tangent(Func<Expr, Expr> f, long at) =>
        Evaluator<Dual<Rational>, Forward<Rational, Exact>>.Run(Of(f), (_, _) => new(at, Rational.One))
            .Match(v => v[0].Floats[0].Tangent.ToString(), Fail<string>);

    private static double Slope(Func<Expr, Expr> f, double at) =>
        Evaluator<Dual<double>, Forward<double, Float64<Typed>>>.Run(Of(f), (_, _) => new(at, 1))
            .Match(v => v[0].Floats[0].Tangent, Fail<double>);

    private static double Difference(Func<Expr, Expr> f, double at) => CentralDifference.Of(v => Value(f, v[0]), [at]);

    private static double Value(Func<Expr, Expr> f, double at) =>
        Evaluator<double, Float64<Untyped>>.Run(Of(f), (_, _) => at).Match(v => v[0].Floats[0], Fail<double>);

    private static Graph Of(Func<Expr, Expr> f) => Graph.Of([f(Input("x", F64.Scalar))]);

    private static Expr Numbers64(double x) => Constant(Tensor.FromDoubles(F64[1], [x]));
}
