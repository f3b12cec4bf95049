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
    private const int TileFloats = GemmPlan.Rows * GemmPlan.Columns;

    /// <summary>Seconds on one thread: the tiles, the panels, and the operands brought from memory.</summary>
    public static double Estimate(GemmSpec s)
    {
        GemmPlan plan = new(s);
        double a = (double)s.M * s.K * s.Sums, b = (double)s.K * s.N * s.Sums, c = (double)s.M * s.N;
        double packed = (plan.PackA || plan.Turn ? a * plan.Across : 0) + (plan.PackB ? b * plan.Down : 0);
        double flops = 2 * s.Work * Rates.Waste(s.N, 16);
        double tiles = Math.Ceiling((double)s.M / GemmPlan.Rows) * plan.Panels * 2 * Rates.Stretch;
        double computing = Rates.Computing(flops, s.N <= 16 ? 0.8 : 0.95) + tiles;
        double each = Rates.Region + Math.Max(computing, Rates.Moving(4 * (a + b + c), 4 * (a + b + c)))
            + Rates.Moving(8 * packed, 4 * packed);
        return Rates.Region + (s.Batch * each);
    }

    /// <summary>The scratch that <see cref="Run"/> needs, in floats.</summary>
    public static long ScratchFloats(GemmSpec spec, int threads) => (threads * ThreadFloats(spec, new(spec))) + 64;

    /// <summary>Computes every product of the batch.</summary>
    public static void Run(
        Workers workers, GemmSpec spec, float* a, float* b, float* c, float* scratch, Finish? finish = null)
    {
        scratch = (float*)(((nuint)scratch + 63) & ~(nuint)63);
        GemmPlan plan = new(spec);
        Job job = new() { Spec = spec, Plan = plan, A = a, B = b, C = c, Scratch = scratch, Thread = ThreadFloats(spec, plan) };
        if (spec.K == 0)
        {
            Clear(spec, c);
            finish?.Done(0, (long)spec.Batch * spec.M * spec.N);
            return;
        }

        job.Finish = finish is null ? default : GCHandle.Alloc(finish);
        try
        {
            workers.Run(plan.Parts, &Part, &job);
        }
        finally
        {
            if (finish is not null)
            {
                job.Finish.Free();
            }
        }
    }

    /// <summary>
    /// One tile of at most 12 by 32; B is a row of 16 or 32 floats every <paramref name="bRow"/>. Where it is added to C, that is
    /// so many times.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Tile(
        float* a, long aRow, long aCol, float* b, long bRow, float* c, long ldc, int k, bool add, int rows, bool wide,
        float times = 1)
    {
        float onto = add ? times : 0;
        for (int row = 0; row < rows;)
        {
            int left = rows - row;
            float* p = a + (row * aRow);
            float* q = c + (row * ldc);
            row += left >= 12 ? 12 : left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
            switch (left)
            {
                case >= 12 when wide: GemmTiles.Rows12x2(p, aRow, aCol, b, bRow, q, ldc, k, onto, b, bRow); break;
                case >= 12: GemmTiles.Rows12x1(p, aRow, aCol, b, bRow, q, ldc, k, onto); break;
                case >= 8 when wide: GemmTiles.Rows8x2(p, aRow, aCol, b, bRow, q, ldc, k, onto); break;
                case >= 8: GemmTiles.Rows8x1(p, aRow, aCol, b, bRow, q, ldc, k, onto); break;
                case >= 4 when wide: GemmTiles.Rows4x2(p, aRow, aCol, b, bRow, q, ldc, k, onto); break;
                case >= 4: GemmTiles.Rows4x1(p, aRow, aCol, b, bRow, q, ldc, k, onto); break;
                case >= 2 when wide: GemmTiles.Rows2x2(p, aRow, aCol, b, bRow, q, ldc, k, onto); break;
                case >= 2: GemmTiles.Rows2x1(p, aRow, aCol, b, bRow, q, ldc, k, onto); break;
                case 1 when wide: GemmTiles.Rows1x2(p, aRow, aCol, b, bRow, q, ldc, k, onto); break;
                default: GemmTiles.Rows1x1(p, aRow, aCol, b, bRow, q, ldc, k, onto); break;
            }
        }
    }

    private struct Job
    {
        public GemmSpec Spec;
        public GemmPlan Plan;
        public float* A, B, C, Scratch;
        public long Thread;
        public GCHandle Finish;
    }

    private static long ThreadFloats(in GemmSpec s, in GemmPlan plan) =>
        (TileFloats + KeptFloats(s) + plan.AFloats + plan.BFloats(s) + 31) / 16 * 16;

    /// <summary>Floats of the rows that are kept apart.</summary>
    private static int KeptFloats(in GemmSpec s) => s.Apart ? GemmPlan.Rows * GemmPlan.Pitch : 0;

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

    private static void Part(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ref GemmPlan plan = ref job.Plan;
        int each = plan.Across * plan.Down;
        long units = (long)job.Spec.Batch * each, last = units * (part + 1) / plan.Parts;
        for (long unit = units * part / plan.Parts; unit < last; unit++)
        {
            int cell = (int)(unit % each);
            Unit(ref job, unit / each, cell / plan.Across, cell % plan.Across, job.Scratch + (thread * job.Thread));
        }
    }
}
