using MiniTorch.Ir;
using static MiniTorch.Passes.Rewrite.Known;
using static MiniTorch.Passes.Rewrite.Sample;
using static MiniTorch.Passes.Rewrite.Soundness;

namespace MiniTorch.Passes.Rewrite;

/// <summary>Laws of arithmetic on elements.</summary>
public static class Algebra
{
    /// <summary>Neutral and absorbing elements, signs, inverses.</summary>
    public static readonly IReadOnlyList<Rule> Rules =
    [
        Rule.On<Add>("add-zero", "x + 0 = x", Real, n => Beside(n, 0) is { } x ? Fit(x, n) : null,
            () => [U + 0, 0 + U, U + Like(U, 0), R + Like(U, 0)]),
        Rule.On<Sub>("sub-zero", "x - 0 = x", Exact, n => IsPlusZero(n.Args[1]) ? Fit(n.Args[0], n) : null,
            () => [X - 0, X - Like(X, 0), S - Like(X, 0)]),
        Rule.On<Sub>("zero-sub", "0 - x = -x", Real, n => Is(n.Args[0], 0) ? Fit(-n.Args[1], n) : null, () => [0 - U]),
        Rule.On<Mul>("mul-one", "x * 1 = x", Exact, n => Beside(n, 1) is { } x ? Fit(x, n) : null,
            () => [X * 1, 1 * X, X * Like(X, 1), S * Like(X, 1), I * 1]),
        Rule.On<Mul>("mul-minus-one", "x * -1 = -x", Exact, n => Beside(n, -1) is { } x ? Fit(-x, n) : null,
            () => [X * -1, -1 * X, I * -1]),
        Rule.On<Mul>("mul-zero", "x * 0 = 0", AssumesFinite, n => Beside(n, 0) is { } ? Full(n, 0) : null, () => [U * 0, 0 * U]),
        Rule.On<Div>("div-one", "x / 1 = x", Exact, n => Is(n.Args[1], 1) ? Fit(n.Args[0], n) : null, () => [X / 1, I / 1]),
        Rule.On<Div>("div-power-of-two", "x / 2^k = x * 2^-k", Exact,
            n => Of(n.Args[1]) is { } c && HasExactInverse(c) ? Fit(n.Args[0] * (1 / c.At(0)), n) : null,
            () => [X / 8, X / -0.25, X / Like(X, 1024)]),
        Rule.On<Sub>("sub-self", "x - x = 0", AssumesFinite,
            n => ReferenceEquals(n.Args[0], n.Args[1]) ? Full(n, 0) : null, () => [U - U]),
        Rule.On<Neg>("neg-neg", "-(-x) = x", Exact, n => n is (Neg, [(Neg, [var x])]) ? x : null, () => [-(-X), -(-I)]),
        Rule.On<Neg>("neg-constant", "-(c) is a constant", Exact, n => Of(n.Args[0]) is { } c ? Fit(Negated(c), n) : null,
            () => [-Like(X, 3), -Like(X, 0), -Like(I, 7)]),
        Rule.On<Neg>("neg-sub", "-(x - y) = y - x", Real, n => n is (Neg, [(Sub, [var x, var y])]) ? y - x : null, () => [-(U - V)]),
        Rule.On<Neg>("neg-scaled", "-(x * c) = x * -c", Exact,
            n => n.Args[0] is { Op: Mul } m && Beside(m) is (var x, var c) ? Fit(x * Negated(c), n) : null,
            () => [-(X * 3), -(0.5 * X), -(I * 3)]),
        Rule.On<Add>("add-neg", "x + (-y) = x - y", Exact, n => n switch
        {
            (Add, [var x, (Neg, [var y])]) => x - y,
            (Add, [(Neg, [var y]), var x]) => x - y,
            var _ => null,
        }, () => [X + (-Y), -X + Y, S + (-Y), I + (-I)]),
        Rule.On<Sub>("sub-neg", "x - (-y) = x + y", Exact, n => n is (Sub, [var x, (Neg, [var y])]) ? x + y : null, () => [X - (-Y)]),
        Rule.On<Mul>("mul-neg-neg", "(-x) * (-y) = x * y", Exact,
            n => n is (Mul, [(Neg, [var x]), (Neg, [var y])]) ? x * y : null, () => [-X * -Y]),
        Rule.On<Div>("div-neg-neg", "(-x) / (-y) = x / y", Exact,
            n => n is (Div, [(Neg, [var x]), (Neg, [var y])]) ? x / y : null, () => [-X / -Y]),
        Rule.On<Mul>("scaled-neg", "(-x) * c = x * -c", Exact,
            n => Beside(n) is ((Neg, [var x]), var c) ? Fit(x * Negated(c), n) : null, () => [-X * 3, 3 * -X]),
        Rule.On<Mul>("mul-mul", "(x * c) * d = x * (c * d)", Real, MergeFactors, () => [U * 3 * 5, 3 * (5 * U)]),
        Rule.On<Div>("mul-div", "(x * c) / d = x * (c / d)", Real,
            n => n.Args[0] is { Op: Mul } m && n.Type.Element.IsFloat && Beside(m) is (var x, var c) && Of(n.Args[1]) is { } d
                ? Scaled(x, c.At(0) / d.At(0), n) : null,
            () => [U * 6 / 3]),
        Rule.On<Add>("add-add", "(x + c) + d = x + (c + d)", Real, MergeTerms, () => [U + 3 + 5, 3 + (5 + U)]),
        Rule.On<Max>("max-self", "max(x, x) = x", Exact, Self, () => [Prim.Max(X, X)]),
        Rule.On<Min>("min-self", "min(x, x) = x", Exact, Self, () => [Prim.Min(X, X)]),
        Rule.On<Abs>("abs-neg", "|-x| = |x| where numbers have a sign", Exact,
            n => n is (Abs, [(Neg, [var x])]) && n.Type.Element.Kind != ElementKind.U8 ? Prim.Abs(x) : null, () => [Prim.Abs(-X)]),
        Rule.On<Abs>("abs-abs", "||x|| = |x| on floats", Exact,
            n => n is (Abs, [{ Op: Abs } inner]) ? inner : null, () => [Prim.Abs(Prim.Abs(X))]),
    ];

    /// <summary>The negative of a constant scalar.</summary>
    private static Expr Negated(Tensor c) => Prim.Constant(c.Type.Element.IsFloat
        ? Tensor.Scalar(c.Type.Element, -c.At(0))
        : Tensor.Scalar(c.Type.Element, unchecked(-c.LongAt(0))));

    private static Expr? Self(Expr n) => ReferenceEquals(n.Args[0], n.Args[1]) ? n.Args[0] : null;

    private static Expr? MergeFactors(Expr n) =>
        n.Type.Element.IsFloat && Beside(n) is ({ Op: Mul } m, var d) && Beside(m) is (var x, var c)
            ? Scaled(x, c.At(0) * d.At(0), n) : null;

    private static Expr? MergeTerms(Expr n) =>
        n.Type.Element.IsFloat && Beside(n) is ({ Op: Add } m, var d) && Beside(m) is (var x, var c)
            && double.IsFinite(Tensor.Scalar(n.Type.Element, c.At(0) + d.At(0)).At(0))
            ? Fit(x + (c.At(0) + d.At(0)), n) : null;
}
