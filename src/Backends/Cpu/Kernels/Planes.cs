using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Sizes of a convolution in up to three dimensions, and its padded input planes.</summary>
/// <remarks>
/// With unit steps there are Do + kd - 1 planes of Ho + kh - 1 rows of Wo + kw - 1, so tap (d, r, q) of pixel p lies at
/// p + d * Plane + r * Pitch + q; dilation spreads the taps, stride the pixels of a plane.
/// </remarks>
internal readonly unsafe struct Planes
{
    /// <summary>Floats that a tile may read past the last row.</summary>
    private const int Slack = 48;

    /// <param name="s">The convolution.</param>
    /// <param name="even">Whether rows follow one another with nothing between them, for one column of outputs at a time.</param>
    public Planes(ConvSpec s, bool even = false)
    {
        bool flat = s.Rank == 1, thin = s.Rank < 3;
        (D, H, W) = (thin ? 1 : s.In[^3], flat ? 1 : s.In[^2], s.In[^1]);
        (OutD, OutH, OutW) = (thin ? 1 : s.Out[^3], flat ? 1 : s.Out[^2], s.Out[^1]);
        (KernelD, KernelH, KernelW) = (thin ? 1 : s.Kernel[^3], flat ? 1 : s.Kernel[^2], s.Kernel[^1]);
        (Front, Top, Left) = (thin ? 0 : s.Lo[^3], flat ? 0 : s.Lo[^2], even ? 0 : s.Lo[^1]);
        (Apart, Across) = (flat ? 1 : s.Dilation[^2], s.Dilation[^1]);
        (Slice, Row) = (thin ? 0 : s.XSpatial[^3], flat ? 0 : s.XSpatial[^2]);
        (Down, Along) = (flat ? 1 : s.Stride[^2], s.Stride[^1]);
        Pitch = even ? W : ((OutW - 1) * Along) + 1 + ((KernelW - 1) * Across);
        Rows = ((OutH - 1) * Down) + 1 + ((KernelH - 1) * Apart);
        Plane = Rows * Pitch;
        Depth = OutD + ((KernelD - 1) * (thin ? 1 : s.Dilation[^3]));
        Size = ((Depth * Plane) + Slack + 15) / 16 * 16;
    }

    public int D { get; }

    public int H { get; }

    public int W { get; }

    public int OutD { get; }

    public int OutH { get; }

    public int OutW { get; }

    public int KernelD { get; }

    public int KernelH { get; }

    public int KernelW { get; }

    public int Front { get; }

    public int Top { get; }

    public int Left { get; }

    /// <summary>Rows from one tap to the next below.</summary>
    public int Apart { get; }

    /// <summary>Columns from one tap to the next.</summary>
    public int Across { get; }

    /// <summary>Rows from one pixel to the next below.</summary>
    public int Down { get; }

    /// <summary>Columns from one pixel to the next.</summary>
    public int Along { get; }

    public int Pitch { get; }

    public int Plane { get; }

    public int Size { get; }

    private int Depth { get; }

    private int Rows { get; }

    private long Slice { get; }

    private long Row { get; }

    /// <summary>Unit base, rank one to three, rows whose cells lie side by side.</summary>
    public static bool Fits(ConvSpec s) => s.Rank is >= 1 and <= 3 && s.XSpatial[^1] == 1 && s.WSpatial[^1] != 0
        && Array.TrueForAll(s.Base, step => step == 1);

    /// <summary>Copies images into planes whose borders are already zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(float* x, long step, int count, float* planes)
    {
        int front = Math.Max(0, Front), back = Math.Min(Depth, D + Front);
        for (int i = 0; i < count; i++, x += step, planes += Size)
        {
            for (int d = front; d < back; d++)
            {
                FillPlane(x + ((d - Front) * Slice), planes + (d * Plane));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillPlane(float* x, float* plane)
    {
        int top = Math.Max(0, Top), bottom = Math.Min(Rows, H + Top);
        int left = Math.Max(0, Left), right = Math.Min(Pitch, W + Left);
        if (left == 0 && right == Pitch && Row == Pitch)
        {
            Packing.Copy(x + ((top - Top) * Row) - Left, plane + (top * Pitch), Math.Max(0, bottom - top) * Pitch);
            return;
        }

        for (int r = top; r < bottom && right > left; r++)
        {
            Packing.Copy(x + ((r - Top) * Row) + left - Left, plane + (r * Pitch) + left, right - left);
        }
    }
}
