using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <content>The first greatest cell of each window, and its value: sixteen windows of a line at once.</content>
internal static unsafe partial class WindowKernels
{
    private const int Lanes = 16;

    private static void MaximaAny(void* state, int part, int thread)
    {
        WindowSpec s = Share(state, part, out long first, out long last);
        for (long outer = first; outer < last; outer++)
        {
            float* x = ((Job*)state)->X + (outer * s.InCells);
            for (int p = 0; p < s.OutCells; p++)
            {
                int best = -1;
                for (int t = 0; t < s.SizeCells; t++)
                {
                    int cell = Cell(s, p, t);
                    best = cell >= 0 && (best < 0 || Beats(x[cell], x[best])) ? cell : best;
                }

                Put((Job*)state, (outer * s.OutCells) + p, best, best < 0 ? 0 : x[best]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Job* job, long at, int cell, float value)
    {
        if (job->Y is not null) ((int*)job->Y)[at] = cell;
        if (job->Most is not null) job->Most[at] = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Beats(float value, float best) => value > best || (float.IsNaN(value) && !float.IsNaN(best));

    /// <summary>How sixteen windows next to each other find the same cell of theirs.</summary>
    private interface IStep1
    {
        static abstract Vector512<float> Load(float* x, int stride);
    }

    private readonly struct Unit : IStep1
    {
        public static Vector512<float> Load(float* x, int stride) => Vector512.Load(x);
    }

    private readonly struct Two : IStep1
    {
        public static Vector512<float> Load(float* x, int stride) => Pairs.Even(x);
    }

    private readonly struct Wide : IStep1
    {
        public static Vector512<float> Load(float* x, int s) => Vector512.Create(
            x[0], x[s], x[2 * s], x[3 * s], x[4 * s], x[5 * s], x[6 * s], x[7 * s],
            x[8 * s], x[9 * s], x[10 * s], x[11 * s], x[12 * s], x[13 * s], x[14 * s], x[15 * s]);
    }

    private static void MaximaUnit(void* state, int part, int thread) => MaximaLines<Unit>((Job*)state, part);

    private static void MaximaTwo(void* state, int part, int thread) => MaximaLines<Two>((Job*)state, part);

    private static void MaximaWide(void* state, int part, int thread) => MaximaLines<Wide>((Job*)state, part);

    /// <summary>Lines of windows, in order: what a vector writes past a line's end is written again by the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MaximaLines<S>(Job* job, int part) where S : struct, IStep1
    {
        WindowSpec s = Share(job, part, out long first, out long last);
        WindowLines lines = s.Lines!;
        WindowLines.Line[] all = lines.All;
        int from = lines.From, until = lines.Until, outW = lines.OutW, stride = lines.Stride, reach = lines.Reach;
        int* cells = (int*)job->Y;
        float* most = job->Most, inEnd = job->X + (s.Outer * s.InCells);
        long end = last * s.OutCells, to = first * s.OutCells;
        Vector512<int> steps = Vector512<int>.Indices * stride;
        for (long outer = first; outer < last; outer++)
        {
            float* x = job->X + (outer * s.InCells);
            for (int i = 0; i < all.Length; i++, to += outW)
            {
                ref WindowLines.Line line = ref all[i];
                int q = from;
                for (; q < until && line.UntilD > line.FromD; q += Lanes)
                {
                    if (until - q < Lanes && until - Lanes >= from) q = until - Lanes;
                    // A vector may neither read past the data nor write past what is this part's.
                    if (to + q + Lanes > end || x + line.Last + (q * stride) + reach > inEnd) break;
                    Vector<S>(lines, ref line, x, q * stride, out Vector512<float> best, out Vector512<int> winner);
                    if (cells is not null) (winner + steps).Store(cells + to + q);
                    if (most is not null) best.Store(most + to + q);
                }

                q = Math.Min(q, until);
                if (from > 0 || q < outW) Rest(job, lines, ref line, x, to, q);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Vector<S>(
        WindowLines lines, ref WindowLines.Line line, float* x, int at, out Vector512<float> best, out Vector512<int> winner)
        where S : struct, IStep1
    {
        int stride = lines.Stride, step = lines.Dilation, width = lines.Width, down = lines.Row;
        int plane = line.First + at - lines.Left + (line.FromD * lines.Plane) + (line.FromH * down);
        best = S.Load(x + plane, stride);
        winner = Vector512.Create(plane);
        if (width == 2 && step == 1 && line.UntilD - line.FromD == 1 && line.UntilH - line.FromH == 2)
        {
            int below = plane + down;
            Challenge(S.Load(x + plane + 1, stride), Vector512.Create(plane + 1), ref best, ref winner);
            Challenge(S.Load(x + below, stride), Vector512.Create(below), ref best, ref winner);
            Challenge(S.Load(x + below + 1, stride), Vector512.Create(below + 1), ref best, ref winner);
            return;
        }

        for (int d = line.FromD; d < line.UntilD; d++, plane += lines.Plane)
        {
            for (int h = line.FromH, cell = plane; h < line.UntilH; h++, cell += down)
            {
                for (int w = 0; w < width; w++)
                {
                    // The first is challenged by itself, in vain.
                    int tap = cell + (w * step);
                    Challenge(S.Load(x + tap, stride), Vector512.Create(tap), ref best, ref winner);
                }
            }
        }
    }

    /// <summary>The windows of a line that may lie half in the padding, and those that no vector did.</summary>
    private static void Rest(Job* job, WindowLines lines, ref WindowLines.Line line, float* x, long to, int done)
    {
        for (int p = 0; p < lines.From; p++) One(job, lines, ref line, x, to, p);
        for (int p = Math.Max(lines.From, done); p < lines.OutW; p++) One(job, lines, ref line, x, to, p);
    }

    private static void One(Job* job, WindowLines lines, ref WindowLines.Line line, float* x, long to, int q)
    {
        int best = -1, left = (q * lines.Stride) - lines.Left;
        for (int d = line.FromD; d < line.UntilD; d++)
        {
            for (int h = line.FromH; h < line.UntilH; h++)
            {
                int row = line.First + (d * lines.Plane) + (h * lines.Row);
                for (int w = 0; w < lines.Width; w++)
                {
                    int column = left + (w * lines.Dilation);
                    if (column < 0 || column >= lines.InW) continue;
                    best = best < 0 || Beats(x[row + column], x[best]) ? row + column : best;
                }
            }
        }

        Put(job, to + q, best, best < 0 ? 0 : x[best]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Challenge(
        Vector512<float> value, Vector512<int> cell, ref Vector512<float> best, ref Vector512<int> winner)
    {
        // Not at most the best, and the best is a number: greater, or the first NaN.
        Vector512<float> wins = Vector512.AndNot(Vector512.Equals(best, best), Vector512.LessThanOrEqual(value, best));
        best = Vector512.ConditionalSelect(wins, value, best);
        winner = Vector512.ConditionalSelect(wins.AsInt32(), cell, winner);
    }
}
