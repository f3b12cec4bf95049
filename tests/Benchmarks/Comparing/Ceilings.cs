using System.Runtime.InteropServices;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>What this machine can do at most, measured in this run, on each number of threads.</summary>
internal sealed unsafe class Ceilings
{
    // below it a second thread costs more than it copies
    private const long Small = 1 << 15;

    private double one;

    /// <summary>
    /// Floating-point operations a second, a multiply-add counting two: as many times one thread's as there are threads, since
    /// a second processor that is shared shows less.
    /// </summary>
    internal double Peak(int threads) => threads * (one > 0 ? one : one = Backends.Cpu.Peak.Measure(1, 0.5));

    /// <summary>Operations that take a thread as long as so many vector instructions on each of its share of so many floats.</summary>
    internal static double Operations(long count, int instructions, int threads) => 2.0 * count * instructions / Team(count, threads);

    /// <summary>Milliseconds of one operation at the peak of one thread, as it is now: it goes with the clock.</summary>
    internal static Times Operation(double seconds)
    {
        var time = 1e3 / Backends.Cpu.Peak.Measure(1, seconds);
        return new(time, time);
    }

    /// <summary>Times of copying so many floats from one array to another, each thread its part; of the slowest thread.</summary>
    internal static Times Copy(long count, int threads, double seconds)
    {
        var times = new Times[Team(count, threads)];
        using var together = new Barrier(times.Length);
        var team = Enumerable.Range(0, times.Length).Select(t => new Thread(() => times[t] = Part(count / times.Length, seconds, together)))
            .ToArray();
        foreach (var thread in team) thread.Start();
        foreach (var thread in team) thread.Join();
        return times.MaxBy(t => t.Median);
    }

    private static int Team(long count, int threads) => count < Small ? 1 : threads;

    private static Times Part(long count, double seconds, Barrier together)
    {
        var bytes = (nuint)count * sizeof(float);
        void* from = NativeMemory.AlignedAlloc(bytes, 64), to = NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(from, bytes);
        NativeMemory.Clear(to, bytes);
        var repeats = Math.Max(1, 1_000_000 / (int)count);
        together.SignalAndWait();
        var time = Clock.Time(() => { for (var i = 0; i < repeats; i++) Buffer.MemoryCopy(from, to, bytes, bytes); }, seconds);
        NativeMemory.AlignedFree(from);
        NativeMemory.AlignedFree(to);
        return new(time.Median / repeats, time.Min / repeats);
    }
}
