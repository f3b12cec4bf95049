using System.CommandLine;
using System.Globalization;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary><c>compare</c>: both sides in turns, to the terminal and to the page.</summary>
internal static class CompareCommand
{
    private static readonly Option<string[]> Only = new("--only")
    {
        Description = "works whose family or name has one of these words, by commas", CustomParser = a => Words(a.Tokens.Select(t => t.Value)),
    };

    private static readonly Option<string[]> Threads = new("--threads")
    {
        Description = "numbers of threads, by commas", CustomParser = a => Words(a.Tokens.Select(t => t.Value)),
        DefaultValueFactory = _ => Environment.ProcessorCount > 1 ? ["1", "2"] : ["1"],
    };

    private static readonly Option<double> Seconds = new("--seconds")
    {
        Description = "how long each side is timed in a round", DefaultValueFactory = _ => 0.2,
    };

    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = "how often the sides take turns", DefaultValueFactory = _ => 3,
    };

    private static readonly Option<string> Python = new("--python")
    {
        Description = "a Python with torch and numpy", DefaultValueFactory = _ => "/usr/bin/python3",
    };

    private static readonly Option<string> Node = new("--node")
    {
        Description = "a folder with node_modules/onnxruntime-node", DefaultValueFactory = _ => ".",
    };

    private static readonly Option<bool> List = new("--list") { Description = "print the works and do nothing else" };

    /// <summary>Runs a command line; gives the exit code.</summary>
    internal static int Run(string[] arguments)
    {
        var root = new RootCommand("Runs MiniTorch and its peers in turns on the same values, and compares results and times.");
        foreach (var option in (Option[])[Only, Threads, Seconds, Rounds, Python, Node, List]) root.Add(option);
        root.SetAction(Compare);
        return root.Parse(arguments).Invoke();
    }

    private static int Compare(ParseResult asked)
    {
        var works = Suite.Of(asked.GetValue(Only) ?? []);
        if (asked.GetValue(List)) return Print(works.Select(w => $"{w.Family}: {w.Name}"));
        var places = new Places(Path.Combine("benchmarks", "peer"), asked.GetValue(Python)!, Path.GetFullPath(asked.GetValue(Node)!));
        var threads = asked.GetValue(Threads)!.Select(t => int.Parse(t, CultureInfo.InvariantCulture)).ToArray();
        var teams = threads.Select(t => Team.Start(places, t)).ToArray();
        try
        {
            using var comparison = new Comparison(new(asked.GetValue(Seconds), asked.GetValue(Rounds)), new Ceilings());
            Terminal.Head(teams);
            foreach (var work in works)
                foreach (var team in teams) Terminal.Row(comparison.Run(work, team));
            return 0;
        }
        finally
        {
            foreach (var team in teams) team.Dispose();
        }
    }

    private static int Print(IEnumerable<string> lines)
    {
        foreach (var line in lines) Console.WriteLine(line);
        return 0;
    }

    private static string[] Words(IEnumerable<string> given) =>
        [.. given.SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
