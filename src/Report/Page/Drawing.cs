using System.Xml.Linq;

namespace MiniTorch.Report;

/// <summary>A drawing that leaves its page: the SVG with the style that it had there, on a ground of its own.</summary>
internal static class Drawing
{
    private const string Lines = """
        svg { font: 11.5px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
        text { fill: var(--soft); font-variant-numeric: tabular-nums; }
        .strong { fill: var(--ink); } .ground { fill: var(--page); }
        .axis { stroke: var(--soft); stroke-width: 1; fill: none; } .grid { stroke: var(--rule); stroke-width: .75; fill: none; }
        .curve { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .faint { stroke-width: 1; opacity: .55; } .point { stroke-width: 1.75; } .many { stroke-width: .9; opacity: .6; }
        """;

    private static readonly string Style =
        $":root{{{Palette.Light.Variables}}}@media (prefers-color-scheme: dark){{:root{{{Palette.Dark.Variables}}}}}\n"
        + $"{Lines}\n{Report.Style.Series}";

    /// <summary>The file's text: the first SVG within the element, null where there is none.</summary>
    internal static string? Text(XElement picture)
    {
        if (picture.DescendantsAndSelf().FirstOrDefault(e => e.Name.LocalName == "svg") is not { } found) return null;
        var svg = new XElement(found);
        var ground = Html.Svg("rect", Html.At("class", "ground"), Html.At("width", "100%"), Html.At("height", "100%"));
        svg.AddFirst(Html.Svg("style", Style), ground);
        return svg.ToString() + "\n";
    }
}
