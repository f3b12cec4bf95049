namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// How the gradient of a kernel is cut: into squares of input by output channels whose sums stay in the second-level cache,
/// the tiles of each into chunks with sums of their own, a chunk into blocks of some rows of tiles.
/// </summary>
internal readonly struct WinogradGradientPlan
{
    private const int MostTiles = 32, Parted = 32, LeastTiles = 64;

    public WinogradGradientPlan(ConvSpec s)
    {
        (Depth, Slices, SlicesIn, Front, StepDepth) =
            s.Rank < 3 ? (1, 1, 1, 0, 1) : (s.Out[0], s.Kernel[0], s.In[0], s.Lo[0], s.Stride[0]);
        (Groups, Images, InChannels, OutChannels) = (s.Groups, s.GroupIn * Slices, s.Batch, s.GroupOut);
        Channels = Depth == 1 ? InChannels : Depth * InBlocks * 16;
        Form = WinogradForm.Of(s.Out)!.Value;
        (Inputs, Outputs) = Form.High > 1 ? (64, 32) : (128, 128);
        (Height, Width) = (WinogradForm.Row(s.In, 1), s.In[^1]);
        (OutHeight, OutWidth) = (WinogradForm.Row(s.Kernel, 1), s.Kernel[^1]);
        (Top, Left) = (WinogradForm.Row(s.Lo, 0), s.Lo[^1]);
        (InputBlocks, OutputBlocks) = ((Channels + Inputs - 1) / Inputs, (OutChannels + Outputs - 1) / Outputs);
        (StepHigh, StepWide) = (Form.High == 1 ? 1 : s.Stride[^2], s.Stride[^1]);
        CellsHigh = (OutHeight + CellHigh - 1) / CellHigh;
        CellsWide = (OutWidth + CellWide - 1) / CellWide;
        int most = Math.Max(1, MostTiles / Grids);
        Columns = Math.Min(CellsWide, most);
        ColumnBlocks = (CellsWide + Columns - 1) / Columns;
        CellRows = Images * CellsHigh;
        Rows = Math.Min(CellRows, Math.Max(1, most / Columns));
        long squares = (long)Groups * InputBlocks * OutputBlocks, tiles = (long)CellRows * CellsWide * Grids;
        long chunks = Math.Clamp(Math.Min(Parted / squares, tiles / LeastTiles), 1, CellRows);
        ChunkRows = (int)(((CellRows + chunks - 1) / chunks) + Rows - 1) / Rows * Rows;
        Chunks = (CellRows + ChunkRows - 1) / ChunkRows;
        Pitch = ((Columns * CellWide) + ((Form.TapsWide - 1) * StepWide)) * 16;
        InputPoint = ((long)Rows * Columns * Grids * Inputs) + 16;
        OutputPoint = ((long)Rows * Columns * Grids * Outputs) + 16;
    }

    public WinogradForm Form { get; }

    /// <summary>Input channels of a square.</summary>
    public int Inputs { get; }

    /// <summary>Output channels of a square.</summary>
    public int Outputs { get; }

    public int Groups { get; }

    /// <summary>Images of a group; where there is a first of three axes, its slices of dy are images of their own.</summary>
    public int Images { get; }

    /// <summary>Taps of the first of three axes, each of which reads channels of its own.</summary>
    public int Depth { get; }

    /// <summary>Slices of dy in an image.</summary>
    public int Slices { get; }

    /// <summary>Slices of x in an image.</summary>
    public int SlicesIn { get; }

    public int Front { get; }

    public int StepDepth { get; }

    /// <summary>Input channels of a group.</summary>
    public int InChannels { get; }

    /// <summary>Blocks of 16 input channels that a tap of the first axis reads.</summary>
    public int InBlocks => (InChannels + 15) / 16;

    /// <summary>Channels of all taps of the first axis; where they are several, of whole blocks.</summary>
    public int Channels { get; }

    /// <summary>Floats from one output channel of the result to the next.</summary>
    public int Kernel => Depth * Form.Taps;

    /// <summary>Output channels of a group.</summary>
    public int OutChannels { get; }

    /// <summary>Floats of the result.</summary>
    public long Sums => (long)InChannels * Groups * OutChannels * Kernel;

    public int Height { get; }

    public int Width { get; }

    public int OutHeight { get; }

    public int OutWidth { get; }

    public int Top { get; }

    public int Left { get; }

    /// <summary>Squares along the input channels.</summary>
    public int InputBlocks { get; }

    /// <summary>Squares along the output channels.</summary>
    public int OutputBlocks { get; }

    public int StepHigh { get; }

    public int StepWide { get; }

    /// <summary>Rows of dy of a cell.</summary>
    public int CellHigh => Form.High * StepHigh;

    /// <summary>Columns of dy of a cell.</summary>
    public int CellWide => Form.Wide * StepWide;

    /// <summary>Tiles of a cell: where taps lie apart, the tiles of as many grids lie between one another.</summary>
    public int Grids => StepHigh * StepWide;

    public int CellsHigh { get; }

    public int CellsWide { get; }

    /// <summary>Cells of a row of a block.</summary>
    public int Columns { get; }

    public int ColumnBlocks { get; }

    /// <summary>Rows of cells of all images, one after the other.</summary>
    public int CellRows { get; }

    /// <summary>Rows of cells of a block.</summary>
    public int Rows { get; }

    /// <summary>Rows of cells of a chunk.</summary>
    public int ChunkRows { get; }

    public int Chunks { get; }

    public int Parts => Groups * Chunks * InputBlocks * OutputBlocks;

    /// <summary>Floats from one row of a strip to the next.</summary>
    public int Pitch { get; }

    /// <summary>Floats from one element of the transformed tiles of x to the next.</summary>
    public long InputPoint { get; }

    /// <summary>Floats from one element of the transformed tiles of dy to the next.</summary>
    public long OutputPoint { get; }

    /// <summary>Floats from one element of the sums to the next.</summary>
    public long SumPoint => (Inputs * Outputs) + 16;

    /// <summary>Floats of a chunk's share of the result.</summary>
    public long Share => (Sums + 15) / 16 * 16;

    public long SharedFloats => Chunks > 1 ? Chunks * Share : 0;

    /// <summary>Rows of a strip that so many rows of cells read.</summary>
    public int StripRows(int rows) => (rows * CellHigh) + ((Form.TapsHigh - 1) * StepHigh);

    public long StripFloats => (long)StripRows(Math.Min(Rows, CellsHigh)) * Pitch;

    public long ThreadFloats =>
        StripFloats + (Form.Points * (InputPoint + OutputPoint + SumPoint)) + WinogradBlock.TemporaryFloats;
}
