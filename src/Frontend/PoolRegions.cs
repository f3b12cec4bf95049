using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>
/// Where pooling's regions lie over the trailing axes of x [N, C, …], one for each cell of the result: a value, applied to
/// any x by <see cref="Pooling.Of"/>. Source: the lectures' "reduction applied to each region".
/// </summary>
public sealed record PoolRegions
{
    private readonly Func<Expr, Either<IrError, Laid>> over;

    private PoolRegions(string text, Func<Expr, Either<IrError, Laid>> over) => (Text, this.over) = (text, over);

    /// <summary>As a layer prints it: <c>3, stride: 2</c>.</summary>
    public string Text { get; }

    /// <summary>
    /// Windows of a size, one after the other unless a stride says otherwise; with a stride below the size they overlap.
    /// <paramref name="ceil"/> lets a last window reach over the end when it begins inside.
    /// </summary>
    /// <remarks>Errors: extent.E1, pool.P1, pool.P2, window.W3, window.W4. Source: PyTorch's MaxPool2d.</remarks>
    public static PoolRegions Windows(
        Extent size, Extent stride = default, Extent padding = default, Extent dilation = default, bool ceil = false) =>
        new(SlidingWindows.Text(size, stride, padding, dilation, ceil),
            x => SlidingWindows.Over(x, size, stride, padding, dilation, ceil));

    /// <summary>
    /// "Tensor origami": each axis viewed as [n / size, size], and the folds moved behind. It needs no index and no copy
    /// beyond the transpose, but no overlap and no rest either.
    /// </summary>
    /// <remarks>Errors: extent.E1, pool.P1, pool.P3. Source: the lectures' "use View to fold the tensor".</remarks>
    public static PoolRegions Fold(Extent size) => new($"fold: {size}", x => Folding.Over(x, size));

    /// <summary>One region that is all: every axis becomes 1 long.</summary>
    /// <remarks>Errors: pool.P1.</remarks>
    public static PoolRegions Global { get; } = new("", Folding.Global);

    /// <summary>
    /// So many regions as the result is to have: number i of n cells in o runs from ⌊i·n/o⌋ to ⌈(i+1)·n/o⌉, so that
    /// neighbours may share a cell.
    /// </summary>
    /// <remarks>Errors: extent.E1, pool.P1, pool.P4. Source: PyTorch's AdaptiveAvgPool2d.</remarks>
    public static PoolRegions Adaptive(Extent outputs) => new($"{outputs}", x => AdaptiveRegions.Over(x, outputs));

    /// <summary>The regions of a value of known type.</summary>
    internal Either<IrError, Laid> Over(Expr x) => x.Type.Rank < 3
        ? new IrError("pool.P1", $"pooling takes [batch, channels, cells…], input is {x.Type}; reshape it", x.Describe())
        : over(x);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>PoolRegions over a value.</summary>
/// <param name="X">The value, [N, C, n…].</param>
/// <param name="Shape">Of the pooled value, [N, C, o…].</param>
/// <param name="Cells">[N, C, o…, k…], where what lies outside x is as given.</param>
/// <param name="Count">How many cells a region has, with those of the padding or without: a number, or one each as
/// [o…].</param>
internal sealed record Laid(Expr X, Dims Shape, Func<double, Expr> Cells, Func<bool, RegionCount> Count)
{
    /// <summary>Size and windows, where the regions are windows and nothing else.</summary>
    internal (Dims Size, ImmutableArray<Window> All)? Windows { get; init; }

    /// <summary>The axes k… of the cells.</summary>
    internal Dims Axes => Dims.Range(X.Type.Rank, X.Type.Rank - 2);

    /// <summary>One value for each region, beside each of its cells.</summary>
    internal Expr Beside(Expr y, Expr cells) => Prim.Broadcast(y, cells.Shape, Dims.Range(0, y.Type.Rank));
}

/// <summary>How many cells the regions have: the same number each, or one each as [o…].</summary>
internal sealed record RegionCount(double Same, Expr? Each = null);
