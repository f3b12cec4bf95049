using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>The padded input of a convolution in one or two dimensions, cut by strides into planes of unit steps.</summary>
/// <remarks>
/// Cell (a, b) of plane (i, j) is cell (a * stride + i - Lo, b * stride + j - Lo) of the input, so every tap of pixel p
/// lies at <c>p + Offset(tap)</c> where pixels are counted by <see cref="Pitch"/>. With unit steps there is one plane.
/// </remarks>
internal readonly unsafe struct Phases
{
    /// <summary>Floats that a tile may read past the last row.</summary>
    private const int Slack = 48;

    private readonly Side _down, _across;
    private readonly long _row;

    public Phases(ConvSpec s)
    {
        bool flat = s.Rank == 1;
        _down = flat ? new Side(1, 1, 1, 1, 1, 0) : Side.Of(s, 0);
        _across = Side.Of(s, s.Rank - 1);
        _row = flat ? 0 : s.XSpatial[0];
        Size = ((_down.Count * _across.Count * _down.Cells * Pitch) + Slack + 15) / 16 * 16;
    }

    public int OutH => _down.Out;

    public int OutW => _across.Out;

    public int Pitch => _across.Cells;

    /// <summary>Floats of a channel.</summary>
    public int Size { get; }

    /// <summary>Rank one or two, no base dilation, rows of unit stride.</summary>
    public static bool Fits(ConvSpec s) =>
        s.Rank is 1 or 2 && s.Base.All(b => b == 1) && s.XSpatial[^1] == 1 && s.WSpatial[^1] != 0;

    /// <summary>Where tap (r, q) of the first pixel lies.</summary>
    public int Offset(int r, int q)
    {
        var (i, a) = _down.At(r);
        var (j, b) = _across.At(q);
        return (((((i * _across.Count) + j) * _down.Cells) + a) * Pitch) + b;
    }

    /// <summary>Copies channels into planes whose borders are already zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(float* x, long step, int count, float* planes)
    {
        for (int c = 0; c < count; c++, x += step)
        {
            float* plane = planes + ((long)c * Size);
            for (int i = 0; i < _down.Count; i++)
            {
                for (int j = 0; j < _across.Count; j++, plane += _down.Cells * Pitch)
                {
                    Plane(x, i, j, plane);
                }
            }
        }
    }

    private void Plane(float* x, int i, int j, float* plane)
    {
        int bottom = _down.Until(i), left = _across.From(j), n = _across.Until(j) - left, stride = _across.Stride;
        for (int a = _down.From(i); a < bottom && n > 0; a++)
        {
            float* from = x + (_down.Cell(i, a) * _row) + _across.Cell(j, left);
            float* to = plane + (a * Pitch) + left;
            if (stride == 1)
            {
                Packing.Copy(from, to, n);
                continue;
            }

            for (int b = 0; b < n; b++, from += stride)
            {
                to[b] = *from;
            }
        }
    }

    /// <summary>One axis: <c>Count</c> planes of <c>Cells</c> cells.</summary>
    private readonly record struct Side(int In, int Kernel, int Out, int Stride, int Dilation, int Lo)
    {
        public int Count { get; } = Math.Min(Stride, ((Kernel - 1) * Dilation) + 1);

        public int Cells { get; } = Out + ((Kernel - 1) * Dilation / Stride);

        public static Side Of(ConvSpec s, int axis) =>
            new(s.In[axis], s.Kernel[axis], s.Out[axis], s.Stride[axis], s.Dilation[axis], s.Lo[axis]);

        public (int Plane, int Cell) At(int tap) => (tap * Dilation % Stride, tap * Dilation / Stride);

        public long Cell(int plane, int cell) => ((long)cell * Stride) + plane - Lo;

        /// <summary>The first cell of a plane that is not padding.</summary>
        public int From(int plane) => Math.Min(Cells, (Math.Max(0, Lo - plane) + Stride - 1) / Stride);

        /// <summary>The cell after the last that is not padding.</summary>
        public int Until(int plane) => Math.Clamp(In + Lo > plane ? ((In - 1 + Lo - plane) / Stride) + 1 : 0, 0, Cells);
    }
}
