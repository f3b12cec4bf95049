using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MiniTorch.Backends.Cpu.Kernels;

namespace MiniTorch.Backends.Cpu;

/// <summary>Stages one after the other on each row, while the row is in the nearest cache.</summary>
internal sealed unsafe class RowStep : Parted
{
    private const int OnStack = 400 << 10, Lanes = 16;

    private readonly RowStage[] stages;
    private readonly BlockProgram[] programs;
    private readonly long rows, n;
    private readonly int bufferBytes, space, values;
    private readonly long numbersAt, framesAt;
    private volatile int fill = BlockProgram.Block;

    public RowStep(RowStage[] stages, long rows, long n, int buffers, int numbers)
    {
        (this.stages, this.rows, this.n) = (stages, rows, n);
        programs = [.. stages.SelectMany(s => new[] { s.Program, s.Numbers?.Program }).OfType<BlockProgram>()];
        bufferBytes = (int)(((n * 4) + 511) / 64 * 64);
        numbersAt = (long)buffers * bufferBytes;
        framesAt = numbersAt + ((long)numbers * BlockProgram.BufferBytes);
        space = (int)framesAt + programs.Sum(p => p.FrameBytes + 64) + 64;
        values = programs.Sum(p => p.Values);
        Parts = PartsFor(rows * n, rows);
    }

    public override void Run(Workers workers)
    {
        // Code reads one vector of a repeated number, an interpreted loop a block.
        fill = Array.TrueForAll(stages, s => s.Program is null or { IsMade: true }) ? 16 : BlockProgram.Block;
        base.Run(workers);
        foreach (var stage in stages) stage.Program?.Worked(rows * n);
    }

    [SkipLocalsInit]
    protected override void Part(int part)
    {
        var heap = space > OnStack ? NativeMemory.AlignedAlloc((nuint)space, 64) : null;
        var stack = stackalloc byte[heap is null ? space : 0];
        var at = stackalloc byte*[values];
        var frame = BlockProgram.Align(heap is null ? stack : (byte*)heap);
        Open(frame, at);
        var (from, until) = Share(rows, part);
        for (var row = from; row < until; row++) Row(frame, at, row, last: row == until - 1);
        NativeMemory.AlignedFree(heap);
    }

    private void Open(byte* frame, byte** at)
    {
        var own = frame + framesAt;
        foreach (var program in programs)
        {
            program.Open(BlockProgram.Align(own), at);
            own += program.FrameBytes + 64;
            at += program.Values;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(byte* frame, byte** at, long row, bool last)
    {
        var own = frame + framesAt;
        foreach (var stage in stages)
        {
            if (stage.Program is { } program)
            {
                Along(stage, program, frame, BlockProgram.Align(own), at, row, last);
                own += program.FrameBytes + 64;
            at += program.Values;
            }
            foreach (var fold in stage.Folds) Fold(fold, frame, row, last);
            if (stage.Numbers is { } numbers)
            {
                Compute(numbers, frame, BlockProgram.Align(own), at, row);
                own += numbers.Program.FrameBytes + 64;
                at += numbers.Program.Values;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fold(RowFold fold, byte* frame, long row, bool last)
    {
        var run = (delegate*<float*, int, float>)fold.Fold;
        var value = fold.Values is { } values ? run((float*)At(values, frame, row, last), (int)n)
            : run((float*)Number(frame, fold.Number), Lanes);
        Loops.Fill((float*)Number(frame, fold.Number), value, fill);
        if (fold.To != 0) ((float*)fold.To)[row] = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Along(RowStage stage, BlockProgram program, byte* frame, byte* own, byte** at, long row, bool last)
    {
        foreach (var fold in stage.Folds)
            if (fold.Values is null) Loops.Fill((float*)(at[fold.Place] = Number(frame, fold.Number)), fold.Neutral, Lanes);
        for (long i = 0, count; i < n; i += count)
        {
            var (start, inner) = ((row * n) + i, program.Inner);
            count = Math.Min(program.Stretch, n - i);
            if (inner >= BlockProgram.LongRow && inner < n) count = Math.Min(count, inner - (start % inner));
            foreach (var x in stage.Locals) at[x.Place] = Local(x, frame, row, i, last);
            foreach (var y in stage.Outs) at[y.Place] = At(y.Values, frame, row, last) + (i * y.Values.Size);
            program.Evaluate(own, at, start, count);
        }
        if (!last) return;
        foreach (var y in stage.Outs)
            if (y.Values is { Memory: not 0 } v)
                Unsafe.CopyBlockUnaligned((byte*)v.Memory + (row * n * v.Size), Buffer(frame, v.Buffer), (uint)(n * v.Size));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Compute(RowNumbers numbers, byte* frame, byte* own, byte** at, long row)
    {
        foreach (var x in numbers.Locals) at[x.Place] = Number(frame, x.Number);
        foreach (var y in numbers.Outs) at[y.Place] = Number(frame, y.Number);
        numbers.Program.Evaluate(own, at, row, 1);
        foreach (var y in numbers.Outs) Spread(y, Number(frame, y.Number), row);
    }

    private void Spread(RowNumber y, byte* number, long row)
    {
        if (y.To != 0) Unsafe.CopyBlockUnaligned((byte*)y.To + (row * y.Size), number, (uint)y.Size);
        if (y.Size == 1) Loops.Fill(number, *number, fill);
        else Loops.Fill((int*)number, *(int*)number, fill);
    }

    private byte* Local(RowLocal x, byte* frame, long row, long i, bool last) =>
        x.Values is { } values ? At(values, frame, row, last) + (i * values.Size) : Number(frame, x.Number);

    /// <summary>
    /// Past the end of a result's row lie the next row's elements, still to be computed; past the part's last row lie another
    /// part's, so that this row goes to memory from its buffer.
    /// </summary>
    private byte* At(RowValues values, byte* frame, long row, bool last) =>
        values.Memory == 0 || (last && values.Buffer >= 0) ? Buffer(frame, values.Buffer) : (byte*)values.Memory + (row * n * values.Size);

    private byte* Buffer(byte* frame, int index) => frame + ((long)index * bufferBytes);

    private byte* Number(byte* frame, int index) => frame + numbersAt + ((long)index * BlockProgram.BufferBytes);
}
