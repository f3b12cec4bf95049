namespace MiniTorch.Report;

/// <summary>Pixels, and how large they are on the page.</summary>
/// <param name="Rows">Of pixels.</param>
/// <param name="Columns">Of pixels.</param>
/// <param name="Uri">A PNG file within the page.</param>
internal sealed record Pixels(int Rows, int Columns, string Uri);

/// <summary>Numbers as pixels.</summary>
internal static class Images
{
    /// <summary>An image of [rows, columns] in grey.</summary>
    internal static Pixels Grey(ReadOnlySpan<double> values, int rows, int columns, double lo, double hi) =>
        Of(rows, columns, Map(values, v => Colours.Grey(v, lo, hi)));

    /// <summary>An image of [rows, columns], blue below 0 and orange above.</summary>
    internal static Pixels Signed(ReadOnlySpan<double> values, int rows, int columns, double bound) =>
        Of(rows, columns, Map(values, v => Colours.Signed(v, bound)));

    /// <summary>An image of [3, rows, columns] in colours.</summary>
    internal static Pixels Rgb(ReadOnlySpan<double> values, int rows, int columns, double lo, double hi)
    {
        var (pixels, size, range) = (new int[rows * columns], rows * columns, hi > lo ? hi - lo : 1);
        for (var i = 0; i < size; i++)
            pixels[i] = Colours.Rgb(
                (values[i] - lo) / range, (values[i + size] - lo) / range, (values[i + 2 * size] - lo) / range);
        return Of(rows, columns, pixels);
    }

    private static int[] Map(ReadOnlySpan<double> values, Func<double, int> colour)
    {
        var pixels = new int[values.Length];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = colour(values[i]);
        return pixels;
    }

    /// <summary>An image of these colours, each 0xRRGGBB.</summary>
    internal static Pixels Of(int rows, int columns, int[] pixels) =>
        new(rows, columns, $"data:image/png;base64,{Convert.ToBase64String(Png.Of(rows, columns, pixels))}");
}
