using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>The input cells under each window of a plane, in order of the taps, without padding.</summary>
internal sealed class WindowCells
{
    /// <summary>Pairs of a window and a tap that are listed at most.</summary>
    internal const long Most = 1 << 21;

    public WindowCells(WindowSpec s)
    {
        Ends = new int[s.OutCells];
        All = [.. Enumerable.Range(0, s.OutCells).SelectMany(p =>
            Enumerable.Range(0, s.SizeCells).Select(t => WindowKernels.Cell(s, p, t)).Where(c => c >= 0))];
        for (int p = 0, end = 0; p < s.OutCells; p++)
        {
            Ends[p] = end += Enumerable.Range(0, s.SizeCells).Count(t => WindowKernels.Cell(s, p, t) >= 0);
        }
    }

    /// <summary>The cells of all windows.</summary>
    internal int[] All { get; }

    /// <summary>Where a window's cells end.</summary>
    internal int[] Ends { get; }
}

internal static unsafe partial class WindowKernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumListed(void* state, int part, int thread)
    {
        WindowSpec s = Share(state, part, out long first, out long last);
        fixed (int* cells = s.Cells!.All, ends = s.Cells.Ends)
        {
            long told = first;
            for (long outer = first; outer < last; outer++)
            {
                float* x = ((Job*)state)->X + (outer * s.InCells);
                float* y = (float*)((Job*)state)->Y + (outer * s.OutCells);
                for (int p = 0, at = 0; p < s.OutCells; p++)
                {
                    float sum = 0;
                    for (int end = ends[p]; at < end; at++)
                    {
                        sum += x[cells[at]];
                    }

                    y[p] = sum;
                }

                Tell(state, s, ref told, outer + 1, last);
            }
        }
    }
}
