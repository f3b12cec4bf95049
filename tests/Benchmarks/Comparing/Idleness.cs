using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>Takes turns while the machine is idle, as long as there is patience: what a row leaves of it is the next ones'.</summary>
/// <remarks>
/// The core of a processor of a shared machine is another guest's, too, for milliseconds or minutes. One that computes takes half
/// of the multiply-adds; one that does not leaves them, but takes of the first two cache levels and of the ways to them. So a look
/// is of many short glances of both kinds: copies within the second level against the best of this run, and multiply-adds against
/// the peak. For seconds two processors are cores that share no cache, and a word takes four times as long from one to the other:
/// where there are threads, there are glances of that, too, against the best of this run.
/// </remarks>
internal sealed unsafe class Idleness(Ceilings ceilings, TimeSpan patience) : IDisposable
{
    // shares of the peak, and of the best copies, which vary more
    private const double Full = 0.9, Near = 0.85;

    // of each kind, and how many of them may find less
    private const int Glances = 30, Less = 3;

    // bytes that a glance copies, and how often
    private const int Bytes = 1 << 17, Often = 24;

    // of a glance, and how many times as long as the best's they may take
    private const int Laps = 100;
    private const double Far = 2.5;

    // looks whose best is the first to hold others against
    private const int First = 300;

    // threads of ours spin for a moment, and waiting is to leave the machine as it is
    private static readonly TimeSpan Parking = TimeSpan.FromMilliseconds(3), Pause = TimeSpan.FromMilliseconds(20);

    private readonly List<Copies> copies = [];

    private TimeSpan left, nearest = TimeSpan.MaxValue;

    private int word;

    private bool idle;

    /// <summary>How often was looked, and how often that found that it is not.</summary>
    internal int Looks { get; private set; }

    /// <inheritdoc cref="Looks"/>
    internal int Busy { get; private set; }

    /// <summary>Turns that count, and how many of them were taken on a machine that is not idle, when patience was over.</summary>
    internal int Turns { get; private set; }

    /// <inheritdoc cref="Turns"/>
    internal int Hasty { get; private set; }

    /// <summary>Seconds that a row adds to those that may be waited, turns that do not count among them.</summary>
    internal double Patience => patience.TotalSeconds;

    /// <summary>Another row begins.</summary>
    internal void Begin() => left = (left > TimeSpan.Zero ? left : TimeSpan.Zero) + patience;

    /// <summary>One turn, taken again until the machine is idle before and after it; a side's threads are still before a look.</summary>
    internal Times Take(int threads, Func<Times> turn, Action still)
    {
        Turns++;
        while (true)
        {
            var (begin, before) = (Stopwatch.GetTimestamp(), idle || Look(threads));
            if (before || left <= TimeSpan.Zero)
            {
                var times = turn();
                still();
                if (Look(threads) && before) return times;
                if (left <= TimeSpan.Zero)
                {
                    Hasty++;
                    return times;
                }
            }
            else
            {
                Thread.Sleep(Pause);
            }
            left -= Stopwatch.GetElapsedTime(begin);
        }
    }

    /// <summary>Whether the threads reach nearly all of both in nearly every glance; ours have parked when it returns.</summary>
    private bool Look(int threads)
    {
        Thread.Sleep(Parking);
        idle = Slow(threads) <= Less && Apart(threads) <= Less
            && Enumerable.Range(0, Glances).Count(_ => Backends.Cpu.Peak.Measure(threads, 0.0001) < Full * ceilings.Peak(threads)) <= Less;
        Thread.Sleep(Parking);
        Looks++;
        if (!idle) Busy++;
        return idle;
    }

    /// <summary>Slow glances of copies, of the thread that has the most, all at once.</summary>
    private int Slow(int threads)
    {
        while (copies.Count < threads) copies.Add(new());
        using var together = new Barrier(threads);
        var slow = new int[threads];
        All(threads, t => slow[t] = copies[t].Slow(together));
        return slow.Max();
    }

    /// <summary>Glances in which a word that each thread passes on to the next takes long.</summary>
    private int Apart(int threads)
    {
        var ring = Math.Min(threads, Environment.ProcessorCount);  // who waits for a processor cannot pass a word on
        if (ring == 1) return 0;
        word = 0;
        var taken = new TimeSpan[Glances + 1];
        All(ring, t =>
        {
            var (next, begin) = (t, Stopwatch.GetTimestamp());
            for (var lap = 1; lap <= taken.Length * Laps; lap++, next += ring)
            {
                while (Volatile.Read(ref word) != next)
                {
                }
                Volatile.Write(ref word, next + 1);
                if (t > 0 || lap % Laps > 0) continue;
                taken[(lap / Laps) - 1] = Stopwatch.GetElapsedTime(begin);
                begin = Stopwatch.GetTimestamp();
            }
        });
        var known = taken[1..].Order().ToArray();  // the first waits for the threads to begin
        if (known[Glances / 2] < nearest) nearest = known[Glances / 2];
        return known.Count(t => t > Far * nearest);
    }

    private static void All(int threads, Action<int> work)
    {
        var team = Enumerable.Range(0, threads).Select(t => new Thread(() => work(t))).ToArray();
        foreach (var thread in team) thread.Start();
        foreach (var thread in team) thread.Join();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var each in copies) each.Dispose();
    }

    /// <summary>What one thread copies, and the middle of the best look's glances.</summary>
    private sealed class Copies : IDisposable
    {
        private readonly void* from = NativeMemory.AlignedAlloc(Bytes, 64), to = NativeMemory.AlignedAlloc(Bytes, 64);

        private TimeSpan best = TimeSpan.MaxValue;

        internal Copies()
        {
            NativeMemory.Clear(from, Bytes);
            using var alone = new Barrier(1);
            for (var i = 0; i < First; i++) Slow(alone);
        }

        internal int Slow(Barrier together)
        {
            together.SignalAndWait();
            Glance();
            var taken = Enumerable.Range(0, Glances).Select(_ => Glance()).Order().ToArray();
            if (taken[Glances / 2] < best) best = taken[Glances / 2];
            return taken.Count(t => t * Near > best);
        }

        private TimeSpan Glance()
        {
            var at = Stopwatch.GetTimestamp();
            for (var i = 0; i < Often; i++) Buffer.MemoryCopy(from, to, Bytes, Bytes);
            return Stopwatch.GetElapsedTime(at);
        }

        public void Dispose()
        {
            NativeMemory.AlignedFree(from);
            NativeMemory.AlignedFree(to);
        }
    }
}
