using System.Runtime.CompilerServices;
using MiniTorch.Backends.Cpu.Kernels;

namespace MiniTorch.Backends.Cpu;

/// <summary>The elementwise end of a step: reads what the kernel stored, and stores the step's result.</summary>
internal sealed unsafe class Epilogue(BlockProgram program, byte* to, int size) : Finish
{
    private const int LongRow = 128;

    private readonly BlockProgram program = program;
    private readonly byte* to = to;
    private readonly int size = size;
    private readonly MapStep whole = new(program, to, size);

    /// <summary>Finishes the whole result at once, for kernels that do not tell of stretches.</summary>
    public void Sweep(Workers workers) => whole.Run(workers);

    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Done(long first, long count)
    {
        var space = stackalloc byte[program.FrameBytes];
        var at = stackalloc byte*[program.Values];
        var frame = BlockProgram.Align(space);
        program.Open(frame, at);
        var spare = frame + program.FrameBytes - 64 - BlockProgram.BufferBytes;
        for (var (i, end) = (first, first + count); i < end;)
        {
            var n = (int)Math.Min(BlockProgram.Block, end - i);
            if (program.Inner >= LongRow) n = (int)Math.Min(n, program.Inner - (i % program.Inner));
            // Beyond whole vectors lie elements that are not final yet.
            var exact = n * size % 64 == 0;
            at[program.Result] = exact ? to + (i * size) : spare;
            program.Evaluate(frame, at, i, n);
            if (!exact) Unsafe.CopyBlockUnaligned(to + (i * size), spare, (uint)(n * size));
            i += n;
        }
        program.Worked(count);
    }
}
