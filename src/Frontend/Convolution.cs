using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Convolution, and its windows, under a padding of any mode: zeros belong to the window, cells to x.</summary>
internal static class Convolution
{
    /// <summary>x [N, C, …] with w [O, C/groups, k…].</summary>
    internal static Expr Of(
        Expr x, Expr w, Padding padding, Extent stride, Extent dilation, int groups, PaddingMode mode) =>
        x.Type.IsUnknown || w.Type.IsUnknown ? Prim.Conv(x, w, [])
            : padding.Windows(Dims.Of(w.Shape.Skip(2)), stride, dilation).Match(
                windows => x.Type.Rank != w.Type.Rank ? Prim.Conv(x, w, windows, groups)
                    : Prim.Conv(Extended(x, windows, mode), w, Left(windows, mode), groups),
                error => Expr.Broken(error with { Where = "conv" }, x, w));

    /// <summary>The windows of x [N, C, …] as cells of their own: [N, C, o…, k…].</summary>
    internal static Expr Unfolded(Expr x, Dims kernel, Arr<Window> windows, PaddingMode mode) =>
        Unfolding.Of(Extended(x, windows, mode), kernel, Left(windows, mode));

    private static Expr Extended(Expr x, Arr<Window> windows, PaddingMode mode) => mode == PaddingMode.Zeros ? x
        : Padded.Of(x, Dims.Of(windows.Map(v => v.Lo)), Dims.Of(windows.Map(v => v.Hi)), mode);

    // what is left of the windows' padding
    private static Arr<Window> Left(Arr<Window> windows, PaddingMode mode) =>
        mode == PaddingMode.Zeros ? windows : windows.Map(v => v with { Lo = 0, Hi = 0 });
}
