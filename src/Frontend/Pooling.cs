using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Pooling as expressions: a reduction of each region of the trailing axes of x [N, C, …].</summary>
public static class Pooling
{
    /// <summary>A reduction of each region: any <see cref="PoolRegions"/> with any <see cref="Reducer"/>.</summary>
    /// <remarks>Shape: x [N, C, n…] → [N, C, o…]. Errors: extent.E1, pool.P1 to pool.P7, window.W1 to window.W4.</remarks>
    public static Expr Of(Expr x, PoolRegions regions, Reducer reducer) => x.Type.IsUnknown ? x
        : (from laid in regions.Over(x) from y in reducer.Over(laid) select y)
            .Match(y => y, e => Expr.Broken(e with { Where = e.Where.Length > 0 ? e.Where : x.Describe() }, x));

    /// <summary>
    /// The largest of each window, first of equals: gather ∘ window_argmax, so it has gradients of every order. Where ties
    /// are to be treated otherwise it is reduce_max over the windows laid out.
    /// </summary>
    public static Expr Max(Expr x, Extent size, Extent stride = default, Extent padding = default, Extent dilation = default,
        bool ceil = false, Ties ties = Ties.First) =>
        Of(x, PoolRegions.Windows(size, stride, padding, dilation, ceil), Reducer.Max(ties));

    /// <summary>The mean of each window; zeros of the padding count unless they are not to.</summary>
    public static Expr Average(Expr x, Extent size, Extent stride = default, Extent padding = default, bool ceil = false,
        bool countPadding = true) =>
        Of(x, PoolRegions.Windows(size, stride, padding, ceil: ceil), Reducer.Average(countPadding));

    /// <summary>One's own reduction of each window: cells [N, C, o…, k…] and the axes k… to [N, C, o…].</summary>
    public static Expr Reduce(Expr x, Extent size, Func<Expr, Dims, Expr> reduce, Extent stride = default,
        Extent padding = default, double outside = 0) =>
        Of(x, PoolRegions.Windows(size, stride, padding), Reducer.Of("reduction", reduce, outside));

    /// <summary>
    /// x [N, C, n…] as [N, C, n / size…, size…] by views and one transpose: "tensor origami". A reduction along the created
    /// folds is pooling.
    /// </summary>
    /// <remarks>Errors: extent.E1, pool.P1, pool.P3.</remarks>
    public static Expr Fold(Expr x, Extent size) => Of(x, PoolRegions.Fold(size), Reducer.Cells);
}
