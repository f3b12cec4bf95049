using System.Xml.Linq;
using LanguageExt;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>
/// Counts of what is (rows) and what it was taken for (columns): a table whose cells are shaded by their share of the row,
/// right ones in another colour than mistakes.
/// </summary>
/// <param name="Title">What it shows.</param>
/// <param name="Names">Of the classes.</param>
/// <param name="Counts">Row by row.</param>
public sealed record MatrixChart(string Title, Seq<string> Names, Seq<int> Counts)
{
    /// <summary>The picture.</summary>
    public Picture Draw()
    {
        var rows = Counts.AsEnumerable().Chunk(Math.Max(1, Names.Count)).ToList();
        var table = El("table", At("class", "matrix"), El("caption", "rows: what it is; columns: what it was taken for"),
            El("thead", El("tr", El("td", ""), Names.AsEnumerable().Select(n => El("th", At("scope", "col"), n)),
                El("th", At("scope", "col"), "right"))),
            El("tbody", rows.Select((r, i) => Row(Names[i], r, i))));
        return new(Title, "", Tables.Scrolling(Title, table));
    }

    private static XElement Row(string name, int[] counts, int right)
    {
        var sum = Math.Max(1, counts.Sum());
        return El("tr", El("th", At("scope", "row"), name),
            counts.Select((n, c) => El("td", Shade(n / (double)sum, c == right), n == 0 ? "" : $"{n}")),
            El("td", counts.Sum() == 0 ? "–" : $"{Number(Math.Round(100.0 * counts[right] / sum, 1))} %"));
    }

    // a share of one in a hundred can be seen too
    private static object? Shade(double share, bool right) => share == 0 ? null : new object[]
    {
        At("class", right ? "hit" : "miss"), At("style", $"--p:{Number(100 * Math.Sqrt(share))}%"),
    };
}
