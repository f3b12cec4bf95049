using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Backends.Cpu;

/// <summary>Readies dot: f32 runs where it lies if its strides allow; other types are packed first.</summary>
internal static unsafe class Dots
{
    private const int Line = 64;

    /// <summary>The step of a dot.</summary>
    public static IStep Of(Ready r, Dot op)
    {
        var (x, y) = (r.Arg(0), r.Arg(1));
        var layout = new DotLayout(op, x.Shape, y.Shape);
        if (layout.Count == 0) return new Sequence();
        if (layout.K == 0) return new ClearStep((nint)r.To, r.Root.Type.Bytes);
        return r.Root.Type.Element.Kind switch
        {
            ElementKind.F32 => Single(r, layout, x, y, (nint)r.To, (nint)r.Scratch),
            ElementKind.F16 or ElementKind.BF16 => Half(r, layout, x, y),
            ElementKind.F64 => Plain<double>(r, layout, x, y),
            ElementKind.U8 => Plain<byte>(r, layout, x, y),
            ElementKind.I32 => Plain<int>(r, layout, x, y),
            ElementKind.I64 => Plain<long>(r, layout, x, y),
            var other => throw new InvalidOperationException($"element kind {other}"),
        };
    }

    /// <summary>
    /// Whether what a loop finishes is kept apart from what it stores: where each element is summed in one go, by a kernel that
    /// tells of rows; not where few rows meet stored weights, whose product is turned.
    /// </summary>
    public static bool KeepsApart(Dot op, Expr dot)
    {
        var layout = new DotLayout(op, dot.Args[0].Shape, dot.Args[1].Shape);
        return dot.Type.Element == ElementType.F32 && layout.K is > 0 and <= GemmSpec.Depth
            && layout is { M: >= GemmPlan.Rows, N: >= GemmPlan.Columns }
            && (layout.M > 2 * GemmPlan.Columns || !layout.RightContract.Contains(dot.Args[1].Type.Rank - 1));
    }

    /// <summary>The working memory of a dot, whose result a loop may finish.</summary>
    public static long ScratchBytes(Dot op, Expr dot, bool finished, Operand left, Operand right, int threads)
    {
        var type = dot.Type;
        var layout = new DotLayout(op, left.Node.Shape, right.Node.Shape);
        var packed = Room(layout.LeftCount * type.Element.Bytes) + Room(layout.RightCount * type.Element.Bytes);
        if (layout.Count == 0 || layout.K == 0) return 0;
        if (type.Element == ElementType.F32)
        {
            var a = layout.Left(left.Node.Shape, left.View.Strides);
            var b = layout.Right(right.Node.Shape, right.View.Strides);
            var room = (a is null ? Room(layout.LeftCount * 4) : 0) + (b is null ? Room(layout.RightCount * 4) : 0);
            var gemm = Spec(layout, a ?? PackedLeft(layout), b ?? PackedRight(layout), out _)
                with { Apart = finished && KeepsApart(op, dot) };
            return room + (MatrixVectorStep.Fits(gemm) ? 0 : Gemm.ScratchFloats(gemm, threads) * 4);
        }
        if (type.Element.Bytes != 2) return packed;
        var spec = Spec(layout, PackedLeft(layout), PackedRight(layout), out _);
        return (packed * 3) + Room(layout.Count * 4) + (Gemm.ScratchFloats(spec, threads) * 4);
    }

    /// <summary>The algorithm of a dot, and its time.</summary>
    public static Estimate Estimate(Dot op, TensorType type, Operand left, Operand right)
    {
        var layout = new DotLayout(op, left.Node.Shape, right.Node.Shape);
        if (type.Element != ElementType.F32) return Estimates.Plain("plain", 2.0 * layout.Count * layout.K);
        var a = layout.Left(left.Node.Shape, left.View.Strides);
        var b = layout.Right(right.Node.Shape, right.View.Strides);
        var gemm = Spec(layout, a ?? PackedLeft(layout), b ?? PackedRight(layout), out _);
        var packing = (a is null ? Estimates.Copying(left) : 0) + (b is null ? Estimates.Copying(right) : 0);
        if (layout.Count == 0) return new("gemm", packing);
        var (name, seconds) = MatrixVectorStep.Fits(gemm) ? MatrixVectorStep.Estimate(gemm) : new("gemm", Gemm.Estimate(gemm));
        return new(name, packing + seconds);
    }

    /// <summary>Bytes in whole cache lines, with one to spare.</summary>
    public static long Room(long bytes) => (bytes + (2 * Line) - 1) / Line * Line;

