namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>How a convolution by phases is cut into blocks of rows, and its working memory.</summary>
/// <remarks>
/// Cell j of phase f of a row is column <c>j * Phases + f - Left</c> of the input. The lanes of a vector are the phases of some
/// channels, which make a block. A group is twelve tiles of a row.
/// </remarks>
internal readonly struct PhasePlan
{
    /// <summary>Tiles of a register tile, output channels multiplied at a time, and the points of a tile.</summary>
    public const int Group = 12, Lanes = 32, Points = 8;

    private const int CacheFloats = 120_000, FirstCache = 4096, MostParts = 32;

    public PhasePlan(ConvSpec s)
    {
        bool flat = s.Rank == 1;
        (Phases, Taps) = (s.Stride[^1], (s.Kernel[^1] + s.Stride[^1] - 1) / s.Stride[^1]);
        (KernelHigh, Down, Top, Left) = (flat ? 1 : s.Kernel[0], flat ? 1 : s.Stride[0], flat ? 0 : s.Lo[0], s.Lo[^1]);
        (Height, Width, OutHeight, OutWidth) = (flat ? 1 : s.In[0], s.In[^1], flat ? 1 : s.Out[0], s.Out[^1]);
        (Channels, OutChannels, Batch) = (s.InChannels, s.OutChannels, s.Batch);
        Together = Math.Min(Channels, 16 / Phases);
        Blocks = (Channels + Together - 1) / Together;
        Wide = Points + 1 - Taps;
        Tiles = (OutWidth + Wide - 1) / Wide;
        Groups = (Tiles + Group - 1) / Group;
        OutBlocks = (OutChannels + Lanes - 1) / Lanes;
        Rows = RowsOf(KernelHigh, Down, OutHeight, Points * Groups * Group, Blocks);
        RowBlocks = (OutHeight + Rows - 1) / Rows;
        InRows = ((Rows - 1) * Down) + KernelHigh;
        Parts = Math.Min(Batch * RowBlocks, MostParts);
    }

    public int Phases { get; }

    /// <summary>Taps of a phase along a row.</summary>
    public int Taps { get; }

    public int KernelHigh { get; }

    /// <summary>Rows of x from one row of y to the next.</summary>
    public int Down { get; }

    public int Top { get; }

    public int Left { get; }

    public int Height { get; }

    public int Width { get; }

    public int OutHeight { get; }

    public int OutWidth { get; }

    public int Channels { get; }

    public int OutChannels { get; }

    public int Batch { get; }

    /// <summary>Channels whose phases are the lanes of a vector.</summary>
    public int Together { get; }

    /// <summary>Blocks of so many channels.</summary>
    public int Blocks { get; }

    /// <summary>Outputs of a tile.</summary>
    public int Wide { get; }

    /// <summary>Tiles of a row.</summary>
    public int Tiles { get; }

    public int Groups { get; }

    public int OutBlocks { get; }

    /// <summary>Rows of y of a block.</summary>
    public int Rows { get; }

    public int RowBlocks { get; }

    /// <summary>Rows of x that a block reads.</summary>
    public int InRows { get; }

    public int Parts { get; }

    /// <summary>Products of an output at one point.</summary>
    public int Depth => Blocks * KernelHigh * Together * Phases;

    /// <summary>Cells of a phase of a row, and what turning sixteen at a time adds.</summary>
    public int Cells => ((Tiles * Wide) + Taps - 1 + 15) / 16 * 16;

    /// <summary>Floats of the transformed rows of a group, and of a block of channels.</summary>
    public int GroupFloats => InRows * Group * 16;

    public int BlockFloats => Groups * GroupFloats;

    /// <summary>Floats from one point to the next: odd numbers of cache lines.</summary>
    public int InputPoint => (Blocks * BlockFloats) + 16;

    public int OutputPoint => (Rows * Groups * Group * Lanes) + 16;

    /// <summary>Floats of the weights of a block of output channels at one point, and at all.</summary>
    public int WeightPoint => Depth * Lanes;

    public int WeightBlock => Points * WeightPoint;

    /// <summary>Transformed weights, and what each block of output channels begins with at the points.</summary>
    public long Shared => (long)OutBlocks * (WeightBlock + (2 * Lanes));

    /// <summary>Rows of y that are turned to planes together.</summary>
    public int Band => Math.Clamp(FirstCache / (OutWidth * 16), 1, Rows);

    /// <summary>Pixels of some rows; the last tile spills.</summary>
    public int PixelFloats => ((Band * OutWidth) + Wide + 15) * 16;

    public long ThreadFloats => (Points * (long)(InputPoint + OutputPoint)) + (32L * Cells) + PixelFloats + 512;

    private static int RowsOf(int kernel, int down, int height, int tiles, int blocks)
    {
        int row = tiles * ((16 * blocks * down) + Lanes), more = tiles * 16 * blocks * Math.Max(0, kernel - down);
        int most = Math.Clamp((CacheFloats - more) / row, 1, Math.Max(1, height)), count = (height + most - 1) / most;
        return Math.Max(1, (height + count - 1) / Math.Max(1, count));
    }
}
