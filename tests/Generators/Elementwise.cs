using MiniTorch.Ir;

namespace MiniTorch.Generators;

/// <summary>One more node over the pool, or none when no operand fits.</summary>
internal delegate (Expr Made, int Degree)? Step(Pool pool);

/// <summary>Steps that make elementwise nodes.</summary>
internal static class Elementwise
{
    /// <summary>Linear, or exact over the rationals and smooth.</summary>
    internal static readonly Step[] Polynomial =
    [
        Unary(new Neg()), Sums(new Add()), Sums(new Sub()), Sums(new Add()),
        p => p.Number() is { } x && p.Peer(x.Type) is var y ? (x * y, p.Degree(x) + p.Degree(y)) : null,
        p => p.Number() is { } x && p.Peer(x.Type) is var y ? (y * x, p.Degree(x) + p.Degree(y)) : null,
    ];

    /// <summary>Rational but with corners: choices by comparison.</summary>
    internal static readonly Step[] Choices =
    [
        Sums(new Max()), Sums(new Min()), Sums(new Max()), Unary(new Abs()), Unary(new Sign()),
        p => p.Number() is { } x ? (Prim.Max(x, Prim.Like(x, 0)), p.Degree(x)) : null,
        Selects, Selects, Compares, Compares,
    ];

    /// <summary>Smooth over every real argument, each bounded or guarded so that values and slopes stay moderate.</summary>
    internal static readonly Step[] Smooth =
    [
        Bounded(Prim.Tanh), Bounded(Prim.Sin), Bounded(Prim.Cos), Bounded(Prim.Erf), Bounded(Prim.Tanh),
        Bounded(x => Prim.Exp(Prim.Sin(x))), Bounded(x => Prim.Log(Above1(x))), Bounded(x => Prim.Sqrt(Above1(x))),
        p => p.Pick(t => t.Element.IsFloat) is { } x && p.Peer(x.Type) is var y ? (x / Above1(y), p.Degree(x) + 1) : null,
        p => p.Pick(t => t.Element.IsFloat) is { } x && p.Peer(x.Type) is var y
            ? (Prim.Pow(Above1(Prim.Sin(x)), Prim.Sin(y)), 1) : null,
    ];

    /// <summary>Everything else that is elementwise.</summary>
    internal static readonly Step[] Wild =
    [
        .. new Op[] { new Exp(), new Log(), new Sqrt(), new Tanh(), new Sin(), new Cos(), new Erf(), new Floor() }.Select(Floats),
        p => p.Pick(t => t.Element.IsFloat) is { } x ? (Prim.Pow(x, p.Peer(x.Type)), 1) : null,
        Sums(new Div()), Sums(new Div()),
        p => p.Any() is { } x ? (Prim.StopGradient(x), p.Degree(x)) : null,
        p => p.Any() is { } x ? (Expr.Of(new Cast(p.Draw.One(ElementType.All.ToList())), x), p.Degree(x)) : null,
        p => p.Any() is { } x ? (Prim.Cast(x, p.Float()), p.Degree(x)) : null,
        p => Bits(p) is { } x ? (Prim.Not(x), 1) : null,
        BitPair(new And()), BitPair(new Or()), BitPair(new Xor()),
    ];

    private static Expr Above1(Expr x) => x * x + 1.0;

    private static Step Unary(Op op) => p => p.Number() is { } x ? (Expr.Of(op, x), p.Degree(x)) : null;

    private static Step Floats(Op op) => p => p.Pick(t => t.Element.IsFloat) is { } x ? (Expr.Of(op, x), 1) : null;

    private static Step Bounded(Func<Expr, Expr> f) => p => p.Pick(t => t.Element.IsFloat) is { } x ? (f(x), 1) : null;

    private static Step Sums(Op op) => p => p.Number() is { } x && p.Peer(x.Type) is var y
        ? (p.Draw.Once(2) ? Expr.Of(op, x, y) : Expr.Of(op, y, x), Math.Max(p.Degree(x), p.Degree(y))) : null;

    private static Expr? Bits(Pool p) => p.Pick(t => !t.Element.IsFloat);

    private static Step BitPair(Op op) => p => Bits(p) is { } x ? (Expr.Of(op, x, p.Peer(x.Type)), 1) : null;

    private static (Expr, int)? Compares(Pool p) =>
        p.Any() is { } x && p.Peer(x.Type) is var y ? (Expr.Of(Comparison(p), x, y), 1) : null;

    private static Op Comparison(Pool p) => p.Draw.One<Op>([new Eq(), new Ne(), new Lt(), new Le(), new Gt(), new Ge()]);

    private static (Expr, int)? Selects(Pool p)
    {
        if (p.Any() is not { } x) return null;
        var (y, z) = (p.Peer(x.Type), p.Peer(x.Type));
        var known = p.Pick(t => t.Element == ElementType.Pred && (t.Rank == 0 || t.Shape == x.Shape));
        var condition = known is not null && p.Draw.Once(2) ? known : Expr.Of(Comparison(p), z, y);
        return (Prim.Select(condition, x, y), Math.Max(p.Degree(x), p.Degree(y)));
    }
}
