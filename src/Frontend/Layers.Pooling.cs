using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Layers that pool: regions and what is made of each.</summary>
public static partial class Layers
{
    /// <summary>The largest of each window of the given size, one after the other unless a stride is given.</summary>
    public static Model MaxPool(Extent size, Extent stride = default, Extent padding = default, Extent dilation = default,
        bool ceil = false, Ties ties = Ties.First) =>
        Pool(PoolRegions.Windows(size, stride, padding, dilation, ceil), Reducer.Max(ties));

    /// <summary>The mean of each window of the given size, one after the other unless a stride is given.</summary>
    public static Model AveragePool(Extent size, Extent stride = default, Extent padding = default, bool ceil = false,
        bool countPadding = true) =>
        Pool(PoolRegions.Windows(size, stride, padding, ceil: ceil), Reducer.Average(countPadding));

    /// <summary>log Σ exp(s·x) / s of each window: between the maximum and the sum.</summary>
    public static Model LogSumExpPool(
        Extent size, Extent stride = default, Extent padding = default, double sharpness = 1) =>
        Pool(PoolRegions.Windows(size, stride, padding), Reducer.LogSumExp(sharpness));

    /// <summary>(Σ |x|ᵖ)^(1/p) of each window.</summary>
    public static Model LpPool(Extent size, double power = 2, Extent stride = default, Extent padding = default) =>
        Pool(PoolRegions.Windows(size, stride, padding), Reducer.Lp(power));

    /// <summary>The mean of each window's cells, weighted by their softmax.</summary>
    public static Model SoftmaxWeightedPool(
        Extent size, Extent stride = default, Extent padding = default, double sharpness = 1) =>
        Pool(PoolRegions.Windows(size, stride, padding), Reducer.SoftmaxWeighted(sharpness));

    /// <summary>The largest cell of each channel: [N, C, …] gives [N, C, 1…].</summary>
    public static readonly Model GlobalMaxPool = Pool(PoolRegions.Global, Reducer.Max(), "Global");

    /// <summary>The mean of each channel: [N, C, …] gives [N, C, 1…].</summary>
    public static readonly Model GlobalAveragePool = Pool(PoolRegions.Global, Reducer.Average(), "Global");

    /// <summary>The largest cell of each of so many regions, whatever the size of the input.</summary>
    public static Model AdaptiveMaxPool(Extent outputs) => Pool(PoolRegions.Adaptive(outputs), Reducer.Max(), "Adaptive");

    /// <summary>The mean of each of so many regions, whatever the size of the input.</summary>
    public static Model AdaptiveAveragePool(Extent outputs) =>
        Pool(PoolRegions.Adaptive(outputs), Reducer.Average(), "Adaptive");

    /// <summary>One's own reduction of each window: cells [N, C, o…, k…] and the axes k… to [N, C, o…].</summary>
    public static Model Pool(Extent size, Func<Expr, Dims, Expr> reduce, Extent stride = default, Extent padding = default,
        double outside = 0) =>
        Pool(PoolRegions.Windows(size, stride, padding), Reducer.Of("", reduce, outside));

    /// <summary>Any regions with any reduction.</summary>
    /// <remarks>Errors: extent.E1, pool.P1 to pool.P7, window.W1 to window.W4.</remarks>
    public static Model Pool(PoolRegions regions, Reducer reducer) => Pool(regions, reducer, "");

    private static Model Pool(PoolRegions regions, Reducer reducer, string lead)
    {
        var name = $"{lead}{reducer.Name}Pool";
        var text = string.Join(", ", new[] { regions.Text, reducer.Text }.Where(t => t.Length > 0));
        return Of(Layer.Pure(Snake(name), text.Length > 0 ? $"{name}({text})" : name, x => Pooling.Of(x, regions, reducer)));
    }

    /// <summary>MaxPool as max_pool.</summary>
    private static string Snake(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? $"{(i > 0 ? "_" : "")}{char.ToLowerInvariant(c)}" : $"{c}"));
}
