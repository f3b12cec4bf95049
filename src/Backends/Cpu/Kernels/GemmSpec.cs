namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>A batch of matrix products <c>C[m,n] = sum over k of A[m,k] B[k,n]</c>, operands of any strides.</summary>
/// <remarks>
/// Strides count floats and may be negative or zero in A and B; a row of C is contiguous. An item may be a sum of so many
/// products, whose operands lie ASum and BSum apart. A product whose result is kept apart is stored nowhere: who finishes it is
/// told of each stretch where it lies in working memory, so K is one slice and there is one sum. So it is where the product is
/// added to C, Onto times; 0 stands for C as the product. With an end, N is whole vectors and the product is not turned.
/// </remarks>
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
    long CBatch = 0,
    int Sums = 1,
    long ASum = 0,
    long BSum = 0,
    bool Apart = false,
    float Onto = 0,
    GemmEnd? End = null)
{
    /// <summary>The most of K that is summed in registers.</summary>
    public const int Depth = 512;

    /// <summary>Multiply-adds of one item of the batch.</summary>
    public double Work => (double)M * N * K * Sums;
}

/// <summary>How a product is cut: a function of its sizes and strides alone.</summary>
/// <remarks>
/// Each item is a grid of <see cref="Across"/> ranges of columns and <see cref="Down"/> ranges of rows, the units of work,
/// which share nothing. A unit goes through its columns a block at a time, in each through K slice by slice, in each through
/// the rows a tile high: the block of B streams from the second cache level, and that tile of A stays near. Where
/// operands lie is good enough unless their neighbours are far apart.
/// </remarks>
internal readonly struct GemmPlan
{
    public const int Rows = 12;
    public const int Columns = 32;

    /// <summary>So many rows of B before they are needed they are asked for, where they are read the first time.</summary>
    public const int Ahead = 12;

    /// <summary>Tiles of A whose rows are packed together.</summary>
    public const int Tiles = 4;

    /// <summary>Columns of a turned product whose sums lie near until they are turned: whole tiles, and whole vectors.</summary>
    public const int Together = 48;

    /// <summary>Columns of rows that are kept apart until they are finished, which leave room in the first cache level.</summary>
    public const int Kept = 256;

    /// <summary>From one such row to the next: they share no place of that cache.</summary>
    public const int Pitch = Kept + 16;

    /// <summary>Floats of a block of B, three quarters of the second cache level.</summary>
    private const int BlockFloats = 12 * Columns * GemmSpec.Depth;

    /// <summary>So many columns of A, where its rows are neighbours in memory, are read where they lie.</summary>
    private const int FewColumns = 64, SomeColumns = 256;

    /// <summary>A matrix of no more floats is read soon enough when it is read.</summary>
    private const int Near = 1 << 19;

    /// <summary>A result of more floats is not in cache when it is stored.</summary>
    private const int Large = 1 << 20;

    /// <summary>Half the panels that are units of their own.</summary>
    private const int UnitPanels = 12;

    /// <summary>Products below so many multiply-adds are one unit.</summary>
    private const double Single = 1 << 18;

    /// <summary>So many items of a batch, or more, are work enough for all threads.</summary>
    private const int ManyItems = 8;

    private const int MostParts = 64;

    public GemmPlan(in GemmSpec s)
    {
        int slices = (s.K + GemmSpec.Depth - 1) / GemmSpec.Depth;
        Slice = slices <= 1 ? s.K : (((s.K + slices - 1) / slices) + 15) / 16 * 16;
        Panels = (s.N + Columns - 1) / Columns;
        bool few = s.M <= Columns || (s.M <= 2 * Columns && s.N >= 4 * Columns && s.K <= 2 * GemmSpec.Depth);
        Turn = s.Sums == 1 && !s.Apart && s.Onto == 0 && s.BCol != 1 && s.BRow == 1 && s.N >= Columns && few;
        PackB = !Turn && (s.BCol != 1 || (s.M >= 256 && s.BRow > 512) || (s.M > 24 && s.BRow % 1024 == 0 && s.K > 64));
        PackA = !Turn && s.ACol != 1 && s.N > 2 * Columns && (s.ARow != 1 || Slice is < FewColumns or > SomeColumns);
        FetchA = !Turn && s.ACol == 1 && (long)s.M * s.K > Near;
        FetchC = (long)s.M * s.N > Large;
        BlockPanels = BlockFloats / (Columns * Math.Max(Slice, FewColumns));
        bool single = s.Work < Single || s.Batch >= ManyItems;
        bool wide = Turn || s.M < 2 * Rows || (s.M < 32 * Rows ? Panels >= 4 : Panels > 2 * UnitPanels);
        Across = single || !wide ? 1 : Math.Min(Panels, (Panels + (2 * UnitPanels) - 1) / (2 * UnitPanels) * 2);
        Down = single || wide ? 1 : (s.M + 1023) / 1024 * 2;
        long units = (long)s.Batch * Across * Down;
        Parts = s.Work * s.Batch < Single ? 1 : (int)Math.Min(units, MostParts);
    }

    /// <summary>How much of K is summed in registers.</summary>
    public int Slice { get; }

    /// <summary>Stretches of <see cref="Columns"/> columns.</summary>
    public int Panels { get; }

    public int Across { get; }

    public int Down { get; }

    /// <summary>Shares of the units of all items.</summary>
    public int Parts { get; }

    /// <summary>The transposed product is computed, since reading few rows takes less than packing all columns.</summary>
    public bool Turn { get; }

    public bool PackA { get; }

    /// <summary>A does not lie near: the rows of the next tile are asked for while the present are multiplied.</summary>
    public bool FetchA { get; }

    /// <summary>The result is so large that its lines are asked for before they are stored.</summary>
    public bool FetchC { get; }

    public bool PackB { get; }

    private int BlockPanels { get; }

    /// <summary>The panels of a block: those of one unit are about equal.</summary>
    public int Block => Ratio(Ratio(Panels, Across), Ratio(Panels, Across * BlockPanels));

    public long AFloats => PackA ? Tiles * 16L * Slice : 0;

    public long BFloats(in GemmSpec s) =>
        Turn ? (long)Padded(s.M) * (s.K + Together) : (PackB ? Block : s.N % 16 != 0 ? 1 : 0) * (long)Columns * Slice;

    /// <summary>Rows in whole vectors.</summary>
    public static int Padded(int rows) => (rows + 15) / 16 * 16;

    private static int Ratio(int all, int each) => Math.Max(1, (all + each - 1) / each);
}
