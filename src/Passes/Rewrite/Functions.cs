using MiniTorch.Ir;
using static MiniTorch.Passes.Rewrite.Known;
using static MiniTorch.Passes.Rewrite.Sample;
using static MiniTorch.Passes.Rewrite.Soundness;

namespace MiniTorch.Passes.Rewrite;

/// <summary>Laws of powers, exponentials, choices, truth values and casts on elements.</summary>
public static class Functions
{
    /// <summary>Powers become products; inverse functions, known choices and lossless casts go.</summary>
    public static readonly IReadOnlyList<Rule> Rules =
    [
        Rule.On<Log>("log-exp", "log(exp x) = x", AssumesFinite, n => n is (Log, [(Exp, [var x])]) ? x : null,
            () => [Prim.Log(Prim.Exp(U))]),
        Rule.On<Exp>("exp-log", "exp(log x) = x", AssumesFinite, n => n is (Exp, [(Log, [var x])]) ? x : null,
            () => [Prim.Exp(Prim.Log(U))]),
        Power("pow-zero", "x^0 = 1", 0, Real, (_, n) => Full(n, 1)),
        Power("pow-one", "x^1 = x", 1, Real, (x, n) => Fit(x, n)),
        Power("pow-two", "x^2 = x * x", 2, Real, (x, n) => Fit(x * x, n)),
        Power("pow-three", "x^3 = x * x * x", 3, Real, (x, n) => Fit(x * x * x, n)),
        Power("pow-minus-one", "x^-1 = 1 / x", -1, AssumesFinite, (x, n) => Fit(1 / x, n)),
        Power("pow-half", "x^0.5 = sqrt x", 0.5, AssumesFinite, (x, n) => Fit(Prim.Sqrt(x), n)),
        Power("pow-minus-half", "x^-0.5 = 1 / sqrt x", -0.5, AssumesFinite, (x, n) => Fit(1 / Prim.Sqrt(x), n)),
        Rule.On<Select>("select-true", "select(true, x, y) = x", Exact,
            n => Is(n.Args[0], 1) ? Fit(n.Args[1], n) : null, () => [Prim.Select(Truth(1), X, Y), Prim.Select(Like(P, 1), S, Y)]),
        Rule.On<Select>("select-false", "select(false, x, y) = y", Exact,
            n => Is(n.Args[0], 0) ? Fit(n.Args[2], n) : null, () => [Prim.Select(Truth(0), X, Y)]),
        Rule.On<Select>("select-same", "select(c, x, x) = x", Exact,
            n => ReferenceEquals(n.Args[1], n.Args[2]) ? Fit(n.Args[1], n) : null, () => [Prim.Select(P, X, X), Prim.Select(P, S, S)]),
        Rule.On<Select>("select-not", "select(not c, x, y) = select(c, y, x)", Exact,
            n => n is (Select, [(Not, [var c]), var x, var y]) ? Prim.Select(c, y, x) : null, () => [Prim.Select(Prim.Not(P), X, Y)]),
        Rule.On<Not>("not-not", "not(not x) = x", Exact, n => n is (Not, [(Not, [var x])]) ? x : null,
            () => [Prim.Not(Prim.Not(P)), Prim.Not(Prim.Not(I))]),
        Rule.On<And>("and-true", "and(x, true) = x", Exact, n => IsTruth(n) && Beside(n, 1) is { } x ? Fit(x, n) : null,
            () => [Prim.And(P, Truth(1)), Prim.And(Truth(1), P)]),
        Rule.On<And>("and-zero", "and(x, 0) = 0", Exact, n => Beside(n, 0) is { } ? Full(n, 0) : null,
            () => [Prim.And(P, Truth(0)), Prim.And(I, Prim.Like(I, 0))]),
        Rule.On<Or>("or-true", "or(x, true) = true", Exact, n => IsTruth(n) && Beside(n, 1) is { } ? Full(n, 1) : null,
            () => [Prim.Or(P, Truth(1))]),
        Rule.On<Or>("or-zero", "or(x, 0) = x", Exact, n => Beside(n, 0) is { } x ? Fit(x, n) : null,
            () => [Prim.Or(P, Truth(0)), Prim.Or(Prim.Like(I, 0), I)]),
        Rule.On<And>("and-self", "and(x, x) = x", Exact, Self, () => [Prim.And(P, P)]),
        Rule.On<Or>("or-self", "or(x, x) = x", Exact, Self, () => [Prim.Or(I, I)]),
        Rule.On<Cast>("cast-same", "cast x to its own type = x", Exact,
            n => n is (Cast c, [var x]) && x.Type.Element == c.To ? x : null, () => [Expr.Of(new Cast(ElementType.F32), X)]),
        Rule.On<Cast>("cast-cast", "a lossless cast on the way changes nothing", Exact,
            n => n is (Cast c, [(Cast, [var x]) inner]) && Holds(inner.Type.Element, x.Type.Element) ? Prim.Cast(x, c.To) : null,
            () =>
            [
                Prim.Cast(Prim.Cast(X, ElementType.F64), ElementType.F32),
                Prim.Cast(Prim.Cast(P, ElementType.F32), ElementType.I32),
                Prim.Cast(Prim.Cast(I, ElementType.I64), ElementType.U8),
            ]),
    ];

    /// <summary>Whether every value of one element type is a value of another.</summary>
    internal static bool Holds(ElementType wide, ElementType narrow) => (narrow.Kind, wide.Kind) switch
    {
        (ElementKind.Pred, _) => true,
        (ElementKind.U8, not ElementKind.Pred) => true,
        (ElementKind.I32, ElementKind.I32 or ElementKind.I64 or ElementKind.F64) => true,
        (ElementKind.F16 or ElementKind.BF16, ElementKind.F32 or ElementKind.F64) => true,
        (ElementKind.F32, ElementKind.F64) => true,
        var (a, b) => a == b,
    };

    private static Rule Power(string name, string law, double exponent, Soundness soundness, Func<Expr, Expr, Expr> other) =>
        Rule.On<Pow>(name, law, soundness, n => Is(n.Args[1], exponent) ? other(n.Args[0], n) : null,
            () => [Prim.Pow(U, Prim.Like(U, exponent)), Prim.Pow(R, Like(U, exponent))]);

    private static Expr? Self(Expr n) => ReferenceEquals(n.Args[0], n.Args[1]) ? n.Args[0] : null;

    private static bool IsTruth(Expr n) => n.Type.Element == ElementType.Pred;

    private static Expr Truth(double value) => Prim.Scalar(ElementType.Pred, value);
}
