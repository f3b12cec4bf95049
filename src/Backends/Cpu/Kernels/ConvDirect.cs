using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// Pixels of a row broadcast against vectors of output channels: 14 against 32 or 16, 7 against 32, or 14 that lie two cells
/// apart against 32.
/// </summary>
internal static unsafe class ConvDirect
{
    private const int ChannelBlock = 64;

    /// <summary>Seconds to turn an element of the result.</summary>
    private const double Turn = 4e-11;

    /// <summary>Floats of results that are turned to planes at a time, where all channels are summed at once.</summary>
    private const int BandFloats = 4096;

    public static bool Fits(ConvSpec s)
    {
        if (!Planes.Fits(s) || s.Rank > 2 || s.Stride[^1] > 2 || s.Taps > 64 || (s.GroupIn < 12 && s.GroupIn * s.Taps < 72)
            || s.GroupOut < 16 || s.GroupOut % 16 is > 0 and < 12)
        {
            return false;
        }

        int least = s.Stride[^1] > 1 ? 14 : 7;
        return s.Out[^1] >= least && Rates.Waste(s.Out[^1], Width(s)) <= 1.3
            && s.GroupIn * (long)new Planes(s).Size < 1 << 22 && s.Batch * s.Groups > 1;
    }

    /// <summary>Pixels of a tile.</summary>
    private static int Width(ConvSpec s) => s.Out[^1] >= 14 ? 14 : 7;

    /// <summary>Output channels of a tile.</summary>
    private static int Lanes(ConvSpec s) =>
        s.Stride[^1] > 1 || Width(s) < 14 || s.GroupOut % 32 is 0 or > 16 ? 32 : 16;

    /// <summary>Seconds on one thread: the tiles, the planes, the result turned to planes, the weights.</summary>
    public static double Estimate(ConvSpec s)
    {
        Job job = new(s);
        double waste = Rates.Waste(job.Planes.OutW, job.Width) * Rates.Waste(job.Rows, job.Lanes), deep = (double)job.Channels * s.Taps;
        return (3 * Rates.Region) + Rates.Computing(s.Flops * waste * Met(job.Planes), deep / (deep + 12) / Cycles(s))
            + Rates.Moving(4 * (s.InputFloats + s.OutputFloats), 4 * (s.InputFloats + s.OutputFloats))
            + (s.OutputFloats * Turn) + (s.WeightFloats / Rates.Cells);
    }

    /// <summary>Cycles of a line of taps over those of its products: a load for each cell and weight, and the loop around.</summary>
    private static double Cycles(ConvSpec s)
    {
        int width = Width(s), vectors = Lanes(s) / 16, taps = s.Kernel[^1];
        double products = width * vectors / 2.0, loads = (width + vectors) / 2.0;
        return IsFive(s) ? 1.02 : ((taps * Math.Max(products, loads)) + 5) / (taps * products);
    }

    /// <summary>Five taps side by side, whose weights stay in registers.</summary>
    private static bool IsFive(ConvSpec s) => Lanes(s) == 16 && s.Kernel[^1] == 5 && s.Dilation[^1] == 1;

    /// <summary>The part of the lines of taps that meet rows of the input.</summary>
    private static double Met(in Planes p)
    {
        long met = 0;
        for (int r = 0; r < p.OutH; r++)
        {
            int top = p.Top - (r * p.Down), from = Math.Clamp(Steps(top, p.Apart), 0, p.KernelH);
            met += Math.Clamp(Steps(p.H + top, p.Apart), from, p.KernelH) - from;
        }

        return (double)met / p.OutH / p.KernelH;
    }

