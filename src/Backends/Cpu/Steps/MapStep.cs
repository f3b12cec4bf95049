using System.Runtime.CompilerServices;
using MiniTorch.Backends.Cpu.Kernels;

namespace MiniTorch.Backends.Cpu;

/// <summary>Elementwise bodies over every element of their results: one, or several that need nothing of each other.</summary>
/// <remarks>Parts are equal shares of the elements of all loops in a row, one a thread: an element is the same bits in any share.</remarks>
internal sealed unsafe class MapStep : Parted
{
    /// <summary>Elements that are worth a part of their own: to ready its frame takes as long as a few hundred.</summary>
    private const long Enough = 16384;

    private readonly MapLoop[] loops;
    private readonly long[] begins;
    private int shares = 1;

    public MapStep(Targets[] targets)
    {
        loops = [.. targets.Select(t => new MapLoop(t))];
        begins = new long[loops.Length + 1];
        for (var i = 0; i < loops.Length; i++) begins[i + 1] = begins[i] + loops[i].Count;
        Parts = (int)Math.Min(begins[^1] / Enough, PartsFor(begins[^1], loops.Sum(l => l.Units)));
    }

    public override void Run(Workers workers)
    {
        var wanted = Math.Min(workers.Threads, Parts);
        if (shares != wanted) shares = wanted;  // what is stored every time would come from this thread's cache every time
        if (shares <= 1) Compute(0, begins[^1]);
        else Run(workers, shares);
        foreach (var loop in loops) loop.Worked();
    }

    protected override void Part(int part) => Compute(begins[^1] * part / shares, begins[^1] * (part + 1) / shares);

    private void Compute(long from, long until)
    {
        for (var i = 0; i < loops.Length; i++)
            if (loops[i].Count > 0 && begins[i] < until && from < begins[i + 1]) loops[i].Run(from - begins[i], until - begins[i]);
    }
}

/// <summary>One loop of a step.</summary>
internal sealed unsafe class MapLoop
{
    private readonly Targets targets;
    private readonly BlockProgram program;
    private readonly bool byRows, exact;

    public MapLoop(Targets targets)
    {
        (this.targets, program) = (targets, targets.Program);
        byRows = !program.IsFlat && program.Inner >= BlockProgram.LongRow;
        exact = byRows && program.Inner % targets.Whole != 0;
        Units = byRows ? program.Count / program.Inner : (program.Count + BlockProgram.Block - 1) / BlockProgram.Block;
    }

    /// <summary>Elements.</summary>
    public long Count => program.Count;

    /// <summary>What a part has whole: rows, or blocks.</summary>
    public long Units { get; }

    /// <summary>Tells the program that a run has ended.</summary>
    public void Worked() => program.Worked(Count);

    /// <summary>Computes the units that begin among some elements; these may reach beyond the loop's.</summary>
    [SkipLocalsInit]
    public void Run(long first, long end)
    {
        var (from, until) = (Unit(first), Unit(end));
        if (from == until) return;
        var space = stackalloc byte[program.FrameBytes];
        var at = stackalloc byte*[program.Values];
        var frame = BlockProgram.Align(space);
        program.Open(frame, at);
        if (byRows && !exact && program.GoesByRows)
        {
            while (from < until) from = program.Rows(at, targets.Results, from, until);
        }
        else if (byRows) Rows(frame, at, from, until);
        else Flat(frame, at, from * BlockProgram.Block, Math.Min(until * BlockProgram.Block, Count));
    }

    private long Unit(long element) => Units * Math.Clamp(element, 0, Count) / Count;

    private void Flat(byte* frame, byte** at, long from, long until)
    {
        for (long i = from, stretch = program.Stretch; i < until; i += stretch)
            targets.Into(frame, at, i, Math.Min(stretch, until - i));
    }

    private void Rows(byte* frame, byte** at, long from, long until)
    {
        var stretch = program.Stretch;
        for (var row = from; row < until; row++)
        {
            for (long i = 0, n; i < program.Inner; i += n)
            {
                n = Math.Min(stretch, program.Inner - i);
                if (exact && n > 63) n &= ~63L;
                if (exact && n < 64) targets.Exactly(frame, at, (row * program.Inner) + i, n);
                else targets.Into(frame, at, (row * program.Inner) + i, n);
            }
        }
    }
}
