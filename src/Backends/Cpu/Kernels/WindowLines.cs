namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Windows in up to three dimensions as lines along the last axis: what is known before any data is.</summary>
internal sealed class WindowLines
{
    public WindowLines(WindowSpec s)
    {
        int rank = s.In.Length;
        Axis deep = Axis.Of(s, rank - 3), down = Axis.Of(s, rank - 2);
        Across = Axis.Of(s, rank - 1);
        (Row, Plane) = (Across.In * down.Dilation, Across.In * down.In * deep.Dilation);
        All = [.. Enumerable.Range(0, deep.Out).SelectMany(d => Enumerable.Range(0, down.Out).Select(h =>
            new Line(deep.First(d) + down.First(h), deep, d, down, h, Plane, Row)))];
        Pieces = FitVectors ? [.. Cut()] : [];
        Taps = [.. Pieces.SelectMany(p => Enumerable.Range(0, Across.Size).SelectMany(t =>
            Enumerable.Range(0, Lanes).Select(lane => Place(p, t, lane)))), .. new int[2 * Lanes]];
    }

    /// <summary>Floats of a vector.</summary>
    internal const int Lanes = 16;

    /// <summary>The axis of a line.</summary>
    public Axis Across { get; }

    /// <summary>Cells from a tap to the one below it, and behind it.</summary>
    public int Row { get; }

    public int Plane { get; }

    /// <summary>The lines.</summary>
    public Line[] All { get; }

    /// <summary>Pieces of a line whose windows fit a vector and whose cells fit two; none where a window does not.</summary>
    public Piece[] Pieces { get; }

    /// <summary>For each piece and tap, where each lane's cell is in the piece.</summary>
    /// <remarks>
    /// A tap in the padding stands for a neighbour of its window that is not: a maximum is the same. Three taps can be read of
    /// the last piece, whatever its windows have.
    /// </remarks>
    public int[] Taps { get; }

    /// <summary>Up to three axes, none of them spread.</summary>
    public static bool Fits(WindowSpec s) => s.In.Length is >= 1 and <= 3 && s.Base.All(b => b == 1);

    private int Wide => ((Across.Size - 1) * Across.Dilation) + 1;

    private bool FitVectors => Wide <= 2 * Lanes && Enumerable.Range(0, Across.Out).All(q => Across.Taps(q) is var (a, b) && a < b);

    private IEnumerable<Piece> Cut()
    {
        int most = Math.Min(Lanes, ((2 * Lanes) - Wide) / Across.Stride + 1);
        for (int q = 0; q < Across.Out; q += most)
        {
            int n = Math.Min(most, Across.Out - q), left = (q * Across.Stride) - Across.Lo;
            int start = Math.Max(0, left), end = Math.Min(Across.In, left + ((n - 1) * Across.Stride) + Wide);
            yield return new(q, n, start, end - start);
        }
    }

    private int Place(Piece piece, int tap, int lane)
    {
        int window = piece.First + Math.Min(lane, piece.Windows - 1);
        var (from, until) = Across.Taps(window);
        return (window * Across.Stride) - Across.Lo + (Math.Clamp(tap, from, until - 1) * Across.Dilation) - piece.Start;
    }

    /// <summary>Windows of a line from the first, and the cells under them.</summary>
    internal readonly record struct Piece(int First, int Windows, int Start, int Cells);

    /// <summary>Where tap (0, 0, 0) of a line would be in its first column, and the taps that are not padding.</summary>
    internal readonly struct Line
    {
        public Line(int first, Axis deep, int d, Axis down, int h, int plane, int row)
        {
            ((FromD, UntilD), (FromH, UntilH)) = (deep.Taps(d), down.Taps(h));
            if (UntilH <= FromH) UntilD = FromD;
            First = first;
        }

        public readonly int First, FromD, UntilD, FromH, UntilH;
    }

    /// <summary>One axis; one that there is not is one cell long.</summary>
    internal readonly record struct Axis(int In, int Size, int Out, int Stride, int Dilation, int Lo, int Step)
    {
        public static Axis Of(WindowSpec s, int axis) => axis < 0 ? new(1, 1, 1, 1, 1, 0, 0)
            : new(s.In[axis], s.Size[axis], s.Out[axis], s.Stride[axis], s.Dilation[axis], s.Lo[axis],
                s.In[(axis + 1)..].Aggregate(1, (a, b) => a * b));

        public int First(int window) => ((window * Stride) - Lo) * Step;

        public (int From, int Until) Taps(int window)
        {
            int start = (window * Stride) - Lo;
            int from = start >= 0 ? 0 : (-start + Dilation - 1) / Dilation;
            int until = start >= In ? 0 : Math.Min(Size, ((In - 1 - start) / Dilation) + 1);
            return (from, Math.Max(from, until));
        }

        /// <summary>The windows from whose first cell to whose last a cell lies.</summary>
        public (int From, int Until) Over(int cell)
        {
            int last = cell + Lo, first = last - ((Size - 1) * Dilation);
            int from = first <= 0 ? 0 : (first + Stride - 1) / Stride;
            int until = last < 0 ? 0 : Math.Min(Out, (last / Stride) + 1);
            return (from, Math.Max(from, until));
        }
    }
}
