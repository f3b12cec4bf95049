using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MiniTorch.Backends.Cpu.Kernels;

namespace MiniTorch.Backends.Cpu;

/// <summary>
/// Stages one after the other on each row, while the row is in the nearest cache: each loop interpreted block by block, or,
/// when the step has worked enough to be worth it, all of them as code over the row.
/// </summary>
internal sealed unsafe class RowStep : Parted, IThreadPoolWorkItem
{
    private const int OnStack = 400 << 10, Lanes = 16 * Folding.Chains;

    private readonly RowStage[] stages;
    private readonly RowProgram[] loops, numbers, reads;
    private readonly RowTold[] tells;
    private readonly RowColumn[] columns;
    private readonly nint sums;
    private readonly (int Place, nint First, long Step)[] moves;
    private readonly (int Place, int Buffer)[] ends, kept;
    private readonly long rows, n;
    private readonly int bufferBytes, space, table, length;
    private readonly long numbersAt, framesAt;
    private volatile BodyLoop? made;
    private int mayMake;
    private long work;

    public RowStep(
        RowStage[] stages, RowColumn[] columns, nint sums, long rows, long n, int buffers, int count, LoopForm form)
    {
        (this.stages, this.columns, this.sums, this.rows, this.n) = (stages, columns, sums, rows, n);
        loops = [.. stages.Select(s => s.Loop).OfType<RowProgram>()];
        numbers = [.. stages.Select(s => s.Numbers).OfType<RowProgram>()];
        reads = [.. loops.Concat(numbers).Where(p => p.Program.Moves(p.Run) is null)];
        tells = [.. stages.SelectMany(s => s.Tells)];
        var along = loops.SelectMany(p => p.Locals.Select(l => (p.Table + l.Place, l.Values))
            .Concat(p.Outs.Select(o => (p.Table + o.Place, o.Values)))).Where(a => a.Values is not null).ToList();
        moves = [.. loops.Concat(numbers).SelectMany(p => p.Program.Moves(p.Run)?.Select(m => m with { Place = p.Table + m.Place }) ?? [])
            .Concat(along.Where(a => a.Values!.Memory != 0).Select(a => (a.Item1, a.Values!.Memory, n * a.Values.Size)))];
        (ends, kept) = ([.. along.Where(a => a.Values!.Memory != 0).Select(a => (a.Item1, a.Values!.Buffer))],
            [.. along.Where(a => a.Values!.Memory == 0).Select(a => (a.Item1, a.Values!.Buffer))]);
        bufferBytes = BufferBytes(n);
        numbersAt = (long)buffers * bufferBytes;
        framesAt = numbersAt + ((long)count * BlockProgram.BufferBytes);
        space = (int)framesAt + loops.Concat(numbers).Sum(p => p.Program.FrameBytes + 64) + 64;
        table = loops.Concat(numbers).Sum(p => p.Program.Values);
        length = loops.Concat(numbers).Sum(p => p.Program.Length);
        Parts = PartsFor(rows * n * Math.Max(1, length), rows);
        var can = form != LoopForm.Interpreted && Generated.Can(stages)
            && loops.Concat(numbers).All(p => p.Program.RunsWhole(p.Run));
        if (can && form == LoopForm.Generated) Execute();
        else mayMake = can ? 1 : 0;
    }

    /// <summary>Bytes of a buffer of n elements, and vectors beyond.</summary>
    public static int BufferBytes(long n) => (int)(((n * 4) + 511) / 64 * 64);

    /// <inheritdoc/>
    public void Execute() => made = Generated.Of(stages, table);

