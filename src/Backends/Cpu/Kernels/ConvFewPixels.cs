using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>So few pixels that weights are most of what is read: their rows are dotted where they lie with what each pixel reads.</summary>
/// <remarks>
/// Vectors of pixels would be mostly empty. The next rows of weights are asked for while those before are multiplied: without that,
/// memory gives half as much in the same time.
/// </remarks>
internal static unsafe class ConvFewPixels
{
    /// <summary>Rows of weights and pixels of a tile.</summary>
    private const int Tile = 4;

    private const int MostPixels = 8, MostTaps = 16, MostParts = 16;

    public static bool Fits(ConvSpec s) => s.Groups == 1 && (long)s.Batch * s.Pixels <= MostPixels && s.Taps <= MostTaps
        && s.GroupIn > 0 && s.GroupIn * s.Taps % 16 == 0 && s.Base[^1] == 1 && ConvWeights.Whole(s);

    /// <summary>Seconds on one thread: the tiles, or the weights that come from memory; what the pixels read.</summary>
    public static double Estimate(ConvSpec s)
    {
        double pixels = (double)s.Batch * s.Pixels, bytes = 4 * s.WeightFloats;
        double tiles = s.Flops * Rates.Waste(s.Batch * s.Pixels, Tile) * Rates.Waste(s.OutChannels, Tile);
        return (2 * Rates.Region) + Math.Max(Rates.Computing(tiles, 0.55), 2 * Rates.Moving(bytes, bytes))
            + (pixels * ((s.Taps * 2e-9) + (s.GroupIn * 1e-9))) + (pixels * s.OutChannels * 2e-9);
    }

