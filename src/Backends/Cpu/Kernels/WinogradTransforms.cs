using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// The transforms of a tile, sixteen channels at a time: of its input, of coefficients to values at points, and of
/// products at points to what they make.
/// </summary>
/// <remarks>Source: Lavin and Gray, 2015; Barabasz et al., 2020.</remarks>
internal static unsafe partial class WinogradTransforms
{
    /// <summary>Floats of a transform's first half.</summary>
    public const int HalfFloats = 576;

    /// <summary>A tile of x to its points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Input(in WinogradForm form, float* x, long row, long column, float* v, long point, float* half)
    {
        if (form.High == 1)
        {
            Input8(x, column, v, point);
            return;
        }

        for (int j = 0; j < 6; j++, x += column)
        {
            Input6(x, row, half + (j * 16), 96);
        }

        for (int i = 0; i < 6; i++, v += 6 * point)
        {
            Input6(half + (i * 96), 16, v, point);
        }
    }

    /// <summary>Taps, or slopes of a tile's outputs, to their points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spread(int high, int wide, float* w, long row, long column, float* u, long point, float* half)
    {
        if (high == 1)
        {
            Spread8(w, column, u, point, wide);
            return;
        }

        for (int j = 0; j < wide; j++, w += column)
        {
            Spread6(w, row, half + (j * 16), 64, high);
        }

        for (int i = 0; i < 6; i++, u += 6 * point)
        {
            Spread6(half + (i * 64), 16, u, point, wide);
        }
    }

    /// <summary>Products at the points to a tile of outputs, with a number added for each channel, or to slopes of taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Collect(int high, int wide, float* m, long point, float* y, long row, long column, float* half, float* bias = null)
    {
        Vec add = bias == null ? Vec.Zero : Vector512.Load(bias);
        if (high == 1)
        {
            Collect8(m, point, y, column, wide, add);
            return;
        }

        for (int j = 0; j < 6; j++, m += point)
        {
            Collect6(m, 6 * point, half + (j * 16), 96, high, Vec.Zero);
        }

        for (int i = 0; i < high; i++, y += row)
        {
            Collect6(half + (i * 96), 16, y, column, wide, add);
        }
    }
}
