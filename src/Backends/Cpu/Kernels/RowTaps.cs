using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// What one tap takes from a row of at most 31 cells, held in two vectors, for each of at most 32 pixels: any stride, padding,
/// dilation and base along a row are a permutation.
/// </summary>
/// <remarks>
/// The low vector holds the first cells, the high one the last sixteen with those that the low one has made zero; lane 16 is
/// always zero and stands for padding. The second vector of pixels, if any, ends with the row.
/// </remarks>
internal readonly unsafe struct RowTaps
{
    private const int Zero = 16;

    public RowTaps(int cells, int pixels, int taps, int stride, int dilation, int lo, int spread)
    {
        (Cells, Pixels, Taps, Stride, Dilation, Lo, Spread) = (cells, pixels, taps, stride, dilation, lo, spread);
        Vectors = pixels > 16 ? 2 : 1;
        High = Math.Max(0, cells - 16);
    }

    public int Cells { get; }

    public int Pixels { get; }

    public int Taps { get; }

    public int Vectors { get; }

    /// <summary>The first cell of the high vector.</summary>
    public int High { get; }

    private int Stride { get; }

    private int Dilation { get; }

    private int Lo { get; }

    private int Spread { get; }

    /// <summary>Lanes for every vector of every tap, and the two masks after them.</summary>
    public int Floats => ((Taps * 2) + 2) * 16;

    /// <summary>Short rows.</summary>
    public static bool Fits(int cells, int pixels, int taps) => cells is > 0 and < 32 && pixels <= 32 && taps <= 7;

    /// <summary>Sixteen of the thirty-two lanes of two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Pick(Vec a, Vector512<int> lanes, Vec b) =>
        Avx512F.IsSupported ? Avx512F.PermuteVar16x32x2(a, lanes, b) : One(a, lanes, b);

    /// <summary>Writes the lanes of each tap's vectors, then the masks of the high cells and of the last pixels.</summary>
    public void Write(int* lanes)
    {
        for (int tap = 0; tap < Taps; tap++)
        {
            for (int lane = 0; lane < 32; lane++)
            {
                *lanes++ = Lane(tap, lane < 16 ? lane : Pixels - 32 + lane, lane < 16 || Vectors == 2);
            }
        }

        for (int lane = 0; lane < 16; lane++)
        {
            lanes[lane] = High + lane < 16 ? 0 : -1;
            lanes[16 + lane] = Vectors == 1 ? (lane < Pixels ? -1 : 0) : Pixels - 16 + lane < 16 ? 0 : -1;
        }
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static Vec One(Vec a, Vector512<int> lanes, Vec b)
    {
        float* from = stackalloc float[32], to = stackalloc float[16];
        int* at = stackalloc int[16];
        a.Store(from);
        b.Store(from + 16);
        lanes.Store(at);
        for (int i = 0; i < 16; i++)
        {
            to[i] = from[at[i]];
        }

        return Vector512.Load(to);
    }

    private int Lane(int tap, int pixel, bool live)
    {
        int at = (pixel * Stride) + (tap * Dilation) - Lo, cell = at / Spread;
        if (!live || pixel >= Pixels || at < 0 || cell * Spread != at || cell >= Cells) return Zero;
        return cell < 16 ? cell : 16 + cell - High;
    }
}