    public static long ScratchFloats(ConvSpec s, int threads) => (long)s.Batch * s.Pixels * Pitch(s);

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch)
    {
        GCHandle handle = GCHandle.Alloc(s);
        try
        {
            Job job = new() { Spec = handle, X = x, W = w, Y = y, Lines = scratch, Pixels = s.Batch * s.Pixels };
            (job.K, job.Pitch) = (s.GroupIn * s.Taps, Pitch(s));
            int tiles = (s.OutChannels + Tile - 1) / Tile;
            job.Parts = (double)s.OutChannels * job.K * job.Pixels < 1 << 16 ? 1 : Math.Min(tiles, MostParts);
            workers.Run(job.Parts == 1 ? 1 : job.Pixels, &Lines, &job);
            workers.Run(job.Parts, &Rows, &job);
        }
        finally
        {
            handle.Free();
        }
    }

    /// <summary>From the line of a pixel to the next; each channel is written in whole vectors.</summary>
    private static long Pitch(ConvSpec s) => ((long)s.GroupIn * s.Taps) + 16;

    private struct Job
    {
        public GCHandle Spec;
        public float* X, W, Y, Lines;
        public int Pixels, K, Parts;
        public long Pitch;
    }

    /// <summary>What some pixels read, in the order in which weights lie.</summary>
    private static void Lines(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        CellRun* runs = stackalloc CellRun[MostTaps];
        int* at = stackalloc int[(MostTaps + 1) * s.Rank];
        for (int run = 0; run < MostTaps; run++) runs[run].At = at + ((run + 1) * s.Rank);
        int count = CellRun.Split(s.Kernel, s.Dilation, 0, s.Taps, runs), parts = job.Parts == 1 ? 1 : job.Pixels;
        for (int pixel = job.Pixels * part / parts; pixel < job.Pixels * (part + 1) / parts; pixel++)
        {
            for (int axis = s.Rank - 1, rest = pixel % s.Pixels; axis >= 0; rest /= s.Out[axis], axis--)
            {
                at[axis] = (rest % s.Out[axis] * s.Stride[axis]) - s.Lo[axis];
            }

            float* image = job.X + (pixel / s.Pixels * s.XBatch);
            new CellLanes(s, image, job.X + s.Reach, s.Dilation[^1], at, s.GroupIn)
                .Copy(runs, count, s.Taps, job.Lines + (pixel * job.Pitch), s.Taps);
        }
    }

    private static void Rows(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        int tiles = (s.OutChannels + Tile - 1) / Tile, last = Math.Min(s.OutChannels, tiles * (part + 1) / job.Parts * Tile);
        float* sums = stackalloc float[Tile * Tile];
        for (int row = tiles * part / job.Parts * Tile; row < last; row += Tile)
        {
            int rows = Math.Min(Tile, last - row);
            for (int pixel = 0; pixel < job.Pixels; pixel += Tile)
            {
                int pixels = Math.Min(Tile, job.Pixels - pixel);
                Dots(job.W + (row * s.WOut), s.WOut, rows, job.Lines + (pixel * job.Pitch), job.Pitch, pixels, job.K, pixel == 0, sums);
                for (int p = pixel; p < pixel + pixels; p++)
                {
                    float* to = job.Y + (p / s.Pixels * s.YBatch) + (p % s.Pixels) + (row * s.YChannel);
                    for (int r = 0; r < rows; r++) to[r * s.YChannel] = sums[(r * Tile) + p - pixel];
                }
            }
        }
    }

    /// <summary>Up to four rows by up to four pixels: what there is less is computed twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Dots(float* w, long pitch, int rows, float* x, long line, int pixels, long depth, bool fetch, float* sums)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c0_2 = Vec.Zero, c0_3 = Vec.Zero, c1_0 = Vec.Zero, c1_1 = Vec.Zero, c1_2 = Vec.Zero,
            c1_3 = Vec.Zero, c2_0 = Vec.Zero, c2_1 = Vec.Zero, c2_2 = Vec.Zero, c2_3 = Vec.Zero, c3_0 = Vec.Zero, c3_1 = Vec.Zero,
            c3_2 = Vec.Zero, c3_3 = Vec.Zero;
        float* x1 = x + (pixels > 1 ? line : 0), x2 = x + (pixels > 2 ? 2 * line : 0), x3 = x + (pixels > 3 ? 3 * line : 0);
        float* w1 = w + (rows > 1 ? pitch : 0), w2 = w + (rows > 2 ? 2 * pitch : 0), w3 = w + (rows > 3 ? 3 * pitch : 0);
        long ahead = fetch ? Tile * pitch : 0;
        for (long k = 0; k < depth; k += 16)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(w + k + ahead);
                Sse.Prefetch0(w1 + k + ahead);
                Sse.Prefetch0(w2 + k + ahead);
                Sse.Prefetch0(w3 + k + ahead);
            }

            Vec b0 = Vector512.Load(x + k), b1 = Vector512.Load(x1 + k), b2 = Vector512.Load(x2 + k), b3 = Vector512.Load(x3 + k);
            Vec a = Vector512.Load(w + k);
            c0_0 = Vector512.FusedMultiplyAdd(a, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(a, b1, c0_1);
            c0_2 = Vector512.FusedMultiplyAdd(a, b2, c0_2); c0_3 = Vector512.FusedMultiplyAdd(a, b3, c0_3);
            a = Vector512.Load(w1 + k);
            c1_0 = Vector512.FusedMultiplyAdd(a, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(a, b1, c1_1);
            c1_2 = Vector512.FusedMultiplyAdd(a, b2, c1_2); c1_3 = Vector512.FusedMultiplyAdd(a, b3, c1_3);
            a = Vector512.Load(w2 + k);
            c2_0 = Vector512.FusedMultiplyAdd(a, b0, c2_0); c2_1 = Vector512.FusedMultiplyAdd(a, b1, c2_1);
            c2_2 = Vector512.FusedMultiplyAdd(a, b2, c2_2); c2_3 = Vector512.FusedMultiplyAdd(a, b3, c2_3);
            a = Vector512.Load(w3 + k);
            c3_0 = Vector512.FusedMultiplyAdd(a, b0, c3_0); c3_1 = Vector512.FusedMultiplyAdd(a, b1, c3_1);
            c3_2 = Vector512.FusedMultiplyAdd(a, b2, c3_2); c3_3 = Vector512.FusedMultiplyAdd(a, b3, c3_3);
        }

        sums[0] = Vector512.Sum(c0_0); sums[1] = Vector512.Sum(c0_1); sums[2] = Vector512.Sum(c0_2); sums[3] = Vector512.Sum(c0_3);
        sums[4] = Vector512.Sum(c1_0); sums[5] = Vector512.Sum(c1_1); sums[6] = Vector512.Sum(c1_2); sums[7] = Vector512.Sum(c1_3);
        sums[8] = Vector512.Sum(c2_0); sums[9] = Vector512.Sum(c2_1); sums[10] = Vector512.Sum(c2_2); sums[11] = Vector512.Sum(c2_3);
        sums[12] = Vector512.Sum(c3_0); sums[13] = Vector512.Sum(c3_1); sums[14] = Vector512.Sum(c3_2); sums[15] = Vector512.Sum(c3_3);
    }
}
