using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Operators that combine the elements along axes.</summary>
internal static class Reductions
{
    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Of("ReduceSum", n => Along(n, Prim.Sum)),
        Operator.Of("ReduceMean", n => Along(n, (x, axes) => Inverses.Wide(x, w => Mean(w, axes)))),
        Operator.Of("ReduceMax", n => Along(n, (x, axes) => Numbers(x, axes, Prim.ReduceMax))),
        Operator.Of("ReduceMin", n => Along(n, (x, axes) => Numbers(x, axes, Prim.ReduceMin))),
        Operator.Of("ReduceProd", n => Along(n, Prim.ReduceProd)),
        Operator.Of("ReduceL1", n => Along(n, (x, axes) => Prim.Sum(Prim.Abs(x), axes))),
        Operator.Of("ReduceL2", n => Along(n, (x, axes) => Floats(x, w => Root(Prim.Sum(w * w, axes))))),
        Operator.Of("ReduceSumSquare", n => Along(n, (x, axes) => Prim.Sum(x * x, axes))),
        Operator.Of("ReduceLogSum", n => Along(n, (x, axes) => Floats(x, w => Prim.Log(Prim.Sum(w, axes))))),
        Operator.Of("ReduceLogSumExp", n => Along(n, (x, axes) => Floats(x, w => LogSumExp(w, axes)))),
        Operator.Of("ArgMax", n => Position(n, n[0])),
        Operator.Of("ArgMin", n => Position(n, n[0].Type.Element.IsFloat ? -n[0] : Prim.Not(n[0]))),
    ];

    /// <summary>The mean along axes, which the result no longer has; of no elements 0/0.</summary>
    public static Expr Mean(Expr x, Dims axes) =>
        Prim.Sum(x, axes) / Prim.Scalar(x.Type.Element, x.Shape.At(axes).Product);

    /// <summary>A reduction whose axes stay, of size 1.</summary>
    public static Expr Kept(Expr x, Dims axes, Func<Expr, Dims, Expr> reduce) =>
        Prim.Reshape(reduce(x, axes), x.Shape.Map((d, i) => axes.Contains(i) ? 1 : d));

    /// <summary>√x with the derivative 0 at 0, so that the norm of a zero vector has a gradient.</summary>
    public static Expr Root(Expr x)
    {
        var zero = Prim.Eq(x, Prim.Like(x, 0));
        return Prim.Select(zero, Prim.Like(x, 0), Prim.Sqrt(Prim.Select(zero, Prim.Like(x, 1), x)));
    }

    /// <summary>Axes by attribute or operand; without any it is all, or none by <c>noop_with_empty_axes</c>.</summary>
    private static Expr Along(Node n, Func<Expr, Dims, Expr> reduce)
    {
        var x = n[0];
        var given = n.LongsAt(1) ?? n.Ints("axes") ?? [];
        var axes = given.Length > 0 ? n.Axes(given, x.Type.Rank)
            : n.Flag("noop_with_empty_axes") ? Dims.Empty : Dims.Range(0, x.Type.Rank);
        return n.Flag("keepdims", true) ? Kept(x, axes, reduce) : reduce(x, axes);
    }

    /// <summary>The largest of truth values is whether any holds, the smallest whether all do.</summary>
    private static Expr Numbers(Expr x, Dims axes, Func<Expr, Dims, Expr> reduce) => x.Type.Element == ElementType.Pred
        ? Prim.Cast(reduce(Prim.Cast(x, ElementType.U8), axes), ElementType.Pred)
        : reduce(x, axes);

    /// <summary>Of 16-bit floats in binary32, where sums do not overflow; of whole numbers in binary64, truncated.</summary>
    private static Expr Floats(Expr x, Func<Expr, Expr> f) => x.Type.Element.IsFloat ? Inverses.Wide(x, f)
        : Prim.Cast(f(Prim.Cast(x, ElementType.F64)), x.Type.Element);

    /// <summary>m + log Σ exp(x − m), m the largest if finite; m cancels, so no gradient flows through it.</summary>
    private static Expr LogSumExp(Expr x, Dims axes)
    {
        var largest = Prim.StopGradient(Prim.ReduceMax(x, axes));
        var finite = Prim.Abs(largest) < double.PositiveInfinity;
        var m = Prim.Select(finite, largest, Prim.Like(x, 0));
        var spread = Prim.Broadcast(m, x.Shape, Dims.Range(0, x.Type.Rank).Without(axes));
        return m + Prim.Log(Prim.Sum(Prim.Exp(x - spread), axes));
    }

    /// <summary>Where the largest stands: of several the first, or the last by <c>select_last_index</c>.</summary>
    private static Expr Position(Node n, Expr x)
    {
        var axis = n.Axis(n.Int("axis", 0), x.Type.Rank);
        var last = n.Flag("select_last_index");
        var at = Prim.Cast(Prim.ArgMax(last ? Prim.Reverse(x, [axis]) : x, axis), ElementType.I64);
        var position = last ? Prim.Scalar(ElementType.I64, x.Shape[axis] - 1L) - at : at;
        return n.Flag("keepdims", true) ? Prim.Reshape(position, x.Shape.Map((d, i) => i == axis ? 1 : d)) : position;
    }
}
