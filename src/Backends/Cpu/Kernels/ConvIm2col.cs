using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Any convolution: pixels of all images in panels of 32, their inputs packed slice by slice.</summary>
internal static unsafe class ConvIm2col
{
    private const int Width = GemmPlan.Columns;

    /// <summary>How much of K a panel has: the first cache level keeps it, or the second where each row of weights is read once.</summary>
    private const int Near = 320, Far = 1536;

    /// <summary>Up to so many panels a copy of the weights costs more than it saves.</summary>
    private const int FewPanels = 4;

    /// <summary>Seconds to find out what a run of pixels reads, and to copy a vector of it.</summary>
    private const double Begin = 1e-8, Vector = 1.2e-9;

    private const int TileFloats = GemmPlan.Rows * GemmPlan.Columns;

    /// <summary>Seconds on one thread: the tiles, of whole vectors; the panels of inputs; the weights, or their copy.</summary>
    public static double Estimate(ConvSpec s)
    {
        Job job = new(s);
        double pixels = (double)s.Batch * job.Pixels, tiles = s.Flops * Rates.Waste(s.Batch * job.Pixels, 16);
        double runs = (pixels / Math.Min(s.Out[^1], 16)) + (pixels / 16);
        double begun = job.Taps * Math.Min(job.Channels, Math.Ceiling((double)job.K / job.Depth)) * runs;
        double packing = s.Groups * (CellLanes.ByVectors(s) ? (begun * Begin) + (job.K * Math.Ceiling(pixels / 16) * Vector)
            : (job.K * runs * Rates.Stretch / 2) + (job.K * pixels / (s.Stride[^1] * s.XSpatial[^1] == 1 ? 6 * Rates.Cells : Rates.Cells)));
        double share = job.Rows >= 8 ? 0.87 : job.Rows >= 4 ? 0.6 : job.Rows >= 2 ? 0.3 : 0.15;
        return (3 * Rates.Region) + Rates.Computing(tiles, share) + packing
            + Rates.Moving(4 * (s.InputFloats + s.OutputFloats), 4 * (s.InputFloats + s.OutputFloats))
            + (job.InPlace ? Rates.Moving(4 * s.WeightFloats, 4 * s.WeightFloats)
                : job.WeightFloats / (ConvWeights.Whole(s) ? 6 * Rates.Cells : Rates.Cells));
    }

