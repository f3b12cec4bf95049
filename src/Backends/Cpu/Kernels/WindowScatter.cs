using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <content>The transpose of taking maxima of windows that share no cell: each cell is written once, none is cleared first.</content>
internal static unsafe partial class WindowKernels
{
    /// <summary>y[cells[p]] = 0 + u[p] for each window p, other cells 0.</summary>
    public static void Scatter(Workers workers, WindowSpec spec, float* u, int* cells, float* y) =>
        Start(workers, spec, u, cells, &ScatterPairs, y);

    /// <summary>Windows two cells wide without padding, each next to the last, in up to three dimensions.</summary>
    public static bool ArePairs(WindowSpec s) => s.In.Length is >= 1 and <= 3 && s.Size[^1] == 2
        && Enumerable.Range(0, s.In.Length).All(a =>
            s.Base[a] == 1 && s.Dilation[a] == 1 && s.Stride[a] == s.Size[a] && s.Lo[a] == 0 && s.Out[a] * s.Size[a] <= s.In[a]);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScatterPairs(void* state, int part, int thread)
    {
        Job* job = (Job*)state;
        WindowSpec s = Share(job, part, out long first, out long last);
        int rank = s.In.Length, inW = s.In[^1], outW = s.Out[^1];
        int inH = rank > 1 ? s.In[^2] : 1, outH = rank > 1 ? s.Out[^2] : 1, sizeH = rank > 1 ? s.Size[^2] : 1;
        int inD = rank > 2 ? s.In[^3] : 1, outD = rank > 2 ? s.Out[^3] : 1, sizeD = rank > 2 ? s.Size[^3] : 1;
        float* end = job->Most + (last * s.InCells), inEnd = job->X + (s.Outer * s.OutCells);
        for (long outer = first; outer < last; outer++)
        {
            float* y = job->Most + (outer * s.InCells);
            for (int d = 0, row = 0; d < inD; d++)
            {
                // Counted, as a division a row takes as long as the row.
                for (int h = 0, tap = 0, line = d / sizeD * outH; h < inH; h++, row += inW)
                {
                    long p = (outer * s.OutCells) + ((long)line * outW);
                    bool covered = h < outH * sizeH && d < outD * sizeD;
                    if (covered) PairsOfRow(job->X + p, (int*)job->Y + p, outW, row, y + row, end, inEnd);
                    int left = covered ? 2 * outW : 0;
                    if (left < inW) new Span<float>(y + row + left, inW - left).Clear();
                    if (++tap < sizeH) continue;
                    tap = 0;
                    line++;
                }
            }
        }
    }

    /// <summary>One row of cells, of windows side by side; what is written past its end is written again by the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PairsOfRow(float* u, int* cells, int n, int cell, float* y, float* end, float* inEnd)
    {
        int q = 0;
        Vector512<int> column = Vector512<int>.Indices + Vector512.Create(cell);
        for (; q < n && n >= Lanes; q += Lanes)
        {
            int at = Math.Min(q, n - Lanes);
            Pair(Vector512.Load(u + at), Vector512.Load(cells + at), column + Vector512.Create(2 * at), y + (2 * at));
        }

        // A vector may neither read past the windows nor write past what is this part's.
        if (q < n && y + (2 * Lanes) <= end && u + Lanes <= inEnd)
        {
            Pair(Vector512.Load(u), Vector512.Load(cells), column, y);
            q = n;
        }

        for (; q < n; q++)
        {
            int at = cell + (2 * q);
            y[2 * q] = cells[q] == at ? 0f + u[q] : 0;
            y[(2 * q) + 1] = cells[q] == at + 1 ? 0f + u[q] : 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair(Vector512<float> u, Vector512<int> cells, Vector512<int> column, float* y)
    {
        u += Vector512<float>.Zero;
        Vector512<int> right = column + Vector512.Create(Lanes);
        (Vector512.Equals(Pairs.Lower(cells), column).AsSingle() & Pairs.Lower(u)).Store(y);
        (Vector512.Equals(Pairs.Upper(cells), right).AsSingle() & Pairs.Upper(u)).Store(y + Lanes);
    }
}
