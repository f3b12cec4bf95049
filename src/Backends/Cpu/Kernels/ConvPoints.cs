using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// A kernel of one tap over planes whose pixels lie one after the other: a panel of three vectors of pixels in all channels
/// stays in the first cache while the output channels pass by, eight at a time. The pixels of all images that fill no vector
/// are computed together.
/// </summary>
internal static unsafe class ConvPoints
{
    private const int WantedParts = 8;

    /// <summary>Fewer weights are packed by one thread.</summary>
    private const int FewWeights = 1 << 14;

    /// <summary>So many floats of weights stay in the second cache while images pass by.</summary>
    private const int NearWeights = 1 << 17;

    /// <summary>With fewer operations an image is one part; and odd pixels together save less than their own joins take.</summary>
    private const double Small = 1 << 20, Joins = 1 << 22;

    /// <summary>Cycles that a tile takes to begin and end, as input channels.</summary>
    private const double Ends = 1;

    public static bool Fits(ConvSpec s) => s.Taps == 1 && s.Plain && s.Unpadded && s.Pixels >= 16 && s.GroupIn > 0
        && s.GroupOut >= PointTiles.Rows && s.XSpatial[^1] == 1 && ConvSpec.IsOneAxis(s.XSpatial, s.In);

    /// <summary>Seconds on one thread: the tiles, of whole vectors and blocks; what of the traffic is not met by asking early.</summary>
    public static double Estimate(ConvSpec s)
    {
        Job job = new(s);
        double pixels = job.Odd > 0 ? s.Pixels - job.Odd + ((double)job.Pitch / s.Batch) : (s.Pixels + 15) / 16 * 16;
        double tiles = s.Flops * pixels / s.Pixels * Rates.Waste(job.Rows, PointTiles.Rows), bytes = 4 * (s.InputFloats + s.OutputFloats);
        double passes = s.Batch * Math.Ceiling(pixels / (16 * PointTiles.Most)), near = 4 * Math.Min(s.WeightFloats, NearWeights);
        return (3 * Rates.Region) + Rates.Computing(tiles, job.Channels / (job.Channels + Ends)) + (Rates.Moving(bytes, bytes) / 4)
            + (Rates.Moving(4 * s.WeightFloats * passes, near) / 2) + (s.WeightFloats / (4 * Rates.Cells));
    }

