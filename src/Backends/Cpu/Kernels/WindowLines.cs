namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Windows in up to three dimensions as lines along the last axis: what is known before any data is.</summary>
internal sealed class WindowLines
{
    public WindowLines(WindowSpec s)
    {
        int rank = s.In.Length;
        Axis deep = Axis.Of(s, rank - 3), down = Axis.Of(s, rank - 2), across = Axis.Of(s, rank - 1);
        (OutW, InW, Width, Stride, Dilation, Left) = (across.Out, across.In, across.Size, across.Stride, across.Dilation, across.Lo);
        (Row, Plane) = (InW * down.Dilation, InW * down.In * deep.Dilation);
        int reach = (Width - 1) * Dilation, room = InW - 1 - reach + Left;
        From = Math.Min(OutW, Left <= 0 ? 0 : (Left + Stride - 1) / Stride);
        Until = Math.Clamp(room < 0 ? 0 : (room / Stride) + 1, From, OutW);
        Reach = reach + (Lanes * Stride) - Left;
        All = [.. Enumerable.Range(0, deep.Out).SelectMany(d => Enumerable.Range(0, down.Out).Select(h =>
            new Line(deep.First(d) + down.First(h), deep, d, down, h, Plane, Row)))];
    }

    /// <summary>Floats of a vector.</summary>
    private const int Lanes = 16;

    /// <summary>Windows of a line, and cells.</summary>
    public int OutW { get; }

    public int InW { get; }

    public int Width { get; }

    public int Stride { get; }

    public int Dilation { get; }

    /// <summary>Cells of padding before a line.</summary>
    public int Left { get; }

    /// <summary>Cells from a tap to the one below it, and behind it.</summary>
    public int Row { get; }

    public int Plane { get; }

    /// <summary>Windows of a line that lie within it.</summary>
    public int From { get; }

    public int Until { get; }

    /// <summary>Cells that the vectors of a tap's first to last read from the first of sixteen windows' tap on.</summary>
    public int Reach { get; }

    /// <summary>The lines.</summary>
    public Line[] All { get; }

    /// <summary>Up to three axes, none of them spread.</summary>
    public static bool Fits(WindowSpec s) => s.In.Length is >= 1 and <= 3 && s.Base.All(b => b == 1);

    /// <summary>Where tap (0, 0, 0) of a line would be in its first column, and the taps that are not padding.</summary>
    internal readonly struct Line
    {
        public Line(int first, Axis deep, int d, Axis down, int h, int plane, int row)
        {
            ((FromD, UntilD), (FromH, UntilH)) = (deep.Taps(d), down.Taps(h));
            if (UntilH <= FromH) UntilD = FromD;
            (First, Last) = (first, first + ((UntilD - 1) * plane) + ((UntilH - 1) * row));
        }

        public readonly int First, Last, FromD, UntilD, FromH, UntilH;
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
    }
}
