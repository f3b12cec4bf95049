using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// Long kernels and few output pixels: <c>y[c,k,p] = sum over n, q of x[c,n,p + q - Lo] w[k,n,q]</c>, where w is the
/// gradient of some convolution's output.
/// </summary>
/// <remarks>
/// Vectors run over q across whole padded planes, one vector of sums for each (c, k, p), carried over images n. At most
/// four chunks of images keep sums of their own, whose totals are added in order; large sums are cut by c instead. Where rows
/// of w are as long as those of x, w is read in place, and masks take for zero what a column of outputs meets beyond a row's end.
/// Source: the kernel gradient, docs/ir.md.
/// </remarks>
internal static unsafe class ConvKernelGradient
{
    public static bool Fits(ConvSpec s)
    {
        if (s.Groups != 1 || !s.Plain || !Planes.Fits(s) || s.WSpatial[^1] != 1 || s.Out.Any(o => o > 11))
        {
            return false;
        }

        Job job = new(s);
        return s.Taps > s.Pixels && s.Kernel[^1] >= 4 && job.Sums <= 1 << 24 && job.Thread <= 1 << 22
            && (job.Flat > ShortPlane || job.Sums <= SumsInCache);
    }

    /// <summary>An image as short as this adds one or two vectors to each sum, which leaves the cache meanwhile.</summary>
    private const int ShortPlane = 32, SumsInCache = 1 << 17;

    /// <summary>Seconds on one thread: the tiles over whole planes, the padded planes, the sums brought together.</summary>
    public static double Estimate(ConvSpec s)
    {
        Job job = new(s);
        double share = 4 * job.Thread <= 48 << 10 ? 0.65 : 0.46;
        return (3 * Rates.Region) + Rates.Computing(s.Flops * job.Flat / s.Taps, s.Pixels > 1 ? share : share / 2)
            + Rates.Moving(8 * (s.InputFloats + s.WeightFloats), 4 * (s.InputFloats + s.WeightFloats))
            + Rates.Moving(4.0 * job.Sums * (job.Chunks + 1), 4.0 * job.Sums);
    }

