using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Operands of different shapes repeat to one. Source: NumPy, "Broadcasting".</summary>
/// <remarks>Errors: onnx.B1 shapes that do not repeat to one.</remarks>
internal static class Repeating
{
    /// <summary>The shape that all repeat to: aligned at the last axis, each size the others' or 1.</summary>
    public static Dims Common(params ReadOnlySpan<Dims> shapes)
    {
        var common = Dims.Empty;
        foreach (var shape in shapes) common = Common(common, shape);
        return common;
    }

    /// <summary>An expression repeated to a shape, aligned at the last axis.</summary>
    public static Expr To(Expr x, Dims shape) => x.Shape == shape ? x
        : x.Type.Rank <= shape.Count ? Prim.Broadcast(x, shape, Dims.Range(shape.Count - x.Type.Rank, x.Type.Rank))
        : throw Misfit(x.Shape, shape);

    /// <summary>A function of two operands of one shape; a rank-0 one stays as it is.</summary>
    public static Expr Apply(Func<Expr, Expr, Expr> f, Expr x, Expr y)
    {
        var shape = Common(x.Shape, y.Shape);
        return f(Operand(x, shape), Operand(y, shape));
    }

    /// <summary>An operand of an elementwise op: rank 0 stands for every element.</summary>
    public static Expr Operand(Expr x, Dims shape) => x.Type.Rank == 0 ? x : To(x, shape);

    private static Dims Common(Dims x, Dims y)
    {
        var rank = Math.Max(x.Count, y.Count);
        return Dims.Of(Enumerable.Range(-rank, rank).Select(i => Size(FromEnd(x, i), FromEnd(y, i), x, y)));
    }

    private static int FromEnd(Dims shape, int i) => i + shape.Count < 0 ? 1 : shape[i + shape.Count];

    private static int Size(int n, int m, Dims x, Dims y) => n == m || m == 1 ? n : n == 1 ? m : throw Misfit(x, y);

    private static Refusal Misfit(Dims x, Dims y) =>
        new("onnx.B1", $"shapes {x} and {y} do not repeat to one; a size must be 1 or equal the other's");
}
