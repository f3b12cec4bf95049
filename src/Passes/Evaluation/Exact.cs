using System.Numerics;
using MiniTorch.Ir;

namespace MiniTorch.Passes.Evaluation;

/// <summary>
/// Exact rational arithmetic: no type rounds. A function without a rational value at a point gives an absent one.
/// </summary>
public readonly struct Exact : IArithmetic<Rational>
{
    private const int LargestPower = 1 << 16;

#pragma warning disable CS1591 // documented at the interface
    public static Rational Add(Rational x, Rational y) => x + y;
    public static Rational Sub(Rational x, Rational y) => x - y;
    public static Rational Mul(Rational x, Rational y) => x * y;
    public static Rational Div(Rational x, Rational y) => x / y;
    public static Rational Pow(Rational x, Rational y) =>
        y.IsFinite && y.Sign == 0 ? Rational.One
        : x.IsNaN || y.IsNaN ? Rational.NaN
        : x.IsFinite && y.IsWhole && BigInteger.Abs(y.Over) <= LargestPower ? x.Power((int)y.Over)
        : Lacking("pow");
    public static Rational Neg(Rational x) => -x;
    public static Rational Abs(Rational x) => x.Sign < 0 ? -x : x;
    public static Rational Sign(Rational x) => x.IsNaN ? x : x.Sign;
    public static Rational Exp(Rational x) => Only("exp", x, Rational.Zero, Rational.One);
    public static Rational Log(Rational x) => Only("log", x, Rational.One, Rational.Zero);
    public static Rational Sqrt(Rational x) =>
        x.IsNaN || x.Sign < 0 ? Rational.NaN
        : Root(x.Over) is { } over && Root(x.Under) is { } under ? Rational.Of(over, under)
        : Lacking("sqrt");
    public static Rational Tanh(Rational x) => Only("tanh", x, Rational.Zero, Rational.Zero);
    public static Rational Sin(Rational x) => Only("sin", x, Rational.Zero, Rational.Zero);
    public static Rational Cos(Rational x) => Only("cos", x, Rational.Zero, Rational.One);
    public static Rational Erf(Rational x) => Only("erf", x, Rational.Zero, Rational.Zero);
    public static Rational Floor(Rational x) => x.Floor();
    public static bool Less(Rational x, Rational y) => x < y;
    public static bool Equal(Rational x, Rational y) => !x.IsNaN && x == y;
    public static bool IsNaN(Rational x) => x.IsNaN;
    public static bool IsZero(Rational x) => x.IsFinite && x.Sign == 0;
    public static Rational FromDouble(double value) => Rational.Of(value);
    public static Rational FromLong(long value) => value;
    public static Rational Irrational(string name, double value) => Lacking(name);
    public static long ToLong(Rational x) =>
        x.IsFinite ? (long)BigInteger.Clamp(x.Truncate(), long.MinValue, long.MaxValue)
        : x.IsNaN ? 0 : x.Sign > 0 ? long.MaxValue : long.MinValue;
    public static Rational Round(Rational x, ElementType type) => x;
    public static Rational Detach(Rational x) => x;
    public static string? Absent(Rational x) => x.Absent;
#pragma warning restore CS1591

    /// <summary>A function whose one rational point has a rational value there.</summary>
    private static Rational Only(string name, Rational x, Rational point, Rational value) =>
        x.IsNaN ? x : x == point ? value : Lacking(name);

    private static Rational Lacking(string name) => Rational.None($"{name} has no exact rational value");

    /// <summary>The whole square root, null when there is none. Newton's steps from above.</summary>
    private static BigInteger? Root(BigInteger square)
    {
        if (square.IsZero) return square;
        var root = BigInteger.One << (int)((square.GetBitLength() + 1) / 2);
        for (var next = Step(root); next < root; next = Step(root)) root = next;
        return root * root == square ? root : null;

        BigInteger Step(BigInteger r) => (r + square / r) / 2;
    }
}