    public static long ScratchFloats(ConvSpec s, int threads)
    {
        Job job = new(s);
        return (job.Chunks * (job.Sums + job.Totals)) + job.Masks + (threads * job.Thread);
    }

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch)
    {
        GCHandle handle = GCHandle.Alloc(s);
        try
        {
            Job job = new(s) { Spec = handle, X = x, W = w, Y = y, Partial = scratch };
            job.Total = scratch + (job.Chunks * job.Sums);
            job.Scratch = job.Total + (job.Chunks * job.Totals) + job.Masks;
            job.Mask(s);
            workers.Run(job.Chunks * job.Blocks, &Images, &job);
            workers.Run(job.SumParts, &Reduce, &job);
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
            Even = s.Rank == 2 && s.In[^1] == s.Kernel[^1] && s.Lo[^1] >= 0 && s.Lo[^1] < s.Out[^1] && s.Out[^1] <= s.In[^1];
            Planes = new(s, Even);
            (Base, Period) = Even ? (s.Lo[^1], s.In[^1] * 16 / Common(s.In[^1], 16)) : (0, 16);
            Masks = s.Out[^1] * Period;
            InPlace = Even && s.Taps % 16 == 0 && s.WSpatial[^2] == s.Kernel[^1];
            Flat = (((Planes.KernelD - 1) * Planes.Plane) + (Planes.KernelH * Planes.Pitch) + 15) / 16 * 16;
            Lines = Planes.OutD * Planes.OutH;
            Sums = (long)s.Batch * s.OutChannels * s.Pixels * 16;
            int blocks = Sums <= 1 << 20 ? 1 : (int)Math.Min(s.Batch, ((Sums >> 18) + 2) / 2 * 2);
            Block = (s.Batch + blocks - 1) / blocks;
            Blocks = (s.Batch + Block - 1) / Block;
            Chunks = Blocks > 1 ? 1 : Math.Clamp(s.InChannels, 1, Sums <= 1 << 18 ? 4 : 2);
            Totals = ((Sums / 16) + 15) / 16 * 16;
            SumParts = Totals > 1 << 14 ? Math.Min(s.Batch, 8) : 1;
            Thread = Lead + Planes.Size + (InPlace ? 0 : (long)s.OutChannels * Flat);
        }

        /// <summary>Floats before a plane that the first taps of a row may read, masked.</summary>
        public const int Lead = 16;

        public GCHandle Spec;
        public Planes Planes;
        public float* X, W, Y, Partial, Total, Scratch;

        /// <summary>Rows with nothing between them: cells before the first tap; w lies as they do.</summary>
        public bool Even, InPlace;
        public int Base;

        /// <summary>Floats after which the mask of a tap repeats, and of all masks.</summary>
        public int Period, Masks;

        public int Flat, Lines, Block, Blocks, Chunks, SumParts;
        public long Sums, Totals, Thread;

        /// <summary>Where tap q of a row stays in it, all bits.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Mask(ConvSpec s)
        {
            uint* to = (uint*)Scratch - Masks;
            for (int q = 0; q < s.Out[^1]; q++)
            {
                Stretch.Mask(to, Period, Even ? s.In[^1] : int.MaxValue / 2, Even ? q - Base : 0);
                to += Period;
            }
        }

        private static int Common(int a, int b) => b == 0 ? a : Common(b, a % b);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Images(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        ref Planes p = ref job.Planes;
        float* x = job.Scratch + (thread * job.Thread) + Job.Lead, dy = x + p.Size, masks = job.Scratch - job.Masks;
        int chunk = part / job.Blocks, top = part % job.Blocks * job.Block, count = Math.Min(job.Block, s.Batch - top);
        long size = job.Sums / s.Batch;
        float* sums = job.Partial + (chunk * job.Sums) + (top * size);
        new Span<float>(x - Job.Lead, (int)job.Thread).Clear();
        new Span<float>(sums, (int)(count * size)).Clear();
        int first = (int)((long)s.InChannels * chunk / job.Chunks);
        int last = (int)((long)s.InChannels * (chunk + 1) / job.Chunks);
        for (int image = first; image < last; image++)
        {
            float* w = job.W + (image * s.WIn);
            for (int k = 0; k < s.OutChannels && !job.InPlace; k++)
            {
                Spread(s, ref p, w + (k * s.WOut), dy + ((long)k * job.Flat));
            }

            for (int c = 0; c < count; c++)
            {
                p.Fill(job.X + (image * s.XChannel) + ((top + c) * s.XBatch), s.XBatch, 1, x);
                for (int line = 0; line < job.Lines; line++)
                {
                    float* sum = sums + (((long)(c * job.Lines) + line) * s.OutChannels * p.OutW * 16);
                    float* at = x + (line / p.OutH * p.Plane) + (line % p.OutH * p.Pitch) - job.Base;
                    if (job.InPlace) Row(w, s.WOut, s.OutChannels, at, masks, job.Period, job.Flat, sum, p.OutW);
                    else Row(dy, job.Flat, s.OutChannels, at, masks, job.Period, job.Flat, sum, p.OutW);
                }
            }
        }

        Sum(sums, count * size / 16, job.Total + (chunk * job.Totals) + (top * size / 16));
    }

    /// <summary>Copies the planes of dy to rows that lie as far apart as those of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Spread(ConvSpec s, ref Planes p, float* from, float* to)
    {
        for (int d = 0; d < p.KernelD; d++)
        {
            SpreadPlane(s, ref p, s.Rank < 3 ? from : from + (d * s.WSpatial[^3]), to + (d * p.Plane));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SpreadPlane(ConvSpec s, ref Planes p, float* from, float* to)
    {
        for (int r = 0; r < p.KernelH; r++, to += p.Pitch)
        {
            Packing.Copy(s.Rank == 1 ? from : from + (r * s.WSpatial[^2]), to, p.KernelW);
        }
    }

    /// <summary>Adds one image to the sums [k, q] of one output row, whose taps read x + q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(
        float* dy, long ldy, int channels, float* x, float* masks, long period, int flat, float* sums, int taps)
    {
        int lds = taps * 16;
        for (int q = 0, width; q < taps; q += width)
        {
            int left = taps - q;
            width = left == 10 || (left >= 5 && left % 3 == 2) ? 5 : left >= 3 ? 3 : 1;
            for (int k = 0, rows; k < channels; k += rows)
            {
                int more = channels - k;
                rows = more >= 8 && width != 5 ? 8 : more >= 4 ? 4 : more >= 2 ? 2 : 1;
                float* d = dy + (k * ldy), sum = sums + ((long)k * lds) + (q * 16), at = x + q, m = masks + (q * period);
                switch (rows, width)
                {
                    case (4, 5): GradientTiles.Rows4x5(d, ldy, at, m, period, flat, sum, lds); break;
                    case (2, 5): GradientTiles.Rows2x5(d, ldy, at, m, period, flat, sum, lds); break;
                    case (_, 5): GradientTiles.Rows1x5(d, ldy, at, m, period, flat, sum, lds); break;
                    case (8, 3): GradientTiles.Rows8x3(d, ldy, at, m, period, flat, sum, lds); break;
                    case (4, 3): GradientTiles.Rows4x3(d, ldy, at, m, period, flat, sum, lds); break;
                    case (2, 3): GradientTiles.Rows2x3(d, ldy, at, m, period, flat, sum, lds); break;
                    case (_, 3): GradientTiles.Rows1x3(d, ldy, at, m, period, flat, sum, lds); break;
                    case (8, _): GradientTiles.Rows8x1(d, ldy, at, m, period, flat, sum, lds); break;
                    case (4, _): GradientTiles.Rows4x1(d, ldy, at, m, period, flat, sum, lds); break;
                    case (2, _): GradientTiles.Rows2x1(d, ldy, at, m, period, flat, sum, lds); break;
                    default: GradientTiles.Rows1x1(d, ldy, at, m, period, flat, sum, lds); break;
                }
            }
        }
    }

    /// <summary>The totals of all chunks, to their places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Reduce(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        int first = s.Batch * part / job.SumParts, last = s.Batch * (part + 1) / job.SumParts, taps = job.Planes.OutW;
        float* total = job.Total + (first * (job.Sums / s.Batch / 16));
        for (int line = first * job.Lines; line < last * job.Lines; line++)
        {
            float* y = job.Y + (line / job.Lines * s.YBatch) + (line % job.Lines * taps);
            for (int k = 0; k < s.OutChannels; k++, y += s.YChannel)
            {
                for (int q = 0; q < taps; q++, total++)
                {
                    float sum = *total;
                    for (int chunk = 1; chunk < job.Chunks; chunk++) sum += total[chunk * job.Totals];
                    y[q] = sum;
                }
            }
        }
    }

    /// <summary>The sum of each of so many vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(float* x, long vectors, float* to)
    {
        for (; vectors >= 16; vectors -= 16, x += 256, to += 16) Pairs.Sums(Eight(x), Eight(x + 128)).Store(to);
        for (; vectors > 0; vectors--, x += 16) *to++ = Vector512.Sum(Vector512.Load(x));
    }

    /// <summary>Pairs of pairs of pairs of eight vectors: two numbers of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Eight(float* x) => Pairs.Sums(
        Pairs.Sums(Two(x), Two(x + 32)), Pairs.Sums(Two(x + 64), Two(x + 96)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Two(float* x) => Pairs.Sums(Vector512.Load(x), Vector512.Load(x + 16));
}
