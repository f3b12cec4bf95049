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
    public const int MostRows = 256;

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

    /// <summary>Short rows, and not so many that a plane of them could not be copied.</summary>
    public static bool Fits(int cells, int pixels, int taps, int rows) =>
        Avx512F.IsSupported && cells is > 0 and < 32 && pixels <= 32 && taps <= 7 && rows <= MostRows;

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

    /// <summary>Whether sixteen floats from the last row of a plane on reach past the end of memory.</summary>
    public static bool Reaches(float* plane, int cells, int rows, long step, float* end) =>
        cells < 16 && plane + ((rows - 1) * step) + 16 > end;

    /// <summary>A plane with rows of sixteen floats.</summary>
    public static void Copy(float* plane, int cells, int rows, long step, float* to)
    {
        for (int r = 0; r < rows; r++)
        {
            Packing.Copy(plane + (r * step), to + (r * 16), cells);
        }
    }

    private int Lane(int tap, int pixel, bool live)
    {
        int at = (pixel * Stride) + (tap * Dilation) - Lo, cell = at / Spread;
        if (!live || pixel >= Pixels || at < 0 || cell * Spread != at || cell >= Cells) return Zero;
        return cell < 16 ? cell : 16 + cell - High;
    }
}