    private static IStep Single(Ready r, DotLayout d, Strided x, Strided y, nint to, nint scratch)
    {
        var steps = new List<IStep>();
        var (a, b) = (d.Left(x.Shape, x.Strides), d.Right(y.Shape, y.Strides));
        if (a is null) x = Pack(steps, x.At(d.LeftBatch.Then(d.LeftFree).Then(d.LeftContract)), ref scratch);
        if (b is null) y = Pack(steps, y.At(d.RightBatch.Then(d.RightContract).Then(d.RightFree)), ref scratch);
        var spec = Spec(d, a ?? PackedLeft(d), b ?? PackedRight(d), out var swapped);
        var (p, q) = swapped ? (y.Base, x.Base) : (x.Base, y.Base);
        var step = r.Onto is { } onto and not 0 ? Product(spec with { Onto = onto }, p, q, r.Stored, scratch)
            : Ended(r, d, spec) is { } ended ? Product(ended, p, q, r.Stored, scratch)
            : Product(spec with { Apart = to == 0 }, p, q, to, scratch, r.Epilogue());
        steps.Add(step);
        return steps.Count == 1 ? steps[0] : new Sequence([.. steps]);
    }

    /// <summary>The product with the end that its tiles can do (a bias, relu, relu's gradient), where that is all that is left.</summary>
    private static GemmSpec? Ended(Ready r, DotLayout d, GemmSpec spec)
    {
        if (r.IsDone || d.RightFree.Count != 1 || spec.N % 16 != 0) return null;
        if (MatrixVectorStep.Fits(spec) || new GemmPlan(spec).Turn) return null;
        var after = r.Adding().Raising().Gating();
        return after.IsDone ? spec with { End = new(after.Bias, after.Least, after.Gate, after.Above) } : null;
    }

    private static IStep Product(GemmSpec spec, nint a, nint b, nint to, nint scratch, Epilogue? after = null) =>
        MatrixVectorStep.Fits(spec) ? new MatrixVectorStep(spec, a, b, to, after) : new GemmStep(spec, a, b, to, scratch, after);

    private static IStep Half(Ready r, DotLayout d, Strided x, Strided y)
    {
        var steps = new List<IStep>();
        var (kind, scratch) = (r.Root.Type.Element.Kind, (nint)r.Scratch);
        var a = Floats(steps, kind, x.At(d.LeftBatch.Then(d.LeftFree).Then(d.LeftContract)), ref scratch);
        var b = Floats(steps, kind, y.At(d.RightBatch.Then(d.RightContract).Then(d.RightFree)), ref scratch);
        var spec = Spec(d, PackedLeft(d), PackedRight(d), out var swapped);
        var sums = scratch;
        scratch += (nint)Room(d.Count * 4);
        var (p, q) = swapped ? (b, a) : (a, b);
        steps.Add(Product(spec, p, q, sums, scratch));
        steps.Add(HalvesStep.Store(kind, sums, (nint)r.To, d.Count));
        return new Sequence([.. steps]);
    }

    private static IStep Plain<T>(Ready r, DotLayout d, Strided x, Strided y)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        var steps = new List<IStep>();
        var scratch = (nint)r.Scratch;
        x = Pack(steps, x.At(d.LeftBatch.Then(d.LeftFree).Then(d.LeftContract)), ref scratch);
        y = Pack(steps, y.At(d.RightBatch.Then(d.RightContract).Then(d.RightFree)), ref scratch);
        return new Sequence([.. steps, new PlainDotStep<T>(x.Base, y.Base, (nint)r.To, d.Batch, d.M, d.N, d.K)]);
    }

    /// <summary>A row-major copy in scratch.</summary>
    public static Strided Pack(List<IStep> steps, Strided x, ref nint scratch)
    {
        var packed = Strided.Dense(scratch, x.Shape, x.Bytes);
        steps.Add(CopyStep.Of(x, packed));
        scratch += (nint)Room(x.Shape.Product * x.Bytes);
        return packed;
    }

    /// <summary>A row-major copy of halves in scratch, as floats.</summary>
    public static nint Floats(List<IStep> steps, ElementKind kind, Strided x, ref nint scratch)
    {
        var packed = Pack(steps, x, ref scratch);
        var floats = scratch;
        scratch += (nint)Room(x.Shape.Product * 4);
        steps.Add(HalvesStep.Load(kind, packed.Base, floats, x.Shape.Product));
        return floats;
    }

    private static (long, long, long) PackedLeft(DotLayout d) => ((long)d.M * d.K, d.K, 1);

    private static (long, long, long) PackedRight(DotLayout d) => ((long)d.K * d.N, d.N, 1);

    // A column of results is a row of the transposed product.
    private static GemmSpec Spec(
        DotLayout d, (long Batch, long Row, long Column) a, (long Batch, long Row, long Column) b, out bool swapped)
    {
        swapped = d.N == 1 && d.M > 1;
        long each = (long)d.M * d.N;
        return swapped
            ? new(1, d.M, d.K, b.Column, b.Row, a.Column, a.Row, d.M, d.Batch, b.Batch, a.Batch, each)
            : new(d.M, d.N, d.K, a.Row, a.Column, b.Row, b.Column, d.N, d.Batch, a.Batch, b.Batch, each);
    }
}
