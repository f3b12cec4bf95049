using System.Xml.Linq;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>Tables that scroll within themselves when the page is narrow.</summary>
internal static class Tables
{
    /// <summary>A table of words and numbers.</summary>
    internal static XElement Of(string caption, IReadOnlyList<string> head, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var right = Enumerable.Range(0, rows.Select(r => r.Count).Append(head.Count).Max())
            .Select(c => c > 0 && rows.All(r => c >= r.Count || IsNumber(r[c]))).ToArray();
        return Scrolling(caption.Length > 0 ? caption : string.Join(", ", head), El("table",
            caption.Length == 0 ? null : El("caption", caption),
            El("thead", El("tr", head.Select((h, c) => El("th", At("scope", "col"), Right(right[c]), h)))),
            El("tbody", rows.Select(r => El("tr", r.Select((cell, c) =>
                c == 0 ? El("th", At("scope", "row"), cell) : El("td", Right(right[c]), cell)))))));
    }

    /// <summary>What is wider than the page scrolls by itself, with the keyboard too.</summary>
    internal static XElement Scrolling(string name, XElement wide) => El("div", At("class", "scroll"),
        At("role", "region"), At("aria-label", name), At("tabindex", "0"), wide);

    private static XAttribute? Right(bool right) => right ? At("class", "n") : null;

    private static bool IsNumber(string cell) =>
        cell is "" or "-" or "–" or ['-' or '−' or '+' or (>= '0' and <= '9'), ..];
}
