using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Many channels, unit steps: 14 or 7 pixels broadcast against 32 or 16 output channels.</summary>
internal static unsafe class ConvDirect
{
    private const int ChannelBlock = 64;

    public static bool Fits(ConvSpec s)
    {
        if (!Planes.Fits(s) || s.Rank > 2 || s.Taps > 64
            || (s.GroupIn < 12 && s.GroupIn * s.Taps < 72) || s.GroupOut < 16 || s.GroupOut % 16 is > 0 and < 12)
        {
            return false;
        }

        Planes p = new(s);
        int width = p.OutW >= 14 ? 14 : 7;
        double waste = (double)((p.OutW + width - 1) / width * width) / p.OutW;
        return p.OutW >= 7 && waste <= 1.3 && (long)s.GroupIn * p.Size < 1 << 22 && s.Batch * s.Groups > 1;
    }

    /// <summary>Seconds on one thread: the tiles, the padded planes, the result turned to planes, the weights.</summary>
    public static double Estimate(ConvSpec s)
    {
        Job job = new(s);
        int width = job.Planes.OutW >= 14 ? 14 : 7;
        double waste = Rates.Waste(job.Planes.OutW, width) * Rates.Waste(job.Rows, job.Lanes);
        return (3 * Rates.Region)
            + Rates.Computing(s.Flops * waste, (s.Taps == 1 ? 0.7 : 0.93) * job.Channels * s.Taps / ((job.Channels * s.Taps) + 20))
            + Rates.Moving(4 * (s.InputFloats + (3 * s.OutputFloats)), 4 * (s.InputFloats + s.OutputFloats))
            + (s.WeightFloats / Rates.Cells);
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
            Channels = s.GroupIn;
            Rows = s.GroupOut;
            Lanes = Planes.OutW < 14 || Rows % 32 is 0 or > 16 ? 32 : 16;
            Blocks = (Rows + Lanes - 1) / Lanes;
            BlockFloats = (long)Channels * s.Taps * Lanes;
            Items = s.Batch * s.Groups;
            Parts = Math.Min(Items, 16);
            Shared = s.Groups * Blocks * BlockFloats;
            Thread = ((long)Channels * Planes.Size) + ((((long)Planes.OutH * Planes.OutW) + 4) * Lanes);
        }

        public GCHandle Spec;
        public Planes Planes;
        public float* X, W, Y, Weights, Scratch;
        public int Channels, Rows, Lanes, Blocks, Items, Parts;
        public long BlockFloats, Shared, Thread;
    }

    private static void Pack(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        int group = part / job.Blocks, first = part % job.Blocks * job.Lanes;
        float* to = job.Weights + (part * job.BlockFloats);
        int lanes = Math.Min(job.Lanes, job.Rows - first);
        if (lanes < job.Lanes)
        {
            new Span<float>(to, (int)job.BlockFloats).Clear();
        }

        for (int lane = 0; lane < lanes; lane++)
        {
            float* from = job.W + (((group * (long)job.Rows) + first + lane) * s.WOut);
            ConvWeights.Copy(s, from, job.Channels, to + lane, job.Lanes);
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
            float* x = job.X + (image * s.XBatch) + (group * (long)job.Channels * s.XChannel);
            job.Planes.Fill(x, s.XChannel, job.Channels, planes);
            for (int block = 0; block < job.Blocks; block++)
            {
                float* w = job.Weights + (((group * job.Blocks) + block) * job.BlockFloats);
                Block(ref job, planes, w, flat);
                int o = block * job.Lanes, lanes = Math.Min(job.Lanes, job.Rows - o);
                float* y = job.Y + (image * s.YBatch) + (((group * (long)job.Rows) + o) * s.YChannel);
                Scatter(flat, job.Lanes, lanes, job.Planes.OutH * job.Planes.OutW, y, s.YChannel);
                s.Finish?.Done(y - job.Y, lanes * s.YChannel);
            }
        }
    }

    /// <summary>One image, one block of output channels: flat[pixel, lane].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block(ref Job job, float* planes, float* weights, float* flat)
    {
        ref Planes p = ref job.Planes;
        int lanes = job.Lanes, taps = p.KernelH * p.KernelW, width = p.OutW >= 14 ? 14 : 7;
        for (int c = 0; c < job.Channels; c += ChannelBlock)
        {
            int channels = Math.Min(ChannelBlock, job.Channels - c);
            for (int r = 0; r < p.OutH; r++)
            {
                int from = Math.Clamp(Steps(p.Top - r, p.Apart), 0, p.KernelH);
                int to = Math.Clamp(Steps(p.H + p.Top - r, p.Apart), from, p.KernelH);
                float* w = weights + ((((long)c * taps) + (from * p.KernelW)) * lanes);
                float* x = planes + ((long)c * p.Size) + ((r + (from * p.Apart)) * p.Pitch);
                long skip = (long)(p.KernelH - to + from) * p.KernelW * lanes;
                DirectTile tile = new(channels, p.Size, p.Apart * p.Pitch, p.Across, to - from, p.KernelW, skip);
                float* line = flat + ((long)r * p.OutW * lanes);
                for (int q = 0, end = 0; end < p.OutW; q += width)
                {
                    end = q + width;
                    int left = end <= p.OutW ? width : p.OutW - q;
                    Pixels(x + q, w, tile, line + ((long)q * lanes), c > 0, width, lanes, left);
                }
            }
        }
    }

    /// <summary>So many taps lie before a row.</summary>
    private static int Steps(int rows, int apart) => rows <= 0 ? 0 : (rows + apart - 1) / apart;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pixels(
        float* x, float* w, in DirectTile tile, float* y, bool add, int width, int lanes, int left)
    {
        float* edge = stackalloc float[(14 * 32) + 16];
        float* to = left < width ? edge : y;
        if (left < width && add)
        {
            Packing.Copy(y, edge, left * lanes);
        }

        switch (width)
        {
            case 14 when lanes == 32: DirectTiles.Pixels14x2(x, w, tile, to, add); break;
            case 14: DirectTiles.Pixels14x1(x, w, tile, to, add); break;
            default: DirectTiles.Pixels7x2(x, w, tile, to, add); break;
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
        int pixel = 0;
        for (; pixel + 4 <= pixels && System.Runtime.Intrinsics.X86.Sse.IsSupported; pixel += 4)
        {
            for (int lane = 0; lane + 4 <= lanes; lane += 4)
            {
                Packing.Transpose4(flat + ((long)pixel * pitch) + lane, pitch, y + (lane * channel) + pixel, channel);
            }
        }

        for (int lane = 0; lane < lanes; lane++)
        {
            for (int q = lane < lanes / 4 * 4 ? pixel : 0; q < pixels; q++)
            {
                y[(lane * channel) + q] = flat[((long)q * pitch) + lane];
            }
        }
    }
}
