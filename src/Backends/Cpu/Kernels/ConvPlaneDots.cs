using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// The gradient of a kernel of any steps and groups: each of its elements is the sum over images of a dot product of a
/// plane of x, shifted by a tap, with a plane of dy.
/// </summary>
/// <remarks>
/// <c>y[c,k,p] = sum over n, q of x[c,n,p * Stride + q * Dilation - Lo] w[k,n,q]</c> with w = dy. Planes of x are cut by
/// Dilation into blocks of unit steps (<see cref="Phases"/>), rows of dy lie as far apart as theirs with zeros between, so a
/// dot product runs through whole planes. Images or channels make the parts, whose sums are added in their order.
/// Source: the kernel gradient, docs/ir.md.
/// </remarks>
internal static unsafe class ConvPlaneDots
{
    /// <summary>Few output elements, each a sum over a larger plane, both operands with rows of unit stride.</summary>
    public static bool Fits(ConvSpec s) =>
        s.Taps > s.Pixels && s.Kernel[^1] >= 4 && s.Pixels <= 256 && s.GroupIn > 0 && s.WSpatial[^1] == 1
        && Phases.Fits(s) && new PlaneDots(s).Thread <= 1 << 22;

    /// <summary>Seconds on one thread: the tiles, whose sums are folded after each piece; the planes; the parts' sums.</summary>
    public static double Estimate(ConvSpec s)
    {
        PlaneDots job = new(s);
        double share = (s.GroupOut >= 4 ? 0.93 : s.GroupOut >= 2 ? 0.8 : 0.45) * job.Run / (job.Run + 400);
        double read = 4 * (s.InputFloats + s.WeightFloats), tiles = s.Flops * job.Flat / s.Taps;
        return (3 * Rates.Region) + Rates.Computing(tiles, share) + Rates.Moving(read, read)
            + (job.Bare ? 0 : Rates.Moving(4 * (read + (4.0 * s.WeightFloats * (job.Blocks - 1))), read))
            + (s.Dilation[^1] > 1 ? s.InputFloats / Rates.Cells : 0) + Rates.Moving(4.0 * job.PartialFloats, 4.0 * job.PartialFloats);
    }

