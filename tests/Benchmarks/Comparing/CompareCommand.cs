using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary><c>compare</c>: both sides in turns, to the terminal and to the page.</summary>
internal static class CompareCommand
{
    private static readonly Option<string[]> Only = new("--only")
    {
        Description = "works whose family or name has one of these words, by commas",
        CustomParser = a => Words(a.Tokens.Select(t => t.Value)),
    };

    private static readonly Option<int[]> Threads = new("--threads")
    {
        Description = "numbers of threads, by commas", CustomParser = Numbers,
        DefaultValueFactory = _ => Environment.ProcessorCount > 1 ? [1, 2] : [1],
    };

    private static readonly Option<double> Seconds = new("--seconds")
    {
        Description = "how long each side is timed in a round", DefaultValueFactory = _ => 0.05,
    };

    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = "how often the sides take turns", DefaultValueFactory = _ => 7,
    };

    private static readonly Option<double> Patience = new("--patience")
    {
        Description = "seconds a row to wait at most for the machine to be idle; what a row leaves is the next ones'",
        DefaultValueFactory = _ => 2,
    };

    private static readonly Option<string> Python = new("--python")
    {
        Description = "a Python with torch and numpy", DefaultValueFactory = _ => "/usr/bin/python3",
    };

    private static readonly Option<string> Node = new("--node")
    {
        Description = "a folder with node_modules/onnxruntime-node", DefaultValueFactory = _ => ".",
    };

    private static readonly Option<string> Tool = new("--tool")
    {
        Description = "the minitorch whose start is timed", DefaultValueFactory = _ => "out/minitorch/minitorch",
    };

    private static readonly Option<string> Packaged = new("--packaged")
    {
        Description = "this program with the library as its package has it",
        DefaultValueFactory = _ => "out/packaged/MiniTorch.Benchmarks.dll",
    };

    private static readonly Option<string?> Write = new("--write")
    {
        Description = "a page whose measured part is replaced, as docs/performance.md",
    };

    private static readonly Option<bool> List = new("--list") { Description = "print the works and do nothing else" };

    private static readonly Option[] All = [Only, Threads, Seconds, Rounds, Patience, Python, Node, Tool, Packaged, Write, List];

    /// <summary>Runs a command line; gives the exit code.</summary>
    internal static int Run(string[] arguments)
    {
        var root = new RootCommand("Runs MiniTorch and its peers in turns on the same values, and compares results and times.");
        foreach (var option in All) root.Add(option);
        root.SetAction(Compare);
        return root.Parse(arguments).Invoke();
    }

    private static int Compare(ParseResult asked)
    {
        var words = asked.GetValue(Only) ?? [];
        var works = Suite.Of(words);
        if (asked.GetValue(List)) return Print(works.Select(w => $"{w.Family}: {w.Name}"));
        var places = new Places(Path.Combine("benchmarks", "peer"), asked.GetValue(Python)!, Path.GetFullPath(asked.GetValue(Node)!));
        var (budget, ceilings) = (new Budget(asked.GetValue(Seconds), asked.GetValue(Rounds)), new Ceilings());
        var threads = asked.GetValue(Threads)!;
        using var idleness = new Idleness(ceilings, TimeSpan.FromSeconds(asked.GetValue(Patience)));
        var (versions, rows) = works.IsEmpty ? ([], []) : Rows(works, places, threads, new(budget, ceilings, idleness));
        var fresh = new Figures(places, asked.GetValue(Tool)!, asked.GetValue(Packaged)!);
        ImmutableArray<Figure> figures = [.. fresh.Of(words).Select(Terminal.Shown)];
        if (rows.IsEmpty && figures.IsEmpty) return Nothing(words);
        var written = asked.GetValue(Write) is not { } page
            || Page.Write(page, new(Machine.Facts(versions, threads, ceilings, idleness, budget), Command(asked), rows, figures));
        foreach (var row in rows.Where(r => !r.Agrees)) Console.Error.WriteLine($"{row.Work.Name}: the results of both sides differ");
        return written && rows.All(r => r.Agrees) ? 0 : 1;
    }

    private static (string[] Versions, ImmutableArray<Row> Rows) Rows(
        ImmutableArray<Work> works, Places places, int[] threads, Comparison comparison)
    {
        var teams = threads.Select(t => Team.Start(places, t)).ToArray();
        try
        {
            string[] versions = [.. teams.SelectMany(t => t.Versions).Distinct()];
            Terminal.Head(versions);
            return (versions, [.. works.SelectMany(work => teams.Select(team => Terminal.Shown(comparison.Run(work, team))))]);
        }
        finally
        {
            foreach (var team in teams) team.Dispose();
            comparison.Dispose();
        }
    }

    /// <summary>What was asked, but for where things lie on this machine.</summary>
    private static string Command(ParseResult asked) => string.Join(' ', new Option[] { Only, Threads, Seconds, Rounds, Patience }
        .Select(o => asked.GetResult(o)).Where(r => r is { Implicit: false })
        .Select(r => $"{r!.Option.Name} {string.Join(' ', r.Tokens.Select(t => t.Value.Contains(' ') ? $"\"{t.Value}\"" : t.Value))}")
        .Prepend("benchmarks/compare").Append("--write docs/performance.md"));

    private static int Print(IEnumerable<string> lines)
    {
        foreach (var line in lines) Console.WriteLine(line);
        return 0;
    }

    private static int Nothing(string[] words)
    {
        Console.Error.WriteLine($"no work has one of the words {string.Join(", ", words)}; --list prints the works");
        return 1;
    }

    private static int[] Numbers(ArgumentResult given)
    {
        var words = Words(given.Tokens.Select(t => t.Value));
        int[] numbers = [.. words.Select(w => int.TryParse(w, CultureInfo.InvariantCulture, out var n) ? n : 0)];
        if (numbers.Any(n => n is < 1 or > 256))
            given.AddError($"--threads takes numbers from 1 to 256 by commas, given '{string.Join(',', words)}'");
        return numbers;
    }

    private static string[] Words(IEnumerable<string> given) =>
        [.. given.SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
