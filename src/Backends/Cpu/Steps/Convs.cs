using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
using Blocks = MiniTorch.Passes.Rewrite.Blocks;
using Convolution = MiniTorch.Backends.Cpu.Kernels.Conv;

namespace MiniTorch.Backends.Cpu;

/// <summary>Readies convolutions: f32 by its kernels, halves through f32, other numbers directly.</summary>
internal static unsafe class Convs
{
    /// <summary>The step of a convolution.</summary>
    public static IStep Of(Ready r, Ir.Conv op)
    {
        var (x, w) = (r.Arg(0), r.Arg(1));
        if (r.Root.Type.Count == 0) return new Sequence();
        if (x.Shape[1] == 0) return new ClearStep((nint)r.To, r.Root.Type.Bytes);
        return r.Root.Type.Element.Kind switch
        {
            ElementKind.F32 => Single(r, op, x, w),
            ElementKind.F16 or ElementKind.BF16 => Half(r, op, x, w),
            ElementKind.F64 => new PlainConvStep<double>(op, x, w, r.Root.Shape, (nint)r.To),
            ElementKind.U8 => new PlainConvStep<byte>(op, x, w, r.Root.Shape, (nint)r.To),
            ElementKind.I32 => new PlainConvStep<int>(op, x, w, r.Root.Shape, (nint)r.To),
            ElementKind.I64 => new PlainConvStep<long>(op, x, w, r.Root.Shape, (nint)r.To),
            var other => throw new InvalidOperationException($"element kind {other}"),
        };
    }

    /// <summary>The working memory of a convolution.</summary>
    public static long ScratchBytes(Ir.Conv op, TensorType type, Operand x, Operand w, bool stored, int threads)
    {
        if (IsEmpty(type, x)) return 0;
        var (input, kernel) = (Described(x), Described(w));
        if (type.Element == ElementType.F32)
        {
            var packed = Packs(input, kernel) ? Dots.Room(x.Node.Type.Bytes) : 0;
            if (packed > 0) input = Strided.Dense(0, input.Shape, 4);
            return packed + (Convolution.ScratchFloats(Spec(op, input, kernel, type.Shape, stored), threads) * 4);
        }
        if (type.Element.Bytes != 2) return 0;
        var spec = Spec(op, Strided.Dense(0, input.Shape, 4), Strided.Dense(0, kernel.Shape, 4), type.Shape, false);
        return (3 * (Dots.Room(x.Node.Type.Bytes) + Dots.Room(w.Node.Type.Bytes))) + Dots.Room(type.Count * 4)
            + (Convolution.ScratchFloats(spec, threads) * 4);
    }

    /// <summary>The algorithm of a convolution, and its time.</summary>
    public static Estimate Estimate(Ir.Conv op, TensorType type, Operand x, Operand w, bool stored)
    {
        if (type.Element != ElementType.F32)
            return Estimates.Plain("plain", 2.0 * type.Count * w.Node.Shape.Slice(1, w.Node.Type.Rank - 1).Product);
        var (input, kernel) = (Described(x), Described(w));
        var packed = Packs(input, kernel) ? Estimates.Copying(x) : 0;
        if (packed > 0) input = Strided.Dense(0, input.Shape, 4);
        var spec = Spec(op, input, kernel, type.Shape, stored);
        var algorithm = Convolution.Choose(spec);
        return new(Estimates.Word($"{algorithm}"), packed + Convolution.Estimate(algorithm, spec));
    }

    /// <summary>Whether the algorithm of a convolution that reads its operands in place tells of whole planes.</summary>
    public static bool TellsPlanes(Ir.Conv op, TensorType type, Operand x, Operand w) =>
        !IsEmpty(type, x) && !Packs(Described(x), Described(w))
        && Convolution.TellsPlanes(Convolution.Choose(Spec(op, Described(x), Described(w), type.Shape, false)));

    /// <summary>The bytes in which each thread holds an image, where the algorithm does with that; null elsewhere.</summary>
    public static long? Held(Ir.Conv op, TensorType type, Operand x, Operand w, int threads) =>
        !IsEmpty(type, x) && Convolution.Holds(Convolution.Choose(Spec(op, Described(x), Described(w), type.Shape, false)))
            ? threads * HeldFloats(type) * sizeof(float) : null;

    /// <summary>Nothing is multiplied: there is no result, or it is zero.</summary>
    private static bool IsEmpty(TensorType type, Operand x) => type.Count == 0 || x.Node.Shape[1] == 0;

    /// <summary>An image, and what a kernel may read beyond.</summary>
    private static long HeldFloats(TensorType type) => Plan.Extent(type.Bytes / type.Shape[0]) / sizeof(float);

    private static Strided Described(Operand x) =>
        Described(x.Node, x.View);

    private static Strided Described(Expr x, View view) =>
        new(0, x.Shape, [.. view.Strides], x.Type.Element.Bytes) { Lanes = view.Lanes, LaneStep = view.LaneStep };

    /// <summary>Whether a convolution reads channels that lie one way apart in a group, and another from group to group.</summary>
    public static bool ReadsGroups(Expr conv, View view) =>
        conv is (Ir.Conv { Groups: var groups }, [var x, var w]) && conv.Type.Element == ElementType.F32
        && view.LaneStep > 1 && groups * view.Lanes == x.Shape[1] && !Packs(Described(x, view), Strided.Dense(0, w.Shape, 4));

