using System.Globalization;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>Rows as lines of text, as they are measured.</summary>
internal static class Terminal
{
    /// <summary>The peers and the names of the columns.</summary>
    internal static void Head(IEnumerable<string> versions)
    {
        foreach (var version in versions) Console.WriteLine($"# {version}");
        Console.WriteLine($"{"# work",-52} {"th",2} {"ours ms",9} {"min",9} {"torch ms",9} {"min",9} {"ratio",6} {"mark",5} {"",4}"
            + $" {"ORT ms",9} {"ratio",6} {"GFLOP/s",8} {"peak",5} {"floor",6} {"apart",7}  configuration");
    }

    /// <summary>A figure, printed.</summary>
    internal static Figure Shown(Figure f)
    {
        var met = f.Met switch { true => "met", false => "LESS", null => "" };
        Console.WriteLine($"{f.Table}: {f.Name,-40} {f.Ours,24} {f.Theirs,12} {f.Value,8} {f.Mark,9} {met}");
        return f;
    }

    /// <summary>A row, printed.</summary>
    internal static Row Shown(Row r)
    {
        string Ms(double? value) => value is { } v ? v.ToString(v < 0.01 ? "0.000000" : "0.0000", CultureInfo.InvariantCulture) : "-";
        string Ratio(double? value) => value is { } v ? v.ToString("0.00", CultureInfo.InvariantCulture) : "-";
        var met = r.Met switch { true => "met", false => "LESS", null => "" };
        var (work, torch) = (r.Work, r.Torch?.Times);
        string Share() => r.Share.ToString("0 %", CultureInfo.InvariantCulture);
        Console.WriteLine($"{work.Name,-52} {r.Threads,2} {Ms(r.Ours.Median),9} {Ms(r.Ours.Min),9} {Ms(torch?.Median),9} {Ms(torch?.Min),9}"
            + $" {Ratio(r.Ratio),6} {(work.Mark.Torch > 0 ? Ratio(work.Mark.Torch) : ""),5} {met,4} {Ms(r.Onnx?.Times.Median),9}"
            + $" {Ratio(r.OnnxRatio),6} {r.Rate.ToString("0.0", CultureInfo.InvariantCulture),8} {Share(),5}"
            + $" {(r.Floor.Median > 0 ? Ratio(r.OverFloor) : ""),6} {r.Apart.ToString("0.0e+0", CultureInfo.InvariantCulture),7}"
            + $"{(r.Agrees ? "" : " DIFFERS")}  {r.Torch?.Configuration}");
        return r;
    }
}
