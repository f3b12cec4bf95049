using System.Collections.Immutable;
using System.Numerics;
using MiniTorch.Passes.Evaluation;

namespace MiniTorch.Passes.Analysis;

/// <summary>
/// An interval of places along one axis, which moves with the place of a result's element: from Σ Steps·place + Lo to
/// Σ Steps·place + Hi, both included, as far as the axis has them.
/// </summary>
internal sealed record Span(ImmutableArray<Rational> Steps, Rational Lo, Rational Hi)
{
    /// <summary>An interval that moves by a step with the place of one of the result's axes.</summary>
    internal static Span Of(int rank, int axis, Rational step, Rational lo, Rational hi) =>
        new([.. Enumerable.Range(0, rank).Select(i => i == axis ? step : Rational.Zero)], lo, hi);

    /// <summary>The same place as the result's along one of its axes.</summary>
    internal static Span Same(int rank, int axis) => Of(rank, axis, Rational.One, 0, 0);

    /// <summary>All the n places of an axis, wherever the element is.</summary>
    internal static Span Whole(int rank, int n) => Of(rank, -1, Rational.Zero, 0, n - 1);

    /// <summary>Whether it does not move.</summary>
    internal bool IsStill => Steps.All(s => s.Sign == 0);

    /// <summary>What it reaches when each place of its own is again an interval.</summary>
    internal Span Over(ImmutableArray<Span> inner, int rank)
    {
        var (steps, lo, hi) = (Enumerable.Repeat(Rational.Zero, rank).ToArray(), Lo, Hi);
        for (var k = 0; k < Steps.Length; k++)
        {
            if (Steps[k].Sign == 0) continue;
            var (least, most) = Steps[k].Sign > 0 ? (inner[k].Lo, inner[k].Hi) : (inner[k].Hi, inner[k].Lo);
            (lo, hi) = (lo + Steps[k] * least, hi + Steps[k] * most);
            for (var i = 0; i < rank; i++)
                if (inner[k].Steps[i].Sign != 0) steps[i] += Steps[k] * inner[k].Steps[i];
        }
        return new([.. steps], lo, hi);
    }

    /// <summary>The least interval over both when they move alike; else the whole axis.</summary>
    internal Span With(Span other, int n) => Steps.SequenceEqual(other.Steps)
        ? new(Steps, other.Lo < Lo ? other.Lo : Lo, other.Hi > Hi ? other.Hi : Hi)
        : Whole(Steps.Length, n);

    /// <summary>The interval of an element of the result, cut to the axis; empty where Lo is above Hi.</summary>
    internal (int Lo, int Hi) At(IReadOnlyList<int> place, int n)
    {
        var shift = Rational.Zero;
        for (var i = 0; i < Steps.Length; i++)
            if (Steps[i].Sign != 0) shift += Steps[i] * (Rational)place[i];
        var (first, last) = (-(-(Lo + shift)).Floor().Over, (Hi + shift).Floor().Over);
        return ((int)BigInteger.Clamp(first, 0, n), (int)BigInteger.Clamp(last, -1, n - 1));
    }

    /// <summary>How many places it has where the axis does not cut it.</summary>
    internal BigInteger Width => (Hi - Lo).Floor().Over + 1;

    /// <summary>Whether it has all n places of its axis, wherever the element is.</summary>
    internal bool IsWhole(int n) => n > 1 && IsStill && !(Lo > Rational.Zero) && !(Hi < n - 1);
}
