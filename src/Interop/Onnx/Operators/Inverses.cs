using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>
/// The inverse circular and hyperbolic functions, of ops that there are. Where a logarithm or a quotient would cancel,
/// f(x) = a + f(d) by f's addition theorem, where a ≈ f(x) is a point that does not vary and d is small: f(d) is then a
/// few terms of its series, and the derivatives of every order are f's own.
/// </summary>
/// <remarks>
/// Relative error over the whole domain: at most 2⁻²¹ in binary32 and 2⁻⁵⁰ in binary64, a few units in the last place.
/// Source: Abramowitz and Stegun, 4.4.34, 4.4.49, 4.6.
/// </remarks>
internal static class Inverses
{
    /// <summary>A function of a 16-bit float taken in binary32 and rounded once.</summary>
    public static Expr Wide(Expr x, Func<Expr, Expr> f) => x.Type.Element.Kind is ElementKind.F16 or ElementKind.BF16
        ? Prim.Cast(f(Prim.Cast(x, ElementType.F32)), x.Type.Element)
        : f(x);

    /// <summary>atan x = ±π/2 − atan(1/x) where |x| is above 1.</summary>
    public static Expr Atan(Expr x)
    {
        var far = Prim.Abs(x) > 1;
        var near = AtanWithin(Prim.Select(far, 1 / Prim.Select(far, x, Prim.Like(x, 1)), x));
        return Prim.Select(far, Math.PI / 2 * Prim.Sign(x) - near, near);
    }

    /// <summary>2 atan(x / (1 + √(1−x²))).</summary>
    public static Expr Asin(Expr x) => 2 * AtanWithin(x / (1 + Prim.Sqrt(1 - x) * Prim.Sqrt(1 + x)));

    /// <summary>2 atan(√(1−x) / √(1+x)), and π less that of −x for x below 0.</summary>
    public static Expr Acos(Expr x)
    {
        var above = x > 0;
        var m = Prim.Select(above, x, -x);
        var angle = 2 * AtanWithin(Prim.Sqrt(1 - m) / Prim.Sqrt(1 + m));
        return Prim.Select(above, angle, Math.PI - angle);
    }

    /// <summary>2 atanh(x / (1 + √(1+x²))) up to 1; above it ±(log|x| + log(1 + √(1 + x⁻²))).</summary>
    public static Expr Asinh(Expr x)
    {
        var far = Prim.Abs(x) > 1;
        var small = Prim.Select(far, Prim.Like(x, 0), x);
        var large = Prim.Select(far, Prim.Abs(x), Prim.Like(x, 1));
        var inverse = 1 / large;
        var log = Prim.Log(large) + Prim.Log(1 + Prim.Sqrt(1 + inverse * inverse));
        return Prim.Select(far, Prim.Sign(x) * log, 2 * AtanhWithin(small / (1 + Prim.Sqrt(1 + small * small))));
    }

    /// <summary>2 asinh √((x−1)/2).</summary>
    public static Expr Acosh(Expr x) => 2 * Asinh(Prim.Sqrt(0.5 * (x - 1)));

    /// <summary>½ log((1+x)/(1−x)), and by the addition theorem up to ½.</summary>
    public static Expr Atanh(Expr x)
    {
        var far = Prim.Abs(x) > 0.5;
        var large = Prim.Select(far, x, Prim.Like(x, 0.5));
        return Prim.Select(far, Logarithms(large), AtanhWithin(Prim.Select(far, Prim.Like(x, 0), x)));
    }

    private static Expr Logarithms(Expr x) => 0.5 * (Prim.Log(1 + x) - Prim.Log(1 - x));

    /// <summary>atan x for |x| ≤ 1: a by a polynomial that is right to 10⁻⁵, d = tan(atan x − a).</summary>
    private static Expr AtanWithin(Expr x)
    {
        var fixedX = Prim.StopGradient(x);
        var s = fixedX * fixedX;
        var a = fixedX * (0.9998660 + s * (-0.3302995 + s * (0.1801410 + s * (-0.0851330 + s * 0.0208351))));
        var (sin, cos) = (Prim.Sin(a), Prim.Cos(a));
        var d = (x * cos - sin) / (cos + x * sin);
        return a + d * (1 - d * d * (1.0 / 3));
    }

    /// <summary>atanh x for |x| ≤ ½: a by logarithms, right to a unit beside 1, d = tanh(atanh x − a).</summary>
    private static Expr AtanhWithin(Expr x)
    {
        var a = Logarithms(Prim.StopGradient(x));
        var tanh = Prim.Tanh(a);
        var d = (x - tanh) / (1 - x * tanh);
        return a + d * (1 + d * d * (1.0 / 3));
    }
}