    public static long ScratchFloats(ConvSpec s, int threads)
    {
        PlaneDots job = new(s);
        return job.Shared + (threads * job.Thread);
    }

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch)
    {
        GCHandle handle = GCHandle.Alloc(s);
        try
        {
            PlaneDots job = new(s) { Spec = handle, X = x, Dy = w, Y = y };
            job.Partial = job.Chunks > 1 ? scratch : y;
            job.Place = (long*)(scratch + job.PartialFloats);
            job.Column = (int*)(job.Place + job.Columns);
            job.Scratch = scratch + job.Shared;
            job.Tabulate(s);
            workers.Run(job.GroupParts * job.Blocks * job.Chunks, &Part, &job);
            if (job.Chunks > 1)
            {
                workers.Run((int)Math.Min(8, (job.Sums >> 12) + 1), &Add, &job);
            }
        }
        finally
        {
            handle.Free();
        }
    }

    private static void Part(void* state, int part, int thread)
    {
        ref PlaneDots job = ref *(PlaneDots*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        int chunk = part % job.Chunks, block = part / job.Chunks % job.Blocks, side = part / job.Chunks / job.Blocks;
        int firstGroup = (int)((long)s.Groups * side / job.GroupParts);
        int lastGroup = (int)((long)s.Groups * (side + 1) / job.GroupParts);
        int c = (int)((long)s.Batch * block / job.Blocks), lastC = (int)((long)s.Batch * (block + 1) / job.Blocks);
        int first = (int)((long)s.GroupIn * chunk / job.Chunks), last = (int)((long)s.GroupIn * (chunk + 1) / job.Chunks);
        float* scratch = job.Scratch + (thread * job.Thread);
        float* sums = job.Partial + (chunk * (job.Chunks > 1 ? job.Sums : 0));
        new Span<float>(scratch, (int)job.Thread).Clear();
        for (; c < lastC; c += job.Channels)
        {
            int channels = Math.Min(job.Channels, lastC - c);
            for (int group = firstGroup; group < lastGroup; group++)
            {
                float* to = sums + (c * s.YBatch) + (group * (long)s.GroupOut * s.YChannel);
                Clear(s, to, channels);
                for (int image = first; image < last; image += job.Images)
                {
                    Images(s, ref job, group, c, channels, image, Math.Min(job.Images, last - image), scratch, to);
                }
            }
        }
    }

    private static void Clear(ConvSpec s, float* to, int channels)
    {
        for (int c = 0; c < channels; c++, to += s.YBatch)
        {
            for (int k = 0; k < s.GroupOut; k++)
            {
                new Span<float>(to + (k * s.YChannel), s.Pixels).Clear();
            }
        }
    }

    /// <summary>Some images of one group: their planes laid out, and their dot products added to the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Images(
        ConvSpec s, ref PlaneDots job, int group, int c, int channels, int image, int images, float* scratch, float* sums)
    {
        float* x = job.X + (c * s.XBatch) + (group * s.XGroup) + (image * s.XChannel);
        float* dy = job.Dy + (group * (long)s.GroupOut * s.WOut) + (image * s.WIn);
        if (job.Bare)
        {
            Rows(ref job, new(s.WOut, s.WIn, s.XChannel, s.YChannel, images, job.Flat), dy, s.GroupOut, x, channels, sums);
            return;
        }

        for (int i = 0; i < images; i++)
        {
            job.Planes.Fill(x + (i * s.XChannel), s.XBatch, channels, scratch + (i * job.XImage));
        }

        float* spread = scratch + (job.Images * job.XImage);
        for (int k = 0; k < s.GroupOut; k += job.Rows)
        {
            int rows = Math.Min(job.Rows, s.GroupOut - k);
            for (int i = 0; i < images; i++)
            {
                float* to = spread + ((long)i * job.Rows * job.Flat);
                for (int r = 0; r < rows; r++)
                {
                    job.Spread(s, dy + ((k + r) * s.WOut) + (i * s.WIn), to + ((long)r * job.Flat));
                }
            }

            PlaneRun run = new(job.Flat, (long)job.Rows * job.Flat, job.XImage, s.YChannel, images, job.Flat);
            Rows(ref job, run, spread, rows, scratch, channels, sums + (k * s.YChannel));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(ref PlaneDots job, PlaneRun run, float* dy, int rows, float* x, int channels, float* sums)
    {
        int columns = channels * job.Taps;
        for (int from = 0; from < job.Flat; from += job.Piece)
        {
            PlaneRun piece = run with { Flat = Math.Min(job.Piece, job.Flat - from) };
            for (int k = 0, height; k < rows; k += height)
            {
                height = rows - k >= 4 ? 4 : rows - k >= 2 ? 2 : 1;
                float* d = dy + from + (k * run.DyRow), sum = sums + (k * run.SumRow);
                for (int j = 0, width; j < columns; j += width)
                {
                    width = Width(height, columns - j);
                    Tile(height, width, piece, d, x + from, job.Column + j, sum, job.Place + j);
                }
            }
        }
    }

    private static int Width(int rows, int left) => rows switch
    {
        4 => Math.Min(5, left),
        _ => left >= 9 ? 9 : left >= 3 ? 3 : 1,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(
        int rows, int width, in PlaneRun run, float* dy, float* x, int* column, float* sum, long* place)
    {
        switch (rows, width)
        {
            case (4, 5): PlaneTiles.Rows4x5(run, dy, x, column, sum, place); break;
            case (4, 4): PlaneTiles.Rows4x4(run, dy, x, column, sum, place); break;
            case (4, 3): PlaneTiles.Rows4x3(run, dy, x, column, sum, place); break;
            case (4, 2): PlaneTiles.Rows4x2(run, dy, x, column, sum, place); break;
            case (4, _): PlaneTiles.Rows4x1(run, dy, x, column, sum, place); break;
            case (2, 9): PlaneTiles.Rows2x9(run, dy, x, column, sum, place); break;
            case (2, 3): PlaneTiles.Rows2x3(run, dy, x, column, sum, place); break;
            case (2, _): PlaneTiles.Rows2x1(run, dy, x, column, sum, place); break;
            case (_, 9): PlaneTiles.Rows1x9(run, dy, x, column, sum, place); break;
            case (_, 3): PlaneTiles.Rows1x3(run, dy, x, column, sum, place); break;
            default: PlaneTiles.Rows1x1(run, dy, x, column, sum, place); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(void* state, int part, int thread)
    {
        ref PlaneDots job = ref *(PlaneDots*)state;
        long parts = Math.Min(8, (job.Sums >> 12) + 1), from = job.Sums * part / parts, to = job.Sums * (part + 1) / parts;
        long i = from;
        for (; i + 16 <= to; i += 16)
        {
            Vector512<float> sum = Vector512.Load(job.Partial + i);
            for (int chunk = 1; chunk < job.Chunks; chunk++)
            {
                sum += Vector512.Load(job.Partial + (chunk * job.Sums) + i);
            }

            sum.Store(job.Y + i);
        }

        for (; i < to; i++)
        {
            float sum = job.Partial[i];
            for (int chunk = 1; chunk < job.Chunks; chunk++)
            {
                sum += job.Partial[(chunk * job.Sums) + i];
            }

            job.Y[i] = sum;
        }
    }
}
