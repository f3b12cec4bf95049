using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <content>One block of a product: its panels, and tile after tile of each.</content>
internal static unsafe partial class Gemm
{
    /// <summary>In products of fewer rows the next panel is not worth asking for.</summary>
    private const int Near = 48;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block(Job* job, int rowBlock, int columnBlock, float* scratch)
    {
        ref GemmSpec s = ref job->Spec;
        ref GemmPlan plan = ref job->Plan;
        int top = rowBlock * plan.Block, height = Math.Min(plan.Block, s.M - top);
        int first = columnBlock * plan.PanelsPerBlock, last = Math.Min(plan.Panels, first + plan.PanelsPerBlock);
        float* a = job->A + (job->Item * s.ABatch) + (top * s.ARow);
        float* c = job->C + (job->Item * s.CBatch) + (top * s.Ldc);
        float* packed = scratch + TileFloats;
        for (int k = 0; k < s.K; k += plan.Slice)
        {
            int depth = Math.Min(plan.Slice, s.K - k);
            for (int i = 0; plan.PackA && i < height; i += GemmPlan.Rows)
            {
                int rows = Math.Min(GemmPlan.Rows, height - i);
                float* to = packed + ((long)i * depth);
                Packing.Panel(a + (i * s.ARow) + (k * s.ACol), s.ARow, s.ACol, rows, depth, to, GemmPlan.Rows);
            }

            for (int panel = first; panel < last; panel++)
            {
                Panel(job, panel, k, depth, height, plan.PackA ? packed : a + (k * s.ACol), c, scratch);
            }
        }

        if (job->Finish.IsAllocated)
        {
            Done(job, (Finish)job->Finish.Target!, c, height, first, last);
        }
    }

    /// <summary>Rows from <paramref name="c"/> on are final in columns first to last.</summary>
    private static void Done(Job* job, Finish finish, float* c, int height, int first, int last)
    {
        ref GemmSpec s = ref job->Spec;
        long at = c - job->C;
        int from = first * GemmPlan.Columns, width = Math.Min(s.N, last * GemmPlan.Columns) - from;
        if (width == s.Ldc)
        {
            finish.Done(at, (long)height * width);
            return;
        }

        for (int row = 0; row < height; row++, at += s.Ldc)
        {
            finish.Done(at + from, width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Panel(Job* job, int panel, int k, int depth, int height, float* a, float* c, float* tile)
    {
        ref GemmSpec s = ref job->Spec;
        ref GemmPlan plan = ref job->Plan;
        int column = panel * GemmPlan.Columns, width = Math.Min(GemmPlan.Columns, s.N - column);
        bool whole = width % 16 == 0, packed = plan.PackB || !whole;
        float* b = job->B + (job->Item * s.BBatch) + column + (k * s.BRow);
        if (packed)
        {
            b = job->Packed + (plan.PackB ? (long)column * s.K : 0) + ((long)k * GemmPlan.Columns);
        }

        long bRow = packed ? GemmPlan.Columns : s.BRow, aRow = plan.PackA ? 1 : s.ARow;
        long aCol = plan.PackA ? GemmPlan.Rows : s.ACol, step = plan.PackA ? depth : s.ARow;
        long ahead = plan.PackB && panel + 1 < plan.Panels ? (long)depth * GemmPlan.Columns : 0;
        float* next = b + ((long)s.K * GemmPlan.Columns);
        for (int i = 0; i < height; i += GemmPlan.Rows)
        {
            int rows = Math.Min(GemmPlan.Rows, height - i);
            float* p = a + (i * step), q = c + (i * s.Ldc) + column;
            if (height > Near)
            {
                Touch(q, s.Ldc, rows);
                Touch(next + (ahead * i / height / 16 * 16), next + (ahead * (i + rows) / height));
            }

            if (whole)
            {
                Tile(p, aRow, aCol, b, bRow, q, s.Ldc, depth, k > 0, rows, width == 32);
                continue;
            }

            Tile(p, aRow, aCol, b, bRow, tile, GemmPlan.Columns, depth, false, rows, width > 16);
            for (int r = 0; r < rows; r++, q += s.Ldc)
            {
                float* from = tile + (r * GemmPlan.Columns);
                if (k > 0)
                {
                    Packing.Add(from, q, width);
                }
                else
                {
                    Packing.Copy(from, q, width);
                }
            }
        }
    }

    /// <summary>Asks for the lines of a tile of C, which is added to when its sums are done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Touch(float* c, long ldc, int rows)
    {
        for (int r = 0; Sse.IsSupported && r < rows; r++, c += ldc)
        {
            Sse.Prefetch0(c);
            Sse.Prefetch0(c + 16);
        }
    }

    /// <summary>Asks for a stretch, into the second cache level.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Touch(float* from, float* to)
    {
        for (; Sse.IsSupported && from < to; from += 16) Sse.Prefetch1(from);
    }
}
