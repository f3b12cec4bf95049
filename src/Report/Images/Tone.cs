namespace MiniTorch.Report;

/// <summary>How numbers become shades: from Lo to Hi, with a colour for each sign where some are below 0.</summary>
internal sealed record Tone(double Lo, double Hi, bool Sign)
{
    /// <summary>The tone of these numbers; those that are not finite do not count.</summary>
    internal static Tone Of(IEnumerable<double> values)
    {
        var (lo, hi) = values.Where(double.IsFinite)
            .Aggregate((Lo: 0.0, Hi: 0.0), (m, v) => (Math.Min(m.Lo, v), Math.Max(m.Hi, v)));
        var bound = Math.Max(-lo, hi);
        return lo < 0 ? new(-bound, bound, true) : new(0, hi, false);
    }

    internal int Colour(double value) => Sign ? Colours.Signed(value, Hi) : Colours.Grey(value, Lo, Hi);

    /// <summary>All shades from Lo to Hi.</summary>
    internal Pixels Legend() =>
        Images.Of(1, 33, [.. Enumerable.Range(0, 33).Select(i => Colour(Lo + (Hi - Lo) * i / 32))]);
}
