using MiniTorch.Backends.Cpu.Kernels;

namespace MiniTorch.Tests;

/// <summary>Many forks and joins of a small pool, with random delays, each join checked.</summary>
internal static unsafe class Joins
{
    private const int Line = 16;
    private const int Rounds = 1000;

    /// <summary>How many parts' counts so many joins found other than they must be; parts that other threads ran, at least.</summary>
    public static (long Wrong, long Others) Count(Pool pool, int threads, long joins, uint seed)
    {
        var parts = threads + 1;
        var counts = stackalloc long[parts * Line];
        var job = new Job { Counts = counts, Random = seed, Caller = Environment.CurrentManagedThreadId };
        var wrong = 0L;
        for (long join = 1; join <= joins; join++)
        {
            job.Random = Next(job.Random);
            if (!pool.TryRun(threads, parts, &Part, &job)) wrong++;
            for (var part = 0; part < parts; part++) wrong += counts[part * Line] == join ? 0 : 1;
            if (job.Random % 16 == 0) Delay(job.Random >> 8);
        }
        return (wrong, job.Others);
    }

    private struct Job
    {
        public long* Counts;
        public uint Random;
        public int Caller;
        public fixed long Pad[Line];
        public long Others;
    }

    private static void Part(void* state, int part, int thread)
    {
        var job = (Job*)state;
        job->Counts[part * Line]++;
        var random = Next(job->Random + (uint)part);
        if (Environment.CurrentManagedThreadId != job->Caller) job->Others++;
        else if (part == 0 && random % 2 == 0) Delay(8 + (random >> 8 & 7));
        if (random % 16 == 0) Delay(random >> 8);
    }

    /// <summary>Mostly some nanoseconds; now and then long enough for the others to park.</summary>
    private static void Delay(uint random)
    {
        var spins = random % 4096 == 0 ? Rounds * 3 : random % 256 == 0 ? Rounds / 5 : random % 32;
        for (uint i = 0; i < spins; i++) Thread.SpinWait(1);
    }

    private static uint Next(uint x)
    {
        x ^= x << 13;
        x ^= x >> 17;
        return x ^ (x << 5);
    }
}
