using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>How <see cref="ConvFlat"/> lays out its planes, cuts its work, and divides its memory: by sizes alone.</summary>
internal unsafe struct FlatJob
{
    /// <summary>So many output channels at most pass through flat planes together.</summary>
    public const int Block = 8;

    private const int WantedParts = 8;

    /// <summary>Cycles that a vector of a result takes to be copied out of flat planes, as taps of a tile.</summary>
    private const int Gathering = 6;

    public FlatJob(ConvSpec s)
    {
        Planes = Phases.OfBase(s);
        (Channels, Rows, Fields) = (s.GroupIn, s.GroupOut, FlatField.Count(s));
        K = (long)Channels * s.Taps;
        Bare = IsBare(s);
        Point = Bare && IsPoint(s);
        Direct = Bare || RowsAreBetter(s);
        for (int f = 0; f < Fields; f++)
        {
            int count = Count(s, new FlatField(s, f));
            (Vectors, Most) = (Vectors + count, Math.Max(Most, count));
        }

        Items = s.Batch * s.Groups;
        Sides = Items >= WantedParts || s.Flops < 1 << 22 ? 1 : Math.Clamp(Rows / 8, 1, (WantedParts + Items - 1) / Items);
        Parts = Math.Min(Items, WantedParts) * Sides;
        Flat = Direct ? 0 : Most * 16;
        Image = Bare ? 0 : (long)Channels * Planes.Size;
        Thread = Image + ((long)Fields * Block * Flat);
        WeightFloats = (s.OutChannels * K + 15) / 16 * 16;
        Shared = WeightFloats + ((K + (2L * Vectors) + (Fields * sizeof(FlatField) / 4) + 48) / 16 * 16);
    }

    public GCHandle Spec;
    public Phases Planes;
    public float* X, W, Y, Weights, Scratch;
    public FlatField* Field;

    /// <summary>
    /// Channels and rows of a group; fields; images times groups; sides of the rows; vectors of all fields, the most of one.
    /// </summary>
    public int Channels, Rows, Fields, Items, Sides, Parts, Flat, Vectors, Most;

    /// <summary>The input is read in place; its pixels make one row; results go straight to their rows.</summary>
    public bool Bare, Point, Direct;

    public long K, Image, Shared, Thread, WeightFloats;

    /// <summary>Divides the shared memory and writes the tables: where each tap and each vector of pixels lies.</summary>
    public void Tabulate(ConvSpec s, float* shared)
    {
        Weights = shared;
        Field = (FlatField*)(shared + WeightFloats);
        FlatAt* at = (FlatAt*)(Field + Fields);
        int* offset = (int*)(at + Vectors);
        float* weights = shared;
        for (int f = 0; f < Fields; f++)
        {
            FlatField field = new(s, f) { At = at, Offset = offset, Weights = weights };
            field.Vectors = Count(s, field);
            Place(s, field);
            Offsets(s, field);
            Field[f] = field;
            at += field.Vectors;
            offset += (long)Channels * field.Taps;
            weights += s.OutChannels * (long)Channels * field.Taps;
        }
    }

    private readonly int Count(ConvSpec s, in FlatField f)
    {
        if (f.Deep.Out * f.Down.Out * f.Across.Out == 0) return 0;
        if (Point) return (s.Pixels + 15) / 16;
        return Direct ? f.Deep.Out * f.Down.Out * ((f.Across.Out + 15) / 16)
            : (((f.Deep.Out - 1) * Planes.Plane) + ((f.Down.Out - 1) * Planes.Pitch) + f.Across.Out + 15) / 16;
    }

    private readonly void Place(ConvSpec s, in FlatField f)
    {
        int width = Point ? s.Pixels : f.Across.Out, each = (width + 15) / 16;
        for (int v = 0; v < f.Vectors; v++)
        {
            if (!Direct)
            {
                f.At[v] = new(16 * v, 16 * v);
                continue;
            }

            int row = v / each, column = Math.Min(v % each * 16, width - 16), d = row / f.Down.Out, h = row % f.Down.Out;
            f.At[v] = new((int)Source(s, d, h) + column, Target(s, f, d, h) + column);
        }
    }

