namespace MiniTorch.Report;

/// <summary>Colours of numbers, each 0xRRGGBB.</summary>
internal static class Colours
{
    // Okabe and Ito's blue and vermilion from a near-white: their lightness falls alike on both sides
    private static readonly double[] Zero = [0xF7, 0xF7, 0xF7], Plus = [0xB3, 0x3F, 0x00], Minus = [0x00, 0x53, 0x9C];

    // what is not a number has a colour that no number has
    private const int NotANumber = 0xFF00FF;

    /// <summary>Black at lo, white at hi.</summary>
    internal static int Grey(double value, double lo, double hi)
    {
        if (double.IsNaN(value)) return NotANumber;
        var level = Level(hi > lo ? (value - lo) / (hi - lo) : value > 0 ? 1 : 0);
        return level << 16 | level << 8 | level;
    }

    /// <summary>Blue at −bound, near white at 0, orange at +bound.</summary>
    internal static int Signed(double value, double bound)
    {
        if (double.IsNaN(value)) return NotANumber;
        var share = bound > 0 ? Math.Clamp(value / bound, -1, 1) : 0;
        var (end, far) = (share < 0 ? Minus : Plus, Math.Abs(share));
        return Enumerable.Range(0, 3)
            .Aggregate(0, (rgb, i) => rgb << 8 | (int)Math.Round(Zero[i] + (end[i] - Zero[i]) * far));
    }

    /// <summary>Three levels of 0 to 1.</summary>
    internal static int Rgb(double red, double green, double blue) => Level(red) << 16 | Level(green) << 8 | Level(blue);

    private static int Level(double share) => double.IsNaN(share) ? 0 : (int)Math.Round(255 * Math.Clamp(share, 0, 1));
}
