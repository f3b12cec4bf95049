namespace MiniTorch.Backends.Cpu;

/// <summary>
/// What one thread does in a second, as measured on an AMD EPYC (Zen 5): constants, so that what is chosen by them follows
/// from sizes and from what vectors the processor has, and results are the same bits for any number of threads.
/// </summary>
/// <remarks>Units: seconds, bytes and operations a second.</remarks>
internal static class Rates
{
    /// <summary>Fused multiply-adds in single precision, each counting two.</summary>
    public const double Flops = 240e9;

    /// <summary>To start a parallel region, or a kernel's part in it.</summary>
    public const double Region = 0.3e-6;

    /// <summary>Single elements gathered or scattered by index.</summary>
    public const double Cells = 1.2e9;

    /// <summary>Elements added up, or compared, where they lie near.</summary>
    public const double Folds = 50e9;

    /// <summary>To begin a stretch of neighbouring cells, as a row of an image.</summary>
    public const double Stretch = 8e-9;

    /// <summary>Bytes of the caches, and bytes a second that stream from a set which fits in each; the last is memory.</summary>
    private static readonly (double Bytes, double Rate)[] Levels =
        [(48 << 10, 400e9), (1 << 20, 170e9), (8 << 20, 90e9), (32 << 20, 80e9), (double.PositiveInfinity, 45e9)];

    /// <summary>Seconds to stream bytes once, where the work returns to a set of so many bytes.</summary>
    public static double Moving(double bytes, double set)
    {
        foreach (var (held, rate) in Levels)
            if (set <= held) return bytes / rate;
        return bytes / Levels[^1].Rate;
    }

    /// <summary>Seconds of arithmetic at a share of the peak.</summary>
    public static double Computing(double flops, double share) => flops / (Flops * share);

    /// <summary>The least multiple of a step that is not below a number, as a part of that number.</summary>
    public static double Waste(int number, int step) => number == 0 ? 1 : (double)((number + step - 1) / step * step) / number;
}
