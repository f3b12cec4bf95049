namespace MiniTorch.Examples.Course;

/// <summary>Text in columns.</summary>
internal static class Columns
{
    private const string Rule = " │ ";

    /// <summary>Below so many columns one text stands under the other.</summary>
    private const int Narrow = 90;

    private const int Hang = 8;

    /// <summary>Two texts side by side; lines too long for their half go on below, moved to the right.</summary>
    internal static IEnumerable<string> Beside(string left, string right, int width)
    {
        string[] one = Wrapping.Split(left), other = Wrapping.Split(right);
        if (width < Narrow) return [.. Fitted(one, width), "", .. Fitted(other, width)];
        var (room, half) = (width - Rule.Length, (width - Rule.Length) / 2);
        var (l, r) = (Longest(one), Longest(other));
        var first = l + r <= room ? l : l <= half ? l : r <= half ? room - r : half;
        return Joined(Fitted(one, first), Fitted(other, room - first), first);
    }

    /// <summary>Cells under each other; what looks like a number stands to the right.</summary>
    internal static IEnumerable<string> Table(IReadOnlyList<string> head, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = head.Select((h, i) => rows.Select(r => r[i].Length).Append(h.Length).Max()).ToArray();
        var right = head.Select((_, i) => rows.Count > 0 && rows.All(r => IsNumber(r[i]))).ToArray();
        string Row(IReadOnlyList<string> cells) => "    " + string.Join("  ",
            cells.Select((c, i) => right[i] ? c.PadLeft(widths[i]) : c.PadRight(widths[i])));
        return [Row(head), "    " + string.Join("  ", widths.Select(w => new string('─', w))), .. rows.Select(Row)];
    }

    private static bool IsNumber(string cell) =>
        cell.Replace(" %", "", StringComparison.Ordinal).All(c => char.IsDigit(c) || ".,-−".Contains(c));

    private static string[] Fitted(string[] lines, int width) =>
        [.. lines.SelectMany(line => Wrapping.Hanging(line, width, Hang))];

    private static int Longest(string[] lines) => lines.Max(l => l.Length);

    private static IEnumerable<string> Joined(string[] left, string[] right, int width)
    {
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
            yield return left.ElementAtOrDefault(i, "").PadRight(width) + Rule + right.ElementAtOrDefault(i, "");
    }

    private static string ElementAtOrDefault(this string[] lines, int i, string none) => i < lines.Length ? lines[i] : none;
}
