using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Sizes of a convolution of unit steps in one or two dimensions, and its padded input planes.</summary>
/// <remarks>A plane has Ho + kh - 1 rows of Wo + kw - 1, so tap (r, q) of pixel p lies at p + r * Pitch + q.</remarks>
internal readonly unsafe struct Planes
{
    /// <summary>Floats that a tile may read past the last row.</summary>
    private const int Slack = 48;

    public Planes(ConvSpec s)
    {
        bool flat = s.Rank == 1;
        (H, W) = (flat ? 1 : s.In[0], s.In[^1]);
        (OutH, OutW) = (flat ? 1 : s.Out[0], s.Out[^1]);
        (KernelH, KernelW) = (flat ? 1 : s.Kernel[0], s.Kernel[^1]);
        (Top, Left) = (flat ? 0 : s.Lo[0], s.Lo[^1]);
        Row = flat ? 0 : s.XSpatial[0];
        Pitch = OutW + KernelW - 1;
        Size = (((OutH + KernelH - 1) * Pitch) + Slack + 15) / 16 * 16;
    }

    public int H { get; }

    public int W { get; }

    public int OutH { get; }

    public int OutW { get; }

    public int KernelH { get; }

    public int KernelW { get; }

    public int Top { get; }

    public int Left { get; }

    public int Pitch { get; }

    public int Size { get; }

    private long Row { get; }

    /// <summary>Plain steps, rank one or two, rows of unit stride.</summary>
    public static bool Fits(ConvSpec s) => s.Rank is 1 or 2 && s.Plain && s.XSpatial[^1] == 1 && s.WSpatial[^1] != 0;

    /// <summary>Copies images into planes whose borders are already zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(float* x, long step, int count, float* planes)
    {
        int rows = OutH + KernelH - 1;
        int top = Math.Max(0, Top), bottom = Math.Min(rows, H + Top);
        int left = Math.Max(0, Left), right = Math.Min(Pitch, W + Left);
        for (int i = 0; i < count && right > left; i++, x += step, planes += Size)
        {
            for (int r = top; r < bottom; r++)
            {
                Packing.Copy(x + ((r - Top) * Row) + left - Left, planes + (r * Pitch) + left, right - left);
            }
        }
    }
}
