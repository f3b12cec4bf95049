using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>A tensor's slices along its first axis, and back.</summary>
internal static class Steps
{
    /// <summary>
    /// The slices x[0], x[1], …. They are cut in halves of halves, so that adding up their gradients moves each element
    /// log₂ n times and not n times.
    /// </summary>
    public static IEnumerable<Expr> Of(Expr x)
    {
        var n = x.Shape[0];
        if (n == 0) return [];
        return n == 1 ? [At(x, 0)]
            : Of(Part(x, 0, n / 2)).Concat(Of(Part(x, n / 2, n)));
    }

    /// <summary>Indices from a start up to a limit of the first axis.</summary>
    public static Expr Part(Expr x, int start, int limit) => Prim.Slice(x, x.Shape.Map((_, i) => i == 0 ? start : 0),
        x.Shape.Map((s, i) => i == 0 ? limit : s), Dims.Repeat(1, x.Type.Rank));

    /// <summary>Expressions of one type, one after the other along a new axis.</summary>
    public static Expr Stack(IReadOnlyList<Expr> parts, int axis, TensorType each)
    {
        Dims With(int n) => each.Shape.Slice(0, axis).Then([n]).Then(each.Shape.Slice(axis, each.Rank - axis));
        return parts.Count == 0 ? Prim.Full(each.With(With(0)), 0)
            : Prim.Concat(axis, [.. parts.Select(p => Prim.Reshape(p, With(1)))]);
    }

    /// <summary>Row i of the first axis.</summary>
    public static Expr At(Expr x, int i) => Prim.Reshape(Part(x, i, i + 1), x.Shape.Slice(1, x.Type.Rank - 1));
}
