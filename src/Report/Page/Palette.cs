namespace MiniTorch.Report;

/// <summary>
/// The colours of pages, one set for a light page and one for a dark one. Series begin with Okabe and Ito's, which readers
/// who do not tell red from green tell apart, made darker or lighter until each has a contrast of 3 with its page (WCAG 2.2,
/// 1.4.11); words have 4.5. Colour is never alone: curves have dashes too, points have shapes, cells have numbers.
/// </summary>
/// <remarks>Source: Okabe and Ito, "Color Universal Design", 2008.</remarks>
internal sealed record Palette(
    string Page, string Card, string Ink, string Soft, string Rule, string Link, string Heat, string Wrong, string[] Series)
{
    /// <summary>How many series have colours of their own; the next begin again with other dashes.</summary>
    internal const int Count = 7;

    /// <summary>For a light page.</summary>
    internal static readonly Palette Light = new(
        "#ffffff", "#f6f7f9", "#1b1f24", "#57606a", "#d0d7de", "#0b5cad", "#7cc0ea", "#f2b27a",
        ["#0072b2", "#c75300", "#007f5f", "#a83c7d", "#7d6400", "#4b4fb5", "#5c636b"]);

    /// <summary>For a dark page.</summary>
    internal static readonly Palette Dark = new(
        "#14171a", "#1d2126", "#e8eaed", "#a3acb5", "#3a424a", "#7cbdf5", "#1c6396", "#8f4500",
        ["#56b4e9", "#f08a3c", "#2fc59a", "#e694c4", "#e6d94a", "#a9a6f5", "#b3bac1"]);

    /// <summary>As variables of a style sheet.</summary>
    internal string Variables =>
        $"--page:{Page};--card:{Card};--ink:{Ink};--soft:{Soft};--rule:{Rule};--link:{Link};--heat:{Heat};--wrong:{Wrong};"
        + string.Concat(Series.Select((c, i) => $"--s{i}:{c};"));
}
