using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>How <see cref="ConvFlat"/> lays out its planes, cuts its work, and divides its memory: by sizes alone.</summary>
internal unsafe partial struct FlatJob
{
    /// <summary>So many output channels at most pass through flat planes together.</summary>
    public const int Block = 8;

    private const int WantedParts = 8;

    /// <summary>Floats before and after a plane that taps may read, masked.</summary>
    private const int Reach = 32;

    /// <summary>Cycles that a vector of a result takes to be copied out of flat planes, as taps of a tile.</summary>
    private const int Gathering = 6;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public FlatJob(ConvSpec s)
    {
        Bare = IsBare(s);
        Even = !Bare && IsEven(s);
        Planes = Even ? Phases.OfRows(s) : Phases.OfBase(s);
        (Channels, Rows, Fields) = (s.GroupIn, s.GroupOut, FlatField.Count(s));
        K = (long)Channels * s.Taps;
        Point = Bare && IsPoint(s);
        Direct = Bare || Even || RowsAreBetter(s);
        Masks = Even ? (s.Out[^1] + 31) / 16 * 16 : 16;
        for (int f = 0; f < Fields; f++)
        {
            int count = Count(s, new FlatField(s, f));
            (Vectors, Most) = (Vectors + count, Math.Max(Most, count));
        }

        Items = s.Batch * s.Groups;
        Sides = Items >= WantedParts || s.Flops < 1 << 22 ? 1 : Math.Clamp(Rows / 8, 1, (WantedParts + Items - 1) / Items);
        Parts = Math.Min(Items, WantedParts) * Sides;
        if (Even) (First, Last) = Inside(s);
        Flat = Direct ? 0 : Most * 16;
        Image = Bare ? 0 : (long)Channels * Planes.Size;
        Lead = Even ? Reach : 0;
        Thread = Lead + Image + ((long)Fields * Block * Flat);
        WeightFloats = (s.OutChannels * (K + Fields) + 15) / 16 * 16;
        Tables = (((InPlace ? 2 * K : K) + (3L * Vectors) + (Cuts * sizeof(FlatField) / 4) + 48) / 16 * 16)
            + (Even ? s.Kernel[^1] * Masks : Masks);
    }

    public GCHandle Spec;
    public Phases Planes;
    public float* X, W, Y, Weights, Scratch;
    public FlatField* Field;

    /// <summary>
    /// Channels and rows of a group; fields; images times groups; sides of the rows; vectors of all fields, the most of one.
    /// </summary>
    public int Channels, Rows, Fields, Items, Sides, Parts, Flat, Vectors, Most;

    /// <summary>
    /// The input is read in place; its pixels make one row; rows follow one another without cells between and masks end them;
    /// results go straight to their rows.
    /// </summary>
    public bool Bare, Point, Even, Direct;

    /// <summary>
    /// The vectors of an image whose taps read its cells alone: these are read in place, those before and after in planes.
    /// </summary>
    public int First, Last;

    public readonly bool InPlace => Last > First;

    /// <summary>The fields, or the parts of the only one.</summary>
    public readonly int Cuts => InPlace ? 3 : Fields;

    /// <summary>Floats before the planes that a tap may read, and floats of a group's mask.</summary>
    public int Lead, Masks;

    public long K, Image, Tables, Thread, WeightFloats;

    /// <summary>Divides memory for <see cref="Tables"/> and writes them: where each tap and each vector of pixels lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Tabulate(ConvSpec s, float* memory)
    {
        Field = (FlatField*)memory;
        FlatAt* at = (FlatAt*)(Field + Cuts);
        int* offset = (int*)(at + Vectors);
        float* masks = Mask(s, memory + Tables);
        long weights = 0;
        for (int f = 0; f < Fields; f++)
        {
            FlatField field = new(s, f) { At = at, Offset = offset, Weights = weights, Masks = masks, MaskPitch = Masks, Least = s.Least };
            field.Groups = Even ? s.Kernel[^1] : 1;
            field.Each = (long)Channels * field.Taps / field.Groups;
            field.Vectors = Count(s, field);
            Place(s, field);
            Offsets(s, field);
            Field[f] = field;
            at += field.Vectors;
            offset += (long)Channels * field.Taps;
            weights += s.OutChannels * field.K;
        }

        if (InPlace) Cut(s, offset);
    }

