using System.Numerics;
using System.Runtime.CompilerServices;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Backends.Cpu;

/// <summary>Readies the sliding-window ops: f32 by its kernels, the rest from the definition.</summary>
internal static unsafe class Windows
{
    /// <summary>The sum of each window.</summary>
    public static IStep Sums(Ready r, WindowSum op) => HasKernel(r, op) ? Summing(r.Scaling(), op) : Plain(r, op, positions: false);

    private static WindowSumStep Summing(Ready r, WindowSum op)
    {
        var spec = Spec(r.Root, op);
        if (spec.RepeatsRows && r.Scale == 1) r = r.Masking();
        return new(Summed(spec) with { Scale = r.Scale, Mask = r.Mask, Finish = r.Epilogue() }, r.Arg(0).Base, r.Result);
    }

    /// <summary>The position of each window's largest cell.</summary>
    public static IStep Positions(Ready r, WindowArgMax op) => HasKernel(r, op)
        ? new WindowArgMaxStep(Spec(r.Root, op).Lined(), r.Arg(0).Base, r.Result, 0) : Plain(r, op, positions: true);

    /// <summary>Whether a gather takes the maxima at positions of windows over the same data: one kernel finds both.</summary>
    public static bool AreMaxima(Expr gather, Expr positions) =>
        gather.Op is Gather g && positions.Op is WindowArgMax w && gather.Args[1] == positions
        && Source(gather.Args[0]) == positions.Args[0]
        && g.Batch == positions.Type.Rank - w.Size.Count && gather.Args[0].Type.Rank == g.Batch + 1
        && gather.Type.Element == ElementType.F32 && w.Size.Count > 0 && gather.Type.Count > 0 && positions.Args[0].Type.Count > 0;

    /// <summary>Maxima, and their positions where somebody else reads them.</summary>
    public static IStep Maxima(Ready r, Expr positions)
    {
        var spec = Spec(positions, (WindowArgMax)positions.Op).Lined();
        return new WindowArgMaxStep(spec, r.Read(positions.Args[0]).Base, r.Stores(positions) ? (nint)r.At(positions) : 0, r.Result);
    }

    /// <summary>The transpose of taking maxima in single precision; null elsewhere.</summary>
    public static IStep? Scattered(Ready r, ScatterAdd op) => AreUpdates(r.Root) is { } spec
        ? new WindowScatterStep(spec.Backward(), r.Arg(0).Base, r.Arg(1).Base, r.Result) : null;

    /// <summary>The windows whose maxima's positions a scatter takes its updates to; null where it takes them elsewhere.</summary>
    public static WindowSpec? AreUpdates(Expr scatter)
    {
        if (scatter.Type.Element != ElementType.F32 || scatter.Args[1] is not { Op: WindowArgMax w } positions) return null;
        if (w.Size.Count == 0 || scatter.Type.Count == 0 || positions.Type.Count == 0) return null;
        var (spec, op) = (Spec(positions, w), (ScatterAdd)scatter.Op);
        return op.Batch == positions.Type.Rank - w.Size.Count && op.Size == spec.InCells && scatter.Type.Rank == op.Batch + 1
            ? spec : null;
    }

    /// <summary>Whether windows slide over the planes of a value, by a kernel that does each by itself.</summary>
    public static bool AreOverPlanes(Step step, Expr stored) => step.Anchor switch
    {
        { Op: WindowSum w, Args: [var x] } => x == stored && w.Size.Count == stored.Type.Rank - 2,
        { Op: Gather, Args: [_, { Op: WindowArgMax w, Args: [var x] } positions] } gather =>
            x == stored && w.Size.Count == stored.Type.Rank - 2 && step.Body.Contains(positions) && AreMaxima(gather, positions),
        var _ => false,
    };

    private static Expr Source(Expr x) => x.Op is Reshape ? x.Args[0] : x;

    private static bool HasKernel(Ready r, Windowed op) =>
        r.Root.Args[0].Type.Element == ElementType.F32 && op.Size.Count > 0 && r.Root.Type.Count > 0
        && r.Root.Args[0].Type.Count > 0;

    private static WindowSpec Summed(WindowSpec spec) => spec.Tiles ? spec : spec.Repeats ? spec.Placed() : spec.Listed();

    private static WindowSpec Spec(Expr root, Windowed op)
    {
        var (x, y, rank) = (root.Args[0].Shape, root.Shape, op.Size.Count);
        var outer = x.Slice(0, x.Count - rank).Product;
        return new(
            outer, [.. x.Slice(x.Count - rank, rank)], [.. op.Size], [.. y.Slice(y.Count - rank, rank)],
            [.. op.Windows.Map(w => w.Stride)], [.. op.Windows.Map(w => w.Lo)], [.. op.Windows.Map(w => w.Hi)],
            [.. op.Windows.Map(w => w.Base)], [.. op.Windows.Map(w => w.Dilation)]);
    }

    private static IStep Plain(Ready r, Windowed op, bool positions)
    {
        var kind = r.Root.Args[0].Type.Element.Kind;
        return kind switch
        {
            ElementKind.U8 => new PlainWindowStep<byte>(Spec(r.Root, op), r.Arg(0).Base, r.Result, positions, kind),
            ElementKind.I32 => new PlainWindowStep<int>(Spec(r.Root, op), r.Arg(0).Base, r.Result, positions, kind),
            ElementKind.I64 => new PlainWindowStep<long>(Spec(r.Root, op), r.Arg(0).Base, r.Result, positions, kind),
            ElementKind.F16 or ElementKind.BF16 or ElementKind.F32 =>
                new PlainWindowStep<float>(Spec(r.Root, op), r.Arg(0).Base, r.Result, positions, kind),
            ElementKind.F64 => new PlainWindowStep<double>(Spec(r.Root, op), r.Arg(0).Base, r.Result, positions, kind),
            var other => throw new InvalidOperationException($"element kind {other}"),
        };
    }
}

