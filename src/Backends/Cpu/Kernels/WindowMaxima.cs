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

    /// <summary>Windows of one plane or of two: known to the compiler, so that neither pays for the other.</summary>
    private interface ITile
    {
        static abstract bool IsCube { get; }
    }

    private readonly struct Square : ITile
    {
        public static bool IsCube => false;
    }

    private readonly struct Cube : ITile
    {
        public static bool IsCube => true;
    }

    private static void ArgMaxPairs(void* state, int part, int thread)
    {
        WindowSpec s = Share(state, part, out long first, out long last);
        if (s.In.Length == 3)
        {
            Pairs<Cube>((Job*)state, s, first, last);
        }
        else
        {
            Pairs<Square>((Job*)state, s, first, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pairs<T>(Job* job, WindowSpec s, long first, long last) where T : struct, ITile
    {
        int pitch = s.In[^1], plane = s.In[^2] * pitch, outD = T.IsCube ? s.Out[0] : 1, outH = s.Out[^2], outW = s.Out[^1];
        int* y = (int*)job->Y + (first * s.OutCells);
        float* edge = stackalloc float[80];
        for (long outer = first; outer < last; outer++)
        {
            float* x = job->X + (outer * s.InCells);
            for (int line = 0; line < outD * outH; line++, y += outW)
            {
                (int d, int r) = T.IsCube ? Math.DivRem(line, outH) : (0, line);
                PairsOfRow<T>(x, (d * 2 * plane) + (r * 2 * pitch), pitch, plane, outW, y, edge);
            }
        }
    }

    /// <summary>A row of windows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PairsOfRow<T>(float* x, int row, int pitch, int plane, int outW, int* y, float* edge)
        where T : struct, ITile
    {
        Vector256<int> steps = Vector256.Create(0, 2, 4, 6, 8, 10, 12, 14);
        if (outW < 8)
        {
            for (int i = 0; i < (T.IsCube ? 4 : 2); i++)
            {
                Packing.Copy(x + row + (i / 2 * plane) + (i % 2 * pitch), edge + (16 * i), 2 * outW);
            }

            Pairs<T>(edge, 16, 32, pitch, plane, Vector256.Create(row) + steps).Store((int*)edge + 64);
            Packing.Copy(edge + 64, (float*)y, outW);
            return;
        }

        for (int q = 0; q < outW; q += 8)
        {
            int cell = Math.Min(q, outW - 8), at = row + (2 * cell);
            Pairs<T>(x + at, pitch, plane, pitch, plane, Vector256.Create(at) + steps).Store(y + cell);
        }
    }

    /// <summary>The first greatest of eight windows whose next rows and planes are so many floats on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Pairs<T>(float* x, int next, int behind, int pitch, int plane, Vector256<int> index)
        where T : struct, ITile
    {
        var (top, bottom) = (Split(x), Split(x + next));
        Vector256<float> best = top.GetLower();
        Vector256<int> winner = index;
        Rest(top, bottom, pitch, index, ref best, ref winner);
        if (T.IsCube)
        {
            (top, bottom) = (Split(x + behind), Split(x + behind + next));
            index += Vector256.Create(plane);
            Challenge(top.GetLower(), index, ref best, ref winner);
            Rest(top, bottom, pitch, index, ref best, ref winner);
        }

        return winner;
    }

    /// <summary>Eight left cells, then the right cell of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Split(float* x) =>
        Vector512.Shuffle(Vector512.Load(x), Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15));

    /// <summary>All but the upper left cell of a plane against the greatest so far.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rest(
        Vector512<float> top, Vector512<float> bottom, int pitch, Vector256<int> index,
        ref Vector256<float> best, ref Vector256<int> winner)
    {
        Challenge(top.GetUpper(), index + Vector256<int>.One, ref best, ref winner);
        Challenge(bottom.GetLower(), index + Vector256.Create(pitch), ref best, ref winner);
        Challenge(bottom.GetUpper(), index + Vector256.Create(pitch + 1), ref best, ref winner);
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
