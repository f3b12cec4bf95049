using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Operators that calculate with two or more numbers.</summary>
internal static class Arithmetic
{
    private static readonly Tensor Powers = Tensor.Of<int>(ElementType.I32[9], [1, 2, 4, 8, 16, 32, 64, 128, 256]);

    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Binary("Add", (x, y) => x + y),
        Operator.Binary("Sub", (x, y) => x - y),
        Operator.Binary("Mul", (x, y) => x * y),
        Operator.Binary("Div", (x, y) => x / y),
        Operator.Of("Pow", n => Repeating.Apply(Pow, n[0], n[1])),
        Operator.Of("Mod", Mod),
        Operator.Of("Max", n => Fold(n, Prim.Max)),
        Operator.Of("Min", n => Fold(n, Prim.Min)),
        Operator.Of("Sum", n => Fold(n, (x, y) => x + y)),
        Operator.Of("Mean", n => Fold(n, (x, y) => x + y) / n.Inputs),
        Operator.Of("Clip", Clip),
        Operator.Of("BitShift", Shift),
        Operator.Binary("BitwiseAnd", Prim.And),
        Operator.Binary("BitwiseOr", Prim.Or),
        Operator.Binary("BitwiseXor", Prim.Xor),
        Operator.Unary("BitwiseNot", Prim.Not),
    ];

    /// <summary>All operands, each repeated to the common shape, combined from the left.</summary>
    private static Expr Fold(Node n, Func<Expr, Expr, Expr> f)
    {
        var all = n.All;
        if (all.IsEmpty) throw n.Refuse("it has no operand");
        return all.Skip(1).Aggregate(all[0], (x, y) => Repeating.Apply(f, x, y));
    }

    /// <summary>xʸ in the type of x: whole numbers by binary64, whose powers are exact up to 2⁵³.</summary>
    private static Expr Pow(Expr x, Expr y)
    {
        var element = x.Type.Element;
        var wide = element.IsFloat ? element : ElementType.F64;
        return Prim.Cast(Prim.Pow(Prim.Cast(x, wide), Prim.Cast(y, wide)), element);
    }

    /// <summary>The remainder: of the sign of the divisor, or of the dividend under <c>fmod</c>.</summary>
    private static Expr Mod(Node n)
    {
        var fmod = n.Flag("fmod");
        if (n[0].Type.Element.IsFloat && !fmod) throw n.Refuse("remainders of floats need the attribute fmod = 1");
        return Repeating.Apply(n[0].Type.Element.IsFloat ? FloatRemainder : fmod ? Remainder : Modulo, n[0], n[1]);
    }

    private static Expr Remainder(Expr x, Expr y) => x - x / y * y;

    private static Expr Modulo(Expr x, Expr y)
    {
        var r = Remainder(x, y);
        var zero = Prim.Like(r, 0);
        return Prim.Select(Prim.And(Prim.Ne(r, zero), Prim.Xor(r < zero, y < zero)), r + y, r);
    }

    /// <summary>
    /// x − trunc(x/y)·y one width up, where quotient and product of binary32 are exact while |x/y| is below 2²⁸; the
    /// quotient does not vary, so ∂x is 1 and ∂y is −trunc(x/y).
    /// </summary>
    private static Expr FloatRemainder(Expr x, Expr y)
    {
        var (wideX, wideY) = (Prim.Cast(x, ElementType.F64), Prim.Cast(y, ElementType.F64));
        var ratio = Prim.StopGradient(wideX / wideY);
        var whole = Prim.Sign(ratio) * Prim.Floor(Prim.Abs(ratio));
        var remainder = Prim.Select(Prim.Eq(whole, Prim.Like(whole, 0)), wideX, wideX - whole * wideY);
        return Prim.Cast(remainder, x.Type.Element);
    }

    /// <summary>min(max(x, lo), hi); at a bound the gradient is still that of x.</summary>
    private static Expr Clip(Node n)
    {
        var x = n[0];
        if (Bound(n, 1, "min") is { } lo) x = Repeating.Apply(Prim.Max, lo, x);
        return Bound(n, 2, "max") is { } hi ? Repeating.Apply(Prim.Min, hi, x) : x;
    }

    private static Expr? Bound(Node n, int operand, string attribute)
    {
        if (n.Opset < 11) return n.Has(attribute) ? Prim.Like(n[0], n.Float(attribute, 0)) : null;
        return n.At(operand) is not { } bound ? null
            : bound.Type.Count == 1 ? Prim.Reshape(bound, []) : throw n.Refuse($"its {attribute} must be one number");
    }

    /// <summary>x · 2ʸ or x / 2ʸ, of which 8 bits stay; nothing stays of 8 steps or more.</summary>
    private static Expr Shift(Node n)
    {
        var left = n.Text("direction", "") switch
        {
            "LEFT" => true,
            "RIGHT" => false,
            var other => throw n.Refuse($"its direction is '{other}', not LEFT or RIGHT"),
        };
        if (n[0].Type.Element != ElementType.U8) throw n.Refuse($"it shifts unsigned numbers, has {n[0].Type}");
        return Repeating.Apply((x, y) => Shift(x, y, left), n[0], n[1]);
    }

    private static Expr Shift(Expr x, Expr y, bool left)
    {
        var power = Prim.Gather(Prim.Constant(Powers), Prim.Cast(Prim.Min(y, Prim.Like(y, 8)), ElementType.I32));
        var wide = Prim.Cast(x, ElementType.I32);
        return Prim.Cast(left ? wide * power : wide / power, ElementType.U8);
    }
}
