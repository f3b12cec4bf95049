using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <content>Few rows times columns that lie one element after the other, as a layer's stored weights do: the transposed product.</content>
internal static unsafe partial class Gemm
{
    /// <summary>All rows, and panels first to last: B is read where it lies, and the few rows of A are what is packed.</summary>
    private static void Turned(ref Job job, float* a, float* b, float* c, int first, int last, float* scratch)
    {
        ref GemmSpec s = ref job.Spec;
        int width = GemmPlan.Padded(s.M), from = first * GemmPlan.Columns, until = Math.Min(s.N, last * GemmPlan.Columns);
        float* packed = scratch + (GemmPlan.Together * width);
        for (int m = 0; m < s.M; m += GemmPlan.Columns)
        {
            int rows = Math.Min(GemmPlan.Columns, s.M - m);
            Packing.Panel(a + (m * s.ARow), s.ARow, s.ACol, rows, s.K, packed + ((long)m * s.K), GemmPlan.Padded(rows));
        }

        for (int n = from; n < until; n += GemmPlan.Together)
        {
            int columns = Math.Min(GemmPlan.Together, until - n);
            Sums(ref job, b + (n * s.BCol), packed, width, columns, scratch);
            Turns.Block(scratch, width, c + n, s.Ldc, s.M, columns);
        }

        if (job.Finish.IsAllocated) Done(ref job, c + from, s.M, until - from);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sums(ref Job job, float* b, float* packed, int width, int columns, float* sums)
    {
        ref GemmSpec s = ref job.Spec;
        for (int k = 0; k < s.K; k += job.Plan.Slice)
        {
            int depth = Math.Min(job.Plan.Slice, s.K - k);
            for (int i = 0, rows; i < columns; i += rows)
            {
                // Four rows would ask for A twice as fast as the second cache level gives it.
                rows = columns - i == 16 ? 8 : Math.Min(GemmPlan.Rows, columns - i);
                for (int m = 0; m < width; m += GemmPlan.Columns)
                {
                    int across = Math.Min(GemmPlan.Columns, width - m);
                    float* p = packed + ((long)m * s.K) + ((long)k * across);
                    Tile(b + (i * s.BCol) + k, s.BCol, 1, p, across, sums + (i * width) + m, width, depth, k > 0, rows, across > 16);
                }
            }
        }
    }
}