    public static long ScratchFloats(ConvSpec s, int threads) => new Job(s).Floats;

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch)
    {
        GCHandle handle = GCHandle.Alloc(s);
        try
        {
            Job job = new(s) { Spec = handle, X = x, W = w, Y = y, Weights = scratch };
            job.Rest = scratch + job.WeightFloats;
            workers.Run(job.Packs, &Pack, &job);
            if (job.Pitch > 0) workers.Run(s.Groups * WantedParts, &Together, &job);
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
            (Items, Channels, Rows, Pixels) = (s.Batch * s.Groups, s.GroupIn, s.GroupOut, s.Pixels);
            Sides = Items >= WantedParts || s.Flops < Small ? 1
                : Math.Clamp(Rows / PointTiles.Rows, 1, (WantedParts + Items - 1) / Items);
            Parts = Math.Min(Items, WantedParts) * Sides;
            Packs = s.WeightFloats < FewWeights ? 1 : WantedParts;
            Blocks = (Rows + PointTiles.Rows - 1) / PointTiles.Rows;
            BlockFloats = PointTiles.Rows * (Channels + 1L);
            WeightFloats = ((s.Groups * Blocks * BlockFloats) + 15) / 16 * 16;
            Odd = Pixels % 16;
            long rest = ((s.Batch * (long)Odd) + 15) / 16;
            Pitch = s.Flops < Joins || rest >= s.Batch ? 0 : 16 * rest;
            if (Pitch == 0) Odd = 0;
            Pass = Math.Max(1, NearWeights / (int)BlockFloats) * PointTiles.Rows;
            Floats = WeightFloats + (s.Groups * (Channels + (long)Rows) * Pitch);
        }

        public GCHandle Spec;
        public float* X, W, Y, Weights;

        /// <summary>The odd pixels of all images, together: for each group those of its channels, then those of its results.</summary>
        public float* Rest;

        /// <summary>Images times groups; channels and rows of a group; its blocks of rows; rows whose weights stay near.</summary>
        public int Items, Sides, Parts, Packs, Channels, Rows, Pixels, Blocks, Pass;

        /// <summary>Pixels of an image beyond whole vectors, where those of all images lie together.</summary>
        public int Odd;

        public long BlockFloats, WeightFloats, Floats, Pitch;

        /// <summary>The weights of a row that begins a block.</summary>
        public readonly float* At(int group, int row) => Weights + (((group * (long)Blocks) + (row / PointTiles.Rows)) * BlockFloats);

        /// <summary>The odd pixels of a group.</summary>
        public readonly float* RestOf(int group) => Rest + (group * (Channels + (long)Rows) * Pitch);

        /// <summary>The first row of a side, or of a share of the odd pixels' rows: whole blocks, but for the last.</summary>
        public readonly int Row(int side, int sides) =>
            side == sides ? Rows : (int)((long)Rows * side / sides) / PointTiles.Rows * PointTiles.Rows;
    }

    /// <summary>A share of the weights: blocks, of which the last of a group overlaps the one before; and of the odd pixels.</summary>
    private static void Pack(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        long all = s.Groups * (long)job.Blocks;
        for (long block = all * part / job.Packs; block < all * (part + 1) / job.Packs; block++)
        {
            long first = (block / job.Blocks * job.Rows) + Math.Min(block % job.Blocks * PointTiles.Rows, job.Rows - PointTiles.Rows);
            float* to = job.Weights + (block * job.BlockFloats), bias = (float*)s.Bias;
            for (int row = 0; row < PointTiles.Rows; row++) to[row] = bias == null ? 0 : bias[first + row];
            Packing.Panel(job.W + (first * s.WOut), s.WOut, s.WIn, PointTiles.Rows, job.Channels, to + PointTiles.Rows, PointTiles.Rows);
        }

        int from = (int)((long)job.Channels * part / job.Packs), last = (int)((long)job.Channels * (part + 1) / job.Packs);
        for (int group = 0; group < s.Groups && job.Pitch > 0; group++) Gather(s, ref job, group, from, last);
    }

    /// <summary>The odd pixels of some channels, image by image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(ConvSpec s, ref Job job, int group, int channel, int last)
    {
        float* to = job.RestOf(group) + (channel * job.Pitch);
        for (; channel < last; channel++, to += job.Pitch)
        {
            float* x = job.X + (group * s.XGroup) + (channel * s.XChannel) + job.Pixels - job.Odd;
            new Span<float>(to + job.Pitch - 16, 16).Clear();
            for (int image = 0; image < s.Batch; image++, x += s.XBatch) Packing.Copy(x, to + (image * job.Odd), job.Odd);
        }
    }

    /// <summary>Some rows of the odd pixels of all images.</summary>
    private static void Together(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        int group = part / WantedParts, sides = Math.Clamp(job.Rows / PointTiles.Rows, 1, WantedParts), side = part % WantedParts;
        if (side >= sides) return;
        int top = job.Row(side, sides);
        float* x = job.RestOf(group), y = x + ((job.Channels + (long)top) * job.Pitch);
        PointRun run = new(job.Channels, job.Pitch, job.Pitch, 0, 0, s.Least);
        Panels(job, run, x, job.At(group, top), y, job.Row(side + 1, sides) - top, (int)job.Pitch);
    }

    private static void Images(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        int side = part % job.Sides, parts = job.Parts / job.Sides, share = part / job.Sides;
        int first = (int)((long)job.Items * share / parts), last = (int)((long)job.Items * (share + 1) / parts);
        int bottom = job.Row(side + 1, job.Sides);
        for (int row = job.Row(side, job.Sides), rows; row < bottom; row += rows)
        {
            rows = bottom - row < job.Pass + PointTiles.Rows ? bottom - row : job.Pass;
            for (int item = first; item < last; item++)
            {
                int image = item / s.Groups, group = item % s.Groups;
                float* x = job.X + (image * s.XBatch) + (group * s.XGroup);
                float* y = job.Y + (image * s.YBatch) + (((group * (long)job.Rows) + row) * s.YChannel);
                PointRun run = new(job.Channels, s.XChannel, s.YChannel, 0, item + s.Groups < last ? s.XBatch : 0, s.Least);
                Panels(job, run, x, job.At(group, row), y, rows, job.Pixels - job.Odd);
                float* rest = job.RestOf(group) + ((job.Channels + (long)row) * job.Pitch) + (image * job.Odd);
                for (int r = 0; r < rows && job.Odd > 0; r++)
                {
                    Packing.Copy(rest + (r * job.Pitch), y + (r * s.YChannel) + job.Pixels - job.Odd, job.Odd);
                }

                s.Finish?.Done(y - job.Y, rows * s.YChannel);
            }
        }
    }

    /// <summary>Pixels of which the last vector may overlap the one before, and some output channels; then come those of Next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Panels(in Job job, PointRun run, float* x, float* w, float* y, int rows, int pixels)
    {
        int vectors = (pixels + 15) / 16, blocks = rows / PointTiles.Rows;
        float* odd = w + (blocks * job.BlockFloats), end = y + ((rows - PointTiles.Rows) * run.Row);
        long after = run.Next;
        for (int v = 0, n; v < vectors; v += n)
        {
            n = Math.Min(PointTiles.Most, vectors - v);
            int at = 16 * v, last = Math.Min(16 * (v + n - 1), pixels - 16) - at;
            run = run with { Last = last, Next = v + n < vectors ? 16 * n : after > 0 ? after - at : 0 };
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
