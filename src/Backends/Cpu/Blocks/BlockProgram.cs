using System.Runtime.CompilerServices;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>One instruction: a loop over a block whose operands are places in the table of addresses.</summary>
internal readonly unsafe struct Instruction(nint loop, int to, int a, int b, int c)
{
    public readonly delegate*<void*, void*, void*, void*, int, void> Loop =
        (delegate*<void*, void*, void*, void*, int, void>)loop;
    public readonly int To = to, A = a, B = b, C = c;

    public Instruction WithTo(int place) => new((nint)Loop, place, A, B, C);
}

/// <summary>
/// Elementwise code over a domain: runs of up to <see cref="Block"/> elements go through every instruction while they are in
/// the nearest cache. A thread gives it a frame of working memory and a table of addresses.
/// </summary>
internal sealed unsafe class BlockProgram : IThreadPoolWorkItem
{
    /// <summary>Elements at a time.</summary>
    public const int Block = 512;

    /// <summary>A buffer holds a block of the widest elements and a vector beyond.</summary>
    public const int BufferBytes = (Block * 8) + 128;

    /// <summary>Rows of this many elements are walked one by one.</summary>
    public const int LongRow = 128;

    /// <summary>Instructions over elements whose time is about that of making code.</summary>
    public const long WorthCode = 1 << 24;

    private readonly long[] sizes;
    private readonly Load[] splats, moving, dense, repeated, gathered, whole, rows;
    private readonly Body body;
    private readonly Instruction[] code;
    private readonly (int Value, int Buffer)[] registers;
    private volatile BodyLoop? made;
    private int mayMake;
    private long work;

    public BlockProgram(
        long[] sizes, Load[] loads, Instruction[] code, (int Value, int Buffer)[] registers, int buffers, int[] results,
        Body body, LoopForm form)
    {
        (this.sizes, this.code, this.registers, this.body, Results) = (sizes, code, registers, body, results);
        Load[] placed = [.. loads.Where(l => !l.IsLocal)];
        moving = [.. placed.Where(l => !l.IsSplat)];
        splats = [.. placed.Where(l => l.IsSplat)];
        dense = [.. moving.Where(l => l.IsDense)];
        whole = [.. dense.Where(l => l.IsWhole(sizes))];
        rows = [.. dense.Except(whole)];
        repeated = [.. moving.Where(l => l.RepeatsRows(sizes))];
        gathered = [.. moving.Where(l => !l.IsDense && !l.RepeatsRows(sizes))];
        Values = loads.Length + registers.Length + body.Stores.Length + body.Folds.Length;
        SpareOffset = buffers * BufferBytes;
        FrameBytes = SpareOffset + (results.Length * BufferBytes) + 64;
        Count = sizes.Aggregate(1L, (p, n) => p * n);
        var can = form != LoopForm.Interpreted && Generated.Can(body);
        if (can && form == LoopForm.Generated) Execute();
        else mayMake = can ? 1 : 0;
    }

    /// <summary>Places in the table of addresses.</summary>
    public int Values { get; }

    /// <summary>The places of the operands that lie where the caller says.</summary>
    public required IReadOnlyDictionary<Expr, int> Locals { get; init; }

    /// <summary>The places of the results.</summary>
    public int[] Results { get; }

    /// <summary>What code is made of.</summary>
    public Body Body => body;

    /// <summary>The place of the only result.</summary>
    public int Result => Results[0];

    /// <summary>Where the frame has a buffer for each result.</summary>
    public int SpareOffset { get; }

    /// <summary>Working memory of a thread.</summary>
    public int FrameBytes { get; }

    /// <summary>Elements of the domain.</summary>
    public long Count { get; }

    /// <summary>The innermost length.</summary>
    public long Inner => sizes.Length == 0 ? 1 : sizes[^1];

    /// <summary>The outermost length.</summary>
    public long Outer => sizes.Length == 0 ? 1 : sizes[0];

    /// <summary>Whether the whole domain is one run.</summary>
    public bool IsFlat => sizes.Length <= 1;

    /// <summary>Instructions a block.</summary>
    public int Length => code.Length;

