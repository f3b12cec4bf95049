using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// Three lines of three taps down a plane of short rows, or of strips of longer ones, two rows a step: what each tap takes of a
/// row is kept for the next output row, which begins with it.
/// </summary>
internal static unsafe class RowHalve
{
    /// <summary>Pixels of a strip of a longer row: what three taps of each, two apart, take lies within thirty-one cells.</summary>
    private const int Longest = 15;

    public static bool Fits(ConvSpec s) => s.Rank == 2 && s.Kernel[0] == 3 && s.Kernel[1] == 3
        && s.Stride[0] == 2 && s.Dilation[0] == 1 && s.Base[0] == 1 && s.In[1] > 0
        && (IsShort(s) || (s.Stride[1] == 2 && s.Dilation[1] == 1 && s.Base[1] == 1));

    /// <summary>Strips of a row.</summary>
    public static int Strips(ConvSpec s) => IsShort(s) ? 1 : (s.Out[1] + Longest - 1) / Longest;

    /// <summary>What the taps of a strip take; its pixels begin at one, and its cells at another, of the row.</summary>
    public static RowTaps Strip(int cells, int pixels, int lo, int strips, int strip, out int pixel, out int cell)
    {
        int each = (pixels + strips - 1) / strips;
        pixel = Math.Min(strip * each, pixels);
        int count = Math.Min(each, pixels - pixel), left = (2 * pixel) - lo;
        cell = Math.Clamp(left, 0, cells);
        return new(Math.Clamp(left + (2 * count) + 1, cell, cells) - cell, count, 3, 2, 1, cell - left, 1);
    }

    /// <summary>A strip of one plane, whose rows lie a step apart; those of y are so wide.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        in RowTaps row, int* lanes, float* x, long step, int height, int line, int rows, float* w, float bias, float* y, int width)
    {
        Vector512<int> i0 = Vector512.Load(lanes), i1 = Vector512.Load(lanes + 32), i2 = Vector512.Load(lanes + 64);
        Vec mask = Vector512.Load(lanes + 96).AsSingle(), start = Vector512.Create(bias), s0 = Vec.Zero, s1 = Vec.Zero, s2 = Vec.Zero;
        Vec w0 = Vector512.Create(w[0]), w1 = Vector512.Create(w[1]), w2 = Vector512.Create(w[2]), w3 = Vector512.Create(w[3]);
        Vec w4 = Vector512.Create(w[4]), w5 = Vector512.Create(w[5]), w6 = Vector512.Create(w[6]), w7 = Vector512.Create(w[7]);
        Vec w8 = Vector512.Create(w[8]);
        int high = row.High, pixels = row.Pixels;
        Vec live = Stretch.Below(pixels);
        if (line >= 0 && line < height)
        {
            float* p = x + (line * step);
            Vec a = Vector512.Load(p), b = Vector512.Load(p + high) & mask;
            (s0, s1, s2) = (RowTaps.Pick(a, i0, b), RowTaps.Pick(a, i1, b), RowTaps.Pick(a, i2, b));
        }

        for (line++; rows > 0; line += 2, rows--, y += width)
        {
            Vec c = Vector512.FusedMultiplyAdd(s0, w0, start), d = s1 * w1, e = s2 * w2;
            if (line >= 0 && line < height)
            {
                float* p = x + (line * step);
                Vec a = Vector512.Load(p), b = Vector512.Load(p + high) & mask;
                c = Vector512.FusedMultiplyAdd(RowTaps.Pick(a, i0, b), w3, c);
                d = Vector512.FusedMultiplyAdd(RowTaps.Pick(a, i1, b), w4, d);
                e = Vector512.FusedMultiplyAdd(RowTaps.Pick(a, i2, b), w5, e);
            }

            (s0, s1, s2) = (Vec.Zero, Vec.Zero, Vec.Zero);
            if (line >= -1 && line + 1 < height)
            {
                float* p = x + ((line + 1) * step);
                Vec a = Vector512.Load(p), b = Vector512.Load(p + high) & mask;
                (s0, s1, s2) = (RowTaps.Pick(a, i0, b), RowTaps.Pick(a, i1, b), RowTaps.Pick(a, i2, b));
                c = Vector512.FusedMultiplyAdd(s0, w6, c);
                d = Vector512.FusedMultiplyAdd(s1, w7, d);
                e = Vector512.FusedMultiplyAdd(s2, w8, e);
            }

            Stretch.Store(c + d + e, y, live, pixels);
        }
    }

    private static bool IsShort(ConvSpec s) => s.Out[1] <= 16 && RowTaps.Fits(s.In[1], s.Out[1], 3);
}
