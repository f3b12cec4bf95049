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
    private const int Splits = FoldPlan.Splits, Ways = Folding.Ways;

    private readonly BlockProgram program;
    private readonly long rows, outer, length;
    private readonly byte* to;
    private readonly ElementKind kind;
    private readonly T* partials;
    private readonly bool split, pieces;

    public RowFoldStep(BlockProgram program, long rows, long outer, long length, byte* to, ElementKind kind, byte* scratch)
    {
        (this.program, this.rows, this.outer, this.length, this.kind) = (program, rows, outer, length, kind);
        this.to = to;
        partials = (T*)scratch;
        pieces = FoldPlan.SplitsOuter(rows, outer, length);
        split = !pieces && FoldPlan.SplitsRows(rows, length);
        Parts = pieces ? Splits : split ? (int)rows * Splits : PartsFor(rows * length, rows);
    }

    public override void Run(Workers workers)
    {
        base.Run(workers);
        program.Worked(program.Count);
        if (split || pieces) Folding.Pieces<T, F>(partials, rows, to, kind);
    }

    [SkipLocalsInit]
    protected override void Part(int part)
    {
        var space = stackalloc byte[program.FrameBytes];
        var at = stackalloc byte*[program.Values];
        var frame = BlockProgram.Align(space);
        program.Open(frame, at);
        if (pieces) Piece(frame, at, part, partials + (part * rows));
        else if (split) partials[(part % Splits * rows) + (part / Splits)] = Segment(frame, at, part / Splits, part % Splits);
        else if (length is > 0 and <= int.MaxValue && program.IsPlain && program.Inner % length == 0) Plain(Share(rows, part));
        else if (length <= BlockProgram.Block / 2) Short(frame, at, Share(rows, part));
        else Long(frame, at, Share(rows, part));
    }

    private T Segment(byte* frame, byte** at, long row, long index) =>
        Range(frame, at, (row * length) + (length * index / Splits), (row * length) + (length * (index + 1) / Splits));

    /// <summary>All rows of some of the outer reduced axes: where the operand is row-major, in the order of memory.</summary>
    private void Piece(byte* frame, byte** at, int piece, T* to)
    {
        long inner = length / outer, from = outer * piece / Splits, until = outer * (piece + 1) / Splits;
        new Span<T>(to, (int)rows).Fill(F.Identity);
        if (program.IsPlain && program.Outer == rows && program.Inner % inner == 0 && inner <= int.MaxValue)
            from = Together(from, until, (int)inner, to);
        for (int several; from < until; from += several)
        {
            several = until - from < Ways ? 1 : Ways;
            for (long row = 0; row < rows; row++)
                to[row] = F.Apply(to[row], Places(frame, at, ((row * outer) + from) * inner, inner, several));
        }
    }

    /// <summary>Ways places of the outer axes at once, as long as there are as many; where it has come to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long Together(long from, long until, int inner, T* to)
    {
        var pitch = program.Place(outer * inner) - program.Place(0);
        for (; from + Ways <= until; from += Ways)
        {
            byte* x = program.Place(from * inner), y = program.Place((from + 1) * inner);
            byte* z = program.Place((from + 2) * inner), w = program.Place((from + 3) * inner);
            for (long row = 0; row < rows; row++, x += pitch, y += pitch, z += pitch, w += pitch)
                to[row] = F.Apply(to[row], Folding.RowsTogether<T, F>((T*)x, (T*)y, (T*)z, (T*)w, inner));
        }
        return from;
    }

    /// <summary>One row of one place of the outer axes, or of as many as go together, in their order.</summary>
    private T Places(byte* frame, byte** at, long start, long inner, int several)
    {
        var x = Lanes(frame, at, start, start + inner);
        if (several == 1) return Folding.Across<T, F>(x);
        var y = Lanes(frame, at, start + inner, start + (2 * inner));
        var z = Lanes(frame, at, start + (2 * inner), start + (3 * inner));
        var w = Lanes(frame, at, start + (3 * inner), start + (4 * inner));
        return Folding.Across<T, F>(F.Apply(F.Apply(x, y), F.Apply(z, w)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Plain((long From, long To) share)
    {
        if (program.IsFlat)
        {
            Folding.Rows<T, F>((T*)program.Place(share.From * length), (int)length, share.To - share.From, to, kind, share.From);
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
            Folding.Rows<T, F>((T*)at[program.Result], (int)length, n, to, kind, row);
        }
    }

    private T Range(byte* frame, byte** at, long from, long until) => Folding.Across<T, F>(Lanes(frame, at, from, until));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector512<T> Lanes(byte* frame, byte** at, long from, long until)
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
        return Folding.Joined<T, F>(sums);
    }
}
