using System.Runtime.InteropServices;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>What this machine can do at most, measured in this run, on each number of threads.</summary>
internal sealed unsafe class Ceilings
{
    // below it a second thread costs more than it copies
    private const long Small = 1 << 15;

    private readonly Dictionary<int, double> peaks = [];
    private readonly Dictionary<(long, int), double> copies = [];

    /// <summary>Floating-point operations a second, a multiply-add counting two.</summary>
    internal double Peak(int threads) =>
        peaks.TryGetValue(threads, out var known) ? known : peaks[threads] = Backends.Cpu.Peak.Measure(threads, 0.5);

    /// <summary>
    /// Milliseconds that a map of so many floats needs: as long as copying them takes, or as its vector instructions take
    /// at one half of the peak's rate of floats, whichever is more.
    /// </summary>
    internal double Floor(long count, int instructions, int threads)
    {
        var team = count < Small ? 1 : threads;
        return Math.Max(Copy(count, team), count * instructions / (Peak(team) / 2) * 1e3);
    }

    /// <summary>Milliseconds of the quickest copy of so many floats from one array to another, each thread its part.</summary>
    internal double Copy(long count, int threads)
    {
        if (copies.TryGetValue((count, threads), out var known)) return known;
        var times = new double[threads];
        using var together = new Barrier(threads);
        var team = Enumerable.Range(0, threads).Select(t => new Thread(() =>
        {
            together.SignalAndWait();
            times[t] = Part(count / threads);
        })).ToArray();
        foreach (var thread in team) thread.Start();
        foreach (var thread in team) thread.Join();
        return copies[(count, threads)] = times.Max();
    }

    private static double Part(long count)
    {
        var bytes = (nuint)count * sizeof(float);
        void* from = NativeMemory.AlignedAlloc(bytes, 64), to = NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(from, bytes);
        var repeats = Math.Max(1, 1_000_000 / (int)count);
        var time = Clock.Time(() => { for (var i = 0; i < repeats; i++) Buffer.MemoryCopy(from, to, bytes, bytes); }, 0.2);
        NativeMemory.AlignedFree(from);
        NativeMemory.AlignedFree(to);
        return time.Min / repeats;
    }
}
