using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MiniTorch.Ir;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>One number that is held against a mark.</summary>
/// <param name="Table">Where it stands.</param>
/// <param name="Name">What it is of.</param>
/// <param name="Ours">As text with its unit.</param>
/// <param name="Theirs">The peer's, empty where there is none.</param>
/// <param name="Mark">As text.</param>
/// <param name="Value">What is held against the mark.</param>
/// <param name="Met">Whether the mark is met; null where there is no peer.</param>
internal sealed record Figure(string Table, string Name, string Ours, string Theirs, string Mark, string Value, bool? Met);

/// <summary>Compile times, the start of the tool, and memory: each of a process of its own.</summary>
internal sealed class Figures(Places places, string tool, string packaged)
{
    private static readonly string Itself = typeof(Figures).Assembly.Location;

    private const string Compile = "compile time", Memory = "memory of a training step";

    /// <summary>Those whose table has one of the words; all without a word.</summary>
    internal IEnumerable<Figure> Of(IReadOnlyCollection<string> words)
    {
        bool Wants(string table) => words.Count == 0 || words.Any(w => table.Contains(w, StringComparison.OrdinalIgnoreCase));
        return (Wants(Compile) ? CompileTimes() : []).Concat(Wants(Memory) ? Networks().SelectMany(Memories) : []);
    }

    private IEnumerable<Figure> CompileTimes()
    {
        var (lenet, at) = Networks().First(n => n.Network.Name == "lenet");
        if (Has(tool) && Ready(lenet.Step) is var ready)
            yield return new(Compile, "LeNet's training step, batch 64, by `minitorch`", $"{Text(ready)} ms in a fresh process", "",
                "≤ 150 ms", $"{Text(ready)} ms", ready <= 150);
        if (Has(packaged))
            yield return Time("LeNet's training step, batch 64, by a program with the package", packaged, $"{at}", 150);
        yield return Time("LeNet's training step, batch 64, by a program compiled just in time", Itself, $"{at}", null);
        yield return Time("a graph of 5,000 nodes, by a program compiled just in time", Itself, "web", 2000);
        if (Has(tool) && Start() is var start)
            yield return new(Compile, "start of `minitorch run` on a small model", $"{Text(start)} ms", "", "≤ 250 ms",
                $"{Text(start)} ms", start <= 250);
    }

    /// <summary>The middle of five processes.</summary>
    private static Figure Time(string name, string program, string once, double? most)
    {
        var five = Enumerable.Range(0, 5).Select(_ => Ours(program, once)).OrderBy(o => (double)o["first"]!).ToArray();
        var (first, again) = ((double)five[2]["first"]!, (double)five[2]["again"]!);
        return new(Compile, name, $"{Text(first)} ms in a fresh process, {Text(again)} ms again", "", most is null ? "" : $"≤ {most} ms",
            $"{Text(first)} ms", most is null ? null : first <= most);
    }

    /// <summary>Whether a program is there; if not, a sentence says so.</summary>
    private static bool Has(string program)
    {
        var there = File.Exists(program);
        if (!there) Console.Error.WriteLine($"{program} is not there: benchmarks/compare makes it; or name another (--help)");
        return there;
    }

    /// <summary>Milliseconds from the graph to what can run: the middle of eleven processes.</summary>
    private double Ready(Ir.Graph graph) => Middle(Ir.Text.Printer.Print(graph),
        model => (double)JsonNode.Parse(Tool("bench", model, "--threads", "1", "--seconds", "0.01", "--json"))!["compile_ms"]!);

    /// <summary>Milliseconds of the middle of eleven starts.</summary>
    private double Start() => Middle("graph small(x: f32[4])\n  %y = tanh x : f32[4]\n  return y=%y\n", model =>
    {
        var at = Stopwatch.GetTimestamp();
        Tool("run", model, "--random", "1");
        return Stopwatch.GetElapsedTime(at).TotalMilliseconds;
    });

    private static double Middle(string graph, Func<string, double> time)
    {
        var model = Path.GetTempFileName() + ".ir";
        File.WriteAllText(model, graph);
        var times = Enumerable.Range(0, 11).Select(_ => time(model)).Order().ToArray();
        File.Delete(model);
        return times[times.Length / 2];
    }

    private string Tool(params string[] arguments) =>
        tool.EndsWith(".dll", StringComparison.Ordinal) ? Output("dotnet", [tool, .. arguments]) : Output(tool, arguments);

    private static IEnumerable<(Network Network, int Index)> Networks() => Network.All.Select((n, i) => (n.Network, i));

    private IEnumerable<Figure> Memories((Network Network, int Index) at)
    {
        var (network, once) = (at.Network, Ours(Itself, $"{at.Index}"));
        var name = $"{network.Text}, batch {network.X[0]}";
        var (ours, theirs) = ((long)once["resident"]!, Theirs(network));
        yield return new(Memory, $"{name}: whole process", Mib(ours), theirs is { } t ? Mib(t) : "", "≤ 0.7",
            theirs is { } peer ? Text((double)ours / peer) : "", theirs is { } p ? ours <= 0.7 * p : null);
        var (arena, bound) = ((long)once["arena"]!, (long)once["bound"]!);
        yield return new(Memory, $"{name}: arena over its lower bound", $"{Mib(arena)} over {Mib(bound)}", "", "≤ 1.1",
            Text((double)arena / bound), arena <= 1.1 * bound);
    }

    private long? Theirs(Network n) => Output(places.Python,
        [Path.Combine(places.Peers, "torch_memory.py"), n.Name, n.Optimiser, n.X.Element.Name, string.Join(',', n.X.Shape)])
            is { Length: > 0 } line ? (long)JsonNode.Parse(line)!["resident"]! : null;

    private static JsonNode Ours(string program, string name) => JsonNode.Parse(Output("dotnet", [program, "once", name]))!;

    private static string Output(string file, IEnumerable<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return text;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }

    private static string Mib(long bytes) => $"{Text(bytes / 1048576.0)} MiB";

    private static string Text(double value) => value.ToString(value < 10 ? "0.00" : "0", CultureInfo.InvariantCulture);
}
