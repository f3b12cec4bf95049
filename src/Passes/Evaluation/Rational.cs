using System.Numerics;

namespace MiniTorch.Passes.Evaluation;

/// <summary>
/// An exact fraction in lowest terms, with ±∞ (±1/0) and NaN (0/0) as in IEEE arithmetic, but for signed zeros and
/// rounding. A value that is no fraction is NaN with a reason.
/// </summary>
public readonly record struct Rational
{
    private Rational(BigInteger over, BigInteger under, string? absent = null) =>
        (Over, Under, Absent) = (over, under, absent);

    /// <summary>The numerator.</summary>
    public BigInteger Over { get; }

    /// <summary>The denominator: above zero, or zero for ±∞ and NaN.</summary>
    public BigInteger Under { get; }

    /// <summary>Why there is no such fraction; null when there is.</summary>
    public string? Absent { get; }

    /// <summary>0.</summary>
    public static readonly Rational Zero = new(0, 1);

    /// <summary>1.</summary>
    public static readonly Rational One = new(1, 1);

    /// <summary>+∞.</summary>
    public static readonly Rational Infinity = new(1, 0);

    /// <summary>Not a number.</summary>
    public static readonly Rational NaN = default;

    /// <summary>over / under in lowest terms.</summary>
    public static Rational Of(BigInteger over, BigInteger under)
    {
        var common = BigInteger.GreatestCommonDivisor(over, under);
        if (common.IsZero) return NaN;
        if (under.Sign < 0) common = -common;
        return new(over / common, under / common);
    }

    /// <summary>A value that is no fraction.</summary>
    public static Rational None(string reason) => new(0, 0, reason);

    /// <summary>The fraction that a double is: every finite double is one.</summary>
    public static Rational Of(double value)
    {
        if (double.IsNaN(value)) return NaN;
        if (double.IsInfinity(value)) return value > 0 ? Infinity : -Infinity;
        var bits = BitConverter.DoubleToInt64Bits(value);
        var (field, fraction) = ((int)(bits >> 52) & 0x7FF, bits & 0xFFFFFFFFFFFFF);
        var significand = new BigInteger(field == 0 ? fraction : fraction | 1L << 52) * (bits < 0 ? -1 : 1);
        var exponent = Math.Max(field, 1) - 1075;
        return exponent >= 0 ? Of(significand << exponent, 1) : Of(significand, BigInteger.One << -exponent);
    }

    /// <summary>The fraction that an integer is.</summary>
    public static implicit operator Rational(long value) => new(value, 1);

    /// <summary>Whether it is not a number.</summary>
    public bool IsNaN => Under.IsZero && Over.IsZero;

    /// <summary>Whether it is a fraction.</summary>
    public bool IsFinite => !Under.IsZero;

    /// <summary>Whether it is a whole number.</summary>
    public bool IsWhole => Under.IsOne;

    /// <summary>−1, 0 or 1; 0 for NaN.</summary>
    public int Sign => Over.Sign;

    /// <summary>The largest whole number not above it; ±∞ and NaN stay.</summary>
    public Rational Floor() => IsFinite ? new((Over - Mod(Over, Under)) / Under, 1) : this;

    /// <summary>The whole number next to it toward zero; its denominator must not be 0.</summary>
    public BigInteger Truncate() => Over / Under;

#pragma warning disable CS1591 // arithmetic operators mean what they say
    public static Rational operator +(Rational x, Rational y) =>
        x.IsNaN || y.IsNaN ? Neither(x, y)
        : x.IsFinite && y.IsFinite ? Of(x.Over * y.Under + y.Over * x.Under, x.Under * y.Under)
        : x.IsFinite ? y : y.IsFinite || x.Over == y.Over ? x : NaN;
    public static Rational operator -(Rational x) => new(-x.Over, x.Under, x.Absent);
    public static Rational operator -(Rational x, Rational y) => x + -y;
    public static Rational operator *(Rational x, Rational y) =>
        x.IsNaN || y.IsNaN ? Neither(x, y) : Of(x.Over * y.Over, x.Under * y.Under);
    public static Rational operator /(Rational x, Rational y) =>
        x.IsNaN || y.IsNaN ? Neither(x, y)
        : y.Over.IsZero ? Of(x.Over, 0) : Of(x.Over * y.Under, x.Under * y.Over);
    public static bool operator <(Rational x, Rational y) => !x.IsNaN && !y.IsNaN && Compare(x, y) < 0;
    public static bool operator >(Rational x, Rational y) => y < x;
#pragma warning restore CS1591

    /// <summary>Its whole power; ∞ for a negative power of 0.</summary>
    public Rational Power(int n) => n >= 0
        ? new(BigInteger.Pow(Over, n), BigInteger.Pow(Under, n))
        : Of(BigInteger.Pow(Under, -n), BigInteger.Pow(Over, -n));

    /// <summary>The double nearest to it, within a unit of the last place.</summary>
    public static explicit operator double(Rational x)
    {
        if (!x.IsFinite) return x.IsNaN ? double.NaN : x.Over.Sign * double.PositiveInfinity;
        var shift = 64 - (int)(x.Over.GetBitLength() - x.Under.GetBitLength());
        var quotient = shift >= 0 ? (x.Over << shift) / x.Under : x.Over / (x.Under << -shift);
        return Math.ScaleB((double)quotient, -shift);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        IsFinite ? IsWhole ? $"{Over}" : $"{Over}/{Under}" : IsNaN ? Absent ?? "nan" : Sign > 0 ? "inf" : "-inf";

    /// <summary>NaN, with the reason of the first operand that has one.</summary>
    private static Rational Neither(Rational x, Rational y) => new(0, 0, x.Absent ?? y.Absent);

    private static int Compare(Rational x, Rational y) => x.IsFinite || y.IsFinite
        ? (x.Over * y.Under).CompareTo(y.Over * x.Under) : x.Over.CompareTo(y.Over);

    private static BigInteger Mod(BigInteger x, BigInteger y) => (x % y + y) % y;
}
