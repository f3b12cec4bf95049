using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// Three lines of three taps over short rows that lie two apart, as in the gradient of pixels two rows apart: each row of x is
/// read once, and added to the three rows of y that it meets.
/// </summary>
internal static unsafe class RowDouble
{
    public static bool Fits(ConvSpec s) => s.Rank == 2 && s.Kernel[0] == 3 && s.Kernel[1] == 3
        && s.Stride[0] == 1 && s.Dilation[0] == 1 && s.Base[0] == 2 && RowTaps.Fits(s.In[1], s.Out[1], 3);

    /// <summary>One plane, whose rows lie a step apart; row r of y begins with line 2 of row <c>(r - top) / 2 + 1</c> of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in RowTaps row, int* lanes, float* x, long step, int height, int top, int rows, float* w, float bias, float* y)
    {
        Vector512<int> i0 = Vector512.Load(lanes), i1 = Vector512.Load(lanes + 32), i2 = Vector512.Load(lanes + 64);
        Vector512<int> j0 = Vector512.Load(lanes + 16), j1 = Vector512.Load(lanes + 48), j2 = Vector512.Load(lanes + 80);
        Vec mask = Vector512.Load(lanes + 96).AsSingle(), start = Vector512.Create(bias), c = start, d = start;
        Vec w0 = Vector512.Create(w[0]), w1 = Vector512.Create(w[1]), w2 = Vector512.Create(w[2]), w3 = Vector512.Create(w[3]);
        Vec w4 = Vector512.Create(w[4]), w5 = Vector512.Create(w[5]), w6 = Vector512.Create(w[6]), w7 = Vector512.Create(w[7]);
        Vec w8 = Vector512.Create(w[8]);
        float* edge = stackalloc float[16];
        int high = row.High, width = row.Pixels, line = ((2 - top) >> 1) - 1;
        bool two = row.Vectors == 2;
        for (int r = (2 * line) + top - 2; r < rows; line++, r += 2)
        {
            Vec upper = c, upperHigh = d, lower = start, lowerHigh = start;
            (c, d) = (start, start);
            if (line >= 0 && line < height)
            {
                float* p = x + (line * step);
                Vec a = Vector512.Load(p), b = Vector512.Load(p + high) & mask;
                Add(RowTaps.Pick(a, i0, b), w0, w3, w6, ref c, ref lower, ref upper);
                Add(RowTaps.Pick(a, i1, b), w1, w4, w7, ref c, ref lower, ref upper);
                Add(RowTaps.Pick(a, i2, b), w2, w5, w8, ref c, ref lower, ref upper);
                if (two)
                {
                    Add(RowTaps.Pick(a, j0, b), w0, w3, w6, ref d, ref lowerHigh, ref upperHigh);
                    Add(RowTaps.Pick(a, j1, b), w1, w4, w7, ref d, ref lowerHigh, ref upperHigh);
                    Add(RowTaps.Pick(a, j2, b), w2, w5, w8, ref d, ref lowerHigh, ref upperHigh);
                }
            }

            if (r >= 0) Store(upper, upperHigh, y + (r * width), width, (rows - r) * width, edge);
            if (r >= -1 && r + 1 < rows) Store(lower, lowerHigh, y + ((r + 1) * width), width, (rows - r - 1) * width, edge);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vec cells, Vec first, Vec second, Vec third, ref Vec c, ref Vec lower, ref Vec upper)
    {
        c = Vector512.FusedMultiplyAdd(cells, first, c);
        lower = Vector512.FusedMultiplyAdd(cells, second, lower);
        upper = Vector512.FusedMultiplyAdd(cells, third, upper);
    }

    /// <summary>A short row is stored whole where rows written later cover what it spills.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vec low, Vec high, float* y, int width, int left, float* edge)
    {
        low.Store(left >= 16 ? y : edge);
        if (left < 16) Packing.Copy(edge, y, width);
        else if (width > 16) high.Store(y + width - 16);
    }
}
