using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Single-precision matrix products.</summary>
/// <remarks>
/// Each element sums its products in order of k, slice by slice, by fused multiply-adds; slices depend on K alone, so
/// neither the team nor the cutting into tiles changes a bit. Source: Goto and van de Geijn, 2008.
/// </remarks>
internal static unsafe partial class Gemm
{
    private const double SmallItem = 8e6;

    private const int TileFloats = GemmPlan.Rows * GemmPlan.Columns;

    /// <summary>Seconds on one thread: the tiles, the panels, and the operands brought from memory.</summary>
    public static double Estimate(GemmSpec s)
    {
        GemmPlan plan = new(s);
        double a = (double)s.M * s.K, b = (double)s.K * s.N, c = (double)s.M * s.N;
        double packed = (plan.PackA ? a : 0) + (plan.PackB ? b : 0);
        double flops = 2.0 * s.M * s.N * s.K * Rates.Waste(s.N, 16);
        double each = Rates.Region + Math.Max(Rates.Computing(flops, 0.9), Rates.Moving(4 * (a + b + c), 4 * (a + b + c)))
            + Rates.Moving(16 * packed, 4 * packed);
        return (2 * Rates.Region) + (s.Batch * each);
    }

    /// <summary>The scratch that <see cref="Run"/> needs, in floats.</summary>
    public static long ScratchFloats(GemmSpec spec, int threads)
    {
        GemmPlan plan = new(spec);
        long shared = ItemsAreParts(spec) ? 0 : plan.BFloats(spec);
        return shared + (threads * ThreadFloats(spec, plan)) + 64;
    }

    /// <summary>Computes every product of the batch.</summary>
    public static void Run(
        Workers workers, GemmSpec spec, float* a, float* b, float* c, float* scratch, Finish? finish = null)
    {
        scratch = (float*)(((nuint)scratch + 63) & ~(nuint)63);
        GemmPlan plan = new(spec);
        Job job = new() { Spec = spec, Plan = plan, A = a, B = b, C = c, Thread = ThreadFloats(spec, plan) };
        if (spec.K == 0)
        {
            Clear(spec, c);
            finish?.Done(0, (long)spec.Batch * spec.M * spec.N);
            return;
        }

        job.Finish = finish is null ? default : GCHandle.Alloc(finish);
        try
        {
            Products(workers, &job, scratch);
        }
        finally
        {
            if (finish is not null)
            {
                job.Finish.Free();
            }
        }
    }

    private static void Products(Workers workers, Job* job, float* scratch)
    {
        GemmSpec spec = job->Spec;
        GemmPlan plan = job->Plan;
        if (ItemsAreParts(spec))
        {
            job->Scratch = scratch;
            workers.Run(Math.Min(spec.Batch, 16), &Items, job);
            return;
        }

        job->Packed = scratch;
        job->Scratch = scratch + plan.BFloats(spec);
        bool alone = (double)spec.M * spec.N * spec.K < 1 << 17;
        for (int item = 0; item < spec.Batch; item++)
        {
            job->Item = item;
            job->Parts = Math.Min(plan.Panels, alone ? 1 : 8);
            workers.Run(plan.PackB || spec.N % 16 != 0 ? job->Parts : 1, &PackB, job);
            job->Parts = alone ? 1 : plan.RowBlocks * plan.ColumnBlocks;
            workers.Run(job->Parts, &Blocks, job);
        }
    }