    public static long ScratchFloats(ConvSpec s, int threads)
    {
        Job job = new(s);
        return job.WeightFloats + (threads * job.Thread);
    }

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch)
    {
        GCHandle handle = GCHandle.Alloc(s);
        try
        {
            Job job = new(s) { Spec = handle, X = x, End = x + s.Reach, W = w, Y = y, Weights = scratch };
            job.Scratch = scratch + job.WeightFloats;
            if (job.InPlace)
            {
                job.Weights = w;
            }
            else
            {
                workers.Run(job.WeightParts, &PackWeights, &job);
            }

            workers.Run(s.Groups * job.Blocks * job.RowParts, &Block, &job);
        }
        finally
        {
            handle.Free();
        }
    }

    private struct Job
    {
        public Job(ConvSpec s)
        {
            Channels = s.GroupIn;
            Rows = s.GroupOut;
            Taps = s.Taps;
            Pixels = s.Pixels;
            K = Channels * Taps;
            int panels = (int)((((long)s.Batch * Pixels) + Width - 1) / Width);
            InPlace = panels <= FewPanels && ConvWeights.Whole(s);
            Pitch = InPlace ? s.WOut : K % 256 == 0 ? K + 16 : K;
            PanelsPerBlock = Math.Clamp((panels + 7) / 8, 1, 7);
            Blocks = (panels + PanelsPerBlock - 1) / PanelsPerBlock;
            RowParts = s.Groups * Blocks < 4 && Rows >= 256 ? 2 : 1;
            WeightFloats = InPlace ? 0 : ((s.OutChannels * Pitch) + 31) / 16 * 16;
            WeightParts = s.OutChannels * Pitch > 1 << 16 ? Math.Min(s.OutChannels, 16) : 1;
            Depth = Math.Clamp(K, 1, InPlace ? Far : Near);
            Thread = TileFloats + ((long)PanelsPerBlock * Width * Depth);
        }

        public GCHandle Spec;
        public float* X, End, W, Y, Weights, Scratch;
        public int Channels, Rows, Taps, Pixels, K, PanelsPerBlock, Blocks, RowParts, WeightParts, Depth;
        public bool InPlace;
        public long Pitch, WeightFloats, Thread;
    }

    private static void PackWeights(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        int from = (int)((long)s.OutChannels * part / job.WeightParts);
        int to = (int)((long)s.OutChannels * (part + 1) / job.WeightParts);
        for (int o = from; o < to; o++)
        {
            ConvWeights.Copy(s, job.W + (o * s.WOut), s.GroupIn, job.Weights + (o * job.Pitch), 1);
        }
    }

    private static void Block(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        int side = part % job.RowParts, block = part / job.RowParts;
        int group = block / job.Blocks, half = (job.Rows / job.RowParts + GemmPlan.Rows - 1) / GemmPlan.Rows * GemmPlan.Rows;
        int top = side * half, bottom = side + 1 == job.RowParts ? job.Rows : top + half;
        long total = (long)s.Batch * job.Pixels, first = (long)(block % job.Blocks) * job.PanelsPerBlock * Width;
        long last = Math.Min(total, first + (job.PanelsPerBlock * Width));
        float* tile = job.Scratch + (thread * job.Thread);
        float* a = job.Weights + (group * job.Rows * job.Pitch);
        CellRun* runs = stackalloc CellRun[Width];
        int* at = stackalloc int[Width * s.Rank];
        for (int run = 0; run < Width; run++) runs[run].At = at + (run * s.Rank);
        for (int k = 0; k < Math.Max(1, job.K); k += job.Depth)
        {
            int depth = Math.Min(job.Depth, job.K - k);
            for (long pixel = first; pixel < last; pixel += Width)
            {
                float* panel = tile + TileFloats + ((pixel - first) * job.Depth);
                int width = (int)Math.Min(Width, last - pixel);
                int count = CellRun.Split(s.Out, s.Stride, pixel, width, runs);
                Columns(s, ref job, group, k, depth, width, runs, count, panel);
                float* y = job.Y + (group * job.Rows * s.YChannel);
                Multiply(s, ref job, top, bottom, a + k, panel, y, pixel, width, depth, k > 0, tile);
            }
        }
    }

    /// <summary>What a panel's pixels read at so many of K from a place on, tap by tap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns(
        ConvSpec s, ref Job job, int group, int k, int depth, int width, CellRun* runs, int count, float* panel)
    {
        int* tap = stackalloc int[s.Rank];
        for (int t = 0; t < job.Taps; t++)
        {
            for (int axis = s.Rank - 1, rest = t; axis >= 0; rest /= s.Kernel[axis], axis--)
            {
                tap[axis] = (rest % s.Kernel[axis] * s.Dilation[axis]) - s.Lo[axis];
            }

            int channel = Math.Max(0, (k - t + job.Taps - 1) / job.Taps);
            int lines = ((k + depth - t + job.Taps - 1) / job.Taps) - channel;
            if (lines <= 0) continue;
            float* to = panel + ((((long)channel * job.Taps) + t - k) * Width);
            CellLanes lanes = new(s, job.X + (group * s.XGroup) + (channel * s.XChannel), job.End, s.Stride[^1], tap, lines);
            lanes.Copy(runs, count, width, to, (long)job.Taps * Width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(
        ConvSpec s, ref Job job, int top, int bottom, float* a, float* b, float* y, long pixel, int width, int depth,
        bool add, float* tile)
    {
        long image = pixel / job.Pixels, rest = pixel % job.Pixels;
        bool direct = width % 16 == 0 && rest + width <= job.Pixels, wide = width > Width / 2;
        float* target = y + (image * s.YBatch) + rest;
        for (int i = top; i < bottom; i += GemmPlan.Rows)
        {
            int rows = Math.Min(GemmPlan.Rows, bottom - i);
            float* p = a + (i * job.Pitch);
            if (direct)
            {
                Gemm.Tile(p, job.Pitch, 1, b, Width, target + (i * s.YChannel), s.YChannel, depth, add, rows, wide);
                continue;
            }

            Gemm.Tile(p, job.Pitch, 1, b, Width, tile, Width, depth, false, rows, wide);
            for (int start = 0; start < width;)
            {
                long n = (pixel + start) / job.Pixels, at = (pixel + start) % job.Pixels;
                int run = (int)Math.Min(width - start, job.Pixels - at);
                float* to = y + (n * s.YBatch) + at + (i * s.YChannel);
                for (int r = 0; r < rows; r++, to += s.YChannel)
                {
                    float* from = tile + (r * Width) + start;
                    if (add)
                    {
                        Packing.Add(from, to, run, 1);
                    }
                    else
                    {
                        Packing.Copy(from, to, run);
                    }
                }

                start += run;
            }
        }
    }
}
