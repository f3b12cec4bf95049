using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Convolution under a padding of any mode.</summary>
internal static class Convolution
{
    /// <summary>x [N, C, …] with w [O, C/groups, k…]. Zeros belong to the window, other cells to the input.</summary>
    internal static Expr Of(
        Expr x, Expr w, Padding padding, Extent stride, Extent dilation, int groups, PaddingMode mode) =>
        x.Type.IsUnknown || w.Type.IsUnknown ? Prim.Conv(x, w, [])
            : padding.Windows(Dims.Of(w.Shape.Skip(2)), stride, dilation).Match(
                windows => mode == PaddingMode.Zeros || x.Type.Rank != w.Type.Rank ? Prim.Conv(x, w, windows, groups)
                    : Prim.Conv(Extended(x, windows, mode), w, windows.Map(v => v with { Lo = 0, Hi = 0 }), groups),
                error => Expr.Broken(error with { Where = "conv" }, x, w));

    private static Expr Extended(Expr x, Arr<Window> windows, PaddingMode mode) =>
        Padded.Of(x, Dims.Of(windows.Map(v => v.Lo)), Dims.Of(windows.Map(v => v.Hi)), mode);
}
