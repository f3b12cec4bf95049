using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// A kernel of one tap over planes whose pixels lie one after the other: a panel of three vectors of pixels in all channels
/// stays in the first cache while the output channels pass by, eight at a time.
/// </summary>
internal static unsafe class ConvPoints
{
    private const int WantedParts = 8;

    /// <summary>Fewer weights are packed by one thread.</summary>
    private const int FewWeights = 1 << 14;

    /// <summary>Cycles that a tile takes to begin and end, as input channels.</summary>
    private const double Ends = 1;

    public static bool Fits(ConvSpec s) => s.Taps == 1 && s.Plain && s.Unpadded && s.Pixels >= 16 && s.GroupIn > 0
        && s.GroupOut >= PointTiles.Rows && s.XSpatial[^1] == 1 && ConvSpec.IsOneAxis(s.XSpatial, s.In);

    /// <summary>Seconds on one thread: the tiles, of whole vectors and blocks; what of the traffic is not met by asking early.</summary>
    public static double Estimate(ConvSpec s)
    {
        double waste = Rates.Waste(s.Pixels, 16) * Rates.Waste(s.GroupOut, PointTiles.Rows), bytes = 4 * (s.InputFloats + s.OutputFloats);
        double weights = 4 * s.WeightFloats, panels = (s.Pixels + (16.0 * PointTiles.Most) - 1) / (16 * PointTiles.Most);
        return (3 * Rates.Region) + Rates.Computing(s.Flops * waste, s.GroupIn / (s.GroupIn + Ends)) + (Rates.Moving(bytes, bytes) / 4)
            + (Rates.Moving(weights * s.Batch * panels, weights) / 2) + (s.WeightFloats / (4 * Rates.Cells));
    }

    public static long ScratchFloats(ConvSpec s, int threads) => s.Groups * Blocks(s) * BlockFloats(s);

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch)
    {
        GCHandle handle = GCHandle.Alloc(s);
        try
        {
            Job job = new(s) { Spec = handle, X = x, W = w, Y = y, Weights = scratch };
            workers.Run(job.Packs, &Pack, &job);
            workers.Run(job.Parts, &Images, &job);
        }
        finally
        {
            handle.Free();
        }
    }

    /// <summary>Blocks of output channels; where they do not divide a group, its last overlaps the one before.</summary>
    private static long Blocks(ConvSpec s) => (s.GroupOut + PointTiles.Rows - 1) / PointTiles.Rows;

    private static long BlockFloats(ConvSpec s) => PointTiles.Rows * (s.GroupIn + 1L);

    private struct Job
    {
        public Job(ConvSpec s)
        {
            (Items, Rows, Pixels) = (s.Batch * s.Groups, s.GroupOut, s.Pixels);
            Sides = Items >= WantedParts || s.Flops < 1 << 20 ? 1
                : Math.Clamp(Rows / PointTiles.Rows, 1, (WantedParts + Items - 1) / Items);
            Parts = Math.Min(Items, WantedParts) * Sides;
            Packs = s.WeightFloats < FewWeights ? 1 : WantedParts;
        }

        public GCHandle Spec;
        public float* X, W, Y, Weights;
        public int Items, Sides, Parts, Packs, Rows, Pixels;
    }

    private static void Pack(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        long blocks = Blocks(s), all = s.Groups * blocks, each = BlockFloats(s);
        for (long block = all * part / job.Packs; block < all * (part + 1) / job.Packs; block++)
        {
            long first = (block / blocks * s.GroupOut) + Math.Min(block % blocks * PointTiles.Rows, s.GroupOut - PointTiles.Rows);
            float* to = job.Weights + (block * each), bias = (float*)s.Bias;
            for (int row = 0; row < PointTiles.Rows; row++) to[row] = bias == null ? 0 : bias[first + row];
            Packing.Panel(job.W + (first * s.WOut), s.WOut, s.WIn, PointTiles.Rows, s.GroupIn, to + PointTiles.Rows, PointTiles.Rows);
        }
    }

    private static void Images(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        int side = part % job.Sides, parts = job.Parts / job.Sides, share = part / job.Sides;
        int first = (int)((long)job.Items * share / parts), last = (int)((long)job.Items * (share + 1) / parts);
        int top = Row(job, side), bottom = Row(job, side + 1);
        for (int item = first; item < last; item++)
        {
            int image = item / s.Groups, group = item % s.Groups;
            float* x = job.X + (image * s.XBatch) + (group * s.XGroup);
            float* y = job.Y + (image * s.YBatch) + (((group * (long)job.Rows) + top) * s.YChannel);
            float* w = job.Weights + (((group * Blocks(s)) + (top / PointTiles.Rows)) * BlockFloats(s));
            Panels(s, x, w, y, bottom - top);
            s.Finish?.Done(y - job.Y, (bottom - top) * s.YChannel);
        }
    }

    private static int Row(in Job job, int side) =>
        side == job.Sides ? job.Rows : (int)((long)job.Rows * side / job.Sides) / PointTiles.Rows * PointTiles.Rows;

    /// <summary>All pixels of an image, some output channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Panels(ConvSpec s, float* x, float* w, float* y, int rows)
    {
        int pixels = s.Pixels, vectors = (pixels + 15) / 16, blocks = rows / PointTiles.Rows;
        float* odd = w + (blocks * BlockFloats(s)), end = y + ((rows - PointTiles.Rows) * s.YChannel);
        for (int v = 0, n; v < vectors; v += n)
        {
            n = Math.Min(PointTiles.Most, vectors - v);
            int at = 16 * v, last = Math.Min(16 * (v + n - 1), pixels - 16) - at;
            PointRun run = new(s.GroupIn, s.XChannel, s.YChannel, last, v + n < vectors ? 16 * n : 0, s.Least);
            Panel(n, run, w, x + at, y + at, blocks);
            if (rows % PointTiles.Rows > 0) Panel(n, run, odd, x + at, end + at, 1);
        }
    }

    private static void Panel(int vectors, in PointRun run, float* w, float* x, float* y, long blocks)
    {
        switch (vectors)
        {
            case 3: PointTiles.Sum<Three>(run, w, x, y, blocks); break;
            case 2: PointTiles.Sum<Two>(run, w, x, y, blocks); break;
            default: PointTiles.Sum<One>(run, w, x, y, blocks); break;
        }
    }
}
