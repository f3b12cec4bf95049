namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>How many threads of the process's pool a run may use, the calling thread included.</summary>
/// <remarks>
/// A kernel splits its job by sizes alone, so results are the same bits for any number of threads. Thread t of T computes
/// the parts from <c>parts t / T</c>: the same share of the data in every step, which so stays in its cache. While another
/// run has the pool, the caller computes all parts itself; a job that starts another job does so too.
/// </remarks>
internal sealed unsafe class Workers
{
    /// <summary>Sees to it that the pool has <paramref name="threads"/>, the caller included.</summary>
    public Workers(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        Pool.Shared.Grow(threads);
    }

    /// <summary>The most threads of a job, the calling thread included.</summary>
    public int Threads { get; }

    /// <summary>Calls <c>work(state, part, thread)</c> for every part and returns when all have ended.</summary>
    public void Run(int parts, delegate*<void*, int, int, void> work, void* state)
    {
        if (Threads > 1 && parts > 1 && Pool.Shared.TryRun(Threads, parts, work, state)) return;
        for (int part = 0; part < parts; part++) work(state, part, 0);
    }
}
