using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using Xunit;
using static MiniTorch.Frontend.Activations;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Frontend.Tests.Given;

namespace MiniTorch.Frontend.Tests;

/// <summary>What MiniTorch's first modules ask of the operators, for random lists.</summary>
public sealed class OperatorTests
{
    private const int Count = 6;

    private static readonly TensorType List = ElementType.F64[Count];

    private static readonly Expr X = Input("x", List), Y = Input("y", List), Z = Input("z", List);

    private static Expr Number(Expr truth) => Prim.Cast(truth, ElementType.F64);

    private static double[] At(int seed, Expr value) =>
        Value(value, ("x", Random(List, seed, 4)), ("y", Random(List, seed + 1, 4)), ("z", Random(List, seed + 2, 4))).ToDoubles();

    private static void Always(Expr one, Expr other, double within = 1e-12) => Check.Holds(Seeds, seed =>
        At(seed, one).Zip(At(seed, other), (a, b) => Near(a, b, within)).All(near => near));

    private static void Holds(Expr truth) => Check.Holds(Seeds, seed => At(seed, Number(truth)).All(t => t == 1));

    [Fact]
    public void Sigmoid_lies_between_0_and_1_is_one_half_at_0_and_mirrors()
    {
        Holds(Prim.And(Sigmoid(X) > 0, Sigmoid(X) < 1));
        Always(Sigmoid(X * 0), X * 0 + 0.5);
        Always(Sigmoid(-X), 1 - Sigmoid(X));
    }

    [Fact]
    public void Sigmoid_rises() => Holds(Prim.Or(X >= Y, Sigmoid(X) < Sigmoid(Y)));

    [Fact]
    public void Lt_is_transitive() => Holds(Prim.Or(Prim.Not(Prim.And(X < Y, Y < Z)), X < Z));

    [Fact]
    public void Of_lt_eq_and_gt_one_holds() => Always(Number(X < Y) + Number(Prim.Eq(X, Y)) + Number(Y < X), X * 0 + 1);

    [Fact]
    public void Mul_and_add_are_symmetric_and_mul_distributes()
    {
        Always(X * Y, Y * X);
        Always(X + Y, Y + X);
        Always(Z * (X + Y), Z * X + Z * Y);
    }

    [Fact]
    public void Neg_inv_and_log_undo_neg_inv_and_exp()
    {
        Always(-(-X), X);
        Always(1 / (1 / X), X);
        Always(Prim.Log(Prim.Exp(X)), X);
    }

    [Fact]
    public void Max_is_the_larger() =>
        Check.Holds(Seeds, seed => At(seed, Prim.Max(X, Y)).SequenceEqual(At(seed, X).Zip(At(seed, Y), Math.Max)));

    [Fact]
    public void Relu_is_x_where_it_is_positive() => Always(Relu(X), Prim.Select(X > 0, X, X * 0));

    [Fact]
    public void Sum_of_added_lists_is_the_sum_of_their_sums() => Always(Sum(X + Y), Sum(X) + Sum(Y));

    [Fact]
    public void Prod_of_zipped_lists_is_the_product_of_their_products() =>
        Always(Prim.ReduceProd(X * Y, [0]), Prim.ReduceProd(X, [0]) * Prim.ReduceProd(Y, [0]), 1e-9);

    [Fact]
    public void Reduce_is_a_fold() => Check.Holds(Seeds, seed => Near(
        At(seed, X).Aggregate(1.0, (product, x) => product * x), At(seed, Prim.ReduceProd(X, [0]))[0], 1e-12));

    [Fact]
    public void Log_back_inv_back_and_relu_back_are_what_the_lecture_writes()
    {
        Expr Back(Expr y) => Backward.Vjp([y], [Z], [X])[0];
        Always(Back(Prim.Log(X)), Z / X);
        Always(Back(1 / X), -Z / (X * X));
        Always(Back(Relu(X)), Prim.Select(X > 0, Z, Z * 0));
    }
}
