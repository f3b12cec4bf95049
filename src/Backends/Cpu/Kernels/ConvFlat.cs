using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Few channels: flat runs over padded planes read in place through a table of offsets.</summary>
internal static unsafe class ConvFlat
{
    public static bool Fits(ConvSpec s)
    {
        if (!Phases.Fits(s) || s.Taps > 256 || s.GroupIn > (s.Plain ? 64 : 4))
        {
            return false;
        }

        Phases p = new(s);
        bool small = (double)s.GroupIn * s.Taps * s.GroupOut * s.Pixels < 1e6;
        bool dense = p.OutW * 2 >= p.Pitch && (p.OutD == 1 || p.OutH * p.OutW * 3 >= p.Plane);
        return dense && (long)s.GroupIn * p.Size < 1 << 18 && (small || s.Batch * s.Groups > 1);
    }

    /// <summary>Seconds on one thread: the tiles over whole planes, the padded planes, the result cut out of them.</summary>
    public static double Estimate(ConvSpec s)
    {
        Job job = new(s);
        double share = job.Rows >= 8 ? 0.88 : job.Rows >= 4 ? 0.75 : 0.5;
        return (3 * Rates.Region) + Rates.Computing(s.Flops * job.Flat / s.Pixels, share)
            + Rates.Moving(4 * (s.InputFloats + (2 * s.OutputFloats)), 4 * (s.InputFloats + s.OutputFloats))
            + (s.Stride[^1] > 1 ? s.InputFloats / (2 * Rates.Cells) : 0)
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
            Job job = new(s) { Spec = handle, X = x, Y = y, Weights = scratch };
            job.Offsets = (int*)(scratch + ((s.OutChannels * job.K) + 15) / 16 * 16);
            job.Scratch = scratch + job.Shared;
            Prepare(s, ref job, w);
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
            K = (long)Channels * s.Taps;
            Items = s.Batch * s.Groups;
            Parts = Math.Min(Items, 8);
            Flat = (Planes.Flat + 15) / 16 * 16;
            Shared = ((s.OutChannels * K) + 15) / 16 * 16 + ((K + 15) / 16 * 16);
            Thread = ((long)Channels * Planes.Size) + ((long)Rows * Flat);
        }

        public GCHandle Spec;
        public Phases Planes;
        public float* X, Y, Weights, Scratch;
        public int* Offsets;
        public int Channels, Rows, Items, Parts, Flat;
        public long K, Shared, Thread;
    }

    private static int RowsAt(int left) => left >= 8 ? 8 : left >= 6 ? 6 : left >= 4 ? 4 : left >= 2 ? 2 : 1;

    private static void Prepare(ConvSpec s, ref Job job, float* w)
    {
        int* offset = job.Offsets;
        ref Phases p = ref job.Planes;
        int rowTaps = s.Kernel[^1];
        for (int i = 0; i < job.Channels; i++)
        {
            for (int r = 0; r < s.Taps / rowTaps; r++)
            {
                for (int q = 0; q < rowTaps; q++)
                {
                    *offset++ = (i * p.Size) + p.Offset(r, q);
                }
            }
        }

        for (int group = 0, o = 0; group < s.Groups; group++)
        {
            for (int row = 0, rows; row < job.Rows; row += rows)
            {
                rows = RowsAt(job.Rows - row);
                float* block = job.Weights + (o * job.K);
                for (int r = 0; r < rows; r++, o++)
                {
                    ConvWeights.Copy(s, w + (o * s.WOut), job.Channels, block + r, rows);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
            float* w = job.Weights + (group * (long)job.Rows * job.K);
            for (int row = 0, rows; row < job.Rows; row += rows)
            {
                rows = RowsAt(job.Rows - row);
                Strip(rows, w + (row * job.K), planes, job.Offsets, job.K, flat + (row * job.Flat), job.Flat);
            }

            float* y = job.Y + (image * s.YBatch) + (group * (long)job.Rows * s.YChannel);
            for (int o = 0; o < job.Rows; o++)
            {
                Gather(ref job.Planes, flat + (o * job.Flat), y + (o * s.YChannel));
            }

            s.Finish?.Done(y - job.Y, job.Rows * s.YChannel);
        }
    }

    /// <summary>The pixels of an output channel without the cells between rows and planes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(ref Phases p, float* flat, float* to)
    {
        for (int d = 0; d < p.OutD; d++)
        {
            float* from = flat + (d * p.Plane);
            for (int r = 0; r < p.OutH; r++, from += p.Pitch, to += p.OutW)
            {
                Packing.Copy(from, to, p.OutW);
            }
        }
    }

    /// <summary>One block of output channels over a whole plane, wide tiles first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strip(int rows, float* w, float* x, int* offset, long k, float* y, int flat)
    {
        for (int j = 0; j < flat;)
        {
            int left = (flat - j) / 16;
            switch (rows)
            {
                case 8 when left >= 3: FlatTiles.Rows8x3(w, x + j, offset, k, y + j, flat); j += 48; break;
                case 8: FlatTiles.Rows8x1(w, x + j, offset, k, y + j, flat); j += 16; break;
                case 6 when left >= 4: FlatTiles.Rows6x4(w, x + j, offset, k, y + j, flat); j += 64; break;
                case 6: FlatTiles.Rows6x1(w, x + j, offset, k, y + j, flat); j += 16; break;
                case 4 when left >= 6: FlatTiles.Rows4x6(w, x + j, offset, k, y + j, flat); j += 96; break;
                case 4 when left >= 2: FlatTiles.Rows4x2(w, x + j, offset, k, y + j, flat); j += 32; break;
                case 4: FlatTiles.Rows4x1(w, x + j, offset, k, y + j, flat); j += 16; break;
                case 2 when left >= 6: FlatTiles.Rows2x6(w, x + j, offset, k, y + j, flat); j += 96; break;
                case 2 when left >= 2: FlatTiles.Rows2x2(w, x + j, offset, k, y + j, flat); j += 32; break;
                case 2: FlatTiles.Rows2x1(w, x + j, offset, k, y + j, flat); j += 16; break;
                case 1 when left >= 6: FlatTiles.Rows1x6(w, x + j, offset, k, y + j, flat); j += 96; break;
                case 1 when left >= 2: FlatTiles.Rows1x2(w, x + j, offset, k, y + j, flat); j += 32; break;
                default: FlatTiles.Rows1x1(w, x + j, offset, k, y + j, flat); j += 16; break;
            }
        }
    }
}
