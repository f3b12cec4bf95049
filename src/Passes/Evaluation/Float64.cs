using MiniTorch.Ir;

namespace MiniTorch.Passes.Evaluation;

/// <summary>What becomes of a double at a node of a float type.</summary>
public interface IRounding
{
    /// <summary>The double that the node holds.</summary>
    static abstract double Round(double x, ElementType type);
}

/// <summary>Each node is rounded to its type, f16 and bf16 by way of f32: + − × ÷ √ are IEEE-correct in f32.</summary>
public readonly struct Typed : IRounding
{
    /// <inheritdoc/>
    public static double Round(double x, ElementType type) => type.Kind switch
    {
        ElementKind.F16 => (double)(Half)(float)x,
        ElementKind.BF16 => Elements.FromBFloat16(Elements.ToBFloat16((float)x)),
        ElementKind.F32 => (float)x,
        ElementKind.F64 => x,
        var other => throw new InvalidOperationException($"{other} is no float type"),
    };
}

/// <summary>Every float node holds a double, whatever its type: for finite differences.</summary>
public readonly struct Untyped : IRounding
{
    /// <inheritdoc/>
    public static double Round(double x, ElementType type) => x;
}

/// <summary>IEEE binary64, rounded at each node as <typeparamref name="R"/> says.</summary>
/// <typeparam name="R"><see cref="Typed"/> or <see cref="Untyped"/>.</typeparam>
public readonly struct Float64<R> : IArithmetic<double> where R : IRounding
{
#pragma warning disable CS1591 // documented at the interface
    public static double Add(double x, double y) => x + y;
    public static double Sub(double x, double y) => x - y;
    public static double Mul(double x, double y) => x * y;
    public static double Div(double x, double y) => x / y;
    public static double Pow(double x, double y) => Math.Pow(x, y);
    public static double Neg(double x) => -x;
    public static double Abs(double x) => Math.Abs(x);
    public static double Sign(double x) => double.IsNaN(x) ? x : Math.Sign(x);
    public static double Exp(double x) => Math.Exp(x);
    public static double Log(double x) => Math.Log(x);
    public static double Sqrt(double x) => Math.Sqrt(x);
    public static double Tanh(double x) => Math.Tanh(x);
    public static double Sin(double x) => Math.Sin(x);
    public static double Cos(double x) => Math.Cos(x);
    public static double Erf(double x) => ErrorFunction.At(x);
    public static double Floor(double x) => Math.Floor(x);
    public static bool Less(double x, double y) => x < y;
    public static bool Equal(double x, double y) => x == y;
    public static bool IsNaN(double x) => double.IsNaN(x);
    public static bool IsZero(double x) => x == 0;
    public static double FromDouble(double value) => value;
    public static double FromLong(long value) => value;
    public static double Irrational(string name, double value) => value;
    public static long ToLong(double x) => Elements.ToLong(x);
    public static double Round(double x, ElementType type) => R.Round(x, type);
    public static double Detach(double x) => x;
    public static string? Absent(double x) => null;
#pragma warning restore CS1591
}

/// <summary>erf, within a few units of the last place of a double.</summary>
/// <remarks>Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.6 and 7.1.14.</remarks>
public static class ErrorFunction
{
    private const int Terms = 120;

    /// <summary>2/√π ∫₀ˣ e^(−t²) dt.</summary>
    public static double At(double x) =>
        double.IsNaN(x) ? x : x < 0 ? -At(-x) : x < 2 ? Series(x) : x < 6 ? 1 - Fraction(x) : 1;

    /// <summary>2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)): all terms have one sign.</summary>
    private static double Series(double x)
    {
        var (term, sum) = (x, x);
        for (var n = 1; term > sum * 1e-18; n++) sum += term *= 2 * x * x / (2 * n + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>1 − erf x = e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 3/2/(x + …)))).</summary>
    private static double Fraction(double x)
    {
        var tail = x;
        for (var k = Terms; k > 0; k--) tail = x + k / 2.0 / tail;
        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * tail);
    }
}