    public static long ScratchFloats(ConvSpec s, int threads)
    {
        Job job = new(s);
        return job.Shared + (threads * job.Thread);
    }

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch)
    {
        GCHandle handle = GCHandle.Alloc(s);
        try
        {
            Job job = new(s) { Spec = handle, X = x, W = w, Y = y, Weights = scratch };
            job.Scratch = scratch + job.Shared;
            workers.Run(s.Groups * job.Blocks, &Pack, &job);
            workers.Run(job.Parts, &Images, &job);
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
            Planes = new(s);
            Five = IsFive(s);
            (Channels, Rows, Width, Lanes) = (s.GroupIn, s.GroupOut, ConvDirect.Width(s), ConvDirect.Lanes(s));
            Blocks = (Rows + Lanes - 1) / Lanes;
            BlockFloats = (((long)Channels * s.Taps) + 1) * Lanes;
            Items = s.Batch * s.Groups;
            Parts = Math.Min(Items, 16);
            Shared = s.Groups * Blocks * BlockFloats;
            int least = (15 / Planes.OutW) + 1;
            Band = Channels > ChannelBlock ? Planes.OutH : Math.Max(least, BandFloats / (Planes.OutW * Lanes));
            Thread = ((long)Channels * Planes.Size) + ((((long)Band * Planes.OutW) + 16) * Lanes) + 256;
        }

        public GCHandle Spec;
        public Planes Planes;
        public bool Five;
        public float* X, W, Y, Weights, Scratch;
        public int Channels, Rows, Width, Lanes, Blocks, Items, Parts, Band;
        public long BlockFloats, Shared, Thread;
    }

    /// <summary>The weights of a block of output channels after what each of them begins with.</summary>
    private static void Pack(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        int group = part / job.Blocks, first = (group * job.Rows) + (part % job.Blocks * job.Lanes);
        float* to = job.Weights + (part * job.BlockFloats), bias = (float*)s.Bias;
        int lanes = Math.Min(job.Lanes, ((group + 1) * job.Rows) - first);
        new Span<float>(to, lanes < job.Lanes ? (int)job.BlockFloats : job.Lanes).Clear();
        for (int lane = 0; lane < lanes; lane++)
        {
            if (bias != null) to[lane] = bias[first + lane];
            ConvWeights.Copy(s, job.W + ((first + lane) * s.WOut), job.Channels, to + job.Lanes + lane, job.Lanes);
        }
    }

    private static void Images(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        float* planes = job.Scratch + (thread * job.Thread), flat = planes + ((long)job.Channels * job.Planes.Size);
        new Span<float>(planes, job.Channels * job.Planes.Size).Clear();
        int first = (int)((long)job.Items * part / job.Parts), last = (int)((long)job.Items * (part + 1) / job.Parts);
        for (int item = first; item < last; item++)
        {
            int image = item / s.Groups, group = item % s.Groups;
            float* x = job.X + (image * s.XBatch) + (group * s.XGroup);
            job.Planes.Fill(x, s.XChannel, job.Channels, planes);
            for (int block = 0; block < job.Blocks; block++)
            {
                float* w = job.Weights + (((group * job.Blocks) + block) * job.BlockFloats);
                int o = block * job.Lanes, lanes = Math.Min(job.Lanes, job.Rows - o);
                float* y = job.Y + (image * s.YBatch) + (((group * (long)job.Rows) + o) * s.YChannel);
                for (int row = 0; row < job.Planes.OutH; row += job.Band)
                {
                    int rows = Math.Min(job.Band, job.Planes.OutH - row);
                    float* to = y + (row * job.Planes.OutW);
                    Await(to, s.YChannel, lanes, rows * job.Planes.OutW);
                    Block(ref job, planes, w, flat, row, row + rows);
                    Scatter(flat, job.Lanes, lanes, rows * job.Planes.OutW, to, s.YChannel);
                }

                s.Finish?.Done(y - job.Y, lanes * s.YChannel);
            }
        }
    }

    /// <summary>Asks for the lines of y that the next rows go to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Await(float* y, long channel, int lanes, int pixels)
    {
        for (int lane = 0; lane < lanes && Sse.IsSupported; lane++, y += channel)
        {
            for (int pixel = 0; pixel < pixels; pixel += 16)
            {
                Sse.Prefetch0(y + pixel);
            }
        }
    }

    /// <summary>Some rows of one image, one block of output channels: flat[pixel, lane].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block(ref Job job, float* planes, float* weights, float* flat, int first, int last)
    {
        ref Planes p = ref job.Planes;
        int lanes = job.Lanes, taps = p.KernelH * p.KernelW, width = job.Width;
        for (int c = 0; c < job.Channels; c += ChannelBlock)
        {
            int channels = Math.Min(ChannelBlock, job.Channels - c);
            float* line = flat;
            for (int r = first; r < last; r++, line += (long)p.OutW * lanes)
            {
                int top = p.Top - (r * p.Down), from = Math.Clamp(Steps(top, p.Apart), 0, p.KernelH);
                int to = Math.Clamp(Steps(p.H + top, p.Apart), from, p.KernelH);
                float* w = weights + lanes + ((((long)c * taps) + (from * p.KernelW)) * lanes);
                float* x = planes + ((long)c * p.Size) + (((r * p.Down) + (from * p.Apart)) * p.Pitch);
                long skip = (long)(p.KernelH - to + from) * p.KernelW * lanes;
                DirectTile tile = new(channels, p.Size, p.Apart * p.Pitch, p.Across, to - from, p.KernelW, skip);
                for (int q = 0; q < p.OutW; q += width)
                {
                    Pixels(job, x + (q * p.Along), w, tile, line + ((long)q * lanes), c > 0 ? null : weights, q);
                }
            }
        }
    }

    /// <summary>So many taps lie before a row.</summary>
    private static int Steps(int rows, int apart) => rows <= 0 ? 0 : (rows + apart - 1) / apart;

    /// <summary>Some pixels of a row, from what each channel begins with, or from what is there.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pixels(in Job job, float* x, float* w, in DirectTile tile, float* y, float* start, int q)
    {
        float* edge = stackalloc float[14 * 32];
        int lanes = job.Lanes, width = job.Width, left = job.Planes.OutW - q;
        float* to = left < width ? edge : y;
        if (left < width && start == null)
        {
            Packing.Copy(y, edge, left * lanes);
        }

        float* from = start == null ? to : start;
        long next = start == null ? lanes : 0;
        switch (lanes)
        {
            case 32 when job.Planes.Along == 2: DirectTiles.Sum<Halves14x2>(x, w, tile, from, next, to); break;
            case 32 when width == 14: DirectTiles.Sum<Pixels14x2>(x, w, tile, from, next, to); break;
            case 32: DirectTiles.Sum<Pixels7x2>(x, w, tile, from, next, to); break;
            case 16 when job.Five:
                bool first = q == 0 && job.Planes.Left >= 2, last = q + 16 >= job.Planes.W + job.Planes.Left;
                DirectTiles.Pixels14Five(x, w, tile, from, next, to, first, last);
                break;
            default: DirectTiles.Sum<Pixels14x1>(x, w, tile, from, next, to); break;
        }

        if (left < width)
        {
            Packing.Copy(edge, y, left * lanes);
        }
    }

    /// <summary>flat[pixel, lane] to y[lane, pixel].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(float* flat, int pitch, int lanes, int pixels, float* y, long channel)
    {
        float* spare = stackalloc float[256];
        for (int lane = 0; lane < lanes; lane += 16, flat += 16, y += 16 * channel)
        {
            int rows = Math.Min(16, lanes - lane);
            for (int start = 0; start < pixels; start += 16)
            {
                // The last pixels are turned together with some before them.
                int q = Math.Max(0, Math.Min(start, pixels - 16)), width = Math.Min(16, pixels - q);
                float* from = flat + ((long)q * pitch), to = y + q;
                if (rows == 16 && width == 16)
                {
                    ChannelBlocks.Transpose(from, pitch, to, channel);
                    continue;
                }

                ChannelBlocks.Transpose(from, pitch, spare, 16);
                for (int k = 0; k < rows; k++, to += channel)
                {
                    Packing.Copy(spare + (k * 16), to, width);
                }
            }
        }
    }
}
