using System.Text;
using MiniTorch.Ir.Text;

namespace MiniTorch.Ir.Diff;

/// <summary>
/// Prints a difference: <c>~</c> changed, <c>+</c> added, <c>-</c> removed, <c>&gt;</c> the same node over something new,
/// <c>*</c> inputs' order and results. Nodes that only lie above a change have no line: the totals count them.
/// </summary>
internal static class DiffPrinter
{
    internal static string Print(GraphDiff diff)
    {
        if (diff.IsEmpty) return "no difference\n";
        var (before, after) = (Printer.Names(diff.Before), Printer.Names(diff.After));
        var text = new StringBuilder();
        foreach (var node in diff.Nodes)
        {
            if (node.Change == Change.Kept || (node.Change == Change.Fed && node.What.IsEmpty)) continue;
            text.Append(Mark(node.Change)).Append(' ');
            text.Append(node.After is { } n
                ? Printer.Line(diff.After, n, after) : Printer.Line(diff.Before, node.Before!, before)).Append('\n');
            foreach (var what in node.What) text.Append("    ").Append(what).Append('\n');
        }
        foreach (var line in diff.Head) text.Append("* ").Append(line).Append('\n');
        return text.Append(Totals(diff)).Append('\n').ToString();
    }

    private static string Totals(GraphDiff diff)
    {
        var fed = diff.Count(Change.Fed);
        var above = fed > 0 ? $" ({fed} above a difference)" : "";
        return $"{diff.Count(Change.Kept) + fed} kept{above}, "
            + $"{diff.Count(Change.Changed)} changed, {diff.Count(Change.Added)} added, "
            + $"{diff.Count(Change.Removed)} removed";
    }

    private static char Mark(Change change) => change switch
    {
        Change.Changed => '~',
        Change.Added => '+',
        Change.Removed => '-',
        Change.Fed => '>',
        Change.Kept => ' ',
        var other => throw new InvalidOperationException($"change {other}"),
    };
}
