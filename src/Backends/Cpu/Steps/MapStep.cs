using System.Runtime.CompilerServices;
using MiniTorch.Backends.Cpu.Kernels;

namespace MiniTorch.Backends.Cpu;

/// <summary>An elementwise body over every element of its result.</summary>
internal sealed unsafe class MapStep : Parted
{
    private readonly Targets targets;
    private readonly BlockProgram program;
    private readonly bool byRows, exact;
    private readonly long units;

    public MapStep(Targets targets)
    {
        (this.targets, program) = (targets, targets.Program);
        byRows = !program.IsFlat && program.Inner >= BlockProgram.LongRow;
        exact = byRows && !Targets.IsWhole(program.Inner);
        units = byRows ? program.Count / program.Inner : (program.Count + BlockProgram.Block - 1) / BlockProgram.Block;
        Parts = PartsFor(program.Count, units);
    }

    public override void Run(Workers workers)
    {
        base.Run(workers);
        program.Worked(program.Count);
    }

    [SkipLocalsInit]
    protected override void Part(int part)
    {
        if (program.Count == 0) return;
        var space = stackalloc byte[program.FrameBytes];
        var at = stackalloc byte*[program.Values];
        var frame = BlockProgram.Align(space);
        program.Open(frame, at);
        var (from, until) = Share(units, part);
        if (byRows) Rows(frame, at, from, until);
        else Flat(frame, at, from * BlockProgram.Block, Math.Min(until * BlockProgram.Block, program.Count));
    }

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
