using System.Xml.Linq;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>Points of several kinds: a ring, a cross, a triangle, a square.</summary>
internal static class Markers
{
    private static readonly string[] Shapes =
    [
        "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0", "m-3.2-3.2l6.4 6.4m0-6.4l-6.4 6.4",
        "m0-4l3.8 6.6h-7.6z", "m-3-3h6v6h-6z",
    ];

    /// <summary>A point; <paramref name="style"/> draws it in another colour than its kind's.</summary>
    internal static XElement Point(int kind, double x, double y, string? style = null) => Svg("path", At("fill", "none"),
        At("class", style ?? $"point s{kind % Palette.Count}"),
        At("d", $"M{Number(x)} {Number(y)}{Shapes[kind % Shapes.Length]}"));

    /// <summary>Which kind is which.</summary>
    internal static XElement Legend(IEnumerable<string> names, string[]? styles = null) => El("ul", At("class", "legend"),
        names.Select((name, i) => El("li", Svg("svg", At("viewBox", "0 0 30 12"), At("aria-hidden", "true"),
            Point(i, 15, 6, styles?[i])), El("span", name))));
}
