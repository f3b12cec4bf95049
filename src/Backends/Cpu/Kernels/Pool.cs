using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Threads that wait for shares of jobs: fork and join by spinning, then by parking.</summary>
/// <remarks>
/// A thread and who forks meet in one word, <see cref="Slot.State"/>, that both change by atomic exchanges alone, so there is
/// no order of two variables to get wrong. A share that its thread has not begun when the others are done is taken back.
/// One job runs at a time; who comes second is told so. Law: a share runs once, and a join returns after all have run.
/// </remarks>
internal sealed unsafe class Pool : IDisposable
{
    /// <summary>How often a thread looks without a pause, about fifty microseconds.</summary>
    private const int Looks = 1500;

    /// <summary>
    /// So many times as often in all, yielding in between, about a millisecond and a half, before it parks: to wake takes a tenth
    /// of a millisecond and more, longer than many a share, and may find both threads on one processor until the system parts them.
    /// </summary>
    private const int Patience = 3;

    private const int Line = 128;

    private readonly Lock _growing = new();
    private readonly int _looks;
    private readonly int* _busy = (int*)NativeMemory.AlignedAlloc(Line, Line);
    private readonly SemaphoreSlim _joined = new(0);
    private Member[] _members = [];
    private ExceptionDispatchInfo? _failure;

    /// <summary>An empty pool whose threads look so often without a pause.</summary>
    public Pool(int looks = Looks)
    {
        _looks = looks;
        *_busy = 0;
    }

    /// <summary>The pool of the process; its threads live as long as the process does.</summary>
    public static Pool Shared { get; } = new();

    /// <summary>Sees to it that jobs of so many threads, the caller included, can run.</summary>
    public void Grow(int threads)
    {
        lock (_growing)
        {
            _members = [.. _members, .. Enumerable.Range(_members.Length, Math.Max(0, threads - 1 - _members.Length))
                .Select(i => new Member(this, i + 1))];
        }
    }

    /// <summary>Runs a job with thread t on the parts from <c>parts t / threads</c>; false when another job is running.</summary>
    public bool TryRun(int threads, int parts, delegate*<void*, int, int, void> work, void* state)
    {
        if (Volatile.Read(ref *_busy) != 0 || Interlocked.Exchange(ref *_busy, 1) != 0) return false;
        ReadOnlySpan<Member> team = _members.AsSpan(0, Math.Min(threads, parts) - 1);
        Job job = new() { Work = work, State = state, Parts = parts, Threads = team.Length + 1 };
        foreach (Member member in team) member.Fork(job);
        Share(job, 0);
        foreach (Member member in team) member.TakeBack(job);
        foreach (Member member in team) member.Join(_joined);
        ExceptionDispatchInfo? failure = _failure;
        // All threads read what lies beside it, so it is stored only where that changes something.
        if (failure is not null) _failure = null;
        Volatile.Write(ref *_busy, 0);
        failure?.Throw();
        return true;
    }

    /// <summary>Ends the threads; no job may be running.</summary>
    public void Dispose()
    {
        foreach (Member member in _members) member.Dispose();
        _members = [];
    }

    /// <summary>Lets a moment pass before the next look; false when there have been enough.</summary>
    private bool MayLook(int look)
    {
        if (look < _looks) Thread.SpinWait(1);
        else if (look < Patience * _looks) Thread.Yield();
        else return false;
        return true;
    }

    private void Share(in Job job, int thread)
    {
        try
        {
            int last = (int)((long)job.Parts * (thread + 1) / job.Threads);
            for (int part = (int)((long)job.Parts * thread / job.Threads); part < last; part++)
            {
                job.Work(job.State, part, thread);
            }
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
        }
    }

    private struct Job
    {
        public delegate*<void*, int, int, void> Work;
        public void* State;
        public int Parts, Threads;
    }

    /// <summary>What a thread and who forks share: one cache line, and the one that is fetched beside it.</summary>
    [StructLayout(LayoutKind.Sequential, Size = Line)]
    private struct Slot
    {
        public int State;
        public Job Job;
    }

    /// <summary>The states of a slot.</summary>
    private static class Is
    {
        public const int Idle = 0, Ready = 1, Taken = 2, Awaited = 3, Parked = 4, Ended = 5;
    }

    /// <summary>One thread and its slot.</summary>
    private sealed class Member : IDisposable
    {
        private readonly Pool _pool;
        private readonly int _thread;
        private readonly Slot* _slot = (Slot*)NativeMemory.AlignedAlloc(Line, Line);
        private readonly SemaphoreSlim _wake = new(0);
        private readonly Thread _body;
        private volatile int _number;
        private int _left = -1;

        public Member(Pool pool, int thread)
        {
            (_pool, _thread, _slot->State) = (pool, thread, Is.Idle);
            _body = new(Live) { IsBackground = true, Name = $"minitorch-{thread}" };
            _body.Start();
        }

        /// <summary>Idle or Parked → Ready.</summary>
        public void Fork(in Job job)
        {
            _slot->Job = job;
            if (Interlocked.Exchange(ref _slot->State, Is.Ready) != Is.Parked) return;
            Part();
            _wake.Release();
        }

        /// <summary>Ready → Idle, and the share is run here.</summary>
        public void TakeBack(in Job job)
        {
            if (Volatile.Read(ref _slot->State) != Is.Ready || !Swap(Is.Ready, Is.Idle)) return;
            Part();
            _pool.Share(job, _thread);
        }

        /// <summary>Waits while Taken, by Taken → Awaited where that takes long; a thread without a share may have parked.</summary>
        public void Join(SemaphoreSlim joined)
        {
            for (int look = 0; Volatile.Read(ref _slot->State) is Is.Taken or Is.Awaited; look++)
            {
                if (!_pool.MayLook(look) && Swap(Is.Taken, Is.Awaited)) joined.Wait();
            }
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _slot->State, Is.Ended) == Is.Parked) _wake.Release();
            _body.Join();
            NativeMemory.AlignedFree(_slot);
        }

        /// <summary>Keeps the thread off the processor of who forks, for which it might wait while another one has nothing to do.</summary>
        private void Part()
        {
            int here = Processors.Here;
            if (here == _left || _number == 0) return;
            _left = here;
            Processors.Leave(_number, here);
        }

        private bool Swap(int from, int to) => Interlocked.CompareExchange(ref _slot->State, to, from) == from;

        private void Live()
        {
            _number = Processors.Thread;
            while (Await())
            {
                _pool.Share(_slot->Job, _thread);
                if (Interlocked.Exchange(ref _slot->State, Is.Idle) == Is.Awaited) _pool._joined.Release();
            }
        }

        /// <summary>Ready → Taken, by Idle → Parked where that takes long; false at the end.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private bool Await()
        {
            for (int look = 0; ; look++)
            {
                int state = Volatile.Read(ref _slot->State);
                if (state == Is.Ended) return false;
                if (state == Is.Ready && Swap(Is.Ready, Is.Taken)) return true;
                if (!_pool.MayLook(look) && Swap(Is.Idle, Is.Parked))
                {
                    _wake.Wait();
                    look = 0;
                }
            }
        }
    }
}
