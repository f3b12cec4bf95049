using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>A reduction whose innermost axis goes: each row of the domain becomes one element.</summary>
internal sealed unsafe class RowFoldStep<T, F> : Parted
    where T : unmanaged
    where F : struct, IFold<T>
{
    private const int Splits = FoldPlan.Splits;

    /// <summary>Rows of up to so many elements are folded one element after the other.</summary>
    private const int Few = 12;

    private readonly BlockProgram program;
    private readonly long rows, length;
    private readonly byte* to;
    private readonly ElementKind kind;
    private readonly T* partials;
    private readonly bool split, interleaved;

    public RowFoldStep(BlockProgram program, long rows, long length, byte* to, ElementKind kind, byte* scratch)
    {
        (this.program, this.rows, this.length, this.kind) = (program, rows, length, kind);
        this.to = to;
        partials = (T*)scratch;
        interleaved = program.IsInterleaved && program.Size(0) == rows && FoldPlan.SplitsInterleaved(rows, program.Size(1), length);
        split = !interleaved && FoldPlan.SplitsRows(rows, length);
        Parts = interleaved ? Splits : split ? (int)rows * Splits : PartsFor(rows * length, rows);
    }

    public override void Run(Workers workers)
    {
        base.Run(workers);
        program.Worked(program.Count);
        for (long row = 0; (split || interleaved) && row < rows; row++)
        {
            var value = partials[row];
            for (var i = 1; i < Splits; i++) value = F.Apply(value, partials[(i * rows) + row]);
            Folding.Store(to, kind, row, value);
        }
    }

    [SkipLocalsInit]
    protected override void Part(int part)
    {
        var space = stackalloc byte[program.FrameBytes];
        var at = stackalloc byte*[program.Values];
        var frame = BlockProgram.Align(space);
        program.Open(frame, at);
        if (interleaved) Interleaved(part, partials + (part * rows));
        else if (split) partials[(part % Splits * rows) + (part / Splits)] = Segment(frame, at, part / Splits, part % Splits);
        else if (length is > 0 and <= int.MaxValue && program.IsPlain && program.Inner % length == 0) Plain(Share(rows, part));
        else if (length <= BlockProgram.Block / 2) Short(frame, at, Share(rows, part));
        else Long(frame, at, Share(rows, part));
    }

    private T Segment(byte* frame, byte** at, long row, long index) =>
        Range(frame, at, (row * length) + (length * index / Splits), (row * length) + (length * (index + 1) / Splits));

    /// <summary>All rows of some of the middle axis, in the order of memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Interleaved(int piece, T* to)
    {
        var (middle, inner) = (program.Size(1), (int)program.Inner);
        new Span<T>(to, (int)rows).Fill(F.Identity);
        for (var j = middle * piece / Splits; j < middle * (piece + 1) / Splits; j++)
            for (long row = 0; row < rows; row++)
                to[row] = F.Apply(to[row], Folding.Row<T, F>((T*)program.Place((((row * middle) + j) * inner)), inner));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Plain((long From, long To) share)
    {
        if (program.IsFlat && length <= Few)
        {
            Folding.Rows<T, F>((T*)program.Place(share.From * length), length, share.To - share.From, to, kind, share.From);
            return;
        }
        for (var row = share.From; row < share.To; row++)
            Folding.Store(to, kind, row, Folding.Row<T, F>((T*)program.Place(row * length), (int)length));
    }

    private void Long(byte* frame, byte** at, (long From, long To) share)
    {
        for (var row = share.From; row < share.To; row++)
            Folding.Store(to, kind, row, Range(frame, at, row * length, (row + 1) * length));
    }

    private void Short(byte* frame, byte** at, (long From, long To) share)
    {
        if (length == 0)
        {
            for (var row = share.From; row < share.To; row++) Folding.Store(to, kind, row, F.Identity);
            return;
        }
        var group = BlockProgram.Block / length;
        for (var row = share.From; row < share.To; row += group)
        {
            var n = Math.Min(group, share.To - row);
            program.Evaluate(frame, at, row * length, (int)(n * length));
            var x = (T*)at[program.Result];
            for (long i = 0; i < n; i++) Folding.Store(to, kind, row + i, Folding.Row<T, F>(x + (i * length), (int)length));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private T Range(byte* frame, byte** at, long from, long until)
    {
        var sums = stackalloc Vector512<T>[4];
        Folding.Clear<T, F>(sums);
        for (var i = from; i < until;)
        {
            var n = (int)Math.Min(Math.Min(program.Reach, until - i), 1 << 20);
            if (program.Inner >= BlockProgram.LongRow) n = (int)Math.Min(n, program.Inner - (i % program.Inner));
            if (!program.IsPlain) program.Evaluate(frame, at, i, n);
            Folding.Into<T, F>(sums, (T*)(program.IsPlain ? program.Place(i) : at[program.Result]), n);
            i += n;
        }
        return Folding.Finish<T, F>(sums);
    }
}
