using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Functions of one number.</summary>
internal static class Functions
{
    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Unary("Neg", x => -x),
        Operator.Unary("Abs", Prim.Abs),
        Operator.Unary("Sign", Prim.Sign),
        Operator.Unary("Reciprocal", x => 1 / x),
        Operator.Unary("Exp", Prim.Exp),
        Operator.Unary("Log", Prim.Log),
        Operator.Unary("Sqrt", Prim.Sqrt),
        Operator.Unary("Erf", Prim.Erf),
        Operator.Unary("Floor", Prim.Floor),
        Operator.Unary("Ceil", x => -Prim.Floor(-x)),
        Operator.Unary("Round", Round),
        Operator.Unary("Sin", Prim.Sin),
        Operator.Unary("Cos", Prim.Cos),
        Operator.Unary("Tan", x => Inverses.Wide(x, w => Prim.Sin(w) / Prim.Cos(w))),
        Operator.Unary("Tanh", Prim.Tanh),
        Operator.Unary("Sinh", x => Inverses.Wide(x, Sinh)),
        Operator.Unary("Cosh", x => Inverses.Wide(x, Cosh)),
        Operator.Unary("Asin", x => Inverses.Wide(x, Inverses.Asin)),
        Operator.Unary("Acos", x => Inverses.Wide(x, Inverses.Acos)),
        Operator.Unary("Atan", x => Inverses.Wide(x, Inverses.Atan)),
        Operator.Unary("Asinh", x => Inverses.Wide(x, Inverses.Asinh)),
        Operator.Unary("Acosh", x => Inverses.Wide(x, Inverses.Acosh)),
        Operator.Unary("Atanh", x => Inverses.Wide(x, Inverses.Atanh)),
    ];

    /// <summary>The nearest whole number; of two as near, the even one.</summary>
    private static Expr Round(Expr x)
    {
        var below = Prim.Floor(x);
        var rest = x - below;
        var even = Prim.Floor((below + 1) * 0.5) * 2;
        return Prim.Select(rest < 0.5, below, Prim.Select(rest > 0.5, below + 1, even));
    }

    /// <summary>½eˣ + ½e⁻ˣ, each from e^(x/2) so that only what is too large overflows.</summary>
    private static Expr Cosh(Expr x)
    {
        var (up, down) = (Prim.Exp(0.5 * x), Prim.Exp(-0.5 * x));
        return 0.5 * up * up + 0.5 * down * down;
    }

    /// <summary>tanh(x/2) · (cosh x + 1), in which nothing cancels.</summary>
    private static Expr Sinh(Expr x) => Prim.Tanh(0.5 * x) * (Cosh(x) + 1);
}
