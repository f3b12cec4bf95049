using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Backends.Cpu;

/// <summary>A step that tells of whole planes of its result as they are finished.</summary>
internal interface ITellsPlanes : IStep
{
    /// <summary>The step that goes on with each plane.</summary>
    IStep Onward(IPlanes planes);
}

/// <summary>A step over the planes of one operand, any of which it can do by themselves.</summary>
internal interface IPlanes : IStep
{
    /// <summary>Does some planes, the operand's being final; the first of these lies at an address, or else in its place.</summary>
    unsafe void Planes(long first, long count, float* at);

    /// <summary>Ends a run, when all planes are done.</summary>
    void End()
    {
    }
}

/// <summary>Whole planes: their epilogue, then the next step's share of them; held, they lie where the kernel tells of them.</summary>
internal sealed unsafe class Planewise(long cells, Finish? after, IPlanes next, bool held = false) : Finish
{
    /// <inheritdoc/>
    public override void Done(long first, long count)
    {
        after?.Done(first, count);
        next.Planes(first / cells, count / cells, null);
    }

    /// <inheritdoc/>
    public override void Done(long first, long count, float* at)
    {
        if (!held)
        {
            Done(first, count);
            return;
        }
        after?.Done(first, count, at);
        next.Planes(first / cells, count / cells, at);
    }
}

/// <summary>Sums of channels, which a step goes on with.</summary>
internal static class ChannelSums
{
    /// <summary>Bytes for the sum of each plane, where a step is the sums of another's channels; null where it is not.</summary>
    public static long? Bytes(Step step, Expr stored) =>
        step.Body is [{ Op: ReduceSum sum, Args: [var x], Type.Element.Kind: ElementKind.F32 }]
            && x.Type.Rank > 2 && IsPlanes(x, stored) && sum.Axes.Order().SequenceEqual(Enumerable.Range(0, x.Type.Rank).Where(a => a != 1))
            ? (long)x.Shape[0] * x.Shape[1] * sizeof(float) : null;

    /// <summary>Whether a value is a stored one, or a reshape that keeps its planes.</summary>
    private static bool IsPlanes(Expr x, Expr stored) => x == stored
        || (x is (Reshape, [var y]) && y == stored && y.Type.Rank > 2 && x.Shape.Slice(0, 2) == y.Shape.Slice(0, 2));

    /// <summary>The sums of the operand's channels.</summary>
    public static unsafe IPlanes Of(Ready r)
    {
        var x = r.Root.Args[0].Shape;
        return new PlaneSumStep(x[0], x[1], x.Slice(2, x.Count - 2).Product, r.Arg(0).Base, r.Result, (nint)r.Scratch);
    }
}

/// <summary>
/// The sum of each channel over images and pixels, as the gradient of a bias: plane by plane, then image by image in order.
/// </summary>
internal sealed unsafe class PlaneSumStep(long images, long channels, long cells, nint x, nint y, nint sums) : IPlanes
{
    /// <inheritdoc/>
    public void Run(Workers workers)
    {
        Planes(0, images * channels, null);
        End();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Planes(long first, long count, float* at)
    {
        if (at is null) at = (float*)x + (first * cells);
        for (var plane = first; plane < first + count; plane++, at += cells) ((float*)sums)[plane] = Sum(at, cells);
    }

    /// <inheritdoc/>
    public void End()
    {
        for (long c = 0; c < channels; c++)
        {
            var sum = 0f;
            for (long n = 0; n < images; n++) sum += ((float*)sums)[(n * channels) + c];
            ((float*)y)[c] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum(float* x, long n)
    {
        Vector512<float> a = Vector512<float>.Zero, b = a, c = a, d = a;
        long i = 0;
        for (; i + 64 <= n; i += 64)
        {
            a += Vector512.Load(x + i);
            b += Vector512.Load(x + i + 16);
            c += Vector512.Load(x + i + 32);
            d += Vector512.Load(x + i + 48);
        }
        for (; i + 16 <= n; i += 16) a += Vector512.Load(x + i);
        var sum = Vector512.Sum(a + b + (c + d));
        for (; i < n; i++) sum += x[i];
        return sum;
    }
}
