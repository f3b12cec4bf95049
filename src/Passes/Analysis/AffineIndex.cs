using System.Collections.Immutable;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;

namespace MiniTorch.Passes.Analysis;

/// <summary>The values of an index that follows from the place alone, by sums and multiples: what a gather by it reads.</summary>
internal static class AffineIndex
{
    /// <summary>The interval of the value at a place of the index; null where it depends on data, or is not affine.</summary>
    internal static Span? Of(Expr index)
    {
        if (!IsMade(index.Op)) return null;
        var known = new Dictionary<Expr, Span>();
        foreach (var e in Order.Of([index]))
            if (IsMade(e.Op) && Value(e, known) is { } span && Fits(span, e)) known[e] = span;
            else return null;
        return known[index];
    }

    private static bool IsMade(Op op) => op is Iota or Constant or Add or Sub or Mul or Movement;

    private static Span? Value(Expr e, Dictionary<Expr, Span> known) => e switch
    {
        (Iota iota, _) => Span.Same(e.Type.Rank, iota.Axis),
        (Constant { Value: { Type.Rank: 0 } value }, _) => Span.Of(0, -1, 0, value.LongAt(0), value.LongAt(0)),
        (Add, [var x, var y]) => Sum(Wide(known[x], e), Wide(known[y], e)),
        (Sub, [var x, var y]) => Sum(Wide(known[x], e), Times(Wide(known[y], e), -1)),
        (Mul, [var x, var y]) => Product(Wide(known[x], e), Wide(known[y], e)),
        (Movement, [var x]) => known[x].Over(Reach.Of(e)[0], e.Type.Rank),
        var _ => null,
    };

    /// <summary>Of a scalar that stands for every element.</summary>
    private static Span Wide(Span span, Expr e) => span.Steps.Length == e.Type.Rank ? span
        : span with { Steps = [.. Enumerable.Repeat(Rational.Zero, e.Type.Rank)] };

    private static Span Sum(Span x, Span y) =>
        new([.. x.Steps.Zip(y.Steps, (a, b) => a + b)], x.Lo + y.Lo, x.Hi + y.Hi);

    private static Span? Product(Span x, Span y) =>
        IsNumber(y) ? Times(x, y.Lo) : IsNumber(x) ? Times(y, x.Lo) : null;

    private static Span Times(Span x, Rational by)
    {
        var (lo, hi) = (x.Lo * by, x.Hi * by);
        return new([.. x.Steps.Select(s => s * by)], by.Sign < 0 ? hi : lo, by.Sign < 0 ? lo : hi);
    }

    private static bool IsNumber(Span span) => span.IsStill && span.Lo == span.Hi;

    /// <summary>Whether no value of it wraps.</summary>
    private static bool Fits(Span span, Expr e)
    {
        if (e.Type.Element.Kind is not (ElementKind.I32 or ElementKind.I64)) return false;
        var ends = span.Steps.Select((s, i) => s * (Rational)Math.Max(0, e.Shape[i] - 1)).ToList();
        var lo = ends.Where(v => v.Sign < 0).Aggregate(span.Lo, (a, b) => a + b);
        var hi = ends.Where(v => v.Sign > 0).Aggregate(span.Hi, (a, b) => a + b);
        return !(lo < int.MinValue) && !(hi > int.MaxValue);
    }
}
