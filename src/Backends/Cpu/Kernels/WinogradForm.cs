namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>A tile of outputs along two axes, from so many taps, through products at so many points.</summary>
/// <remarks>
/// Both axes with six points, or the last alone with eight: F(4×4, 3×3) and F(9 - r, r). The gradient of a kernel has the
/// same tiles, with the roles of outputs and taps exchanged.
/// </remarks>
internal readonly record struct WinogradForm(int High, int Wide, int TapsHigh, int TapsWide)
{
    /// <summary>That of a kernel's last axes; none where its tiles would save little or err much.</summary>
    public static WinogradForm? Of(int[] kernel) => kernel switch
    {
        [.., 3, 3] => new(4, 4, 3, 3),
        [.., >= 3 and <= 6] => new(1, 9 - kernel[^1], 1, kernel[^1]),
        _ => null,
    };

    public int Points => High > 1 ? 36 : 8;

    public int Taps => TapsHigh * TapsWide;

    /// <summary>An attribute of the last axis but one, or what stands for it where there is none.</summary>
    public static int Row(int[] axes, int alone) => axes.Length > 1 ? axes[^2] : alone;

    /// <summary>The stride of the last axis but one.</summary>
    public static long Row(long[] axes) => axes.Length > 1 ? axes[^2] : 0;
}