    public override void Run(Workers workers)
    {
        base.Run(workers);
        for (var c = 0; c < columns.Length; c++) AddParts(c);
        if (Volatile.Read(ref mayMake) == 0 || Interlocked.Add(ref work, rows * n * length) < BlockProgram.WorthCode) return;
        if (Interlocked.Exchange(ref mayMake, 0) == 1) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    [SkipLocalsInit]
    protected override void Part(int part)
    {
        var heap = space > OnStack ? NativeMemory.AlignedAlloc((nuint)space, 64) : null;
        var stack = stackalloc byte[heap is null ? space : 0];
        var at = stackalloc byte*[table + tells.Length];
        var frame = BlockProgram.Align(heap is null ? stack : (byte*)heap);
        var code = made;
        foreach (var p in loops) p.Program.Open(Frame(frame, p), at + p.Table);
        foreach (var p in numbers) p.Program.Open(Frame(frame, p), at + p.Table);
        foreach (var (place, buffer) in kept) at[place] = Buffer(frame, buffer);
        for (var i = 0; i < tells.Length; i++) at[table + i] = Number(frame, tells[i].Number);
        foreach (var column in columns) Loops.Fill((float*)Buffer(frame, column.Buffer), 0f, (int)n);
        var (from, until) = Share(rows, part);
        for (var row = from; row < until; row++)
        {
            if (code is null) Interpreted(frame, at, row, last: row == until - 1);
            else Coded(code, frame, at, row, last: row == until - 1);
            foreach (var y in tells) Unsafe.CopyBlockUnaligned((byte*)y.To + (row * y.Size), Number(frame, y.Number), (uint)y.Size);
        }
        LastRow(frame, until - 1);
        for (var c = 0; c < columns.Length; c++)
            Unsafe.CopyBlockUnaligned((void*)Sums(part, c), Buffer(frame, columns[c].Buffer), (uint)bufferBytes);
        NativeMemory.AlignedFree(heap);
    }

    private float* Sums(int part, int column) => (float*)(sums + ((((nint)column * MostParts) + part) * bufferBytes));

    /// <summary>The sums of the parts, in their order.</summary>
    private void AddParts(int column)
    {
        var to = (float*)columns[column].To;
        Loops.Copy<float>(to, Sums(0, column), null, null, (int)n);
        for (var part = 1; part < Parts; part++) Folding.Columns<float, AddF<float>>(to, Sums(part, column), (int)n);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Coded(BodyLoop code, byte* frame, byte** at, long row, bool last)
    {
        foreach (var p in reads)
            p.Program.Locate(Frame(frame, p), at + p.Table, row * p.Run, p.Run, coded: true);
        foreach (var (place, first, step) in moves) at[place] = (byte*)first + (row * step);
        if (last)
            foreach (var (place, buffer) in ends) at[place] = Buffer(frame, buffer);
        code(at, (nint)n);
    }

    private void Interpreted(byte* frame, byte** at, long row, bool last)
    {
        foreach (var stage in stages)
        {
            if (stage.Loop is { } loop) Along(stage, loop, frame, at + loop.Table, row, last);
            foreach (var fold in stage.Folds) Fold(fold, Number(frame, fold.Number));
            if (stage.Numbers is { } computed) Compute(computed, frame, at + computed.Table, row);
        }
    }

    private static void Fold(RowFold fold, byte* number)
    {
        var value = ((delegate*<float*, float>)fold.Fold)((float*)number);
        Loops.Fill((float*)number, value, BlockProgram.Block);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Along(RowStage stage, RowProgram loop, byte* frame, byte** at, long row, bool last)
    {
        var program = loop.Program;
        foreach (var fold in stage.Folds) Loops.Fill((float*)(at[fold.Place] = Number(frame, fold.Number)), fold.Neutral, Lanes);
        for (long i = 0, count; i < n; i += count)
        {
            var (start, inner) = ((row * n) + i, program.Inner);
            count = Math.Min(BlockProgram.Block, n - i);
            if (inner >= BlockProgram.LongRow && inner < n) count = Math.Min(count, inner - (start % inner));
            foreach (var x in loop.Locals) at[x.Place] = Local(x, frame, row, i, last);
            foreach (var y in loop.Outs) at[y.Place] = At(y.Values!, frame, row, last) + (i * y.Size);
            program.Evaluate(Frame(frame, loop), at, start, count);
        }
    }

    private void Compute(RowProgram computed, byte* frame, byte** at, long row)
    {
        foreach (var x in computed.Locals) at[x.Place] = Number(frame, x.Number);
        foreach (var y in computed.Outs) at[y.Place] = Number(frame, y.Number);
        computed.Program.Evaluate(Frame(frame, computed), at, row, 1);
        foreach (var y in computed.Outs) Spread(Number(frame, y.Number), y.Size);
    }

    private static void Spread(byte* number, int size)
    {
        if (size == 1) Loops.Fill(number, *number, BlockProgram.Block);
        else Loops.Fill((int*)number, *(int*)number, BlockProgram.Block);
    }

    private byte* Local(RowLocal x, byte* frame, long row, long i, bool last) =>
        x.Values is { } values ? At(values, frame, row, last) + (i * values.Size) : Number(frame, x.Number);

    /// <summary>
    /// Past the end of a result's row lie the next row's elements, still to be computed; past the part's last row lie another
    /// part's, so that this row goes to memory from its buffer.
    /// </summary>
    private byte* At(RowValues values, byte* frame, long row, bool last) =>
        values.Memory == 0 || (last && values.Buffer >= 0) ? Buffer(frame, values.Buffer) : (byte*)values.Memory + (row * n * values.Size);

    private void LastRow(byte* frame, long row)
    {
        foreach (var loop in loops)
            foreach (var y in loop.Outs)
                if (y.Values is { Memory: not 0 } v)
                    Unsafe.CopyBlockUnaligned((byte*)v.Memory + (row * n * v.Size), Buffer(frame, v.Buffer), (uint)(n * v.Size));
    }

    private byte* Frame(byte* frame, RowProgram p) => frame + framesAt + p.Frame;

    private byte* Buffer(byte* frame, int index) => frame + ((long)index * bufferBytes);

    private byte* Number(byte* frame, int index) => frame + numbersAt + ((long)index * BlockProgram.BufferBytes);
}
