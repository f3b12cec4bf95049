using System.Runtime.CompilerServices;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>A reduction that keeps the innermost axis: [outer, length, columns] becomes [outer, columns].</summary>
internal sealed unsafe class ColumnFoldStep<T, F> : Parted
    where T : unmanaged
    where F : struct, IFold<T>
{
    private const int Block = BlockProgram.Block;
    private const int Splits = FoldPlan.Splits;

    /// <summary>Blocks of columns that are folded together where they need no frame: the longer a row is read, the better.</summary>
    private const int Several = 4;

    private readonly BlockProgram program;
    private readonly long outer, length, columns, chunks;
    private readonly byte* to;
    private readonly ElementKind kind;
    private readonly T* partials;
    private readonly bool split, inPlace;

    public ColumnFoldStep(
        BlockProgram program, long outer, long length, long columns, byte* to, ElementKind kind, byte* scratch)
    {
        (this.program, this.outer, this.length, this.columns) = (program, outer, length, columns);
        this.to = to;
        this.kind = kind;
        partials = (T*)scratch;
        inPlace = columns > 0 && program.IsPlain && program.Inner % columns == 0;
        chunks = FoldPlan.Chunks(columns);
        split = FoldPlan.SplitsColumns(outer * chunks, length, outer * length * columns);
        Parts = split ? (int)(outer * chunks) * Splits : PartsFor(outer * length * columns, outer * chunks);
    }

    public override void Run(Workers workers)
    {
        base.Run(workers);
        program.Worked(program.Count);
        if (split) Folding.Pieces<T, F>(partials, outer * columns, to, kind);
    }

    [SkipLocalsInit]
    protected override void Part(int part)
    {
        var space = stackalloc byte[program.FrameBytes];
        var at = stackalloc byte*[program.Values];
        var sums = stackalloc T[(Block * Several) + 128];
        var frame = BlockProgram.Align(space);
        program.Open(frame, at);
        if (split)
        {
            var (unit, piece) = (part / Splits, part % Splits);
            var target = partials + (piece * outer * columns);
            Unit(frame, at, sums, unit, 1, length * piece / Splits, length * (piece + 1) / Splits, (byte*)target, ElementKind.F32);
            return;
        }
        var (from, until) = Share(outer * chunks, part);
        for (long unit = from, several; unit < until; unit += several)
        {
            several = inPlace ? Math.Min(Math.Min(Several, until - unit), chunks - (unit % chunks)) : 1;
            Unit(frame, at, sums, unit, several, 0, length, to, kind);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Unit(byte* frame, byte** at, T* sums, long unit, long several, long from, long until, byte* target, ElementKind stored)
    {
        var (o, column) = (unit / chunks, unit % chunks * Block);
        var side = Together(until - from);
        var n = (int)Math.Min(Block * several, (columns * side) - column);
        Loops.Fill(sums, F.Identity, n);
        var (start, rows, rest) = ((((o * length) + from) * columns) + column, (until - from) / side, (until - from) % side);
        if (inPlace && (program.IsFlat || side == 1)) Plain(sums, start, rows, columns * side, n);
        else
            for (var row = 0L; row < rows; row++)
            {
                program.Evaluate(frame, at, start + (row * columns * side), n);
                Folding.Columns<T, F>(sums, (T*)at[program.Result], n);
            }
        if (rest > 0)
        {
            program.Evaluate(frame, at, start + (rows * columns * side), rest * columns);
            Folding.Exactly<T, F>(sums, (T*)at[program.Result], (int)(rest * columns));
        }
        for (var half = side / 2; side > 1; side -= half, half = side / 2)
            Folding.Exactly<T, F>(sums, sums + ((side - half) * columns), (int)(half * columns));
        Folding.Store(target, stored, (o * columns) + column, sums, (int)Math.Min(n, columns));
    }

    /// <summary>Rows of few columns that are folded side by side, as one row of a block, before they are folded together.</summary>
    private long Together(long rows) =>
        FoldPlan.SideBySide(outer * length, columns) ? Math.Min(Block / columns, Math.Max(1, rows)) : 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Plain(T* sums, long start, long rows, long pitch, int n)
    {
        const int Together = Folding.Together;
        var at = stackalloc T*[Together];
        for (; rows >= Together; rows -= Together)
        {
            var x = (T*)program.Place(start);
            for (var i = 0; i < Together; i++, start += pitch) at[i] = program.IsFlat ? x + (i * pitch) : (T*)program.Place(start);
            Folding.ColumnsTogether<T, F>(sums, at, n);
        }
        for (; rows > 0; rows--, start += pitch) Folding.Columns<T, F>(sums, (T*)program.Place(start), n);
    }
}
