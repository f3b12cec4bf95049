using System.Globalization;
using System.Text.Json;

namespace MiniTorch.Cli.Measuring;

/// <summary>What a bench found.</summary>
/// <param name="MedianMs">Milliseconds of the middle run.</param>
/// <param name="MinMs">Milliseconds of the shortest run.</param>
/// <param name="P90Ms">Milliseconds that nine runs of ten do not exceed.</param>
/// <param name="Runs">How many runs were timed.</param>
/// <param name="Gflops">Operations of the plan a nanosecond, over the median run.</param>
/// <param name="PercentOfPeak">Of the multiply-add rate measured in the same process by as many threads.</param>
/// <param name="PeakBytes">On the cpu the plan's arena; in the reference, every value in 8 bytes an element.</param>
/// <param name="CompileMs">Passes, plan and lowering.</param>
internal sealed record Figures(
    double MedianMs, double MinMs, double P90Ms, int Runs,
    double Gflops, double PercentOfPeak, long PeakBytes, double CompileMs)
{
    /// <summary>Milliseconds that the plan's steps are estimated to take on one thread; null where there is no plan.</summary>
    internal double? EstimateMs { get; init; }

    /// <summary>Each step's estimate and time, where they were asked for.</summary>
    internal IReadOnlyList<StepTime> Steps { get; init; } = [];

    /// <summary>As one JSON object.</summary>
    internal void Write(Utf8JsonWriter w)
    {
        w.WriteStartObject();
        w.WriteNumber("median_ms", MedianMs);
        w.WriteNumber("min_ms", MinMs);
        w.WriteNumber("p90_ms", P90Ms);
        w.WriteNumber("runs", Runs);
        w.WriteNumber("gflops", Gflops);
        w.WriteNumber("percent_of_peak", PercentOfPeak);
        w.WriteNumber("peak_bytes", PeakBytes);
        w.WriteNumber("compile_ms", CompileMs);
        if (Steps.Count > 0 && EstimateMs is { } estimate) w.WriteNumber("estimate_ms", estimate);
        StepTimes.Write(w, Steps);
        w.WriteEndObject();
    }

    /// <summary>As rows of a table.</summary>
    internal IEnumerable<IReadOnlyList<string>> Rows() =>
    [
        .. EstimateMs is { } estimate ? [["estimate, one thread", $"{Text(estimate)} ms"]] : Array.Empty<string[]>(),
        ["median", $"{Text(MedianMs)} ms"],
        ["min", $"{Text(MinMs)} ms"],
        ["90 % within", $"{Text(P90Ms)} ms"],
        ["runs", Runs.ToString(CultureInfo.InvariantCulture)],
        ["rate", $"{Text(Gflops)} GFLOP/s"],
        ["of peak", $"{Text(PercentOfPeak)} %"],
        ["peak memory", string.Create(CultureInfo.InvariantCulture, $"{PeakBytes:N0} bytes")],
        ["compiled in", $"{Text(CompileMs)} ms"],
    ];

    internal static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
