using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using LanguageExt;
using MiniTorch.Report;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>What a run found: where, with what, and how.</summary>
/// <param name="Machine">The machine, a line a fact.</param>
/// <param name="Command">The command line.</param>
/// <param name="Rows">In the order of the suite.</param>
/// <param name="Figures">Numbers that are no times of a work.</param>
internal sealed record Run(IReadOnlyList<string> Machine, string Command, ImmutableArray<Row> Rows, ImmutableArray<Figure> Figures);

/// <summary>A run as the measured part of a page: the text between two marks of it is replaced, the rest stays.</summary>
internal static class Page
{
    private const string Begin = "<!-- measured: begin -->", End = "<!-- measured: end -->", Plot = "performance.svg";

    /// <summary>Writes the page and its plot beside it; false, and a sentence, where the page has no place for them.</summary>
    internal static bool Write(string path, Run run)
    {
        var text = File.ReadAllText(path);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
        {
            Console.Error.WriteLine($"{path} has no lines '{Begin}' and '{End}'; write them where the tables are to stand");
            return false;
        }
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Plot), Drawn(run.Rows));
        File.WriteAllText(path, $"{text[..begin]}{Begin}\n\n{Text(run)}\n{text[end..]}");
        return true;
    }

    /// <summary>The tables.</summary>
    internal static string Text(Run run)
    {
        var text = new StringBuilder();
        foreach (var line in run.Machine) text.Append("- ").AppendLine(line);
        text.AppendLine().AppendLine($"    {run.Command}").AppendLine();
        text.AppendLine($"![{About}]({Plot})").AppendLine();
        text.AppendLine($"{About}.").AppendLine();
        text.AppendLine("## Marks").AppendLine().Append(Tables.Marks(run)).AppendLine();
        foreach (var family in run.Rows.GroupBy(r => r.Work.Family))
            text.AppendLine($"## {Title(family.Key)}").AppendLine().Append(Tables.Rows([.. family])).AppendLine();
        foreach (var table in run.Figures.GroupBy(f => f.Table))
            text.AppendLine($"## {Title(table.Key)}").AppendLine().Append(Tables.Figures(table)).AppendLine();
        return text.ToString();
    }

    private const string About =
        "Milliseconds of PyTorch to the right, ours upward, on one thread: what lies beneath the line takes less time here. "
        + "Rings are training steps, crosses convolutions, triangles products of matrices, squares all else";

    private static string Drawn(IEnumerable<Row> rows)
    {
        var held = rows.Where(r => r.Threads == 1 && r.Torch is not null).ToList();
        (string, Seq<(double, double)>) Kind(string name, Func<Row, bool> of) =>
            (name, held.Where(of).Select(r => (r.Torch!.Times.Median, r.Ours.Median)).ToSeq().Strict());
        bool Is(Row r, string word) => r.Work.Family.Contains(word, StringComparison.Ordinal);
        var (steps, convs, dots) = ("training", "convolutions", "products");
        return new ScatterChart("MiniTorch and PyTorch", About, new("PyTorch, ms", Log: true), new("MiniTorch, ms", Log: true),
            new[] { Kind(steps, r => Is(r, steps)), Kind(convs, r => Is(r, convs)), Kind(dots, r => Is(r, dots)),
                Kind("all else", r => !Is(r, steps) && !Is(r, convs) && !Is(r, dots)) }.ToSeq().Strict(), Diagonal: true).Draw().Svg!;
    }

    private static string Title(string words) => string.Concat(words[..1].ToUpper(CultureInfo.InvariantCulture), words[1..]);
}