    /// <summary>The field as three: what reads the planes, what reads the input by its own offsets, what reads the planes again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Cut(ConvSpec s, int* offset)
    {
        FlatField field = Field[0];
        int lines = s.Kernel[^2], groups = field.Groups, up = s.Lo[^2] * Planes.Pitch;
        int* to = offset, from = field.Offset;
        for (int group = 0; group < groups; group++, from += field.Each)
        {
            for (int channel = 0; channel < Channels; channel++)
            {
                for (int line = 0; line < lines; line++) *to++ = from[line] - up + (int)(channel * s.XChannel);
            }
        }

        Field[0].Vectors = First;
        Field[1] = field with { At = field.At + First, Vectors = Last - First, Offset = offset };
        Field[2] = field with { At = field.At + Last, Vectors = field.Vectors - Last };
    }

    /// <summary>Makes zero what no image fills: all but the rows of the input, where rows have nothing between them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Clear(ConvSpec s, float* planes)
    {
        int top = Even && s.Rank == 2 ? Math.Clamp(s.Lo[^2] * Planes.Pitch, 0, Planes.Size) : 0;
        int rows = Even && s.Rank == 2 ? Math.Clamp((s.Lo[^2] + s.In[^2]) * Planes.Pitch, top, Planes.Size) : 0;
        for (long channel = 0; channel < Image; channel += Planes.Size, planes += Planes.Size)
        {
            new Span<float>(planes, top).Clear();
            new Span<float>(planes + rows, Planes.Size - rows).Clear();
        }
    }

    /// <summary>The planes, with an image in them.</summary>
    public readonly float* Filled(ConvSpec s, float* x, float* planes)
    {
        Planes.Fill(x, s.XChannel, Channels, planes);
        return planes;
    }

    /// <summary>Copies the rows at an image's top and bottom that the vectors before and after those in place read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void FillEdges(ConvSpec s, float* x, float* planes)
    {
        var (back, ahead) = Reaches(s);
        int width = s.In[^1], above = First == 0 ? 0 : Math.Min(s.In[^2], (((16 * First) + ahead) / width) + 1);
        int below = Last == Vectors ? s.In[^2] : Math.Max(above, (Math.Min(16 * Last, s.Pixels - 16) - back) / width);
        planes += s.Lo[^2] * width;
        for (int c = 0; c < Channels; c++, x += s.XChannel, planes += Planes.Size)
        {
            Packing.Copy(x, planes, above * width);
            Packing.Copy(x + (below * width), planes + (below * width), (s.In[^2] - below) * width);
        }
    }

    /// <summary>How far before and after a pixel's place in the input its taps lie.</summary>
    private static (int Back, int Ahead) Reaches(ConvSpec s) => (
        (s.Lo[^2] * s.In[^1]) + s.Lo[^1],
        ((((s.Kernel[^2] - 1) * s.Dilation[^2]) - s.Lo[^2]) * s.In[^1]) + ((s.Kernel[^1] - 1) * s.Dilation[^1]) - s.Lo[^1]);

    /// <summary>Vectors that may be read in place: rows lie without gaps, and nothing of an image is cut off.</summary>
    private readonly (int First, int Last) Inside(ConvSpec s)
    {
        if (s.Rank != 2 || s.XSpatial[^2] != s.In[^1] || s.XChannel * Channels > int.MaxValue) return (0, 0);
        var (back, ahead) = Reaches(s);
        int cells = s.In[^2] * s.In[^1], first = (Math.Max(0, back) + 15) / 16;
        return s.Lo[^2] < 0 || s.Lo[^2] + s.In[^2] > Planes.Plane / Planes.Pitch ? (0, 0)
            : (first, (Math.Min(s.Pixels, cells - ahead) / 16));
    }

