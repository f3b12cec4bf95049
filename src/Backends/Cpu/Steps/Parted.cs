using System.Runtime.CompilerServices;
using MiniTorch.Backends.Cpu.Kernels;

namespace MiniTorch.Backends.Cpu;

/// <summary>A step made ready: addresses resolved, algorithm chosen.</summary>
internal interface IStep
{
    /// <summary>Runs it.</summary>
    void Run(Workers workers);
}

/// <summary>A step cut into parts by its sizes alone, so that the number of threads changes no bit.</summary>
internal abstract unsafe class Parted : IStep
{
    /// <summary>Work below this many elements stays on one thread.</summary>
    public const long Small = 32768;

    /// <summary>The most parts of a step that does not choose them by itself.</summary>
    public const int MostParts = 16;

    // where all threads find this step: stored once, it stays in the cache of each
    private Parted[] self = [];

    /// <summary>How many parts there are.</summary>
    protected int Parts { get; init; } = 1;

    /// <inheritdoc/>
    public virtual void Run(Workers workers)
    {
        if (Parts == 1 || workers.Threads == 1)
        {
            for (var part = 0; part < Parts; part++) Part(part);
            return;
        }
        Run(workers, Parts);
    }

    /// <summary>Has so many parts computed by the threads.</summary>
    protected void Run(Workers workers, int parts)
    {
        if (self.Length == 0)
        {
            self = GC.AllocateArray<Parted>(1, pinned: true);
            self[0] = this;
        }
        workers.Run(parts, &Call, Unsafe.AsPointer(ref self[0]));
    }

    /// <summary>Computes one part.</summary>
    protected abstract void Part(int part);

    /// <summary>How many parts a number of units is worth.</summary>
    protected static int PartsFor(long elements, long units) => elements < Small ? 1 : (int)Math.Clamp(units, 1, MostParts);

    /// <summary>The units of a part.</summary>
    protected (long From, long To) Share(long units, int part) => (units * part / Parts, units * (part + 1) / Parts);

    private static void Call(void* state, int part, int thread) => Unsafe.AsRef<Parted>(state).Part(part);
}
