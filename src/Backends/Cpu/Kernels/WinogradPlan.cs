namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>How a convolution of three by three taps is cut into blocks of output tiles of four by four pixels.</summary>
/// <remarks>
/// A block is some images, or some rows of tiles, or a piece of one row where a row is long, such that the transformed tiles of
/// the block and 32 channels of their products stay in the second-level cache.
/// </remarks>
internal readonly struct WinogradPlan
{
    /// <summary>Elements of a transformed tile, tiles of a register tile, and output channels multiplied at a time.</summary>
    public const int Points = 36, Group = 12, Lanes = 32;

    private const int Parted = 32, LeastTiles = 24, MostTiles = 96, CacheFloats = 140_000;

    public WinogradPlan(ConvSpec s)
    {
        (Channels, OutChannels) = (s.InChannels, s.OutChannels);
        (Height, Width, OutHeight, OutWidth) = (s.In[0], s.In[1], s.Out[0], s.Out[1]);
        (Top, Left) = (s.Lo[0], s.Lo[1]);
        ChannelBlocks = (Channels + 15) / 16;
        OutBlocks = (OutChannels + Lanes - 1) / Lanes;
        (TilesHigh, int wide) = ((OutHeight + 3) / 4, (OutWidth + 3) / 4);
        int tiles = Math.Clamp(CacheFloats / Points / ((ChannelBlocks * 16) + Lanes), LeastTiles, MostTiles);
        ColumnBlocks = (wide + tiles - 1) / tiles;
        Columns = (wide + ColumnBlocks - 1) / ColumnBlocks;
        ColumnBlocks = (wide + Columns - 1) / Columns;
        TileRows = s.Batch * TilesHigh;
        int image = TilesHigh * Columns, step = ColumnBlocks == 1 && image <= tiles * 5 / 4 ? TilesHigh : 1;
        Rows = Math.Max(1, (tiles + (step * Columns / 2)) / (step * Columns)) * step;
        RowBlocks = (TileRows + Rows - 1) / Rows;
        Rows = (((TileRows + RowBlocks - 1) / RowBlocks) + step - 1) / step * step;
        RowBlocks = (TileRows + Rows - 1) / Rows;
        Parts = Math.Min(RowBlocks * ColumnBlocks, Parted);
        int groups = ((Rows * Columns) + Group - 1) / Group;
        StripPitch = ((Columns * 4) + 2) * 16;
        GroupFloats = ChannelBlocks * Group * 16;
        InputPoint = ((long)groups * GroupFloats) + 16;
        OutputPoint = ((long)groups * Group * Lanes) + 16;
    }

    public int Channels { get; }

    public int OutChannels { get; }

    public int Height { get; }

    public int Width { get; }

    public int OutHeight { get; }

    public int OutWidth { get; }

    public int Top { get; }

    public int Left { get; }

    /// <summary>Blocks of 16 input channels.</summary>
    public int ChannelBlocks { get; }

    /// <summary>Blocks of 32 output channels.</summary>
    public int OutBlocks { get; }

    /// <summary>Rows of tiles of an image.</summary>
    public int TilesHigh { get; }

    /// <summary>Rows of tiles of all images, one after the other.</summary>
    public int TileRows { get; }

    /// <summary>Rows of tiles of a block; it may reach into the next image.</summary>
    public int Rows { get; }

    /// <summary>Tiles of a row of a block.</summary>
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

    public long WeightFloats => OutBlocks * WeightBlock;

    public long StripFloats => (long)((Math.Min(Rows, TilesHigh) * 4) + 2) * StripPitch;

    /// <summary>Floats of a row of tiles of y, sixteen channels side by side, and of what a last tile spills.</summary>
    public long PixelFloats => (Columns * 256L) + 256;

    public long ThreadFloats => PixelFloats
        + Math.Max(StripFloats + (Points * (InputPoint + OutputPoint)), 16 * 144) + WinogradBlock.TemporaryFloats;
}
