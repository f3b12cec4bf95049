using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu.Kernels;

internal static unsafe partial class WindowKernels
{
    private static void ArgMaxAny(void* state, int part, int thread)
    {
        WindowSpec s = Share(state, part, out long first, out long last);
        for (long outer = first; outer < last; outer++)
        {
            float* x = ((Job*)state)->X + (outer * s.InCells);
            int* y = (int*)((Job*)state)->Y + (outer * s.OutCells);
            for (int p = 0; p < s.OutCells; p++)
            {
                int best = -1;
                for (int t = 0; t < s.SizeCells; t++)
                {
                    int cell = Cell(s, p, t);
                    best = cell >= 0 && (best < 0 || Beats(x[cell], x[best])) ? cell : best;
                }

                y[p] = best;
            }
        }
    }

    private static bool Beats(float value, float best) => value > best || (float.IsNaN(value) && !float.IsNaN(best));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ArgMaxPairs(void* state, int part, int thread)
    {
        WindowSpec s = Share(state, part, out long first, out long last);
        int pitch = s.In[1], outH = s.Out[0], outW = s.Out[1];
        int* y = (int*)((Job*)state)->Y + (first * s.OutCells);
        float* edge = stackalloc float[48];
        Vector256<int> steps = Vector256.Create(0, 2, 4, 6, 8, 10, 12, 14);
        for (long outer = first; outer < last; outer++)
        {
            float* x = ((Job*)state)->X + (outer * s.InCells);
            for (int r = 0; r < outH; r++, y += outW)
            {
                int row = 2 * r * pitch;
                if (outW < 8)
                {
                    Packing.Copy(x + row, edge, 2 * outW);
                    Packing.Copy(x + row + pitch, edge + 16, 2 * outW);
                    Pairs(edge, edge + 16, pitch, Vector256.Create(row) + steps).Store((int*)edge + 32);
                    Packing.Copy(edge + 32, (float*)y, outW);
                    continue;
                }

                for (int q = 0; q < outW; q += 8)
                {
                    int cell = Math.Min(q, outW - 8), at = row + (2 * cell);
                    Pairs(x + at, x + at + pitch, pitch, Vector256.Create(at) + steps).Store(y + cell);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Pairs(float* x, float* next, int pitch, Vector256<int> index)
    {
        Vector512<int> split = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
        Vector512<float> top = Vector512.Shuffle(Vector512.Load(x), split);
        Vector512<float> bottom = Vector512.Shuffle(Vector512.Load(next), split);
        Vector256<float> best = top.GetLower();
        Vector256<int> winner = index;
        Challenge(top.GetUpper(), index + Vector256<int>.One, ref best, ref winner);
        Challenge(bottom.GetLower(), index + Vector256.Create(pitch), ref best, ref winner);
        Challenge(bottom.GetUpper(), index + Vector256.Create(pitch + 1), ref best, ref winner);
        return winner;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Challenge(
        Vector256<float> value, Vector256<int> index, ref Vector256<float> best, ref Vector256<int> winner)
    {
        Vector256<float> number = Vector256.Equals(best, best), isNaN = ~Vector256.Equals(value, value);
        Vector256<float> wins = Vector256.GreaterThan(value, best) | (isNaN & number);
        best = Vector256.ConditionalSelect(wins, value, best);
        winner = Vector256.ConditionalSelect(wins.AsInt32(), index, winner);
    }
}
