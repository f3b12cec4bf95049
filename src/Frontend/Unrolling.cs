using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>
/// Convolution as a matrix product: the windows of x laid out as rows, then rows · weight. Source: the lectures' "unroll",
/// "unroll_chan" and "lay out image patches in vector form".
/// </summary>
public static class Unrolling
{
    /// <summary>u[i, k] = x[i + k], 0 past the end.</summary>
    /// <remarks>Shape: x [T] → [T, K]; any further axes of x stay behind: [T, r…] → [T, K, r…]. Errors: window.W1 to
    /// window.W4.</remarks>
    public static Expr Unroll(Expr x, int k) => Unfolding.Leading(x, k, new Window(Hi: k - 1));

    /// <summary>u[i, k·C + c] = x[i + k, c], 0 past the end: for k, for c, as the lecture counts the columns.</summary>
    /// <remarks>Shape: x [T, C] → [T, K·C]. Errors: unroll.U1, window.W1 to window.W4.</remarks>
    public static Expr UnrollChannels(Expr x, int k)
    {
        if (x.Type.IsUnknown) return x;
        if (x.Type.Rank != 2)
            return Expr.Broken(
                new("unroll.U1", $"unroll_chan takes [length, channels], has {x.Type}; reshape it", x.Describe()), x);
        var u = Unroll(x, k);
        return u.Type.IsUnknown ? u : Prim.Reshape(u, [u.Shape[0], u.Shape[1] * u.Shape[2]]);
    }

    /// <summary>
    /// u[n, c, o…, k…] = the cell k of the window o of x (im2col), <paramref name="outside"/> on padding. Its gradient adds
    /// each cell back to where it came from.
    /// </summary>
    /// <remarks>Shape: x [N, C, …] → [N, C, o…, k…], the windows over the last axes. Errors: window.W1 to
    /// window.W4.</remarks>
    public static Expr Unfold(Expr x, Dims size, IEnumerable<Window> windows, double outside = 0) =>
        Unfolding.Of(x, size, windows, outside);
}
