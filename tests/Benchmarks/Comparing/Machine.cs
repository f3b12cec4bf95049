using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>The machine and the programs on it, in words.</summary>
internal static class Machine
{
    private const long Large = 1 << 24;

    /// <summary>A line a fact; ceilings are measured.</summary>
    internal static IReadOnlyList<string> Facts(
        IEnumerable<string> versions, IEnumerable<int> threads, Ceilings ceilings, Idleness idleness, Budget budget)
    {
        string Each(Func<int, double> of) => string.Join(" and ", threads.Select(t => of(t).ToString("0", CultureInfo.InvariantCulture)));
        var names = string.Join(" and ", threads);
        return
        [
            $"{Processor("model name")}, family {Processor("cpu family")}, {Environment.ProcessorCount} processors, vectors of "
                + $"{(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)} bits, load {Load()} at the end",
            $"{RuntimeInformation.FrameworkDescription}; {string.Join("; ", versions)}",
            $"peak of fused multiply-adds, measured on one thread and multiplied by {names}: {Each(t => ceilings.Peak(t) / 1e9)} GFLOP/s; "
                + $"copying {Large * sizeof(float) >> 20} MiB: {Each(Copying)} GB/s, read and written",
            .. idleness.Turns > 0 ? [Looked(idleness)] : Array.Empty<string>(),
            $"{budget.Rounds} rounds of {budget.Seconds.ToString(CultureInfo.InvariantCulture)} s a side in turns; medians are those of "
                + "the rounds' medians, minima those of all runs; ratios are of medians",
        ];
    }

    private static double Copying(int threads) => 2 * Large * sizeof(float) / Ceilings.Copy(Large, threads, 0.2).Min / 1e6;

    private static string Looked(Idleness idleness) =>
        "a turn counts where a look before and after it, of some milliseconds, finds that peak but for a tenth, the best copies "
        + "within the second cache level but for a seventh, and a word that goes round all threads in at most two and a half times its "
        + "best, nearly always; else the run waits and takes it again, "
        + $"{idleness.Patience.ToString(CultureInfo.InvariantCulture)} s a row, and what a row leaves is the next ones': "
        + $"{idleness.Busy} of {idleness.Looks} looks found less, {idleness.Hasty} of {idleness.Turns} turns were taken all the same";

    private static string Processor(string field) =>
        Lines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal))?.Split(':')[^1].Trim() ?? "unknown";

    private static string Load() => string.Join(", ", (Lines("/proc/loadavg").FirstOrDefault() ?? "").Split(' ').Take(3));

    private static string[] Lines(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];
}
