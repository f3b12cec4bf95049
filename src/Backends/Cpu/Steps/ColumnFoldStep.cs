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

    private readonly BlockProgram program;
    private readonly long outer, length, columns, chunks;
    private readonly byte* to;
    private readonly ElementKind kind;
    private readonly T* partials;
    private readonly bool split;

    public ColumnFoldStep(
        BlockProgram program, long outer, long length, long columns, byte* to, ElementKind kind, byte* scratch)
    {
        (this.program, this.outer, this.length, this.columns) = (program, outer, length, columns);
        this.to = to;
        this.kind = kind;
        partials = (T*)scratch;
        chunks = FoldPlan.Chunks(columns);
        split = FoldPlan.SplitsColumns(outer * chunks, length, outer * length * columns);
        Parts = split ? (int)(outer * chunks) * Splits : PartsFor(outer * length * columns, outer * chunks);
    }

    public override void Run(Workers workers)
    {
        base.Run(workers);
        program.Worked(program.Count);
        if (!split) return;
        var results = outer * columns;
        for (long i = 0; i < results; i++)
        {
            var value = partials[i];
            for (var piece = 1; piece < Splits; piece++) value = F.Apply(value, partials[(piece * results) + i]);
            Folding.Store(to, kind, i, value);
        }
    }

    [SkipLocalsInit]
    protected override void Part(int part)
    {
        var space = stackalloc byte[program.FrameBytes];
        var at = stackalloc byte*[program.Values];
        var sums = stackalloc T[Block + 128];
        var frame = BlockProgram.Align(space);
        program.Open(frame, at);
        if (split)
        {
            var (unit, piece) = (part / Splits, part % Splits);
            var target = partials + (piece * outer * columns);
            Unit(frame, at, sums, unit, length * piece / Splits, length * (piece + 1) / Splits, (byte*)target, ElementKind.F32);
            return;
        }
        var (from, until) = Share(outer * chunks, part);
        for (var unit = from; unit < until; unit++) Unit(frame, at, sums, unit, 0, length, to, kind);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Unit(byte* frame, byte** at, T* sums, long unit, long from, long until, byte* target, ElementKind stored)
    {
        var (o, column) = (unit / chunks, unit % chunks * Block);
        var n = (int)Math.Min(Block, columns - column);
        Loops.Fill(sums, F.Identity, n);
        var start = (((o * length) + from) * columns) + column;
        if (program.IsPlain && program.Inner % columns == 0) Plain(sums, start, until - from, n);
        else
            for (var row = from; row < until; row++, start += columns)
            {
                program.Evaluate(frame, at, start, n);
                Folding.Columns<T, F>(sums, (T*)at[program.Result], n);
            }
        var first = (o * columns) + column;
        for (var i = 0; i < n; i++) Folding.Store(target, stored, first + i, sums[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Plain(T* sums, long start, long rows, int n)
    {
        const int Together = Folding.Together;
        var at = stackalloc T*[Together];
        for (; rows >= Together; rows -= Together)
        {
            for (var i = 0; i < Together; i++, start += columns) at[i] = (T*)program.Place(start);
            Folding.ColumnsTogether<T, F>(sums, at, n);
        }
        for (; rows > 0; rows--, start += columns) Folding.Columns<T, F>(sums, (T*)program.Place(start), n);
    }
}
