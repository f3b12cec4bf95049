using System.Xml.Linq;
using LanguageExt;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>Numbers with names as bars: a table, so that names may be long and numbers can be copied.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Bars">From top to bottom; negative ones go to the left of 0.</param>
/// <param name="Percent">Shares of 1 are written in percent.</param>
public sealed record BarChart(string Title, Seq<(string Name, double Value)> Bars, bool Percent = false)
{
    /// <summary>The picture; the greatest bar stands out.</summary>
    public Picture Draw()
    {
        var bars = Bars.AsEnumerable().ToList();
        var held = bars.Select(b => b.Value).Where(double.IsFinite).ToList();
        var (lo, hi) = (held.Append(0).Min(), held.Append(0).Max());
        var range = hi > lo ? hi - lo : 1;
        var best = held.DefaultIfEmpty(double.NaN).Max();
        return new(Title, "", El("table", At("class", "bars"), At("aria-label", Title),
            El("tbody", bars.Select(b => Row(b.Name, b.Value, lo, range, b.Value == best)))));
    }

    private XElement Row(string name, double value, double lo, double range, bool best) => El("tr",
        best ? At("class", "best") : null, El("th", At("scope", "row"), name),
        El("td", At("class", "n"), new Axis("", Percent: Percent).Write(Percent ? Math.Round(value, 4) : value)),
        El("td", At("class", "b"),
            El("span", At("class", "track"), double.IsFinite(value) ? Fill(value, lo, range) : null)));

    private static XElement Fill(double value, double lo, double range) => El("span",
        At("class", value < 0 ? "fill neg" : "fill"),
        At("style", $"left:{Part(Math.Min(value, 0) - lo, range)};width:{Part(Math.Abs(value), range)}"));

    private static string Part(double of, double range) => $"{Number(of / range * 100)}%";
}