/// <summary>Window sums in single precision, and their epilogue.</summary>
internal sealed unsafe class WindowSumStep(WindowSpec spec, nint x, nint y, IPlanes? next = null) : IPlanes, ITellsPlanes
{
    /// <inheritdoc/>
    public IStep Onward(IPlanes planes) =>
        new WindowSumStep(spec with { Finish = new Planewise(spec.OutCells, spec.Finish, planes) }, x, y, planes);

    /// <inheritdoc/>
    public void Run(Workers workers)
    {
        WindowKernels.Sum(workers, spec, (float*)x, (float*)y);
        next?.End();
    }

    /// <inheritdoc/>
    public void Planes(long first, long count, float* at) =>
        WindowKernels.Sum(null, spec, at is null ? (float*)x : at - (first * spec.InCells), (float*)y, first, count);
}

/// <summary>Window maxima's positions and values in single precision; 0 where one is not wanted.</summary>
internal sealed unsafe class WindowArgMaxStep(WindowSpec spec, nint x, nint cells, nint most) : IPlanes
{
    /// <inheritdoc/>
    public void Run(Workers workers) => WindowKernels.Maxima(workers, spec, (float*)x, (int*)cells, (float*)most);

    /// <inheritdoc/>
    public void Planes(long first, long count, float* at) =>
        WindowKernels.Maxima(null, spec, at is null ? (float*)x : at - (first * spec.InCells), (int*)cells, (float*)most, first, count);
}

/// <summary>Updates go to the maxima's cells.</summary>
internal sealed unsafe class WindowScatterStep(WindowSpec spec, nint u, nint cells, nint y, IPlanes? next = null) : ITellsPlanes
{
    /// <inheritdoc/>
    public IStep Onward(IPlanes planes) =>
        new WindowScatterStep(spec with { Finish = new Planewise(spec.InCells, null, planes) }, u, cells, y, planes);

    /// <inheritdoc/>
    public void Run(Workers workers)
    {
        WindowKernels.Scatter(workers, spec, (float*)u, (int*)cells, (float*)y);
        next?.End();
    }
}

/// <summary>Window ops of any number type; halves are read as floats.</summary>
internal sealed unsafe class PlainWindowStep<T> : Parted
    where T : unmanaged, INumber<T>
{
    private readonly WindowSpec spec;
    private readonly nint x, y;
    private readonly bool positions;
    private readonly ElementKind kind;
    private readonly long inCells, outCells, sizeCells;

    public PlainWindowStep(WindowSpec spec, nint x, nint y, bool positions, ElementKind kind)
    {
        (this.spec, this.x, this.y, this.positions, this.kind) = (spec, x, y, positions, kind);
        (inCells, outCells, sizeCells) = (Product(spec.In), Product(spec.Out), Product(spec.Size));
        Parts = PartsFor(spec.Outer * outCells * sizeCells, spec.Outer);
    }

    protected override void Part(int part)
    {
        var (from, until) = Share(spec.Outer, part);
        for (var outer = from; outer < until; outer++)
            for (long p = 0; p < outCells; p++)
                if (positions) ((int*)y)[(outer * outCells) + p] = (int)Best(outer * inCells, p);
                else Folding.Store((byte*)y, kind, (outer * outCells) + p, Sum(outer * inCells, p));
    }

    private T Sum(long first, long p)
    {
        var sum = T.Zero;
        for (long t = 0; t < sizeCells; t++)
            if (Cell(p, t) is >= 0 and var cell) sum += Numbers.Read<T>(x, kind, first + cell);
        return sum;
    }

    private long Best(long first, long p)
    {
        var best = -1L;
        for (long t = 0; t < sizeCells; t++)
        {
            var cell = Cell(p, t);
            if (cell >= 0 && (best < 0 || Numbers.Beats(Read(first + cell), Read(first + best)))) best = cell;
        }
        return best;
    }

    private T Read(long i) => Numbers.Read<T>(x, kind, i);

    private long Cell(long p, long t)
    {
        long cell = 0, scale = 1;
        for (var axis = spec.In.Length - 1; axis >= 0; axis--)
        {
            (p, var o) = Math.DivRem(p, spec.Out[axis]);
            (t, var k) = Math.DivRem(t, spec.Size[axis]);
            var at = (o * spec.Stride[axis]) + (k * spec.Dilation[axis]) - spec.Lo[axis];
            if (at < 0 || at % spec.Base[axis] != 0 || at / spec.Base[axis] >= spec.In[axis]) return -1;
            cell += at / spec.Base[axis] * scale;
            scale *= spec.In[axis];
        }
        return cell;
    }

    private static long Product(int[] sizes) => sizes.Aggregate(1L, (p, n) => p * n);
}

/// <summary>Numbers in memory, halves as floats.</summary>
internal static unsafe class Numbers
{
    /// <summary>Number i.</summary>
    public static T Read<T>(nint x, ElementKind kind, long i)
        where T : unmanaged => kind switch
    {
        ElementKind.F16 => Unsafe.BitCast<float, T>((float)((Half*)x)[i]),
        ElementKind.BF16 =>
            Unsafe.BitCast<float, T>(Elements.FromBFloat16(((ushort*)x)[i])),
        var _ => ((T*)x)[i],
    };

    /// <summary>Whether a later number takes the place of the largest so far: the first NaN stays.</summary>
    public static bool Beats<T>(T value, T best)
        where T : INumber<T> => value > best || (T.IsNaN(value) && !T.IsNaN(best));
}
