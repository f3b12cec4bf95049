namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>A batch of matrix products <c>C[m,n] = sum over k of A[m,k] B[k,n]</c>, operands of any strides.</summary>
/// <remarks>Strides count floats and may be negative or zero in A and B; a row of C is contiguous.</remarks>
internal readonly record struct GemmSpec(
    int M,
    int N,
    int K,
    long ARow,
    long ACol,
    long BRow,
    long BCol,
    long Ldc,
    int Batch = 1,
    long ABatch = 0,
    long BBatch = 0,
    long CBatch = 0);

/// <summary>How one product is cut: a function of its sizes and strides alone.</summary>
internal readonly struct GemmPlan
{
    public const int Rows = 12;
    public const int Columns = 32;

    /// <summary>A panel of B and one of A lie in the first cache level together.</summary>
    private const int Depth = 272;

    /// <summary>A block of A takes half the second cache level, and so few blocks that B is seldom read again.</summary>
    private const int Height = 516;

    public GemmPlan(in GemmSpec s)
    {
        double work = (double)s.M * s.N * s.K;
        int slices = (s.K + Depth - 1) / Depth;
        Slice = slices <= 1 ? s.K : ((s.K + slices - 1) / slices + 7) / 8 * 8;
        Panels = (s.N + Columns - 1) / Columns;
        long size = (long)s.K * s.N;
        PackB = s.BCol != 1 || (s.M > 24 && (size > 16384 || s.BRow % 256 == 0));
        PackA = s.M >= Rows && s.N >= 96 && ((long)s.M * s.K > 16384 || s.ARow % 256 == 0);
        int rowBlocks = Math.Max(1, (s.M + Height - 1) / Height);
        if (work >= 1 << 18 && s.M >= 24)
        {
            rowBlocks = (rowBlocks + 1) / 2 * 2;
        }

        Block = Math.Max(Rows, ((s.M + rowBlocks - 1) / rowBlocks + Rows - 1) / Rows * Rows);
        RowBlocks = (s.M + Block - 1) / Block;
        int columnBlocks = RowBlocks == 1 && work >= 1 << 18 ? Math.Min(Panels, 4) : 1;
        PanelsPerBlock = (Panels + columnBlocks - 1) / columnBlocks;
        ColumnBlocks = (Panels + PanelsPerBlock - 1) / PanelsPerBlock;
    }

    public int Slice { get; }

    public int Panels { get; }

    public int PanelsPerBlock { get; }

    public int Block { get; }

    public int RowBlocks { get; }

    public int ColumnBlocks { get; }

    public bool PackA { get; }

    public bool PackB { get; }

    public long AFloats => PackA ? (long)Block * Slice : 0;

    public long BFloats(in GemmSpec s) => (PackB ? Panels : 1) * (long)Columns * s.K;
}
