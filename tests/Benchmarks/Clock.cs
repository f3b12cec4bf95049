using System.Diagnostics;
using System.Globalization;

namespace MiniTorch.Benchmarks;

/// <summary>What many runs took, in milliseconds.</summary>
/// <param name="Median">The middle of all runs.</param>
/// <param name="Min">The shortest run.</param>
public readonly record struct Times(double Median, double Min);

/// <summary>Times an action by running it often.</summary>
public static class Clock
{
    /// <summary>Seconds a row: the environment's BUDGET, or 1.</summary>
    public static double Budget { get; } =
        double.TryParse(Environment.GetEnvironmentVariable("BUDGET"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 1;

    /// <summary>Runs until the budget is spent, at least the given number of times, after one run that does not count.</summary>
    public static Times Time(Action action, double seconds, int atLeast = 5)
    {
        action();
        var taken = new List<double>();
        var start = Stopwatch.GetTimestamp();
        while (taken.Count < atLeast || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            var at = Stopwatch.GetTimestamp();
            action();
            taken.Add((Stopwatch.GetTimestamp() - at) * 1e3 / Stopwatch.Frequency);
        }
        taken.Sort();
        return new(taken[taken.Count / 2], taken[0]);
    }

    /// <summary>Prints a row: what, threads, median, min, and GFLOP/s of the shortest run where that has a meaning.</summary>
    public static void Row(string what, int threads, Times t, double flops = 0) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-24} {threads,2} {t.Median,10:0.0000} {t.Min,10:0.0000}{(flops > 0 ? $" {flops / t.Min / 1e6,8:0.0}" : "")}"));
}