    /// <summary>Where the first pixel of an output row lies in the input that the tiles read.</summary>
    private readonly long Source(ConvSpec s, int d, int h) => !Bare ? (d * Planes.Plane) + (h * Planes.Pitch)
        : (s.Rank < 3 ? 0 : d * s.Stride[^3] * s.XSpatial[^3]) + (s.Rank < 2 ? 0 : h * s.Stride[^2] * s.XSpatial[^2]);

    private static int Target(ConvSpec s, in FlatField f, int d, int h)
    {
        int plane = s.Rank < 3 ? 0 : (d * s.Base[^3]) + f.PhaseD, row = s.Rank < 2 ? 0 : (h * s.Base[^2]) + f.PhaseH;
        return ((plane * (s.Rank < 2 ? 1 : s.Out[^2])) + row) * s.Out[^1];
    }

    private readonly void Offsets(ConvSpec s, in FlatField f)
    {
        int at = 0;
        for (int d = 0; d < f.Deep.Count; d++)
        {
            for (int h = 0; h < f.Down.Count; h++)
            {
                for (int w = 0; w < f.Across.Count; w++)
                {
                    f.Offset[at++] = Offset(s, Cell(s, 3, f.Deep, d), Cell(s, 2, f.Down, h), Cell(s, 1, f.Across, w));
                }
            }
        }

        int step = Bare ? (int)s.XChannel : Planes.Size;
        for (; at < Channels * f.Taps; at++)
        {
            f.Offset[at] = f.Offset[at - f.Taps] + step;
        }
    }

    private readonly int Offset(ConvSpec s, int d, int h, int w)
    {
        if (!Bare) return Planes.Offset((d * Planes.KernelH) + h, w);
        long row = s.Rank < 2 ? 0 : h * s.Dilation[^2] * s.XSpatial[^2], plane = s.Rank < 3 ? 0 : d * s.Dilation[^3] * s.XSpatial[^3];
        return (int)(plane + row + (w * s.Dilation[^1]));
    }

    private static int Cell(ConvSpec s, int fromEnd, in BasePhase phase, int tap)
    {
        int cell = phase.Cell + (tap * phase.CellStep), axis = s.Rank - fromEnd;
        return axis < 0 || s.Base[axis] == 1 ? cell : cell + BasePhase.Bounds(s, axis).Lo;
    }

    /// <summary>No padding, no steps along a row, rows of a vector at least.</summary>
    private static bool IsBare(ConvSpec s)
    {
        bool bare = s.Stride[^1] == 1 && s.XSpatial[^1] == 1;
        long last = s.GroupIn * Math.Abs(s.XChannel);
        for (int axis = 0; axis < s.Rank; axis++)
        {
            int end = ((s.Out[axis] - 1) * s.Stride[axis]) + ((s.Kernel[axis] - 1) * s.Dilation[axis]);
            bare &= s.Lo[axis] == 0 && s.Base[axis] == 1 && end < s.In[axis];
            last += Math.Abs(s.XSpatial[axis]) * s.In[axis];
        }

        return bare && last < int.MaxValue && (s.Out[^1] >= 16 || (IsPoint(s) && s.Pixels >= 16));
    }

    /// <summary>One tap, and pixels that lie one after the other.</summary>
    private static bool IsPoint(ConvSpec s)
    {
        bool point = s.Taps == 1;
        long step = 1;
        for (int axis = s.Rank - 1; axis >= 0; axis--)
        {
            point &= s.Stride[axis] == 1 && s.Out[axis] == s.In[axis] && (s.In[axis] == 1 || s.XSpatial[axis] == step);
            step *= s.In[axis];
        }

        return point;
    }

    // A row's last vector overlaps the one before; flat planes have cells between rows and are copied out of.
    private readonly bool RowsAreBetter(ConvSpec s)
    {
        if (s.Base[^1] > 1 || s.Out[^1] < 16) return false;
        double rows = s.Pixels / s.Out[^1] * ((s.Out[^1] + 15) / 16), each = (double)K / Fields;
        double flat = (((double)Planes.OutD * Planes.OutH * Planes.Pitch) + 15) / 16 * Fields;
        return rows * each <= flat * (each + Gathering);
    }
}
