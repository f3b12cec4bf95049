using System.Runtime.CompilerServices;
using MiniTorch.Backends.Cpu.Kernels;

namespace MiniTorch.Backends.Cpu;

/// <summary>The elementwise end of a step: reads what the kernel stored, and stores the step's result.</summary>
internal sealed unsafe class Epilogue(Targets targets) : Finish
{
    private readonly Targets targets = targets;
    private readonly BlockProgram program = targets.Program;
    private readonly MapStep whole = new([targets]);

    /// <summary>Finishes the whole result at once, for kernels that do not tell of stretches.</summary>
    public void Sweep(Workers workers) => whole.Run(workers);

    /// <inheritdoc/>
    public override void Done(long first, long count) => Done(first, count, 1, 0);

    /// <inheritdoc/>
    public override void Done(long first, long count, float* at) => Done(first, count, 1, 0, at);

    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Done(long first, long count, int stretches, long step, float* from = null, long pitch = 0)
    {
        var space = stackalloc byte[program.FrameBytes];
        var at = stackalloc byte*[program.Values];
        var frame = BlockProgram.Align(space);
        program.Open(frame, at);
        program.Worked(count * stretches);
        if (stretches > 1 && count % targets.Whole == 0 && program.GoesOn(first, count, step))
        {
            targets.Into(frame, at, first, count, stretches, step, (byte*)(from - first), pitch);
            return;
        }
        for (; stretches > 0; stretches--, first += step, from += pitch)
            Done(frame, at, first, count, from is null ? null : (byte*)(from - first));
    }

    private void Done(byte* frame, byte** at, long first, long count, byte* home)
    {
        var whole = targets.Whole;
        for (var (i, end, stretch) = (first, first + count, program.Stretch); i < end;)
        {
            var n = Math.Min(stretch, end - i);
            if (program.Inner >= BlockProgram.LongRow) n = Math.Min(n, program.Inner - (i % program.Inner));
            // Beyond whole vectors lie elements that are not final yet.
            if (n >= whole) n -= n % whole;
            if (n < whole) targets.Exactly(frame, at, i, n, home);
            else targets.Into(frame, at, i, n, home);
            i += n;
        }
    }
}
