using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime;
using System.Text.Json.Nodes;
using MiniTorch.Backends.Cpu;
using MiniTorch.Ir;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>How long and how often each side is timed.</summary>
internal sealed record Budget(double Seconds, int Rounds);

/// <summary>Runs both sides in turns: ours, theirs, ours, theirs; the median of medians and the least of all runs count.</summary>
internal sealed class Comparison(Budget budget, Ceilings ceilings, Idleness idleness) : IDisposable
{
    // threads that wait by spinning or yielding (OpenBLAS's do for a tenth of a second) hold a processor against who is timed next
    private const int Settling = 40;

    // longer than the runtime waits before it compiles better what is called often
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(0.2), Patience = TimeSpan.FromSeconds(2);

    private readonly string folder = Directory.CreateTempSubdirectory("minitorch-compare-").FullName;

    /// <summary>One work on one number of threads.</summary>
    internal Row Run(Work work, Team team)
    {
        var inputs = work.Inputs();
        var (torch, onnx) = Loaded(work, team, Files(inputs));
        try
        {
            return Measured(work, team, inputs, torch, onnx);
        }
        finally
        {
            team.Drop();
        }
    }

    /// <summary>A peer that cannot do a work is told of in a sentence, and its row goes without it.</summary>
    private ((ImmutableArray<float[]> Results, ImmutableArray<Rival> Rivals)? Torch, (float[] Result, Rival Rival)? Onnx) Loaded(
        Work work, Team team, JsonArray files)
    {
        try
        {
            return (team.Load(work, folder, files), team.LoadOnnx(work, folder, files));
        }
        catch (PeerException e)
        {
            Console.Error.WriteLine($"{work.Name}: {e.Message}");
            return (null, null);
        }
    }

    private Row Measured(
        Work work, Team team, ImmutableArray<Given> inputs,
        (ImmutableArray<float[]> Results, ImmutableArray<Rival> Rivals)? torch, (float[] Result, Rival Rival)? onnx)
    {
        var threads = team.Threads;
        using var run = work.Compile(inputs, folder, threads);
        var ours = work.Checked?.Invoke(inputs, threads) ?? Work.Results(run);
        var apart = torch is { } t ? Math.Max(Apart(ours, t.Results), onnx is { } o ? Apart(ours[0], o.Result) : 0) : double.NaN;
        var rivals = torch?.Rivals ?? [];
        Still(team);
        Settle(run);
        var copied = work.Instructions > 0 ? run.Plan.Graph.Outputs[0].Value.Type.Count : 0;
        var times = Turns(team,
        [
            s => Clock.Time(run.Run, s, 1), .. rivals.Select(Timed),
            .. onnx is { } other ? [Timed(other.Rival)] : Array.Empty<Func<double, Times>>(),
            .. copied > 0 ? [s => Ceilings.Copy(copied, threads, s)] : Array.Empty<Func<double, Times>>(),
            .. copied > 0 || work.FlopFloor ? [Ceilings.Operation] : Array.Empty<Func<double, Times>>(),
        ]);
        var best = rivals.Select((r, i) => new Theirs(times[i + 1], r.Name)).MinBy(x => x.Times.Median);
        var operations = work.FlopFloor ? (double)run.Plan.Flops / threads : Ceilings.Operations(copied, work.Instructions, threads);
        var (operation, memory) = (times[^1], copied > 0 ? times[^2] : default);
        Times floor = new(Math.Max(operations * operation.Median, memory.Median), Math.Max(operations * operation.Min, memory.Min));
        return new(work, threads, times[0], best, onnx is null ? null : new(times[rivals.Length + 1], "ONNX Runtime"),
            run.Plan.Flops, ceilings.Peak(threads), floor, apart);
    }

    private static Func<double, Times> Timed(Rival rival) => seconds => rival.Peer.Time(rival.Variant, seconds);

    /// <summary>Runs until the runtime has compiled nothing for a while: loops then have their code, and callers their last tier.</summary>
    private static void Settle(CpuRun run)
    {
        var (begin, still, methods) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp(), -1L);
        while (Stopwatch.GetElapsedTime(still) < Quiet && Stopwatch.GetElapsedTime(begin) < Patience)
        {
            run.Run();
            if (methods == (methods = JitInfo.GetCompiledMethodCount())) continue;
            still = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Waits until no thread of a peer runs any more.</summary>
    private static void Still(Team team)
    {
        var (begin, used) = (Stopwatch.GetTimestamp(), TimeSpan.MinValue);
        while (used != (used = team.Used) && Stopwatch.GetElapsedTime(begin) < Patience) Thread.Sleep(Settling);
    }

    /// <summary>Times of each side: the middle of its rounds' medians, and the least of all runs.</summary>
    private Times[] Turns(Team team, ImmutableArray<Func<double, Times>> sides)
    {
        var taken = sides.Select(_ => new List<Times>()).ToArray();
        idleness.Begin();
        for (var round = 0; round < budget.Rounds; round++)
            for (var side = 0; side < sides.Length; side++)
                taken[side].Add(idleness.Take(team.Threads, () => sides[side](budget.Seconds), () => Still(team)));
        return [.. taken.Select(t => new Times(t.Select(x => x.Median).Order().ElementAt(t.Count / 2), t.Min(x => x.Min)))];
    }

    /// <summary>The greatest difference as a share of the greatest number of its result, over all results.</summary>
    private static double Apart(ImmutableArray<float[]> ours, ImmutableArray<float[]> theirs) =>
        ours.Length != theirs.Length ? double.PositiveInfinity : ours.Zip(theirs, Apart).Max();

    private static double Apart(float[] ours, float[] theirs) =>
        ours.Length != theirs.Length ? double.PositiveInfinity
        : ours.Zip(theirs, (a, b) => Math.Abs((double)a - b)).Append(0).Max()
            / Math.Max(1e-30, theirs.Select(x => Math.Abs((double)x)).Append(0).Max());

    private JsonArray Files(ImmutableArray<Given> inputs) => [.. inputs.Select((input, i) => (JsonNode)File(input, i))];

    private JsonArray File(Given input, int i)
    {
        var path = Path.Combine(folder, $"input{i}.bin");
        System.IO.File.WriteAllBytes(path, input.Value.Bytes.ToArray());
        return [input.Name, input.Value.Type.Element.Name, new JsonArray([.. input.Value.Type.Shape.Select(n => (JsonNode)n)]), path];
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);
}
