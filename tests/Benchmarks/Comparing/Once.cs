using System.Diagnostics;
using System.Text.Json;
using MiniTorch.Backends.Cpu;
using MiniTorch.Passes;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>What is only true of a fresh process: <c>once NAME</c> prints it as one line of JSON.</summary>
internal static class Once
{
    private const int Steps = 10;

    /// <summary>Of a training step by the number of its network, or <c>web</c>, a graph of 5,000 nodes.</summary>
    internal static int Run(string name)
    {
        Console.WriteLine(JsonSerializer.Serialize(name == "web" ? Web() : Step(Network.All.ElementAt(int.Parse(name)).Network)));
        return 0;
    }

    /// <summary>Milliseconds from the graph to what can run.</summary>
    private static object Web()
    {
        var graph = Scale.Graph(5_000);
        var (run, first) = Ready(graph);
        run.Dispose();
        return new { nodes = graph.Nodes.Length, first, again = Again(graph) };
    }

    private static object Step(Network network)
    {
        var graph = network.Step;
        var (run, first) = Ready(graph);
        using (run)
        {
            foreach (var (name, value) in network.Inputs()) run.Write(name, value.Bytes);
            for (var i = 0; i < Steps; i++) run.Run();
            var resident = Resident();
            var (arena, bound) = (run.Plan.ArenaBytes, run.Plan.LowerBound);
            return new { nodes = graph.Nodes.Length, first, again = Again(graph), resident, arena, bound };
        }
    }

    private static (CpuRun Run, double Milliseconds) Ready(Ir.Graph graph)
    {
        var start = Stopwatch.GetTimestamp();
        var run = Cpu.Compile(Pipelines.Default.Run(graph).Graph, 1);
        return (run, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    /// <summary>The median of compiling it again, when the compiler itself is compiled.</summary>
    private static double Again(Ir.Graph graph) => Clock.Time(() => Ready(graph).Run.Dispose(), 0.5, 3).Median;

    /// <summary>Bytes of memory that the whole process has had at most.</summary>
    private static long Resident() =>
        File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kib, ..] ? long.Parse(kib) << 10 : 0;
}
