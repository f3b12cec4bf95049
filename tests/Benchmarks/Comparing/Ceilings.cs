using System.Runtime.InteropServices;
using MiniTorch.Backends.Cpu;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>What this machine can do at most, measured in this run, on each number of threads.</summary>
internal sealed unsafe class Ceilings
{
    private readonly Dictionary<int, double> peaks = [];
    private readonly Dictionary<long, double> copies = [];

    /// <summary>Floating-point operations a second, a multiply-add counting two.</summary>
    internal double Peak(int threads) =>
        peaks.TryGetValue(threads, out var known) ? known : peaks[threads] = Backends.Cpu.Peak.Measure(threads, 0.5);

    /// <summary>
    /// Milliseconds that a map of so many floats needs: as long as copying them takes, or as its vector instructions take
    /// at one half of the peak's rate of floats, whichever is more. A copy is timed on one thread and parted evenly while it
    /// stays within a cache; memory is shared, so there threads gain nothing.
    /// </summary>
    internal double Floor(long count, int instructions, int threads)
    {
        var arithmetic = count * instructions / (Peak(threads) / 2) * 1e3;
        var shared = count * 2 * sizeof(float) > 16 << 20 ? 1 : threads;
        return Math.Max(Copy(count) / shared, arithmetic);
    }

    /// <summary>Milliseconds of the quickest copy of so many floats from one array to another.</summary>
    internal double Copy(long count)
    {
        if (copies.TryGetValue(count, out var known)) return known;
        var bytes = (nuint)count * sizeof(float);
        void* from = NativeMemory.AlignedAlloc(bytes, 64), to = NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(from, bytes);
        var repeats = Math.Max(1, 1_000_000 / (int)count);
        var time = Clock.Time(() => { for (var i = 0; i < repeats; i++) Buffer.MemoryCopy(from, to, bytes, bytes); }, 0.2);
        NativeMemory.AlignedFree(from);
        NativeMemory.AlignedFree(to);
        return copies[count] = time.Min / repeats;
    }
}
