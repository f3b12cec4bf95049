namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// How the gradient of three by three kernels is cut: into squares of 64 input by 32 output channels, the tiles of each
/// into chunks with sums of their own, a chunk into blocks of some rows of tiles.
/// </summary>
internal readonly struct WinogradGradientPlan
{
    /// <summary>Input and output channels of a square.</summary>
    public const int Inputs = 64, Outputs = 32;

    private const int Points = WinogradPlan.Points, MostTiles = 32, Parted = 32, LeastTiles = 64;

    public WinogradGradientPlan(ConvSpec s)
    {
        (Images, Channels, OutChannels) = (s.InChannels, s.Batch, s.OutChannels);
        (Height, Width, OutHeight, OutWidth) = (s.In[0], s.In[1], s.Kernel[0], s.Kernel[1]);
        (Top, Left) = (s.Lo[0], s.Lo[1]);
        (InputBlocks, OutputBlocks) = ((Channels + Inputs - 1) / Inputs, (OutChannels + Outputs - 1) / Outputs);
        (TilesHigh, TilesWide) = ((OutHeight + 3) / 4, (OutWidth + 3) / 4);
        Columns = Math.Min(TilesWide, MostTiles);
        ColumnBlocks = (TilesWide + Columns - 1) / Columns;
        TileRows = Images * TilesHigh;
        Rows = Math.Min(TileRows, Math.Max(1, MostTiles / Columns));
        long squares = (long)InputBlocks * OutputBlocks, tiles = (long)TileRows * TilesWide;
        long chunks = Math.Clamp(Math.Min(Parted / squares, tiles / LeastTiles), 1, TileRows);
        ChunkRows = (int)(((TileRows + chunks - 1) / chunks) + Rows - 1) / Rows * Rows;
        Chunks = (TileRows + ChunkRows - 1) / ChunkRows;
        Pitch = ((Columns * 4) + 2) * 16;
        InputPoint = ((long)Rows * Columns * Inputs) + 16;
        OutputPoint = ((long)Rows * Columns * Outputs) + 16;
    }

    public int Images { get; }

    public int Channels { get; }

    public int OutChannels { get; }

    public int Height { get; }

    public int Width { get; }

    public int OutHeight { get; }

    public int OutWidth { get; }

    public int Top { get; }

    public int Left { get; }

    /// <summary>Blocks of 64 input channels.</summary>
    public int InputBlocks { get; }

    /// <summary>Blocks of 32 output channels.</summary>
    public int OutputBlocks { get; }

    public int TilesHigh { get; }

    public int TilesWide { get; }

    /// <summary>Tiles of a row of a block.</summary>
    public int Columns { get; }

    public int ColumnBlocks { get; }

    /// <summary>Rows of tiles of all images, one after the other.</summary>
    public int TileRows { get; }

    /// <summary>Rows of tiles of a block.</summary>
    public int Rows { get; }

    /// <summary>Rows of tiles of a chunk.</summary>
    public int ChunkRows { get; }

    public int Chunks { get; }

    public int Parts => Chunks * InputBlocks * OutputBlocks;

    /// <summary>Floats from one row of a strip to the next.</summary>
    public int Pitch { get; }

    /// <summary>Floats from one element of the transformed tiles of x to the next.</summary>
    public long InputPoint { get; }

    /// <summary>Floats from one element of the transformed tiles of dy to the next.</summary>
    public long OutputPoint { get; }

    /// <summary>Floats from one element of the sums to the next.</summary>
    public static long SumPoint => (Inputs * Outputs) + 16;

    /// <summary>Floats of a chunk's share of the result.</summary>
    public long Share => (((long)Channels * OutChannels * 9) + 15) / 16 * 16;

    public long SharedFloats => Chunks > 1 ? Chunks * Share : 0;

    public long StripFloats => (long)((Math.Min(Rows, TilesHigh) * 4) + 2) * Pitch;

    public long ThreadFloats =>
        StripFloats + (Points * (InputPoint + OutputPoint + SumPoint)) + WinogradBlock.TemporaryFloats;
}
