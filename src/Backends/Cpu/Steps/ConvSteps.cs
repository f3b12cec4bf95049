using System.Numerics;
using System.Runtime.CompilerServices;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;
using Convolution = MiniTorch.Backends.Cpu.Kernels.Conv;

namespace MiniTorch.Backends.Cpu;

/// <summary>A convolution in single precision, its epilogue, and what goes on with its planes.</summary>
internal sealed unsafe class ConvStep(
    ConvSpec spec, nint x, nint w, nint y, nint scratch, Epilogue? after = null, IPlanes? next = null) : ITellsPlanes
{
    private readonly ConvSpec given = spec;
    private readonly ConvSpec spec = spec with { Finish = next is null ? after : new Planewise(spec.Pixels, after, next, spec.Held > 0) };
    private readonly ConvAlgorithm algorithm = Convolution.Choose(spec);

    /// <inheritdoc/>
    public IStep Onward(IPlanes planes) => Convolution.TellsPlanes(algorithm)
        ? new ConvStep(given, x, w, y, scratch, after, planes) : new Sequence(this, planes);

    /// <inheritdoc/>
    public void Run(Workers workers)
    {
        Convolution.Run(algorithm, workers, spec, (float*)x, (float*)w, (float*)y, (float*)scratch);
        if (!Convolution.Finishes(algorithm, spec)) after?.Sweep(workers);
        next?.End();
    }
}

/// <summary>A convolution of any number type, straight from its definition.</summary>
internal sealed unsafe class PlainConvStep<T> : Parted
    where T : unmanaged, INumber<T>
{
    private readonly Window[] windows;
    private readonly Strided x, w;
    private readonly Dims y;
    private readonly nint to;
    private readonly int groups, rank;
    private readonly long pixels, taps, channels;

    public PlainConvStep(Ir.Conv op, Strided x, Strided w, Dims y, nint to)
    {
        (this.x, this.w, this.y, this.to, groups, rank) = (x, w, y, to, op.Groups, op.Windows.Count);
        windows = [.. op.Windows];
        pixels = y.Slice(2, rank).Product;
        taps = w.Shape.Slice(2, rank).Product;
        channels = w.Shape[1];
        Parts = PartsFor(y.Product * taps * channels, (long)y[0] * y[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Part(int part)
    {
        var (from, until) = Share((long)y[0] * y[1], part);
        for (var plane = from; plane < until; plane++)
            for (long p = 0; p < pixels; p++)
                ((T*)to)[(plane * pixels) + p] = Sum(plane / y[1], plane % y[1], p);
    }

    private T Sum(long n, long o, long pixel)
    {
        var first = o / (y[1] / groups) * channels;
        T* image = (T*)x.Base + (n * x.Strides[0]) + (first * x.Strides[1]), kernel = (T*)w.Base + (o * w.Strides[0]);
        var sum = T.Zero;
        for (long tap = 0; tap < taps; tap++)
        {
            if (!Cell(pixel, tap, out var read, out var weight)) continue;
            for (long i = 0; i < channels; i++)
                sum += image[read + (i * x.Strides[1])] * kernel[weight + (i * w.Strides[1])];
        }
        return sum;
    }

    private bool Cell(long pixel, long tap, out long read, out long weight)
    {
        (read, weight) = (0, 0);
        for (var axis = rank - 1; axis >= 0; axis--)
        {
            (pixel, var o) = Math.DivRem(pixel, y[axis + 2]);
            (tap, var k) = Math.DivRem(tap, w.Shape[axis + 2]);
            var window = windows[axis];
            var at = (o * window.Stride) + (k * window.Dilation) - window.Lo;
            if (at < 0 || at % window.Base != 0 || at / window.Base >= x.Shape[axis + 2]) return false;
            read += at / window.Base * x.Strides[axis + 2];
            weight += k * w.Strides[axis + 2];
        }
        return true;
    }
}
