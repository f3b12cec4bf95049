using MiniTorch.Ir;

namespace MiniTorch.Examples.Course;

/// <summary>Matrices in letters: two for each cell, the darker the larger; a minus for what is below zero.</summary>
internal static class Shades
{
    private const string Levels = "·░▒▓█", Gap = "   ";

    /// <summary>The matrices with their titles above, as many in a row as fit.</summary>
    internal static IEnumerable<string> Print(IReadOnlyList<(string Title, Tensor Cells)> parts, int width) =>
        Beside([.. parts.Select(Lines)], width);

    /// <summary>Texts of several lines beside each other, as many in a row as fit.</summary>
    internal static IEnumerable<string> Beside(IReadOnlyList<string> texts, int width) =>
        Beside([.. texts.Select(Wrapping.Split).Select(Even)], width);

    private static string[] Even(string[] lines) => [.. lines.Select(l => l.PadRight(lines.Max(x => x.Length)))];

    private static IEnumerable<string> Beside(IReadOnlyList<string[]> parts, int width) =>
        Rows(parts, width - 4).SelectMany((row, i) => i == 0 ? Beside(row) : Beside(row).Prepend(""));

    private static string[] Lines((string Title, Tensor Cells) part)
    {
        var (rows, columns) = (part.Cells.Type.Shape[0], part.Cells.Type.Shape[1]);
        var most = part.Cells.ToDoubles().Select(Math.Abs).DefaultIfEmpty(0).Max();
        var wide = Math.Max(2 * columns, part.Title.Length);
        return [part.Title.PadRight(wide), .. Enumerable.Range(0, rows).Select(r => string.Concat(
            Enumerable.Range(0, columns).Select(c => Cell(part.Cells.At(r * columns + c), most))).PadRight(wide))];
    }

    private static string Cell(double value, double most) => new(
        most == 0 || value == 0 ? Levels[0] : value < 0 ? '-'
            : Levels[Math.Clamp((int)Math.Ceiling(4 * value / most), 1, 4)], 2);

    private static IEnumerable<List<string[]>> Rows(IReadOnlyList<string[]> parts, int width)
    {
        var row = new List<string[]>();
        foreach (var part in parts)
        {
            if (row.Count > 0 && row.Sum(p => p[0].Length + Gap.Length) + part[0].Length > width)
            {
                yield return row;
                row = [];
            }
            row.Add(part);
        }
        yield return row;
    }

    private static IEnumerable<string> Beside(List<string[]> row) => Enumerable.Range(0, row.Max(p => p.Length)).Select(i =>
        "    " + string.Join(Gap, row.Select(p => i < p.Length ? p[i] : new string(' ', p[0].Length))));
}
