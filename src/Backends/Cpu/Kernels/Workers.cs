using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>A fixed team of threads; part <c>p</c> of a job always runs on thread <c>p % Threads</c>.</summary>
/// <remarks>
/// A kernel splits its job by sizes alone, so results are the same bits for any team size. The caller is thread 0.
/// Idle threads spin for about twenty microseconds and then park. A job must not start another job on the same team.
/// </remarks>
internal sealed unsafe class Workers : IDisposable
{
    private const int SpinMicroseconds = 20;

    private readonly Lock _gate = new();
    private readonly Thread[] _team;
    private readonly SemaphoreSlim[] _wake;
    private readonly int[] _parked;
    private delegate*<void*, int, int, void> _work;
    private void* _state;
    private int _parts;
    private int _pending;
    private int _epoch;
    private bool _stopping;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Starts a team of <paramref name="threads"/>, the caller included.</summary>
    public Workers(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _parked = new int[threads * 32];
        _wake = [.. Enumerable.Range(0, threads).Select(_ => new SemaphoreSlim(0))];
        _team = [.. Enumerable.Range(1, threads - 1).Select(Start)];
    }

    /// <summary>The size of the team, the calling thread included.</summary>
    public int Threads { get; }

    /// <summary>Calls <c>work(state, part, thread)</c> for every part and returns when all have ended.</summary>
    public void Run(int parts, delegate*<void*, int, int, void> work, void* state)
    {
        if (Threads == 1 || parts <= 1)
        {
            for (int part = 0; part < parts; part++)
            {
                work(state, part, 0);
            }

            return;
        }

        lock (_gate)
        {
            Publish(parts, work, state);
            RunShare(0);
            SpinWait spin = default;
            while (Volatile.Read(ref _pending) != 0)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            ExceptionDispatchInfo? failure = _failure;
            _failure = null;
            failure?.Throw();
        }
    }

    /// <summary>Ends the threads of the team.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
            Publish(0, null, null);
        }

        foreach (Thread thread in _team)
        {
            thread.Join();
        }
    }

    private Thread Start(int index)
    {
        Thread thread = new(() => Loop(index)) { IsBackground = true, Name = $"minitorch-{index}" };
        thread.Start();
        return thread;
    }

    private void Publish(int parts, delegate*<void*, int, int, void> work, void* state)
    {
        _work = work;
        _state = state;
        _parts = parts;
        _pending = Threads - 1;

        // The increment is a full fence: a worker either sees the new epoch or is seen as parked.
        Interlocked.Increment(ref _epoch);
        for (int thread = 1; thread < Threads; thread++)
        {
            if (Interlocked.Exchange(ref _parked[thread * 32], 0) == 1)
            {
                _wake[thread].Release();
            }
        }
    }

    private void Loop(int thread)
    {
        for (int seen = 0; ;)
        {
            Await(thread, seen);
            seen++;
            if (Volatile.Read(ref _stopping))
            {
                return;
            }

            RunShare(thread);
            Interlocked.Decrement(ref _pending);
        }
    }

    private void Await(int thread, int seen)
    {
        long until = Stopwatch.GetTimestamp() + (Stopwatch.Frequency * SpinMicroseconds / 1_000_000);
        while (Volatile.Read(ref _epoch) == seen)
        {
            if (Stopwatch.GetTimestamp() < until)
            {
                Thread.SpinWait(10);
            }
            else
            {
                // Only the epoch tells of work: a publisher that was held up may wake us for the job just done.
                Park(thread, seen);
            }
        }
    }

    private void Park(int thread, int seen)
    {
        ref int parked = ref _parked[thread * 32];
        Interlocked.Exchange(ref parked, 1);
        bool missed = Volatile.Read(ref _epoch) != seen && Interlocked.Exchange(ref parked, 0) == 1;
        if (!missed)
        {
            _wake[thread].Wait();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunShare(int thread)
    {
        try
        {
            for (int part = thread; part < _parts; part += Threads)
            {
                _work(_state, part, thread);
            }
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
        }
    }
}
