using System.Globalization;

namespace MiniTorch.Report;

/// <summary>Numbers to write along an axis: 1, 2 or 5 times a power of ten.</summary>
internal static class Ticks
{
    /// <summary>The least step of the kind above that parts the range into at most so many.</summary>
    internal static double Step(double range, int most)
    {
        var rough = range / Math.Max(1, most);
        var ten = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return new[] { 1.0, 2, 5, 10 }.Select(k => k * ten).First(s => s >= rough * (1 - 1e-9));
    }

    /// <summary>Multiples of a step from lo to hi.</summary>
    internal static double[] Linear(double lo, double hi, int most)
    {
        var step = Step(hi - lo, most);
        var (first, last) = ((long)Math.Ceiling(lo / step - 1e-9), (long)Math.Floor(hi / step + 1e-9));
        // by division, so that three tenths is 0.3 and not 0.30000000000000004
        return [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => step < 1
            ? Math.Round((first + i) / Math.Round(1 / step), 12) : (first + i) * step)];
    }

    /// <summary>Powers of ten from lo to hi, not more than asked for; with 2 and 5 times them where they are few.</summary>
    internal static double[] Log(double lo, double hi, int most)
    {
        var (first, last) = ((int)Math.Ceiling(Math.Log10(lo) - 1e-9), (int)Math.Floor(Math.Log10(hi) + 1e-9));
        var every = Math.Max(1, (last - first + most) / most);
        var tens = Enumerable.Range(0, Math.Max(0, last - first + 1)).Where(i => i % every == 0).Select(i => first + i);
        var few = last - first < 2 ? new[] { 1.0, 2, 5 } : [1.0];
        return [.. tens.Prepend(first - 1).SelectMany(_ => few, (e, k) => k * Math.Pow(10, e))
            .Where(v => v >= lo * (1 - 1e-9) && v <= hi * (1 + 1e-9)).Distinct().Order()];
    }

    /// <summary>
    /// A number as people write it: four digits that count, thousands parted, very small ones with an exponent.
    /// </summary>
    internal static string Text(double value) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "∞",
        double.NegativeInfinity => "−∞",
        0 => "0",
        _ when Math.Abs(value) >= 1e7 || Math.Abs(value) < 1e-4 => Exponent(value),
        _ when Math.Abs(value) >= 1000 => Minus(value.ToString("#,0", CultureInfo.InvariantCulture)),
        _ => Minus(value.ToString("G4", CultureInfo.InvariantCulture)),
    };

    private static string Exponent(double value)
    {
        var text = value.ToString("0.##E+0", CultureInfo.InvariantCulture).Split('E');
        var power = string.Concat(text[1].TrimStart('+').Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']));
        return Minus(text[0] == "1" ? $"10{power}" : text[0] == "-1" ? $"-10{power}" : $"{text[0]}·10{power}");
    }

    private static string Minus(string text) => text.Replace('-', '−');
}
