using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>What a tile of dot products runs through: rows of dy and of sums, images, and floats of a plane.</summary>
internal readonly record struct PlaneRun(long DyRow, long DyImage, long XImage, long SumRow, int Images, int Flat);

/// <summary>How the gradient of a kernel is cut into parts, by its sizes alone, and its working memory.</summary>
internal unsafe struct PlaneDots
{
    /// <summary>So many floats of four rows of dy stay in the first cache while columns of x pass by.</summary>
    private const int FirstCache = 2048;

    /// <summary>Over so many floats the sums of a tile are worth being folded.</summary>
    private const int LongRun = 1600;

    private const int SecondCache = 1 << 16;
    private const int WantedParts = 8;

    public PlaneDots(ConvSpec s)
    {
        Planes = Phases.OfGradient(s);
        Taps = s.Pixels;
        Bare = IsBare(s);
        Flat = (Planes.Flat + 15) / 16 * 16;
        Piece = (Flat + FirstCache - 1) / FirstCache;
        Piece = ((Flat + Piece - 1) / Piece + 15) / 16 * 16;
        Sums = s.Batch * s.YBatch;
        Cut(s);
        Images = Math.Clamp((Taps == 1 ? FirstCache / 2 : FirstCache) / Flat, 1, Math.Max(1, s.GroupIn / Chunks));
        int channels = (s.Batch + Blocks - 1) / Blocks, planes = Images * Planes.Size;
        Channels = Bare ? channels : Math.Clamp(SecondCache / planes, 1, channels);
        Rows = Math.Min(s.GroupOut, Math.Max(8, SecondCache / (Images * Flat) / 8 * 8));
        XImage = (long)Channels * Planes.Size;
        Columns = Channels * Taps;
        PartialFloats = Chunks > 1 ? (Chunks * Sums + 15) / 16 * 16 : 0;
        Shared = PartialFloats + (((3L * Columns) + 15) / 16 * 16);
        Thread = Bare ? 0 : Images * (XImage + ((long)Rows * Flat));
    }

    public GCHandle Spec;
    public Phases Planes;
    public float* X, Dy, Y, Partial, Scratch;
    public long* Place;
    public int* Column;
    public int Taps, Flat, Piece, Images, Channels, Rows, Columns, GroupParts, Blocks, Chunks;
    public bool Bare;
    public long Sums, XImage, PartialFloats, Shared, Thread;

    /// <summary>Floats of a row that a tile runs through before its sums are folded.</summary>
    public readonly int Run => Math.Min(Piece, Flat) * Images;

    /// <summary>Where each column, a channel's tap, lies in x and in the sums.</summary>
    public readonly void Tabulate(ConvSpec s)
    {
        int row = s.Out[^1];
        for (int c = 0, at = 0; c < Channels; c++)
        {
            for (int tap = 0; tap < Taps; tap++, at++)
            {
                Column[at] = Bare ? (int)(c * s.XBatch) : (c * Planes.Size) + Planes.Offset(tap / row, tap % row);
                Place[at] = (c * s.YBatch) + tap;
            }
        }
    }

    /// <summary>Copies a plane of dy to rows that lie as far apart as those of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Spread(ConvSpec s, float* from, float* to)
    {
        for (int d = 0; d < Planes.OutD; d++)
        {
            float* row = s.Rank < 3 ? from : from + (d * s.WSpatial[^3]);
            for (int r = 0; r < Planes.OutH; r++)
            {
                long at = s.Rank < 2 ? 0 : r * s.WSpatial[^2];
                Packing.Copy(row + at, to + ((long)d * Planes.Plane) + ((long)r * Planes.Pitch), Planes.OutW);
            }
        }
    }

    /// <summary>Planes that need no padding and no room between rows are read where they are.</summary>
    private static bool IsBare(ConvSpec s)
    {
        bool bare = s.Pixels == 1 && s.Taps % 16 == 0 && (s.Batch - 1) * s.XBatch <= int.MaxValue && s.XBatch >= 0;
        long step = 1;
        for (int axis = s.Rank - 1; axis >= 0; axis--)
        {
            bare &= s.Lo[axis] == 0 && s.Dilation[axis] == 1 && s.In[axis] == s.Kernel[axis];
            bare &= s.XSpatial[axis] == step && s.WSpatial[axis] == step;
            step *= s.In[axis];
        }

        return bare;
    }

    // Images make parts where the sums of each part are small beside the operands, else channels of x.
    private void Cut(ConvSpec s)
    {
        (GroupParts, Blocks, Chunks) = (1, 1, 1);
        if ((double)s.Batch * s.OutChannels * s.GroupIn * Taps * Flat < 1 << 20) return;
        GroupParts = Math.Min(s.Groups, WantedParts);
        int more = (WantedParts + GroupParts - 1) / GroupParts;
        long read = (long)s.GroupIn * s.Groups * Flat * (s.Batch + s.GroupOut);
        if (Sums * more <= read) Chunks = (int)Math.Clamp((long)s.GroupIn * Flat / LongRun, 1, Math.Min(more, s.GroupIn));
        Blocks = Math.Min((more + Chunks - 1) / Chunks, s.Batch);
    }
}