    /// <summary>Elements at a time for a caller that gives no frame for the result.</summary>
    public long Stretch =>
        made is not null && gathered.Length == 0 && (IsFlat || Inner >= LongRow) ? Count : Block;

    /// <summary>Whether whole rows go through code of its own, one after the other.</summary>
    public bool GoesByRows => made is not null && gathered.Length == 0 && !IsFlat && Inner >= LongRow;

    /// <summary>Elements at a time for a caller that reads the result where it is: those of a plain program stay in place.</summary>
    public long Reach => IsPlain ? Inner : Block;

    /// <summary>Whether the result is an operand as it lies in memory, rows of neighbours.</summary>
    public bool IsPlain => code.Length == 0 && dense.Length == 1;

    /// <summary>Where an element of a plain program lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public byte* Place(long start)
    {
        ref readonly var load = ref dense[0];
        if (IsFlat) return (byte*)load.Base + (start * load.Size);
        var (row, inside) = Math.DivRem(start, Inner);
        return (byte*)load.Base + RowOffset(load, row) + (inside * load.Size);
    }

    /// <summary>Tells of elements computed; when the work done is worth it, code is made beside the run.</summary>
    public void Worked(long elements)
    {
        if (Volatile.Read(ref mayMake) == 0 || Interlocked.Add(ref work, elements * code.Length) < WorthCode) return;
        if (Interlocked.Exchange(ref mayMake, 0) == 1) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <inheritdoc/>
    public void Execute() => made = Generated.Of(body);

    /// <summary>The first whole cache line of a frame.</summary>
    public static byte* Align(byte* frame) => (byte*)(((nuint)frame + 63) & ~(nuint)63);

    /// <summary>Readies a thread's frame and table of addresses.</summary>
    public void Open(byte* frame, byte** at)
    {
        // Code reads one element of what is the same everywhere.
        var n = made is not null && repeated.Length == 0 ? 1 : (int)Math.Min(Count, Block);
        foreach (var (value, buffer) in registers) at[value] = frame + ((long)buffer * BufferBytes);
        foreach (var load in splats)
        {
            at[load.Value] = frame + ((long)load.Buffer * BufferBytes);
            Load.Run((byte*)load.Base, 0, load.Size, at[load.Value], n);
        }
    }

    /// <summary>
    /// Computes elements start to start + n, row-major; n is at most a block, or a stretch within a row. The result is at
    /// at[Result].
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Evaluate(byte* frame, byte** at, long start, long n)
    {
        var loop = made;
        if (!Locate(frame, at, start, n, loop is not null)) loop = null;
        if (loop is not null) loop(at, (nint)n);
        else foreach (ref readonly var i in code.AsSpan()) i.Loop(at[i.To], at[i.A], at[i.B], at[i.C], (int)n);
    }

    /// <summary>
    /// Points the table at the operands of elements start to start + n, at copies where they are no neighbours, and where they
    /// repeat along a row unless that is for code. Whether code may read them so.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Locate(byte* frame, byte** at, long start, long n, bool coded)
    {
        if (IsFlat)
        {
            foreach (var load in dense) at[load.Value] = (byte*)load.Base + (start * load.Size);
            foreach (var load in gathered) Gather(load, frame, at, load.Inside(start), (int)n);
            return true;
        }
        var (row, inside) = Math.DivRem(start, Inner);
        if (inside + n > Inner)
        {
            foreach (var load in whole) at[load.Value] = (byte*)load.Base + (start * load.Size);
            foreach (var load in rows) GatherRows(load, frame, at, row, inside, (int)n);
            foreach (var load in gathered) GatherRows(load, frame, at, row, inside, (int)n);
            foreach (var load in repeated) GatherRows(load, frame, at, row, inside, (int)n);
            return repeated.Length == 0;
        }
        foreach (var load in dense) at[load.Value] = (byte*)load.Base + RowOffset(load, row) + (inside * load.Size);
        foreach (var load in gathered) Gather(load, frame, at, RowOffset(load, row) + load.Inside(inside), (int)n);
        foreach (var load in repeated)
            if (coded) at[load.Value] = (byte*)load.Base + RowOffset(load, row);
            else Gather(load, frame, at, RowOffset(load, row), (int)n);
        return true;
    }

    /// <summary>Whether code may read stretches of n elements, one every step elements, each as far on as the one before.</summary>
    public bool GoesOn(long first, long n, long step) => made is not null && gathered.Length == 0
        && (IsFlat || (sizes.Length == 2 && Inner >= LongRow && step == Inner && (first % Inner) + n <= Inner));

    /// <summary>Computes such a stretch, and moves the operands on to the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Step(byte** at, long n, long step)
    {
        made!(at, (nint)n);
        foreach (var load in moving) at[load.Value] += load.Strides[0] * (IsFlat ? step : 1);
    }

    /// <summary>
    /// Where each operand of code begins and how far on that of the next n elements does; null where one does not go on so.
    /// </summary>
    public IEnumerable<(int Place, nint First, long Step)>? Moves(long n) =>
        moving.Length == 0 || (gathered.Length == 0 && (IsFlat ? n == 1 : sizes.Length == 2 && Inner == n))
            ? moving.Select(m => (m.Value, m.Base, m.Strides[0])) : null;

    /// <summary>Whether code may read n elements from any multiple of n as one run.</summary>
    public bool RunsWhole(long n) => n == 1 || ((IsFlat || Inner == n) && (gathered.Length == 0 || n <= Block));

    /// <summary>
    /// Calls the code of the program for whole rows from one on, each operand's and result's address a step on from the row
    /// before's, and gives the row it has come to.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public long Rows(byte** at, Target[] results, long row, long until)
    {
        var (loop, n, axis) = (made!, Inner, sizes.Length - 2);
        until = Math.Min(until, row + sizes[axis] - (row % sizes[axis]));
        foreach (var load in moving) at[load.Value] = (byte*)load.Base + RowOffset(load, row);
        foreach (var result in results) at[result.Place] = (byte*)result.To + (row * n * result.Size);
        for (; row < until; row++)
        {
            loop(at, (nint)n);
            foreach (var load in moving) at[load.Value] += load.Strides[axis];
            foreach (var result in results) at[result.Place] += n * result.Size;
        }
        return until;
    }

    private static void Gather(Load load, byte* frame, byte** at, long offset, int n)
    {
        at[load.Value] = frame + ((long)load.Buffer * BufferBytes);
        Load.Run((byte*)load.Base + offset, load.Strides[^1], load.Size, at[load.Value], n);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long RowOffset(Load load, long row)
    {
        long offset = 0;
        for (var axis = sizes.Length - 2; axis > 0; axis--)
        {
            (row, var i) = Math.DivRem(row, sizes[axis]);
            offset += i * load.Strides[axis];
        }
        return offset + (row * load.Strides[0]);
    }

    private void GatherRows(Load load, byte* frame, byte** at, long row, long inside, int n)
    {
        var to = frame + ((long)load.Buffer * BufferBytes);
        at[load.Value] = to;
        long inner = Inner, stride = load.Strides[^1], last = load.Strides[^2];
        long left = sizes[^2] - (row % sizes[^2]), offset = RowOffset(load, row);
        while (n > 0)
        {
            if (inside == 0 && stride == load.Size && inner * load.Size <= 64 && Math.Min(left, n / inner) is > 1 and var rows)
            {
                Load.ShortRuns((byte*)load.Base + offset, last, (int)inner * load.Size, to, rows);
                to += rows * inner * load.Size;
                (n, row, left, offset) = ((int)(n - (rows * inner)), row + rows, left - rows, offset + (rows * last));
                if (left == 0 && n > 0) (left, offset) = (sizes[^2], RowOffset(load, row));
                continue;
            }
            var run = (int)Math.Min(n, inner - inside);
            Load.Run((byte*)load.Base + offset + load.Inside(inside), stride, load.Size, to, run);
            to += run * load.Size;
            (n, inside, row, left, offset) = (n - run, 0, row + 1, left - 1, offset + last);
            if (left == 0 && n > 0) (left, offset) = (sizes[^2], RowOffset(load, row));
        }
    }
}
