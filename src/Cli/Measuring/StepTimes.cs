using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MiniTorch.Cli.Devices;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Cli.Measuring;

/// <summary>A step of the plan, what it was thought to take and what it took.</summary>
/// <param name="Step">The step.</param>
/// <param name="MedianUs">Microseconds of the middle run.</param>
internal readonly record struct StepTime(Step Step, double MedianUs)
{
    /// <summary>Microseconds on one thread, by the target's rates.</summary>
    internal double EstimateUs => Step.Estimate.Seconds * 1e6;

    /// <summary>The ops of its body; of several loops each kind once, with their number.</summary>
    internal string Ops => string.Join(" | ", Step.Parts.Select(p => string.Join('+', p.Select(n => n.Op.Mnemonic)))
        .CountBy(ops => ops).Select(loops => loops.Value == 1 ? loops.Key : $"{loops.Value} × {loops.Key}"));

    /// <summary>The type of its result; of several loops their number.</summary>
    internal string Result => Step.Parts is { Count: > 1 } loops ? $"{loops.Count} results" : $"{Step.Root.Type}";
}

/// <summary>Times a plan step by step.</summary>
internal static class StepTimes
{
    private const int MostRuns = 2000;

    /// <summary>The head of the table.</summary>
    internal static IReadOnlyList<string> Head { get; } =
        ["step", "ops", "result", "algorithm", "estimate us", "median us", "median/estimate"];

    /// <summary>Runs until the time is over, at least so many times.</summary>
    internal static IReadOnlyList<StepTime> Of(ICompiled ready, TimeSpan time, int fewest, CancellationToken stop)
    {
        var plan = ready.Plan ?? throw new InvalidOperationException("there is no plan");
        var (runs, start) = (new List<long[]>(), Stopwatch.GetTimestamp());
        while (runs.Count < fewest || (runs.Count < MostRuns && Stopwatch.GetElapsedTime(start) < time))
        {
            stop.ThrowIfCancellationRequested();
            runs.Add(new long[plan.Steps.Length]);
            ready.Again(runs[^1]);
        }
        return [.. plan.Steps.Select(s => new StepTime(s, Median(runs, s.Index)))];
    }

    /// <summary>A row a step, then one of all.</summary>
    internal static IEnumerable<IReadOnlyList<string>> Rows(IReadOnlyList<StepTime> steps) =>
        steps.Select(s => Row($"{s.Step.Index}", s.Ops, s.Result, s.Step.Estimate.Algorithm, s.EstimateUs, s.MedianUs))
            .Append(Row("all", "", "", "", steps.Sum(s => s.EstimateUs), steps.Sum(s => s.MedianUs)));

    /// <summary>As the property <c>steps</c> of a JSON object; nothing where there are none.</summary>
    internal static void Write(Utf8JsonWriter w, IReadOnlyList<StepTime> steps)
    {
        if (steps.Count == 0) return;
        w.WriteStartArray("steps");
        foreach (var s in steps)
        {
            w.WriteStartObject();
            w.WriteString("ops", s.Ops);
            w.WriteString("type", $"{s.Step.Root.Type}");
            w.WriteString("algorithm", s.Step.Estimate.Algorithm);
            w.WriteNumber("flops", s.Step.Flops);
            w.WriteNumber("bytes", s.Step.Bytes);
            w.WriteNumber("estimate_us", s.EstimateUs);
            w.WriteNumber("median_us", s.MedianUs);
            w.WriteEndObject();
        }
        w.WriteEndArray();
    }

    private static string[] Row(string step, string ops, string result, string algorithm, double estimate, double median) =>
        [step, ops, result, algorithm, Figures.Text(estimate), Figures.Text(median),
            (median / estimate).ToString("F2", CultureInfo.InvariantCulture)];

    private static double Median(List<long[]> runs, int step)
    {
        var ticks = runs.Select(r => r[step]).Order().ToArray();
        return ticks[ticks.Length / 2] * 1e6 / Stopwatch.Frequency;
    }
}