    /// <summary>
    /// What reading x in blocks of channels, or storing y so, changes in the time of a convolution of dense operands; null
    /// where no kernel does, or the one that does would not be taken.
    /// </summary>
    public static double? Saved(Expr conv, bool reads)
    {
        if (conv is not (Ir.Conv op, [var x, var w]) || conv.Type.Element != ElementType.F32) return null;
        if (!Blocks.Fits(reads ? x.Type : conv.Type) || op.Windows.Count == 0) return null;
        var plain = Spec(op, Strided.Dense(0, x.Shape, 4), Strided.Dense(0, w.Shape, 4), conv.Shape, false);
        var blocked = Spec(op, reads ? InBlocks(x.Shape) : Strided.Dense(0, x.Shape, 4), Strided.Dense(0, w.Shape, 4), conv.Shape, !reads);
        var algorithm = Convolution.Choose(plain);
        return Convolution.Fits(algorithm, blocked)
            ? Convolution.Estimate(algorithm, plain) - Convolution.Estimate(algorithm, blocked) : null;
    }

    private static bool InGroups(Strided x) => x.Lanes > 1 && x.LaneStep != 1;

    private static bool InBlocks(Strided x) => x.Lanes > 1 && x.LaneStep == 1;

    private static Strided InBlocks(Dims shape)
    {
        var dense = shape.Strides();
        return new(0, shape, [dense[0], dense[1] * Blocks.Lanes, .. dense[2..].Select(s => s * Blocks.Lanes)], 4) { Lanes = Blocks.Lanes };
    }

    /// <summary>
    /// Whether a dense copy of the input comes first: for what kernels cannot read, and for rows whose cells lie apart,
    /// which several taps would each gather anew.
    /// </summary>
    private static bool Packs(Strided x, Strided w) => !InBlocks(x) && (x.Strides.Any(s => s < 0)
        || (x.Strides.Length > 2 && x.Strides[^1] != 1 && x.Shape[^1] > 1 && w.Shape[^1] > 1));

    private static IStep Single(Ready r, Ir.Conv op, Strided x, Strided w)
    {
        var steps = new List<IStep>();
        var scratch = (nint)r.Scratch;
        if (Packs(x, w)) x = Dots.Pack(steps, x, ref scratch);
        var spec = Spec(op, x, w, r.Root.Shape, r.StoresBlocks);
        if (r.Holds) spec = spec with { Held = HeldFloats(r.Root.Type) };
        var algorithm = Convolution.Choose(spec);
        if (Convolution.Adds(algorithm)) (r, spec) = (r.Adding(), spec with { Bias = r.Adding().Bias });
        if (Convolution.Raises(algorithm)) (r, spec) = (r.Raising(), spec with { Least = r.Raising().Least });
        if (algorithm == ConvAlgorithm.TinyChannel) spec = spec with { Flat = new(spec) };
        steps.Add(new ConvStep(spec, x.Base, w.Base, (nint)r.To, scratch, r.Epilogue()));
        return steps.Count == 1 ? steps[0] : new Sequence([.. steps]);
    }

    private static IStep Half(Ready r, Ir.Conv op, Strided x, Strided w)
    {
        var steps = new List<IStep>();
        var (kind, scratch) = (r.Root.Type.Element.Kind, (nint)r.Scratch);
        var a = Dots.Floats(steps, kind, x, ref scratch);
        var b = Dots.Floats(steps, kind, w, ref scratch);
        var sums = scratch;
        scratch += (nint)Dots.Room(r.Root.Type.Count * 4);
        var spec = Spec(op, Strided.Dense(a, x.Shape, 4), Strided.Dense(b, w.Shape, 4), r.Root.Shape, false);
        steps.Add(new ConvStep(spec, a, b, sums, scratch));
        steps.Add(HalvesStep.Store(kind, sums, (nint)r.To, r.Root.Type.Count));
        return new Sequence([.. steps]);
    }

    // Without spatial axes there is one of size 1.
    private static ConvSpec Spec(Ir.Conv op, Strided x, Strided w, Dims y, bool stored)
    {
        Window[] windows = op.Windows.Count == 0 ? [Window.Unit] : [.. op.Windows];
        int[] Sizes(Dims shape) => op.Windows.Count == 0 ? [1] : [.. shape.Slice(2, shape.Count - 2)];
        var (group, channel) = InGroups(x) ? (x.Strides[1], x.LaneStep) : (x.Shape[1] / op.Groups * x.Strides[1], x.Strides[1]);
        long[] Steps(Strided a) => op.Windows.Count == 0 ? [1] : a.Strides[2..];
        var pixels = Sizes(y).Aggregate(1L, (p, n) => p * n);
        return new()
        {
            Batch = x.Shape[0], Groups = op.Groups, InChannels = x.Shape[1], OutChannels = y[1],
            In = Sizes(x.Shape), Kernel = Sizes(w.Shape), Out = Sizes(y),
            Stride = [.. windows.Select(a => a.Stride)], Lo = [.. windows.Select(a => a.Lo)],
            Hi = [.. windows.Select(a => a.Hi)], Base = [.. windows.Select(a => a.Base)],
            Dilation = [.. windows.Select(a => a.Dilation)],
            XBatch = x.Strides[0], XGroup = group, XChannel = channel, XSpatial = Steps(x),
            WOut = w.Strides[0], WIn = w.Strides[1], WSpatial = Steps(w),
            YBatch = y[1] * pixels, YChannel = stored ? Blocks.Lanes * pixels : pixels,
            XBlocked = InBlocks(x), YBlocked = stored,
        };
    }
}
