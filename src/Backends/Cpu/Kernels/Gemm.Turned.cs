using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <content>Few rows times columns that lie one element after the other, as a layer's stored weights do: the transposed product.</content>
internal static unsafe partial class Gemm
{
    /// <summary>Columns of C whose sums lie near until they are turned.</summary>
    private const int Together = 16;

    /// <summary>All rows, and panels first to last: B is read where it lies, and the few rows of A are what is packed.</summary>
    private static void Turned(ref Job job, float* a, float* b, float* c, int first, int last, float* scratch)
    {
        ref GemmSpec s = ref job.Spec;
        int width = (s.M + 15) / 16 * 16, from = first * GemmPlan.Columns, until = Math.Min(s.N, last * GemmPlan.Columns);
        float* packed = scratch + TileFloats;
        Packing.Panel(a, s.ARow, s.ACol, s.M, s.K, packed, width);
        for (int n = from; n < until; n += Together)
        {
            int columns = Math.Min(Together, until - n);
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
            float* p = packed + ((long)k * width);
            for (int i = 0, rows; i < columns; i += rows)
            {
                rows = Math.Min(Together / 2, columns - i);
                Tile(b + (i * s.BCol) + k, s.BCol, 1, p, width, sums + (i * width), width, depth, k > 0, rows, width > 16);
            }
        }
    }
}
