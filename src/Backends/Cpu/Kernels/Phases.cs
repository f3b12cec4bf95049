using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>The padded input of a convolution in up to three dimensions, cut by strides into blocks of unit steps.</summary>
/// <remarks>
/// Cell (a, b) of block (i, j) is cell (a * stride + i - Lo, b * stride + j - Lo) of the input, so every tap of pixel p
/// lies at <c>p + Offset(tap)</c> where pixels are counted by <see cref="Pitch"/> and <see cref="Plane"/>. With unit steps
/// there is one block.
/// </remarks>
internal readonly unsafe struct Phases
{
    /// <summary>Floats that a tile may read past the last row.</summary>
    private const int Slack = 48;

    private readonly Side _deep, _down, _across;
    private readonly long _plane, _row;

    public Phases(ConvSpec s)
        : this(Side.Of(s, s.Rank - 3), Side.Of(s, s.Rank - 2), Side.Of(s, s.Rank - 1), s)
    {
    }

    private Phases(Side deep, Side down, Side across, ConvSpec s)
    {
        (_deep, _down, _across) = (deep, down, across);
        (_plane, _row) = (s.Rank < 3 ? 0 : s.XSpatial[^3], s.Rank < 2 ? 0 : s.XSpatial[^2]);
        Size = ((_deep.Count * _down.Count * _across.Count * _deep.Cells * Plane) + Slack + 15) / 16 * 16;
    }

    /// <summary>
    /// The input of a convolution whose taps meet only some of the cells of an axis with Base: what all its phases read,
    /// with a tap for each cell.
    /// </summary>
    public static Phases OfBase(ConvSpec s) =>
        new(Side.OfBase(s, s.Rank - 3), Side.OfBase(s, s.Rank - 2), Side.OfBase(s, s.Rank - 1), s);

    /// <summary>The input of a convolution with nothing between its rows: taps that leave a row meet the next one's cells.</summary>
    public static Phases OfRows(ConvSpec s) => new(
        Side.Of(s, s.Rank - 3), Side.Of(s, s.Rank - 2), new(s.In[^1], 1, s.Out[^1], 1, 1, 0), s);

    public int OutD => _deep.Out;

    public int OutH => _down.Out;

    public int OutW => _across.Out;

    /// <summary>Rows of taps in a plane of taps.</summary>
    public int KernelH => _down.Kernel;

    public int Pitch => _across.Cells;

    public int Plane => _down.Cells * Pitch;

    /// <summary>Cells from the first pixel to the last.</summary>
    public int Flat => ((OutD - 1) * Plane) + (OutH * Pitch);

    /// <summary>Floats of a channel.</summary>
    public int Size { get; }

    /// <summary>Rank one to three, no base dilation, rows of unit stride.</summary>
    public static bool Fits(ConvSpec s) =>
        s.Rank is >= 1 and <= 3 && s.Base.All(b => b == 1) && s.XSpatial[^1] == 1 && s.WSpatial[^1] != 0;

    /// <summary>The input of the convolution of whose kernel this is the gradient: its taps are the pixels here.</summary>
    public static Phases OfGradient(ConvSpec s) => new(
        Side.Of(s, s.Rank - 3).Turned(), Side.Of(s, s.Rank - 2).Turned(), Side.Of(s, s.Rank - 1).Turned(), s);

    /// <summary>Where tap q of a line of taps of the first pixel lies; lines count rows, plane by plane.</summary>
    public int Offset(int line, int q)
    {
        var (h, c) = _deep.At(line / _down.Kernel);
        var (i, a) = _down.At(line % _down.Kernel);
        var (j, b) = _across.At(q);
        return (Block(h, i, j) * _deep.Cells * Plane) + (c * Plane) + (a * Pitch) + b;
    }

    /// <summary>Copies channels into blocks whose borders are already zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(float* x, long step, int count, float* blocks)
    {
        for (int channel = 0; channel < count; channel++, x += step, blocks += Size)
        {
            for (int h = 0; h < _deep.Count; h++)
            {
                for (int c = _deep.From(h); c < _deep.Until(h); c++)
                {
                    Planes(x + (_deep.Cell(h, c) * _plane), h, blocks + (c * Plane));
                }
            }
        }
    }

    private int Block(int h, int i, int j) => (((h * _down.Count) + i) * _across.Count) + j;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Planes(float* x, int h, float* first)
    {
        for (int i = 0; i < _down.Count; i++)
        {
            for (int j = 0; j < _across.Count; j++)
            {
                OnePlane(x, i, j, first + (Block(h, i, j) * _deep.Cells * Plane));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void OnePlane(float* x, int i, int j, float* plane)
    {
        int bottom = _down.Until(i), left = _across.From(j), n = _across.Until(j) - left, stride = _across.Stride;
        if (n == Pitch && n == _row && _down.Stride == 1)
        {
            int top = _down.From(i);
            Packing.Copy(x + (_down.Cell(i, top) * _row), plane + (top * Pitch), Math.Max(0, bottom - top) * n);
            return;
        }

        for (int a = _down.From(i); a < bottom && n > 0; a++)
        {
            float* from = x + (_down.Cell(i, a) * _row) + _across.Cell(j, left);
            float* to = plane + (a * Pitch) + left;
            if (stride == 1)
            {
                Packing.Copy(from, to, n);
            }
            else
            {
                Strides.Take(from, stride, to, n);
            }
        }
    }

    /// <summary>One axis: <c>Count</c> planes of <c>Cells</c> cells.</summary>
    private readonly record struct Side(int In, int Kernel, int Out, int Stride, int Dilation, int Lo)
    {
        public int Count { get; } = Math.Min(Stride, ((Kernel - 1) * Dilation) + 1);

        public int Cells { get; } = Out + ((Kernel - 1) * Dilation / Stride);

        /// <summary>An axis that a convolution of a lower rank does not have is one cell long.</summary>
        public static Side Of(ConvSpec s, int axis) => axis < 0 ? new(1, 1, 1, 1, 1, 0)
            : new(s.In[axis], s.Kernel[axis], s.Out[axis], s.Stride[axis], s.Dilation[axis], s.Lo[axis]);

        public static Side OfBase(ConvSpec s, int axis)
        {
            if (axis < 0 || s.Base[axis] == 1)
            {
                return Of(s, axis);
            }

            (int lo, int extent) = BasePhase.Bounds(s, axis);
            return new(s.In[axis], extent, (s.Out[axis] + s.Base[axis] - 1) / s.Base[axis], 1, 1, lo);
        }

        /// <summary>Taps and pixels change places.</summary>
        public Side Turned() => new(In, Out, Kernel, Dilation, Stride, Lo);

        public (int Plane, int Cell) At(int tap) => (tap * Dilation % Stride, tap * Dilation / Stride);

        public long Cell(int plane, int cell) => ((long)cell * Stride) + plane - Lo;

        /// <summary>The first cell of a plane that is not padding.</summary>
        public int From(int plane) => Math.Min(Cells, (Math.Max(0, Lo - plane) + Stride - 1) / Stride);

        /// <summary>The cell after the last that is not padding.</summary>
        public int Until(int plane) => Math.Clamp(In + Lo > plane ? ((In - 1 + Lo - plane) / Stride) + 1 : 0, 0, Cells);
    }
}
