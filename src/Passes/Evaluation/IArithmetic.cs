using MiniTorch.Ir;

namespace MiniTorch.Passes.Evaluation;

/// <summary>What float nodes compute with: a number system and its functions. Integers are always long.</summary>
/// <typeparam name="T">A number.</typeparam>
public interface IArithmetic<T>
{
#pragma warning disable CS1591 // the functions are those of the ops that bear their names
    static abstract T Add(T x, T y);
    static abstract T Sub(T x, T y);
    static abstract T Mul(T x, T y);
    static abstract T Div(T x, T y);
    static abstract T Pow(T x, T y);
    static abstract T Neg(T x);
    static abstract T Abs(T x);
    static abstract T Sign(T x);
    static abstract T Exp(T x);
    static abstract T Log(T x);
    static abstract T Sqrt(T x);
    static abstract T Tanh(T x);
    static abstract T Sin(T x);
    static abstract T Cos(T x);
    static abstract T Erf(T x);
    static abstract T Floor(T x);
#pragma warning restore CS1591

    /// <summary>x &lt; y; false when either is NaN.</summary>
    static abstract bool Less(T x, T y);

    /// <summary>x = y; false when either is NaN.</summary>
    static abstract bool Equal(T x, T y);

    /// <summary>Whether it is not a number.</summary>
    static abstract bool IsNaN(T x);

    /// <summary>Whether it is zero in every component, so that a term with it as a factor can be left out.</summary>
    static abstract bool IsZero(T x);

    /// <summary>The one that a reduction takes of equals: the same number, in forward mode with their derivatives.</summary>
    static virtual T Among(IReadOnlyList<T> equals, Ties ties) => equals[0];

    /// <summary>The number that a double is.</summary>
    static abstract T FromDouble(double value);

    /// <summary>The number that an integer is.</summary>
    static abstract T FromLong(long value);

    /// <summary>A number near an irrational one, or an absent value that bears its name.</summary>
    static abstract T Irrational(string name, double value);

    /// <summary>Toward zero; NaN is 0, values past the ends of i64 are the ends.</summary>
    static abstract long ToLong(T x);

    /// <summary>The number that a node of this float type holds.</summary>
    static abstract T Round(T x, ElementType type);

    /// <summary>x, as a constant of differentiation.</summary>
    static abstract T Detach(T x);

    /// <summary>Why a value is absent from the number system; null when it is there.</summary>
    static abstract string? Absent(T x);
}

/// <summary>Order, as the ops mean it, over any arithmetic.</summary>
/// <typeparam name="T">A number.</typeparam>
/// <typeparam name="A">Its arithmetic.</typeparam>
internal static class Order<T, A> where A : IArithmetic<T>
{
    /// <summary>x where x &gt; y, else y; NaN when either is.</summary>
    internal static T Max(T x, T y) => A.IsNaN(x) ? x : A.IsNaN(y) || !A.Less(y, x) ? y : x;

    /// <summary>x where x &lt; y, else y; NaN when either is.</summary>
    internal static T Min(T x, T y) => A.IsNaN(x) ? x : A.IsNaN(y) || !A.Less(x, y) ? y : x;

    /// <summary>Whether a later element takes the place of the largest so far: larger, or the first NaN.</summary>
    internal static bool Rises(T best, T x) => A.Less(best, x) || (A.IsNaN(x) && !A.IsNaN(best));

    /// <summary>Whether a later element takes the place of the smallest so far: smaller, or the first NaN.</summary>
    internal static bool Falls(T best, T x) => A.Less(x, best) || (A.IsNaN(x) && !A.IsNaN(best));

    internal static bool NotEqual(T x, T y) => !A.Equal(x, y);

    internal static bool LessOrEqual(T x, T y) => A.Less(x, y) || A.Equal(x, y);

    internal static bool Greater(T x, T y) => A.Less(y, x);

    internal static bool GreaterOrEqual(T x, T y) => LessOrEqual(y, x);
}
