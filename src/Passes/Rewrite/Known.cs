using MiniTorch.Ir;

namespace MiniTorch.Passes.Rewrite;

/// <summary>What rules know of operands: which hold one constant everywhere, and how a result regains its shape.</summary>
internal static class Known
{
    /// <summary>The scalar that an expression holds everywhere, when it is a constant scalar or one repeated.</summary>
    internal static Tensor? Of(Expr e) => e switch
    {
        (Constant { Value: { Type.Rank: 0 } v }, _) => v,
        (Broadcast, [(Constant { Value: { Type.Rank: 0 } v }, _)]) => v,
        var _ => null,
    };

    /// <summary>Whether it holds a number everywhere; −0 counts as 0.</summary>
    internal static bool Is(Expr e, double value) => Of(e) is { } t && t.At(0) == value;

    /// <summary>Whether it holds +0 everywhere.</summary>
    internal static bool IsPlusZero(Expr e) => Of(e) is { } t && t.At(0) == 0 && !double.IsNegative(t.At(0));

    /// <summary>The operands of a commutative op as the other one and a known constant.</summary>
    internal static (Expr X, Tensor C)? Beside(Expr n) =>
        n.Args.Length != 2 ? null
        : Of(n.Args[1]) is { } right ? (n.Args[0], right)
        : Of(n.Args[0]) is { } left ? (n.Args[1], left)
        : null;

    /// <summary>The other operand of a commutative op beside a number.</summary>
    internal static Expr? Beside(Expr n, double value) => Beside(n) is (var x, var c) && c.At(0) == value ? x : null;

    /// <summary>An operand in the place of an elementwise node: repeated when it is a scalar and the node is not.</summary>
    internal static Expr Fit(Expr x, Expr n) => x.Shape == n.Shape ? x : Prim.Fill(x, n.Shape);

    /// <summary>A number in the place of a node.</summary>
    internal static Expr Full(Expr n, double value) => Prim.Full(n.Type, value);

    /// <summary>x · c for a float c, null when the product of constants left the normal range of the type.</summary>
    internal static Expr? Scaled(Expr x, double c, Expr n)
    {
        var scalar = Tensor.Scalar(n.Type.Element, c);
        return float.IsNormal((float)scalar.At(0)) ? Fit(x * Prim.Constant(scalar), n) : null;
    }

    /// <summary>Whether 1/c is a value of c's type, so that dividing by c and multiplying by 1/c round alike.</summary>
    internal static bool HasExactInverse(Tensor c) =>
        c.Type.Element.IsFloat && double.IsNormal(c.At(0)) && (BitConverter.DoubleToInt64Bits(c.At(0)) & 0xFFFFFFFFFFFFF) == 0
        && Tensor.Scalar(c.Type.Element, 1 / c.At(0)).At(0) == 1 / c.At(0);

    /// <summary>Whether both hold the same known scalar or are the same expression.</summary>
    internal static bool Same(Expr a, Expr b) => ReferenceEquals(a, b) || (Of(a) is { } x && Of(b) is { } y && x.Equals(y));
}
