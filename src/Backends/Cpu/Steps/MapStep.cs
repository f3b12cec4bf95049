using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu;

/// <summary>An elementwise body over every element of its result.</summary>
internal sealed unsafe class MapStep : Parted
{
    private const int LongRow = 128;

    private readonly BlockProgram program;
    private readonly byte* to;
    private readonly int size;
    private readonly bool byRows, exact;
    private readonly long units;

    public MapStep(BlockProgram program, byte* to, int size)
    {
        (this.program, this.size) = (program, size);
        this.to = to;
        byRows = !program.IsFlat && program.Inner >= LongRow;
        exact = byRows && program.Inner % 64 != 0;
        units = byRows ? program.Count / program.Inner : (program.Count + BlockProgram.Block - 1) / BlockProgram.Block;
        Parts = PartsFor(program.Count, units);
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
        for (var i = from; i < until; i += BlockProgram.Block)
        {
            at[program.Result] = to + (i * size);
            program.Evaluate(frame, at, i, (int)Math.Min(BlockProgram.Block, until - i));
        }
    }

    private void Rows(byte* frame, byte** at, long from, long until)
    {
        var spare = frame + program.FrameBytes - 64 - BlockProgram.BufferBytes;
        for (var row = from; row < until; row++)
        {
            for (long i = 0; i < program.Inner; i += BlockProgram.Block)
            {
                var n = (int)Math.Min(BlockProgram.Block, program.Inner - i);
                var target = to + (((row * program.Inner) + i) * size);
                var direct = !exact || n == BlockProgram.Block || n * size % 64 == 0 && size == 4;
                at[program.Result] = direct ? target : spare;
                program.Evaluate(frame, at, (row * program.Inner) + i, n);
                if (!direct) Unsafe.CopyBlockUnaligned(target, spare, (uint)(n * size));
            }
        }
    }
}