    /// <summary>Where tap q of a column that comes after c others stays in its row, all bits; the masks end where memory does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly float* Mask(ConvSpec s, float* end)
    {
        int groups = Even ? s.Kernel[^1] : 1, width = s.Out[^1];
        uint* first = (uint*)end - (groups * Masks), to = first;
        for (int q = 0; q < groups; q++)
        {
            Stretch.Mask(to, Masks, Even ? width : int.MaxValue / 2, Even ? (q * s.Dilation[^1]) - s.Lo[^1] : 0);
            to += Masks;
        }

        return (float*)first;
    }

    private readonly int Count(ConvSpec s, in FlatField f)
    {
        if (f.Deep.Out * f.Down.Out * f.Across.Out == 0) return 0;
        if (Point) return (s.Pixels + 15) / 16;
        if (Even) return f.Deep.Out * (((f.Down.Out * f.Across.Out) + 15) / 16);
        return Direct ? f.Deep.Out * f.Down.Out * ((f.Across.Out + 15) / 16)
            : (((f.Deep.Out - 1) * Planes.Plane) + ((f.Down.Out - 1) * Planes.Pitch) + f.Across.Out + 15) / 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Place(ConvSpec s, in FlatField f)
    {
        int rows = Even ? 1 : f.Down.Out, width = Point ? s.Pixels : Even ? f.Down.Out * f.Across.Out : f.Across.Out;
        int all = Point ? 1 : f.Deep.Out * rows;
        FlatAt* at = f.At;
        for (int v = 0; v < f.Vectors && !Direct; v++) *at++ = new(16 * v, 16 * v, 0);
        for (int row = 0; row < all && Direct; row++)
        {
            int d = row / rows, h = row % rows, source = (int)Source(s, d, h), target = Target(s, f, d, h);
            for (int c = 0; c < width; c += 16)
            {
                int column = Math.Min(c, width - 16);
                *at++ = new(source + column, target + column, Even ? column % f.Across.Out : 0);
            }
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Offsets(ConvSpec s, in FlatField f)
    {
        int columns = f.Across.Count / f.Groups, step = Bare ? (int)s.XChannel : Planes.Size;
        int* offset = f.Offset;
        for (int group = 0; group < f.Groups; group++, offset += f.Each)
        {
            int at = 0, lines = f.Deep.Count * f.Down.Count;
            for (int line = 0; line < lines; line++)
            {
                int d = line / f.Down.Count, h = line % f.Down.Count;
                for (int w = group; w < group + columns; w++)
                {
                    offset[at++] = Offset(s, Cell(s, 3, f.Deep, d), Cell(s, 2, f.Down, h), Cell(s, 1, f.Across, w));
                }
            }

            for (int taps = at; at < f.Each; at++)
            {
                offset[at] = offset[at - taps] + step;
            }
        }
    }

    private readonly int Offset(ConvSpec s, int d, int h, int w)
    {
        if (Even) return Planes.Offset((d * Planes.KernelH) + h, 0) + (w * s.Dilation[^1]) - s.Lo[^1];
        if (!Bare) return Planes.Offset((d * Planes.KernelH) + h, w);
        long row = s.Rank < 2 ? 0 : h * s.Dilation[^2] * s.XSpatial[^2], plane = s.Rank < 3 ? 0 : d * s.Dilation[^3] * s.XSpatial[^3];
        return (int)(plane + row + (w * s.Dilation[^1]));
    }

    private static int Cell(ConvSpec s, int fromEnd, in BasePhase phase, int tap)
    {
        int cell = phase.Cell + (tap * phase.CellStep), axis = s.Rank - fromEnd;
        return axis < 0 || s.Base[axis] == 1 ? cell : cell + BasePhase.Bounds(s, axis).Lo;
    }
}
