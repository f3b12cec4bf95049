using MiniTorch.Ir;

namespace MiniTorch.Passes.Evaluation;

/// <summary>A number and its derivative in one direction.</summary>
public readonly record struct Dual<T>(T Value, T Tangent);

/// <summary>
/// Forward mode over any arithmetic, itself one: nest it for second derivatives. At a tie max and min take the tangent
/// of their second operand, reductions as their ties say; relu'(0) = 0 and abs'(0) = 0, as in the reverse mode.
/// </summary>
/// <remarks>Source: Griewank and Walther, "Evaluating Derivatives", SIAM 2008, chapter 3.</remarks>
/// <typeparam name="T">A number.</typeparam>
/// <typeparam name="A">Its arithmetic.</typeparam>
public readonly struct Forward<T, A> : IArithmetic<Dual<T>> where A : IArithmetic<T>
{
    private static T Zero => A.FromLong(0);
    private static T One => A.FromLong(1);
    private static T Two => A.FromLong(2);

#pragma warning disable CS1591 // documented at the interface
    public static Dual<T> Add(Dual<T> x, Dual<T> y) => new(A.Add(x.Value, y.Value), A.Add(x.Tangent, y.Tangent));
    public static Dual<T> Sub(Dual<T> x, Dual<T> y) => new(A.Sub(x.Value, y.Value), A.Sub(x.Tangent, y.Tangent));
    public static Dual<T> Mul(Dual<T> x, Dual<T> y) =>
        new(A.Mul(x.Value, y.Value), A.Add(Times(x.Tangent, y.Value), Times(y.Tangent, x.Value)));
    public static Dual<T> Div(Dual<T> x, Dual<T> y)
    {
        var ratio = A.Div(x.Value, y.Value);
        return new(ratio, A.Sub(Over(x.Tangent, y.Value), Over(Times(y.Tangent, ratio), y.Value)));
    }
    public static Dual<T> Pow(Dual<T> x, Dual<T> y)
    {
        var power = A.Pow(x.Value, y.Value);
        return new(power, A.Add(ByRoot(x, y.Value), ByExponent(x.Value, power, y.Tangent)));
    }
    public static Dual<T> Neg(Dual<T> x) => new(A.Neg(x.Value), A.Neg(x.Tangent));
    public static Dual<T> Abs(Dual<T> x) => new(A.Abs(x.Value), Times(x.Tangent, A.Sign(x.Value)));
    public static Dual<T> Sign(Dual<T> x) => Constant(A.Sign(x.Value));
    public static Dual<T> Exp(Dual<T> x) => Curve(A.Exp(x.Value), x.Tangent, y => y);
    public static Dual<T> Log(Dual<T> x) => new(A.Log(x.Value), Over(x.Tangent, x.Value));
    public static Dual<T> Sqrt(Dual<T> x) => Curve(A.Sqrt(x.Value), x.Tangent, y => A.Div(One, A.Mul(Two, y)));
    public static Dual<T> Tanh(Dual<T> x) => Curve(A.Tanh(x.Value), x.Tangent, y => A.Sub(One, A.Mul(y, y)));
    public static Dual<T> Sin(Dual<T> x) => new(A.Sin(x.Value), IfMoving(x.Tangent, () => A.Cos(x.Value)));
    public static Dual<T> Cos(Dual<T> x) => new(A.Cos(x.Value), A.Neg(IfMoving(x.Tangent, () => A.Sin(x.Value))));
    public static Dual<T> Erf(Dual<T> x) => new(A.Erf(x.Value), IfMoving(x.Tangent, () => Bell(x.Value)));
    public static Dual<T> Floor(Dual<T> x) => Constant(A.Floor(x.Value));
    public static bool Less(Dual<T> x, Dual<T> y) => A.Less(x.Value, y.Value);
    public static bool Equal(Dual<T> x, Dual<T> y) => A.Equal(x.Value, y.Value);
    public static Dual<T> Among(IReadOnlyList<Dual<T>> equals, Ties ties)
    {
        var value = A.Among([.. equals.Select(e => e.Value)], ties);
        if (ties == Ties.First) return equals[0] with { Value = value };
        var sum = equals.Select(e => e.Tangent).Aggregate(A.Add);
        return new(value, ties == Ties.All ? sum : Over(sum, A.FromLong(equals.Count)));
    }
    public static bool IsNaN(Dual<T> x) => A.IsNaN(x.Value);
    public static bool IsZero(Dual<T> x) => A.IsZero(x.Value) && A.IsZero(x.Tangent);
    public static Dual<T> FromDouble(double value) => Constant(A.FromDouble(value));
    public static Dual<T> FromLong(long value) => Constant(A.FromLong(value));
    public static Dual<T> Irrational(string name, double value) => Constant(A.Irrational(name, value));
    public static long ToLong(Dual<T> x) => A.ToLong(x.Value);
    public static Dual<T> Round(Dual<T> x, ElementType type) => new(A.Round(x.Value, type), A.Round(x.Tangent, type));
    public static Dual<T> Detach(Dual<T> x) => Constant(A.Detach(x.Value));
    public static string? Absent(Dual<T> x) => A.Absent(x.Value) ?? A.Absent(x.Tangent);
#pragma warning restore CS1591

    /// <summary>A function whose slope is known from its value.</summary>
    private static Dual<T> Curve(T y, T tangent, Func<T, T> slope) => new(y, IfMoving(tangent, () => slope(y)));

    private static Dual<T> Constant(T value) => new(value, Zero);

    /// <summary>tangent · slope, where a still operand moves nothing even at an infinite slope.</summary>
    private static T Times(T tangent, T slope) => A.IsZero(tangent) ? Zero : A.Mul(tangent, slope);

    private static T Over(T tangent, T by) => A.IsZero(tangent) ? Zero : A.Div(tangent, by);

    private static T IfMoving(T tangent, Func<T> slope) => A.IsZero(tangent) ? Zero : A.Mul(tangent, slope());

    /// <summary>ẋ · y x^(y−1), 0 where y is 0.</summary>
    private static T ByRoot(Dual<T> x, T y) =>
        A.IsZero(y) ? Zero : IfMoving(x.Tangent, () => A.Mul(y, A.Pow(x.Value, A.Sub(y, One))));

    /// <summary>ẏ · xʸ ln x, 0 where x is 0.</summary>
    private static T ByExponent(T x, T power, T tangent) =>
        A.Equal(x, Zero) ? Zero : IfMoving(tangent, () => A.Mul(power, A.Log(x)));

    /// <summary>2/√π e^(−x²).</summary>
    private static T Bell(T x) =>
        A.Mul(A.Irrational("2/√π", 2 / Math.Sqrt(Math.PI)), A.Exp(A.Neg(A.Mul(x, x))));
}
