namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>How a convolution is cut into blocks of tiles of outputs.</summary>
/// <remarks>
/// What taps of an axis before those of the tile read are channels of their own, and its outputs are images of their own.
/// Under dilation the tiles of as many grids lie between one another: a cell holds a tile of each. A block is some images, or
/// some rows of cells, or a piece of one row where a row is long, such that the transformed tiles of the block and 32
/// channels of their products stay in the second-level cache. Groups of channels are cut alike.
/// </remarks>
internal readonly struct WinogradPlan
{
    /// <summary>Tiles of a register tile, and output channels multiplied at a time.</summary>
    public const int Group = 12, Lanes = 32;

    private const int Parted = 32, LeastTiles = 24, MostTiles = 96, CacheFloats = 140_000;

    public WinogradPlan(ConvSpec s)
    {
        Form = WinogradForm.Of(s.Kernel)!.Value;
        Outer = Outers(s, Form) > 0;
        (Depth, Slices, DepthIn, Front, StepDepth) =
            Outer ? (s.Kernel[0], s.Out[0], s.In[0], s.Lo[0], s.Dilation[0]) : (1, 1, 1, 0, 1);
        (InChannels, OutChannels) = (s.GroupIn, s.GroupOut);
        ChannelBlocks = Depth * InBlocks;
        Channels = Depth == 1 ? InChannels : ChannelBlocks * 16;
        bool rows = s.Rank > (Outer ? 2 : 1);
        (Height, OutHeight, Top) = rows ? (s.In[^2], s.Out[^2], s.Lo[^2]) : (1, 1, 0);
        (Width, OutWidth, Left) = (s.In[^1], s.Out[^1], s.Lo[^1]);
        (StepHigh, StepWide) = (Form.High == 1 ? 1 : s.Dilation[^2], s.Dilation[^1]);
        (CellHigh, CellWide) = (Form.High * StepHigh, Form.Wide * StepWide);
        OutBlocks = (OutChannels + Lanes - 1) / Lanes;
        (CellsHigh, CellsWide) = ((OutHeight + CellHigh - 1) / CellHigh, (OutWidth + CellWide - 1) / CellWide);
        int wide = CellsWide, tiles = Math.Clamp(CacheFloats / Points / ((ChannelBlocks * 16) + Lanes), LeastTiles, MostTiles);
        tiles = Math.Max(1, tiles / Grids);
        ColumnBlocks = (wide + tiles - 1) / tiles;
        Columns = (wide + ColumnBlocks - 1) / ColumnBlocks;
        ColumnBlocks = (wide + Columns - 1) / Columns;
        CellRows = s.Batch * Slices * CellsHigh;
        int image = CellsHigh * Columns;
        Step = ColumnBlocks == 1 && image <= tiles * 5 / 4 ? CellsHigh : 1;
        int steps = CellRows / Step, each = Math.Max(1, (tiles + (Step * Columns / 2)) / (Step * Columns));
        RowBlocks = (steps + each - 1) / each;
        RowBlocks = RowBlocks > 1 && RowBlocks < Math.Min(Parted, steps) ? (RowBlocks + 1) / 2 * 2 : RowBlocks;
        Rows = (steps + RowBlocks - 1) / RowBlocks * Step;
        Parts = Math.Min(RowBlocks * ColumnBlocks, Parted);
        int groups = ((Rows * Columns * Grids) + Group - 1) / Group;
        StripPitch = ((Columns * CellWide) + ((Form.TapsWide - 1) * StepWide)) * 16;
        GroupFloats = ChannelBlocks * Group * 16;
        InputPoint = ((long)groups * GroupFloats) + 16;
        OutputPoint = ((long)groups * Group * Lanes) + 16;
    }

    /// <summary>Axes before those that one image has: its rows and columns, or its columns where rows have taps of their own.</summary>
    public static int Outers(ConvSpec s, WinogradForm form) =>
        Math.Max(0, s.Rank - (form.High == 1 && s.Rank > 1 && s.Kernel[^2] > 1 ? 1 : 2));

    public WinogradForm Form { get; }

    /// <summary>Elements of a transformed tile.</summary>
    public int Points => Form.Points;

    /// <summary>Whether the first axis is not of the tile.</summary>
    public bool Outer { get; }

    /// <summary>Taps of the first axis, each of which reads channels of its own.</summary>
    public int Depth { get; }

    /// <summary>Outputs of the first axis, each of which is an image of its own.</summary>
    public int Slices { get; }

    public int DepthIn { get; }

    public int Front { get; }

    public int StepDepth { get; }

    /// <summary>Input channels of a group.</summary>
    public int InChannels { get; }

    /// <summary>Blocks of 16 input channels that a tap of the first axis reads.</summary>
    public int InBlocks => (InChannels + 15) / 16;

    /// <summary>Channels of all taps of the first axis; where they are several, of whole blocks.</summary>
    public int Channels { get; }

    /// <summary>Output channels of a group.</summary>
    public int OutChannels { get; }

    public int Height { get; }

    public int Width { get; }

    public int OutHeight { get; }

    public int OutWidth { get; }

    public int Top { get; }

    public int Left { get; }

    /// <summary>Blocks of 16 channels.</summary>
    public int ChannelBlocks { get; }

    /// <summary>Blocks of 32 output channels.</summary>
    public int OutBlocks { get; }

    public int StepHigh { get; }

    public int StepWide { get; }

    /// <summary>Rows of outputs of a cell.</summary>
    public int CellHigh { get; }

    /// <summary>Columns of outputs of a cell.</summary>
    public int CellWide { get; }

    /// <summary>Tiles of a cell.</summary>
    public int Grids => StepHigh * StepWide;

    /// <summary>Rows of cells of an image.</summary>
    public int CellsHigh { get; }

    public int CellsWide { get; }

    /// <summary>Rows of cells of all images, one after the other.</summary>
    public int CellRows { get; }

    /// <summary>Rows of cells that stay together: those of an image, or each for itself.</summary>
    public int Step { get; }

    /// <summary>The most rows of cells of a block; it may reach into the next image.</summary>
    public int Rows { get; }

    /// <summary>Cells of a row of a block.</summary>
    public int Columns { get; }

    public int RowBlocks { get; }

    public int ColumnBlocks { get; }

    public int Parts { get; }

    /// <summary>Floats from one row of the padded, channel-blocked input to the next.</summary>
    public int StripPitch { get; }

    /// <summary>Floats of one element of twelve transformed tiles.</summary>
    public int GroupFloats { get; }

    /// <summary>Floats from one element of the transformed tiles to the next: an odd number of cache lines.</summary>
    public long InputPoint { get; }

    /// <summary>Floats from one element of the products to the next: an odd number of cache lines.</summary>
    public long OutputPoint { get; }

    /// <summary>Floats from one element of the transformed weights of 32 output channels to the next.</summary>
    public long WeightPoint => ((long)Channels * Lanes) + 16;

    /// <summary>Floats of the transformed weights of 32 output channels.</summary>
    public long WeightBlock => Points * WeightPoint;

    /// <summary>Floats of the transformed weights of a group.</summary>
    public long WeightFloats => OutBlocks * WeightBlock;

    /// <summary>The first row of cells of a block: blocks are as equal as can be, and few are an even number, for two threads.</summary>
    public int FirstRow(long block) => (int)(CellRows / Step * block / RowBlocks) * Step;

    /// <summary>Rows of a strip that so many rows of cells read.</summary>
    public int StripRows(int rows) => (rows * CellHigh) + ((Form.TapsHigh - 1) * StepHigh);

    public long StripFloats => (long)StripRows(Math.Min(Rows, CellsHigh)) * StripPitch;

    /// <summary>
    /// Pixels from one row of outputs to the next: as in y, so that rows are written together, and what a last tile spills
    /// is written after it; but between the tiles of several grids there is no order that does so.
    /// </summary>
    public int PixelPitch => ColumnBlocks > 1 || Grids > 1 ? Columns * CellWide : OutWidth;

    /// <summary>Floats of a row of cells of y, sixteen channels side by side, which is read sixteen pixels at a time.</summary>
    public long PixelFloats => ((long)Columns * CellWide * CellHigh * 16) + 256;

    public long ThreadFloats => PixelFloats
        + Math.Max(StripFloats + (Points * (InputPoint + OutputPoint)), 256 * Form.Taps) + WinogradBlock.TemporaryFloats;
}
