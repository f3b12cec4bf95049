using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators.Recurrent;

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
        return n == 1 ? [Prim.Reshape(x, x.Shape.Slice(1, x.Type.Rank - 1))]
            : Of(Part(x, 0, n / 2)).Concat(Of(Part(x, n / 2, n)));
    }

    /// <summary>Indices from a start up to a limit of the first axis.</summary>
    public static Expr Part(Expr x, int start, int limit) => Prim.Slice(x, x.Shape.Map((_, i) => i == 0 ? start : 0),
        x.Shape.Map((s, i) => i == 0 ? limit : s), Dims.Repeat(1, x.Type.Rank));

    /// <summary>Expressions of one type, one after the other along a new axis; of none, a tensor of this type.</summary>
    public static Expr Stack(IReadOnlyList<Expr> parts, int axis, TensorType none) => parts.Count == 0 ? Prim.Full(none, 0)
        : Prim.Concat(axis, [.. parts.Select(p => Prim.Reshape(p, p.Shape.Slice(0, axis).Then([1]).Then(p.Shape.Slice(axis, p.Type.Rank - axis))))]);
}
