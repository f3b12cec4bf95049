namespace MiniTorch.Report;

/// <summary>An axis of a chart.</summary>
/// <param name="Name">With its unit, if it has one.</param>
/// <param name="Log">Equal steps are equal factors; what is not above 0 is not drawn.</param>
/// <param name="Lo">Its least number; by default that of the values.</param>
/// <param name="Hi">Its greatest number; by default that of the values.</param>
/// <param name="Percent">Shares of 1 are written in percent.</param>
public sealed record Axis(string Name, bool Log = false, double? Lo = null, double? Hi = null, bool Percent = false)
{
    // beyond it differences and ratios are no doubles any more
    private const double Far = 1e150;

    internal bool Holds(double value) => Math.Abs(value) < Far && (!Log || value > 1 / Far);

    internal string Write(double value) => Percent ? $"{Ticks.Text(Math.Round(value * 100, 6))} %" : Ticks.Text(value);
}

/// <summary>Where values lie along an axis: the axis with both its ends.</summary>
internal sealed record Scale(Axis Axis, double Lo, double Hi)
{
    /// <summary>The least scale that has all these values and begins and ends at a tick where that costs little.</summary>
    internal static Scale Of(Axis axis, IEnumerable<double> values, bool tight = false)
    {
        var held = values.Where(axis.Holds).DefaultIfEmpty(axis.Log ? 1 : 0).ToList();
        var (lo, hi) = (axis.Lo ?? held.Min(), axis.Hi ?? held.Max());
        if (axis.Log) return new(axis, hi > lo * 1.0001 ? lo : lo / 2, hi > lo * 1.0001 ? hi : hi * 2);
        var least = Math.Max(1e-100, 1e-12 * Math.Max(Math.Abs(lo), Math.Abs(hi)));
        if (hi - lo <= least) (lo, hi) = (lo - Room(lo), hi + Room(hi));
        if (tight) return new(axis, lo, hi);
        var step = Ticks.Step(hi - lo, 5);
        // round the end first: 0.3/0.1 is a little less than 3
        return new(axis, axis.Lo ?? Math.Floor(lo / step + 1e-9) * step, axis.Hi ?? Math.Ceiling(hi / step - 1e-9) * step);
    }

    private static double Room(double value) => Math.Abs(value) < 1e-100 ? 1 : Math.Abs(value) / 2;

    /// <summary>0 at the axis' beginning, 1 at its end.</summary>
    internal double At(double value) => Axis.Log
        ? (Math.Log(value) - Math.Log(Lo)) / (Math.Log(Hi) - Math.Log(Lo)) : (value - Lo) / (Hi - Lo);

    internal double[] Marks(int most) => Axis.Log ? Ticks.Log(Lo, Hi, most) : Ticks.Linear(Lo, Hi, most);
}