    /// <summary>One tile of at most 12 by 32; B is a row of 16 or 32 floats every <paramref name="bRow"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Tile(
        float* a, long aRow, long aCol, float* b, long bRow, float* c, long ldc, int k, bool add, int rows, bool wide)
    {
        for (int row = 0; row < rows;)
        {
            int left = rows - row;
            float* p = a + (row * aRow);
            float* q = c + (row * ldc);
            row += left >= 12 ? 12 : left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
            switch (left)
            {
                case >= 12 when wide: GemmTiles.Rows12x2(p, aRow, aCol, b, bRow, q, ldc, k, add); break;
                case >= 12: GemmTiles.Rows12x1(p, aRow, aCol, b, bRow, q, ldc, k, add); break;
                case >= 8 when wide: GemmTiles.Rows8x2(p, aRow, aCol, b, bRow, q, ldc, k, add); break;
                case >= 8: GemmTiles.Rows8x1(p, aRow, aCol, b, bRow, q, ldc, k, add); break;
                case >= 4 when wide: GemmTiles.Rows4x2(p, aRow, aCol, b, bRow, q, ldc, k, add); break;
                case >= 4: GemmTiles.Rows4x1(p, aRow, aCol, b, bRow, q, ldc, k, add); break;
                case >= 2 when wide: GemmTiles.Rows2x2(p, aRow, aCol, b, bRow, q, ldc, k, add); break;
                case >= 2: GemmTiles.Rows2x1(p, aRow, aCol, b, bRow, q, ldc, k, add); break;
                case 1 when wide: GemmTiles.Rows1x2(p, aRow, aCol, b, bRow, q, ldc, k, add); break;
                default: GemmTiles.Rows1x1(p, aRow, aCol, b, bRow, q, ldc, k, add); break;
            }
        }
    }

    private struct Job
    {
        public GemmSpec Spec;
        public GemmPlan Plan;
        public float* A, B, C, Packed, Scratch;
        public long Thread;
        public int Item, Parts;
        public GCHandle Finish;
    }

    private static bool ItemsAreParts(in GemmSpec s) => s.Batch > 1 && (double)s.M * s.N * s.K < SmallItem;

    private static long ThreadFloats(in GemmSpec s, in GemmPlan plan) =>
        (TileFloats + plan.AFloats + (ItemsAreParts(s) ? plan.BFloats(s) : 0) + 31) / 16 * 16;

    private static void Clear(in GemmSpec s, float* c)
    {
        for (int item = 0; item < s.Batch; item++)
        {
            for (int row = 0; row < s.M; row++)
            {
                new Span<float>(c + (item * s.CBatch) + (row * s.Ldc), s.N).Clear();
            }
        }
    }

    private static void Items(void* state, int part, int thread)
    {
        Job job = *(Job*)state;
        int parts = Math.Min(job.Spec.Batch, 16);
        job.Scratch += thread * job.Thread;
        job.Packed = job.Scratch + TileFloats + ((job.Plan.AFloats + 15) / 16 * 16);
        job.Parts = 1;
        int from = (int)((long)job.Spec.Batch * part / parts), to = (int)((long)job.Spec.Batch * (part + 1) / parts);
        for (job.Item = from; job.Item < to; job.Item++)
        {
            PackB(&job, 0, 0);
            Blocks(&job, 0, 0);
        }
    }

    private static void PackB(void* state, int part, int thread)
    {
        Job* job = (Job*)state;
        ref GemmSpec s = ref job->Spec;
        ref GemmPlan plan = ref job->Plan;
        float* b = job->B + (job->Item * s.BBatch);
        if (!plan.PackB)
        {
            int from = s.N / 32 * 32;
            if (part == 0 && s.N % 16 != 0)
            {
                float* tail = b + from;
                Packing.Panel(tail, s.BCol, s.BRow, s.N - from, s.K, job->Packed, GemmPlan.Columns);
            }

            return;
        }

        int first = plan.Panels * part / job->Parts, last = plan.Panels * (part + 1) / job->Parts;
        for (int panel = first; panel < last; panel++)
        {
            int column = panel * GemmPlan.Columns;
            int width = Math.Min(GemmPlan.Columns, s.N - column);
            float* to = job->Packed + ((long)column * s.K);
            Packing.Panel(b + (column * s.BCol), s.BCol, s.BRow, width, s.K, to, GemmPlan.Columns);
        }
    }

    private static void Blocks(void* state, int part, int thread)
    {
        Job* job = (Job*)state;
        int blocks = job->Plan.RowBlocks * job->Plan.ColumnBlocks;
        float* scratch = job->Scratch + (thread * job->Thread);
        for (int block = part; block < blocks; block += job->Parts)
        {
            Block(job, block / job->Plan.ColumnBlocks, block % job->Plan.ColumnBlocks, scratch);
        }
    }
}
