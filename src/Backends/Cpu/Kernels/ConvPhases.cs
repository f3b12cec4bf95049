using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// Pixels that lie some columns apart, by F(9 - r, r) along a row: columns of one phase are of unit steps, so the taps of every
/// phase, row and channel are summed at the points of one tile.
/// </summary>
/// <remarks>A row of x is transformed once for all rows of taps that meet it. Errors: as of <see cref="ConvWinograd"/>.</remarks>
internal static unsafe class ConvPhases
{
    /// <summary>Seconds to turn and transform sixteen lanes of a tile, or of its outputs, and a vector of weights.</summary>
    private const double Into = 1e-8, OutOf = 1.2e-8, Kernel = 1e-8;

    /// <summary>The transform of +1, which adds what it begins with to every output of its tile.</summary>
    private const int PointOfOne = 3;

    public static bool Fits(ConvSpec s) => s.Rank is 1 or 2 && s.Groups == 1 && s.Stride[^1] is > 1 and <= 16 && s.InChannels > 0
        && Form(s) is { High: 1 } && Array.TrueForAll(s.Base, step => step == 1) && Array.TrueForAll(s.Dilation, step => step == 1)
        && s.XSpatial[^1] == 1 && s.WSpatial[^1] != 0 && new PhasePlan(s).ThreadFloats <= 1 << 20;

    /// <summary>Seconds on one thread: products at the points, transforms, and moving x and y.</summary>
    public static double Estimate(ConvSpec s)
    {
        PhasePlan p = new(s);
        double rows = (double)s.Batch * p.OutHeight, read = (double)s.Batch * p.RowBlocks * p.InRows;
        double bytes = 4 * (s.InputFloats + s.OutputFloats);
        double sums = 2.0 * PhasePlan.Points * PhasePlan.Group * PhasePlan.Lanes * rows * p.Groups * p.OutBlocks * p.Depth;
        return (3 * Rates.Region) + Rates.Computing(sums, 0.95 * p.Depth / (p.Depth + 4)) + Rates.Moving(bytes, bytes)
            + (p.Tiles * ((read * p.Blocks * Into) + (rows * p.OutBlocks * 2 * OutOf))) + (p.OutBlocks * p.Depth * 2 * Kernel);
    }

    public static long ScratchFloats(ConvSpec s, int threads) => new PhasePlan(s).Shared + (threads * new PhasePlan(s).ThreadFloats);

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch)
    {
        GCHandle handle = GCHandle.Alloc(s);
        try
        {
            Job job = new() { Plan = new(s), Spec = handle, X = x, W = w, Y = y, Weights = scratch };
            job.Starts = scratch + ((long)job.Plan.OutBlocks * job.Plan.WeightBlock);
            job.Scratch = scratch + job.Plan.Shared;
            workers.Run(job.Plan.OutBlocks * 2, &Weights, &job);
            workers.Run(job.Plan.Parts, &Part, &job);
        }
        finally
        {
            handle.Free();
        }
    }

    private static WinogradForm? Form(ConvSpec s) => WinogradForm.Of([(s.Kernel[^1] + s.Stride[^1] - 1) / s.Stride[^1]]);

    private struct Job
    {
        public PhasePlan Plan;
        public GCHandle Spec;
        public float* X, W, Y, Weights, Starts, Scratch;
    }

    /// <summary>Sixteen output channels: u[point, block, row of taps, channel and phase, lane], and the bias.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weights(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ref PhasePlan p = ref job.Plan;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        float* taps = stackalloc float[6 * 16], u = job.Weights + ((part / 2 * (long)p.WeightBlock) + (part % 2 * 16));
        float* start = job.Starts + (part / 2 * 2 * PhasePlan.Lanes) + (part % 2 * 16), bias = (float*)s.Bias;
        int first = part * 16, lanes = Math.Clamp(p.OutChannels - first, 0, 16);
        for (int lane = 0; lane < 16; lane++)
        {
            (start[lane], start[PhasePlan.Lanes + lane]) = (0, lane < lanes && bias != null ? bias[first + lane] : 0);
        }

        for (int i = 0; i < p.Depth; i++, u += PhasePlan.Lanes)
        {
            int phase = i % p.Phases, lane = i / p.Phases % p.Together, line = i / p.Phases / p.Together;
            int channel = (line / p.KernelHigh * p.Together) + lane, count = channel < p.Channels ? lanes : 0;
            float* from = job.W + (first * s.WOut) + (channel * s.WIn) + (s.Rank == 1 ? 0 : line % p.KernelHigh * s.WSpatial[0]);
            new Span<float>(taps, p.Taps * 16).Clear();
            for (int q = phase, t = 0; q < s.Kernel[^1]; q += p.Phases, t += 16)
            {
                for (int k = 0; k < count; k++) taps[t + k] = from[(k * s.WOut) + (q * s.WSpatial[^1])];
            }

            WinogradTransforms.Spread(1, p.Taps, taps, 0, 16, u, p.WeightPoint, null);
        }
    }

    private static void Part(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        PhaseBlock block = new(job.Plan, (ConvSpec)job.Spec.Target!, job.Scratch + (thread * job.Plan.ThreadFloats));
        int items = job.Plan.Batch * job.Plan.RowBlocks, last = (int)((long)items * (part + 1) / job.Plan.Parts);
        for (int item = (int)((long)items * part / job.Plan.Parts); item < last; item++)
        {
            block.Take(item, job.X);
            for (int o = 0; o < job.Plan.OutBlocks; o++)
            {
                float* start = job.Starts + (o * 2 * PhasePlan.Lanes);
                block.Multiply(job.Weights + (o * (long)job.Plan.WeightBlock), start, start + PhasePlan.Lanes, PointOfOne);
                block.Give(o, job.Y);
            }
        }
    }
}
