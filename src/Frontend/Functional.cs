using System.Collections.Immutable;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;

namespace MiniTorch.Frontend;

/// <summary>The functions one composes expressions with: <c>using static MiniTorch.Frontend.Functional</c>.</summary>
public static class Functional
{
    /// <summary>See <see cref="Padding.Valid"/>.</summary>
    public static readonly Padding Valid = Padding.Valid;

    /// <summary>See <see cref="Padding.Same"/>.</summary>
    public static readonly Padding Same = Padding.Same;

    /// <summary>See <see cref="Padding.Centred"/>.</summary>
    public static readonly Padding Centred = Padding.Centred;

    /// <summary>See <see cref="Padding.Causal"/>.</summary>
    public static readonly Padding Causal = Padding.Causal;

    /// <summary>A named value that the caller gives.</summary>
    public static Expr Input(string name, TensorType type) => Prim.Input(name, type);

    /// <summary>Cross-correlation of x [N, C, …] with w [O, C/groups, k…]; an int holds for every spatial axis.</summary>
    /// <remarks>Errors: conv.C1 to conv.C6, extent.E1, padding.P1, padding.P2.</remarks>
    public static Expr Conv(
        Expr x, Expr w, Padding padding, Extent stride = default, Extent dilation = default, int groups = 1,
        PaddingMode paddingMode = PaddingMode.Zeros) => Convolution.Of(x, w, padding, stride, dilation, groups, paddingMode);

    /// <summary>x [N, C, …] with cells before and after each spatial axis; counts below 0 crop.</summary>
    /// <remarks>Errors: extent.E1, padding.P1 to padding.P3.</remarks>
    public static Expr Pad(Expr x, Extent lo, Extent hi, PaddingMode mode = PaddingMode.Zeros) => Padded.Of(x, lo, hi, mode);

    /// <summary>The same for one axis of any x.</summary>
    /// <remarks>Errors: padding.P1, padding.P2, pad.P1 to pad.P3.</remarks>
    public static Expr PadAxis(Expr x, int axis, int lo, int hi, PaddingMode mode = PaddingMode.Zeros) =>
        Padded.Axis(x, axis, lo, hi, mode);

    /// <summary>Σ of all elements, a scalar.</summary>
    public static Expr Sum(Expr x) => Prim.Sum(x, Dims.Range(0, x.Type.Rank));

    /// <summary>Σ along axes, which the result no longer has.</summary>
    public static Expr Sum(Expr x, params int[] axes) => Prim.Sum(x, Dims.Create(axes));

    /// <summary>The mean of all elements, a scalar.</summary>
    public static Expr Mean(Expr x) => Sum(x) / Math.Max(1, x.Type.Count);

    /// <summary>x · w, summing the last axis of x with the first of w.</summary>
    public static Expr MatMul(Expr x, Expr w) => Prim.MatMul(x, w);

    /// <summary>See <see cref="Unrolling.Unroll"/>.</summary>
    public static Expr Unroll(Expr x, int k) => Unrolling.Unroll(x, k);

    /// <summary>See <see cref="Unrolling.UnrollChannels"/>.</summary>
    public static Expr UnrollChannels(Expr x, int k) => Unrolling.UnrollChannels(x, k);

    /// <summary>See <see cref="Unrolling.Unfold"/>.</summary>
    public static Expr Unfold(Expr x, Dims size, IEnumerable<Window> windows, double outside = 0) =>
        Unrolling.Unfold(x, size, windows, outside);

    /// <summary>See <see cref="Indicator.Of"/>.</summary>
    public static Expr OneHot(Expr index, int classes, ElementType? element = null) => Indicator.Of(index, classes, element);

    /// <summary>See <see cref="Indicator.ArgMax"/>.</summary>
    public static Expr OneHotArgMax(Expr x, int axis) => Indicator.ArgMax(x, axis);

    /// <summary>∂y/∂x for each x: expressions of the same graph. See <see cref="Backward.Grad"/>.</summary>
    public static ImmutableArray<Expr> Grad(Expr y, params ImmutableArray<Expr> wrt) => Backward.Grad(y, wrt);

    /// <summary>A value along the axes that follow: b [C] over x [N, C, …].</summary>
    public static Expr AlongChannels(Expr b, Expr x) => x.Type.IsUnknown ? x : Prim.Broadcast(b, x.Shape, [1]);

    /// <summary>x[…, T − 1]: the last place of the last axis, which the result no longer has.</summary>
    public static Expr LastStep(Expr x)
    {
        if (x.Type.IsUnknown || x.Type.Rank == 0) return x;
        var (last, rank) = (x.Type.Rank - 1, x.Type.Rank);
        var start = x.Shape.Map((n, i) => i == last ? n - 1 : 0);
        return Prim.Reshape(Prim.Slice(x, start, x.Shape, Dims.Repeat(1, rank)), x.Shape.Slice(0, last));
    }
}
