using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <content>The first greatest cell of each window, and its value: the windows of a piece of a line at once.</content>
internal static unsafe partial class WindowKernels
{
    private const int Lanes = WindowLines.Lanes;

    /// <summary>Rows are asked for so many before they are needed: from memory, rows of 32 floats came at a third of the pace.</summary>
    private const int Ahead = 16;

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

    /// <summary>Vectors compare numbers; a plane with something else is done again cell by cell.</summary>
    private static void MaximaLines(void* state, int part, int thread)
    {
        Job* job = (Job*)state;
        WindowSpec s = Share(state, part, out long first, out long last);
        for (long outer = first; outer < last; outer++)
        {
            float* x = job->X + (outer * s.InCells);
            if (!MaximaOfPlane(job, s.Lines!, x, outer * s.OutCells)) Plain(job, s.Lines!, x, outer * s.OutCells);
        }
    }

    /// <summary>Whether all maxima are found.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool MaximaOfPlane(Job* job, WindowLines lines, float* x, long to)
    {
        int width = lines.Across.Size;
        Vector512<float> sum = Vector512<float>.Zero;
        fixed (int* taps = lines.Taps)
        {
            for (int i = 0; i < lines.Pieces.Length; i++)
            {
                int* at = taps + (i * width * Lanes);
                long first = to + lines.Pieces[i].First;
                sum += width == 2 ? MaximaOfPiece<Two>(job, lines, lines.Pieces[i], at, x, first)
                    : MaximaOfPiece<One>(job, lines, lines.Pieces[i], at, x, first);
            }
        }

        return lines.Pieces.Length > 0 && Vector512.EqualsAll(sum, sum);
    }

    /// <summary>Down the lines; a row of cells that the line above ended with is not looked at again. The sum of the cells.</summary>
    /// <remarks>The compiler knows of windows two wide, the most common; One stands for any width.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<float> MaximaOfPiece<K>(
        Job* job, WindowLines lines, WindowLines.Piece piece, int* taps, float* x, long to)
        where K : struct, ICount
    {
        int width = K.Count == 2 ? 2 : lines.Across.Size, outW = lines.Across.Out, down = lines.Row, behind = lines.Plane, seen = -1;
        int ahead = Ahead * lines.Across.In;
        int* cells = (int*)job->Y;
        float* most = job->Most;
        Vector512<float> sum = Vector512<float>.Zero, best = sum, value = sum;
        Vector512<float> stored = Stretch.Below(piece.Windows), read = Stretch.Rest(piece.Cells);
        Vector512<int> winner = Vector512<int>.Zero, cell = winner;
        Vector512<int> first = Vector512.Load(taps), second = Vector512.Load(taps + Lanes), third = Vector512.Load(taps + (2 * Lanes));
        foreach (ref WindowLines.Line line in lines.All.AsSpan())
        {
            bool begun = false;
            for (int d = line.FromD; d < line.UntilD; d++)
            {
                for (int h = line.FromH; h < line.UntilH; h++)
                {
                    int row = line.First + (d * behind) + (h * down) + piece.Start;
                    if (row != seen)
                    {
                        if (Sse.IsSupported)
                        {
                            Sse.Prefetch0(x + row + ahead);
                            Sse.Prefetch0(x + row + ahead + Lanes);
                        }

                        Stretch.Load(x + row, piece.Cells, read, out Vector512<float> low, out Vector512<float> high);
                        cell = first;
                        value = Stretch.At(x + row, low, high, first);
                        sum += value;
                        if (width > 1)
                        {
                            Vector512<float> next = Stretch.At(x + row, low, high, second);
                            sum += next;
                            Challenge(next, second, ref value, ref cell);
                        }

                        if (width > 2)
                        {
                            Vector512<float> next = Stretch.At(x + row, low, high, third);
                            sum += next;
                            Challenge(next, third, ref value, ref cell);
                        }

                        for (int t = 3; t < width; t++)
                        {
                            Vector512<int> place = Vector512.Load(taps + (t * Lanes));
                            Vector512<float> next = Stretch.At(x + row, low, high, place);
                            sum += next;
                            Challenge(next, place, ref value, ref cell);
                        }

                        cell += Vector512.Create(row);
                        seen = row;
                    }

                    if (begun) Challenge(value, cell, ref best, ref winner);
                    else (best, winner) = (value, cell);
                    begun = true;
                }
            }

            if (!begun) (best, winner) = (Vector512<float>.Zero, Vector512.Create(-1));
            if (cells is not null) Stretch.Store(winner.AsSingle(), (float*)cells + to, stored, piece.Windows);
            if (most is not null) Stretch.Store(best, most + to, stored, piece.Windows);
            to += outW;
        }

        return sum;
    }

    /// <summary>Of numbers the greater wins, and the earlier of equals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Challenge(
        Vector512<float> value, Vector512<int> cell, ref Vector512<float> best, ref Vector512<int> winner)
    {
        winner = Vector512.ConditionalSelect(Vector512.GreaterThan(value, best).AsInt32(), cell, winner);
        best = Avx512F.IsSupported ? Avx512F.Max(value, best)
            : Vector512.ConditionalSelect(Vector512.GreaterThan(value, best), value, best);
    }

    private static void Plain(Job* job, WindowLines lines, float* x, long to)
    {
        foreach (ref readonly WindowLines.Line line in lines.All.AsSpan())
        {
            for (int q = 0; q < lines.Across.Out; q++) One(job, lines, in line, x, to, q);
            to += lines.Across.Out;
        }
    }

    private static void One(Job* job, WindowLines lines, in WindowLines.Line line, float* x, long to, int q)
    {
        WindowLines.Axis across = lines.Across;
        int best = -1, left = (q * across.Stride) - across.Lo;
        (int from, int until) = across.Taps(q);
        for (int d = line.FromD; d < line.UntilD; d++)
        {
            for (int h = line.FromH; h < line.UntilH; h++)
            {
                int row = line.First + (d * lines.Plane) + (h * lines.Row) + left;
                for (int w = from; w < until; w++)
                {
                    int cell = row + (w * across.Dilation);
                    best = best < 0 || Beats(x[cell], x[best]) ? cell : best;
                }
            }
        }

        Put(job, to + q, best, best < 0 ? 0 : x[best]);
    }
}
