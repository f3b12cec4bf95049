using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Generators;
using Xunit;
using Convolution = MiniTorch.Backends.Cpu.Kernels.Conv;

namespace MiniTorch.Tests;

/// <summary>A convolution over two axes handed to one algorithm, and its definition in double precision.</summary>
internal static unsafe class PlaneConv
{
    private const double Unit = 1.0 / (1 << 24);

    /// <summary>The scale of an element's error.</summary>
    internal delegate double Scale(ConvSpec s, float[] x, float[] w, int n, int o, int r, int q);

    /// <summary>Three by three taps, where no others are given, and unit strides over dense arrays.</summary>
    internal static ConvSpec Plain(
        int batch, int channels, int kernels, int[] size, int[] lo, int[] hi, int[]? kernel = null, int dilation = 1)
    {
        kernel ??= [3, 3];
        int[] sizes = [.. size.Select((n, a) => n + lo[a] + hi[a] - ((kernel[a] - 1) * dilation))];
        var taps = kernel[0] * kernel[1];
        return new()
        {
            Batch = batch, InChannels = channels, OutChannels = kernels, In = size, Kernel = kernel, Out = sizes,
            Stride = [1, 1], Lo = lo, Hi = hi, Base = [1, 1], Dilation = [dilation, dilation],
            XBatch = (long)channels * size[0] * size[1], XChannel = size[0] * size[1], XSpatial = [size[1], 1],
            WOut = (long)channels * taps, WIn = taps, WSpatial = [kernel[1], 1],
            YBatch = (long)kernels * sizes[0] * sizes[1], YChannel = sizes[0] * sizes[1],
        };
    }

    /// <summary>The same over kernels whose channels are exchanged and whose taps are reversed, as in a gradient.</summary>
    internal static ConvSpec Turned(ConvSpec s) =>
        s with { WOut = s.Taps, WIn = (long)s.Taps * s.OutChannels, WSpatial = [-s.Kernel[1], -1] };

    /// <summary>The same without its first axis, which has one element.</summary>
    internal static ConvSpec Line(ConvSpec s) => s with
    {
        In = s.In[1..], Kernel = s.Kernel[1..], Out = s.Out[1..], Stride = s.Stride[1..], Lo = s.Lo[1..], Hi = s.Hi[1..],
        Base = s.Base[1..], Dilation = s.Dilation[1..], XSpatial = s.XSpatial[1..], WSpatial = s.WSpatial[1..],
    };

    /// <summary>The gradient of the kernels of <see cref="Plain"/>: images are summed over, w is that of the output.</summary>
    internal static ConvSpec OfKernels(ConvSpec s) => s with
    {
        Batch = s.InChannels, InChannels = s.Batch, Kernel = s.Out, Out = s.Kernel, XBatch = s.XChannel, XChannel = s.XBatch,
        WOut = s.YChannel, WIn = s.YBatch, WSpatial = [s.Out[1], 1], YBatch = (long)s.Taps * s.OutChannels, YChannel = s.Taps,
    };

    internal static float[] Values(Draw draw, long count, bool wild = false) =>
        [.. Enumerable.Range(0, (int)count).Select(_ => (draw.Int(-1000, 1000) / 500f) * (wild ? MathF.Pow(10, draw.Int(-6, 3)) : 1))];

    internal static float[] Normal(Draw draw, long count) => [.. Enumerable.Range(0, (int)count).Select(_ => (float)(
        Math.Sqrt(-2 * Math.Log(draw.Int(1, 1 << 20) / (double)(1 << 20))) * Math.Cos(Math.Tau * draw.Int(0, 1 << 20) / (1 << 20))))];

    /// <summary>Runs an algorithm; the cells around x and w and all working memory are no numbers.</summary>
    internal static float[] Run(ConvAlgorithm algorithm, ConvSpec s, float[] x, float[] w, int threads, bool finished = false)
    {
        var workers = new Workers(threads);
        float[] around = [.. Nothing(64), .. x, .. Nothing(64)], beside = [.. Nothing(64), .. w, .. Nothing(64)];
        float[] y = Nothing(s.Batch * s.YBatch);
        var scratch = Nothing(Convolution.ScratchFloats(algorithm, s, threads));
        fixed (float* from = around, kernels = beside, to = y, memory = scratch)
        {
            var told = finished ? s with { Finish = new AddOne((nint)to) } : s;
            Convolution.Run(algorithm, workers, told, from + 64, First(s, kernels + 64), to, memory);
        }
        return y;
    }

    /// <summary>Each element is within so many roundings of its scale, which is the sum of |x||w| where none is given.</summary>
    internal static void Near(ConvSpec s, float[] y, float[] x, float[] w, double roundings, Scale? scale, int step = 1)
    {
        for (var i = 0; i < y.Length; i += step)
        {
            int n = i / (int)s.YBatch, o = i % (int)s.YBatch / (int)s.YChannel;
            int r = i % (int)s.YChannel / s.Out[1], q = i % s.Out[1];
            var (sum, magnitude) = Meaning(s, x, w, n, o, r, q);
            var bound = roundings * Unit * (scale?.Invoke(s, x, w, n, o, r, q) ?? magnitude);
            Assert.True(Math.Abs(y[i] - sum) <= bound, $"{s}: element {n} {o} {r} {q} is {sum}, computed {y[i]}, bound {bound}");
        }
    }

    internal static float X(ConvSpec s, float[] x, int n, int c, int r, int q)
    {
        (r, q) = (r - s.Lo[0], q - s.Lo[1]);
        return r < 0 || q < 0 || r >= s.In[0] || q >= s.In[1] ? 0
            : x[(n * s.XBatch) + (c * s.XChannel) + (r * s.XSpatial[0]) + (q * s.XSpatial[1])];
    }

    internal static float W(ConvSpec s, float[] w, int o, int c, int r, int q)
    {
        fixed (float* kernels = w) return First(s, kernels)[(o * s.WOut) + (c * s.WIn) + (r * s.WSpatial[0]) + (q * s.WSpatial[1])];
    }

    private static (double Sum, double Magnitude) Meaning(ConvSpec s, float[] x, float[] w, int n, int o, int r, int q)
    {
        double sum = 0, magnitude = 0;
        for (var c = 0; c < s.InChannels; c++)
            for (var tap = 0; tap < s.Kernel[0] * s.Kernel[1]; tap++)
            {
                var (i, j) = (tap / s.Kernel[1], tap % s.Kernel[1]);
                var product = (double)X(s, x, n, c, r + (i * s.Dilation[0]), q + (j * s.Dilation[1])) * W(s, w, o, c, i, j);
                (sum, magnitude) = (sum + product, magnitude + Math.Abs(product));
            }
        return (sum, magnitude);
    }

    private static float* First(ConvSpec s, float* w) =>
        w - s.WSpatial.Zip(s.Kernel, (step, taps) => Math.Min(0, step) * (taps - 1)).Sum();

    private sealed class AddOne(nint y) : Finish
    {
        public override void Done(long first, long count)
        {
            for (var i = first; i < first + count; i++) ((float*)y)[i]++;
        }
    }

    private static float[] Nothing(long count)
    {
        var cells = GC.AllocateArray<float>((int)count, pinned: true);
        Array.Fill(cells, float.NaN);
        return cells;
    }
}
