using System.Diagnostics;
using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Cli.Devices;
using MiniTorch.Ir;

namespace MiniTorch.Cli.Measuring;

/// <summary>Times a graph on a device.</summary>
internal static class Bench
{
    private const int FewestRuns = 5;

    /// <summary>Compiles, warms up for a fifth of the time, then runs until the time is over, at least five times.</summary>
    internal static Either<IrError, Figures> Of(
        Device device, Graph graph, IReadOnlyDictionary<string, Tensor> inputs, TimeSpan time, int threads,
        bool steps, CancellationToken stop)
    {
        var start = Stopwatch.GetTimestamp();
        return
            from ready in device.Compile(graph)
            let compiled = Stopwatch.GetElapsedTime(start).TotalMilliseconds
            from figures in Measure(ready, inputs, time, device.Name == "reference" ? 1 : threads, compiled, steps, stop)
            select figures;
    }

    private static Either<IrError, Figures> Measure(
        ICompiled ready, IReadOnlyDictionary<string, Tensor> inputs, TimeSpan time, int threads, double compiled,
        bool steps, CancellationToken stop)
    {
        using var owned = ready;
        return ready.Run(inputs).Map(_ =>
        {
            Times(ready, time / 5, fewest: 2, stop);
            var before = Peak.Measure(threads);
            var times = Times(ready, time, FewestRuns, stop);
            return Sum(times, ready, Math.Max(before, Peak.Measure(threads)), compiled)
                with { Steps = steps ? StepTimes.Of(ready, time, FewestRuns, stop) : [] };
        });
    }

    /// <summary>Milliseconds of each run, shortest first.</summary>
    private static List<double> Times(ICompiled ready, TimeSpan time, int fewest, CancellationToken stop)
    {
        var (taken, start) = (new List<double>(), Stopwatch.GetTimestamp());
        while (taken.Count < fewest || Stopwatch.GetElapsedTime(start) < time)
        {
            stop.ThrowIfCancellationRequested();
            var at = Stopwatch.GetTimestamp();
            ready.Again();
            taken.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
        }
        taken.Sort();
        return taken;
    }

    private static Figures Sum(List<double> times, ICompiled ready, double peak, double compiled)
    {
        var median = (times[times.Count / 2] + times[(times.Count - 1) / 2]) / 2;
        var rate = ready.Flops / (median / 1000);
        var p90 = times[(int)Math.Ceiling(times.Count * 0.9) - 1];
        return new(median, times[0], p90, times.Count, rate / 1e9, rate / peak * 100, ready.PeakBytes, compiled)
        {
            EstimateMs = ready.Plan?.Seconds * 1000,
        };
    }
}
