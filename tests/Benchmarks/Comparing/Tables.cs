using System.Globalization;
using System.Text;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>Rows as tables of Markdown; a column that no row of a table fills is left out.</summary>
internal static class Tables
{
    private const double TwoThreads = 1.85, FlopFloor = 1.6, MapFloor = 1.3;

    /// <summary>One line a family, kind of mark and number of threads: how many rows meet it, and the least of them.</summary>
    internal static string Marks(Run run)
    {
        var held = run.Rows.SelectMany(r => Held(r, run.Rows)).GroupBy(h => (h.Family, h.Mark, h.Threads))
            .Select(g => (IReadOnlyList<string>)
                [g.Key.Family, g.Key.Mark, g.Key.Threads, $"{g.Count(h => h.Slack >= 1)} of {g.Count()}",
                    $"{g.Count(h => h.ByMinima >= 1)} of {g.Count()}", g.MinBy(h => h.Slack)!.Text]);
        var figures = run.Figures.Where(f => f.Met is not null).GroupBy(f => (f.Table, f.Mark))
            .Select(g => (IReadOnlyList<string>)
                [g.Key.Table, g.Key.Mark, "", $"{g.Count(f => f.Met == true)} of {g.Count()}", "", Farthest(g)]);
        return Of(["what", "mark", "threads", "met", "by minima", "farthest from it"], [.. held, .. figures]);
    }

    private static string Farthest(IEnumerable<Figure> figures) =>
        figures.OrderBy(f => f.Met).Select(f => $"{f.Name}: {f.Value}").First();

    /// <summary>A row held against a mark.</summary>
    /// <param name="Family">The row's.</param>
    /// <param name="Mark">In words.</param>
    /// <param name="Threads">The row's.</param>
    /// <param name="Slack">How many times over the mark is met, by medians.</param>
    /// <param name="ByMinima">The same by the shortest runs.</param>
    /// <param name="Text">The row and its value.</param>
    private sealed record Check(string Family, string Mark, string Threads, double Slack, double ByMinima, string Text);

    private static IEnumerable<Check> Held(Row r, IReadOnlyCollection<Row> all)
    {
        Check Of(string mark, double slack, double least, double value) =>
            new(r.Work.Family, mark, $"{r.Threads}", slack, least, $"{r.Work.Name}: {Ratio(value)}");
        Check Least(string what, double value, double? least, double limit) =>
            Of($"≥ {limit} × {what}", value / limit, (least ?? value) / limit, value);
        Check Most(string what, double limit) =>
            Of($"≤ {limit} × {what}", limit / r.OverFloor, limit / r.LeastOverFloor, r.OverFloor);
        var mark = r.Work.Mark;
        if (mark.Torch > 0 && r.Ratio is { } torch) yield return Least("PyTorch", torch, r.LeastRatio, mark.Torch);
        if (mark.Onnx > 0 && r.OnnxRatio is { } onnx) yield return Least("ONNX Runtime", onnx, r.LeastOnnxRatio, mark.Onnx);
        if (r.Floor.Median > 0) yield return r.Work.FlopFloor
            ? Most("the floor of its operations", FlopFloor) : Most("the floor of memory or arithmetic", MapFloor);
        if (OnOne(r, all) is { } one) yield return Least(
            "one thread, where that takes over 1 ms", one.Ours.Median / r.Ours.Median, one.Ours.Min / r.Ours.Min, TwoThreads);
    }

    /// <summary>The row of one thread; null where it takes under a millisecond or was not measured.</summary>
    private static Row? OnOne(Row r, IEnumerable<Row> all) =>
        r.Threads == 1 ? null : all.FirstOrDefault(o => o.Threads == 1 && o.Work == r.Work && o.Ours.Median > 1);

    /// <summary>The table of a family.</summary>
    internal static string Rows(IReadOnlyCollection<Row> rows) => Of(
        ["work", "threads", "ours ms: median, min", "PyTorch ms", "its configuration", "PyTorch / ours", "by minima", "mark", "met",
            "ONNX Runtime ms", "ONNX Runtime / ours", "GFLOP/s", "of peak", "ours / floor", "1 thread / ours", "apart"],
        [.. rows.Select(r => (IReadOnlyList<string>)
        [
            r.Work.Name, $"{r.Threads}", Pair(r.Ours), r.Torch is { } t ? Pair(t.Times) : "", r.Torch?.Configuration ?? "",
            Ratio(r.Ratio), Ratio(r.LeastRatio), r.Work.Mark.Torch > 0 ? Ratio(r.Work.Mark.Torch) : "",
            r.Met is { } met ? met ? "yes" : "no" : "",
            r.Onnx is { } o ? Pair(o.Times) : "", Ratio(r.OnnxRatio),
            r.Share >= 0.01 ? r.Rate.ToString("0", CultureInfo.InvariantCulture) : "",
            r.Share >= 0.01 ? r.Share.ToString("0 %", CultureInfo.InvariantCulture) : "", r.Floor.Median > 0 ? Ratio(r.OverFloor) : "",
            OnOne(r, rows) is { } one ? Ratio(one.Ours.Median / r.Ours.Median) : "", Apart(r),
        ])]);

    /// <summary>The table of figures.</summary>
    internal static string Figures(IEnumerable<Figure> figures) => Of(["what", "ours", "PyTorch", "value", "mark", "met"],
        [.. figures.Select(f => (IReadOnlyList<string>)
            [f.Name, f.Ours, f.Theirs, f.Value, f.Mark, f.Met is { } met ? met ? "yes" : "no" : ""])]);

    private static string Of(string[] head, IReadOnlyCollection<IReadOnlyList<string>> rows)
    {
        var kept = Enumerable.Range(0, head.Length).Where(i => rows.Any(r => r[i].Length > 0)).ToArray();
        var text = new StringBuilder();
        void Line(Func<int, string> cell) => text.Append("| ").AppendJoin(" | ", kept.Select(cell)).Append(" |\n");
        Line(i => head[i]);
        Line(_ => "---");
        foreach (var row in rows) Line(i => row[i]);
        return text.ToString();
    }

    private static string Apart(Row r) => double.IsNaN(r.Apart) ? ""
        : $"{r.Apart.ToString("0e+0", CultureInfo.InvariantCulture)}{(r.Agrees ? "" : ", **differs**")}";

    private static string Pair(Times t) => $"{Milliseconds(t.Median)}, {Milliseconds(t.Min)}";

    private static string Milliseconds(double ms) =>
        ms.ToString(ms < 0.01 ? "0.00000" : ms < 1 ? "0.0000" : ms < 100 ? "0.000" : "0.0", CultureInfo.InvariantCulture);

    private static string Ratio(double? value) => value is { } v ? v.ToString("0.00", CultureInfo.InvariantCulture) : "";
}
