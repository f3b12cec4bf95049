using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Operators on truth values: what makes them, combines them, and chooses by them.</summary>
internal static class Comparisons
{
    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Binary("Equal", Prim.Eq),
        Operator.Binary("Less", (x, y) => x < y),
        Operator.Binary("LessOrEqual", (x, y) => x <= y),
        Operator.Binary("Greater", (x, y) => x > y),
        Operator.Binary("GreaterOrEqual", (x, y) => x >= y),
        Operator.Of("And", n => Logical(n, Prim.And)),
        Operator.Of("Or", n => Logical(n, Prim.Or)),
        Operator.Of("Xor", n => Logical(n, Prim.Xor)),
        Operator.Of("Not", n => Prim.Not(Truth(n, 0))),
        Operator.Of("Where", Where),
        Operator.Unary("IsNaN", x => Prim.Ne(x, x)),
        Operator.Of("IsInf", IsInf),
        Operator.Of("Cast", n => Prim.Cast(n[0], n.Element(n.Int("to")))),
        Operator.Of("CastLike", n => Prim.Cast(n[0], n[1].Type.Element)),
    ];

    private static Expr Logical(Node n, Func<Expr, Expr, Expr> f) => Repeating.Apply(f, Truth(n, 0), Truth(n, 1));

    private static Expr Truth(Node n, int i) => n[i].Type.Element == ElementType.Pred ? n[i]
        : throw n.Refuse($"it combines truth values, operand {i} is {n[i].Type}");

    private static Expr Where(Node n)
    {
        var shape = Repeating.Common(n[0].Shape, n[1].Shape, n[2].Shape);
        return Prim.Select(Repeating.Operand(n[0], shape), Repeating.Operand(n[1], shape), Repeating.Operand(n[2], shape));
    }

    private static Expr IsInf(Node n)
    {
        var (x, never) = (n[0], Prim.Full(new(ElementType.Pred, n[0].Shape), 0));
        var above = n.Flag("detect_positive", true) ? Prim.Eq(x, Prim.Like(x, double.PositiveInfinity)) : never;
        var below = n.Flag("detect_negative", true) ? Prim.Eq(x, Prim.Like(x, double.NegativeInfinity)) : never;
        return Prim.Or(above, below);
    }
}
