using MiniTorch.Ir;
using static MiniTorch.Passes.Rewrite.Sample;
using static MiniTorch.Passes.Rewrite.Soundness;

namespace MiniTorch.Passes.Rewrite;

/// <summary>
/// Convolution in vector form: lay out the windows, multiply them by the kernels. Not part of
/// <see cref="Rewrite.Rules.All"/>: a backend that has a convolution reads x where it lies. Source: the lectures'
/// "Vectorization" and unroll @ weight.
/// </summary>
public static class Im2col
{
    /// <summary>The rule, for any number of axes, any windows and groups.</summary>
    public static readonly IReadOnlyList<Rule> Rules =
    [
        Rule.On<Conv>("im2col", "conv(x, w) = unfold x · w over channels and window cells", Real, Product, () =>
        [
            Prim.Conv(Images, Kernels, [Window.Unit, Window.Unit]),
            Prim.Conv(Images, Kernels, [new(2, 1, 2), new(1, -1, 3, 2, 2)]),
            Prim.Conv(Line, Prim.Input("taps", ElementType.F64[6, 2, 3]), [new(1, 0, 2)], 2),
            Prim.Conv(Line, Prim.Input("own", ElementType.F64[4, 1, 2]), [new(3, 1, 0, 1, 2)], 4),
            Prim.Conv(Clips, Prim.Input("cubes", ElementType.F64[2, 2, 2, 2, 1]), [Window.Unit, new(1, 1, 0), new(2)]),
            Prim.Conv(U, Prim.Input("square", ElementType.F64[2, 3]), []),
        ]),
    ];

    /// <summary>Every convolution as windows and a product.</summary>
    public static readonly Pass Pass =
        Pass.Of("im2col", "lays out the windows of convolutions and multiplies them by the kernels",
            g => Rewriter.Run(g, Rules));

    private static Expr Clips => Prim.Input("clips", ElementType.F64[1, 2, 3, 3, 2]);

    private static Expr Line => Prim.Input("line", ElementType.F64[2, 4, 7]);

    private static Expr? Product(Expr n)
    {
        if (n is not (Conv c, [var x, var w])) return null;
        var spatial = c.Windows.Count;
        var windows = Unfolding.Of(x, w.Shape.Slice(2, spatial), c.Windows);
        return windows.Type.IsUnknown ? null
            : c.Groups == 1 ? Together(windows, w, spatial) : Apart(windows, w, c.Groups, n.Shape);
    }

    /// <summary>[N, C, o…, k…] · [O, C, k…] = [N, o…, O], with O moved forward.</summary>
    private static Expr Together(Expr windows, Expr w, int spatial)
    {
        var cells = Dims.Create([1]).Then(Dims.Range(2 + spatial, spatial));
        var y = Prim.Dot(windows, w, cells, Dims.Range(1, 1 + spatial), [], []);
        return Prim.Transpose(y, Dims.Create([0, 1 + spatial]).Then(Dims.Range(1, spatial)));
    }

    /// <summary>
    /// [N, G, C/G, o…, k…] · [G, O/G, C/G, k…] for each group G = [G, N, o…, O/G], with G and O/G moved behind N.
    /// </summary>
    private static Expr Apart(Expr windows, Expr w, int groups, Dims shape)
    {
        var spatial = shape.Count - 2;
        var (u, v) = (Split(windows, 1, groups), Split(w, 0, groups));
        var cells = Dims.Create([2]).Then(Dims.Range(3 + spatial, spatial));
        var y = Prim.Dot(u, v, cells, Dims.Range(2, 1 + spatial), [1], [0]);
        return Prim.Reshape(Prim.Transpose(y, Dims.Create([1, 0, 2 + spatial]).Then(Dims.Range(2, spatial))), shape);
    }

    private static Expr Split(Expr x, int axis, int groups) => Prim.Reshape(x, x.Shape.Slice(0, axis)
        .Then([groups, x.Shape[axis] / groups]).Then(x.Shape.Slice(axis + 1, x.Type.Rank - axis - 1)));
}
