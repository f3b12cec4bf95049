using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Generators;
using Xunit;
using static MiniTorch.Tests.PlaneConv;
using Convolution = MiniTorch.Backends.Cpu.Kernels.Conv;

namespace MiniTorch.Tests;

/// <summary>Convolutions by transformed tiles, against their definition in double precision.</summary>
public sealed class WinogradTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void An_element_is_as_near_as_its_tile_allows(int seed)
    {
        var draw = new Draw(seed);
        for (var i = 0; i < 40; i++)
        {
            var spec = Some(draw);
            var x = Values(draw, spec.Batch * spec.XBatch, draw.Int(0, 1) == 1);
            var w = Values(draw, (long)spec.Taps * spec.InChannels * spec.OutChannels);
            Near(spec, Run(ConvAlgorithm.Winograd, Least(spec), x, w, 1), x, w, 32, Tile, 5);
        }
    }

    [Theory]
    [InlineData(16, 16, 3, 3), InlineData(64, 33, 3, 3), InlineData(250, 20, 3, 3)]
    [InlineData(16, 16, 1, 3), InlineData(64, 33, 1, 4), InlineData(250, 20, 1, 5), InlineData(50, 40, 1, 6)]
    public void Errors_of_normal_data_are_few_roundings(int channels, int kernels, int high, int wide)
    {
        var draw = new Draw(channels);
        var spec = Plain(2, channels, kernels, [14, 15], [0, 0], [0, 0], [high, wide]);
        float[] x = Normal(draw, spec.Batch * spec.XBatch), w = Normal(draw, (long)spec.Taps * channels * kernels);
        Near(spec, Run(ConvAlgorithm.Winograd, spec, x, w, 1), x, w, 16, null);
    }

    [Theory]
    [InlineData(3, 20, 40, 9, 700, 1, 3), InlineData(5, 70, 100, 30, 28, 2, 3), InlineData(3, 9, 40, 9, 300, 2, 3, 2)]
    [InlineData(40, 300, 17, 5, 3, 0, 3), InlineData(1, 1, 1, 1, 1, 1, 3), InlineData(40, 50, 100, 1, 100, 0, 1)]
    [InlineData(2, 20, 100, 4, 4, 1, 3)]
    public void Any_team_computes_the_same_bits(
        int batch, int channels, int kernels, int height, int width, int pad, int high, int dilation = 1)
    {
        var draw = new Draw(5);
        var spec = Plain(batch, channels, kernels, [height, width], [pad, 1], [high / 2, 1], [high, 3], dilation);
        float[] x = Values(draw, spec.Batch * spec.XBatch), w = Values(draw, (long)spec.Taps * channels * kernels);
        var one = Run(ConvAlgorithm.Winograd, spec, x, w, 1);
        foreach (var threads in new[] { 2, 3, 16 }) Assert.Equal(one, Run(ConvAlgorithm.Winograd, spec, x, w, threads));
        Near(spec, one, x, w, 32, Tile, 41);
    }

    [Theory, InlineData(3, 9, 28, 1), InlineData(2, 30, 15, 1), InlineData(2, 5, 700, 1), InlineData(2, 4, 4, 1)]
    [InlineData(2, 30, 15, 2), InlineData(2, 1, 700, 1), InlineData(2, 9, 20, 1, 5)]
    public void Each_element_is_told_of_once_and_when_final(int batch, int height, int width, int dilation, int taps = 3)
    {
        var spec = Plain(batch, 17, 50, [height, width], [1, 1], [1, 1], [Math.Min(height, taps), taps], dilation);
        float[] x = Values(new(3), spec.Batch * spec.XBatch), w = Values(new(4), (long)spec.Taps * 17 * 50);
        var once = Run(ConvAlgorithm.Winograd, spec, x, w, 1);
        Assert.Equal(once.Select(e => e + 1), Run(ConvAlgorithm.Winograd, spec, x, w, 2, finished: true));
    }

    [Theory, InlineData(17, 50, 3), InlineData(3, 16, 3), InlineData(32, 33, 1), InlineData(20, 7, 1, 5)]
    public unsafe void A_number_for_each_channel_is_added(int channels, int kernels, int high, int wide = 3)
    {
        var spec = Plain(2, channels, kernels, [high == 1 ? 1 : 13, 19], [high / 2, 1], [high / 2, 1], [high, wide]);
        var draw = new Draw(7);
        float[] x = Normal(draw, spec.Batch * spec.XBatch), w = Normal(draw, (long)spec.Taps * channels * kernels);
        var bias = Normal(draw, kernels);
        var without = Run(ConvAlgorithm.Winograd, spec, x, w, 1);
        fixed (float* b = bias)
        {
            var with = Run(ConvAlgorithm.Winograd, spec with { Bias = (nint)b }, x, w, 2);
            for (var i = 0; i < with.Length; i++)
                Assert.Equal(without[i] + bias[i % (int)spec.YBatch / (int)spec.YChannel], with[i], 1e-6f * channels * spec.Taps);
        }
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void An_element_of_a_kernel_gradient_is_as_near_as_its_tiles_allow(int seed)
    {
        var draw = new Draw(seed);
        for (var i = 0; i < 40; i++)
        {
            var spec = Some(draw, false);
            var x = Values(draw, spec.Batch * spec.XBatch, draw.Int(0, 1) == 1);
            var dy = Values(draw, spec.Batch * spec.YBatch, draw.Int(0, 1) == 1);
            var of = OfKernels(spec);
            Near(of, Run(ConvAlgorithm.WinogradGradient, Least(of), x, dy, 1), x, dy, 64, Tiles, 5);
        }
    }

    [Theory]
    [InlineData(2, 16, 16, 30, 3, 3), InlineData(20, 9, 33, 14, 3, 3), InlineData(1, 3, 5, 100, 3, 3)]
    [InlineData(2, 16, 16, 30, 1, 3), InlineData(20, 9, 33, 14, 1, 4), InlineData(1, 3, 5, 100, 1, 5)]
    public void Errors_of_kernel_gradients_of_normal_data_are_few_roundings(
        int batch, int channels, int kernels, int size, int high, int wide)
    {
        var draw = new Draw(channels);
        var spec = Plain(batch, channels, kernels, [size, size], [0, 0], [0, 0], [high, wide]);
        float[] x = Normal(draw, spec.Batch * spec.XBatch), dy = Normal(draw, spec.Batch * spec.YBatch);
        var of = OfKernels(spec);
        Near(of, Run(ConvAlgorithm.WinogradGradient, of, x, dy, 1), x, dy, 12, null);
    }

    [Theory]
    [InlineData(3, 20, 40, 9, 300, 1, 3), InlineData(5, 70, 100, 30, 28, 2, 3), InlineData(40, 150, 140, 1, 50, 0, 1)]
    [InlineData(40, 150, 17, 5, 3, 0, 3), InlineData(1, 1, 1, 1, 1, 1, 3), InlineData(90, 3, 5, 12, 12, 1, 3)]
    public void Any_team_computes_the_same_bits_of_a_kernel_gradient(
        int batch, int channels, int kernels, int height, int width, int pad, int high)
    {
        var draw = new Draw(5);
        var spec = Plain(batch, channels, kernels, [height, width], [pad, 1], [high / 2, 1], [high, 3]);
        float[] x = Values(draw, spec.Batch * spec.XBatch), dy = Values(draw, spec.Batch * spec.YBatch);
        var of = OfKernels(spec);
        var one = Run(ConvAlgorithm.WinogradGradient, of, x, dy, 1);
        foreach (var threads in new[] { 2, 3, 16 }) Assert.Equal(one, Run(ConvAlgorithm.WinogradGradient, of, x, dy, threads));
        Near(of, one, x, dy, 64, Tiles, 101);
    }

    [Fact]
    public void Other_kernels_and_steps_are_not_for_it()
    {
        var spec = Plain(2, 16, 16, [8, 8], [1, 1], [1, 1]);
        Assert.True(Convolution.Fits(ConvAlgorithm.Winograd, spec));
        Assert.False(Convolution.Fits(ConvAlgorithm.Winograd, spec with { Stride = [1, 2] }));
        Assert.False(Convolution.Fits(ConvAlgorithm.Winograd, spec with { Kernel = [3, 2] }));
        Assert.False(Convolution.Fits(ConvAlgorithm.Winograd, spec with { Groups = 2, YBlocked = true }));
    }

    /// <summary>Without a first axis that has one element.</summary>
    private static ConvSpec Least(ConvSpec s) => s.In[0] == 1 && s.Kernel[0] == 1 && s.Out[0] == 1 ? Line(s) : s;

    /// <summary>Three by three taps, or three to six along the last axis and any along the other.</summary>
    private static ConvSpec Some(Draw draw, bool any = true)
    {
        var (square, flat, step) = (draw.Int(0, 1) == 1, draw.Int(0, 1) == 1, any ? draw.Int(1, 3) : 1);
        int[] size = [!square && flat ? 1 : draw.Int(1, 23), draw.Int(1, 37)];
        int[] kernel = square ? [3, 3] : [any && !flat ? draw.Int(1, 4) : 1, draw.Int(3, 6)];
        int[] lo = [!square && flat ? 0 : draw.Int(-1, 3), draw.Int(-1, 3)];
        int[] hi = [.. size.Select((n, a) =>
            Math.Max(a == 0 && !square && flat ? 0 : draw.Int(-1, 3), ((kernel[a] - 1) * step) + 1 - n - lo[a]))];
        var spec = Plain(draw.Int(1, 5), draw.Int(1, 50), draw.Int(1, 70), size, lo, hi, kernel, step);
        return any && draw.Int(0, 1) == 1 ? Turned(spec) : spec;
    }

    /// <summary>Outputs of a tile along each axis.</summary>
    private static int[] Outputs(int[] kernel) => kernel is [3, 3] ? [4, 4] : [1, 9 - kernel[1]];

    /// <summary>The largest |x| of the tile times the sum of |w|, summed over channels.</summary>
    private static double Tile(ConvSpec s, float[] x, float[] w, int n, int o, int r, int q)
    {
        double sum = 0;
        int[] tile = Outputs(s.Kernel), at = [r, q];
        int[] first = [.. at.Select((p, a) => (p / (tile[a] * s.Dilation[a]) * tile[a] * s.Dilation[a]) + (p % s.Dilation[a]))];
        for (var c = 0; c < s.InChannels; c++)
        {
            double most = 0, weights = 0;
            for (var i = 0; i < tile[0] + s.Kernel[0] - 1; i++)
                for (var j = 0; j < tile[1] + s.Kernel[1] - 1; j++)
                    most = Math.Max(most, Math.Abs(X(s, x, n, c, first[0] + (i * s.Dilation[0]), first[1] + (j * s.Dilation[1]))));
            for (var tap = 0; tap < s.Taps; tap++) weights += Math.Abs(W(s, w, o, c, tap / s.Kernel[1], tap % s.Kernel[1]));
            sum += most * weights;
        }
        return sum;
    }

    /// <summary>The largest |x| of a tile times the sum of its |dy|, summed over tiles.</summary>
    private static double Tiles(ConvSpec s, float[] x, float[] dy, int c, int k, int r, int q)
    {
        double sum = 0;
        int[] tile = Outputs(s.Out);
        for (var n = 0; n < s.InChannels; n++)
            for (var top = 0; top < s.Kernel[0]; top += tile[0])
                for (var left = 0; left < s.Kernel[1]; left += tile[1])
                {
                    double most = 0, slopes = 0;
                    for (var i = 0; i < tile[0] + s.Out[0] - 1; i++)
                        for (var j = 0; j < tile[1] + s.Out[1] - 1; j++)
                            most = Math.Max(most, Math.Abs(X(s, x, c, n, top + i, left + j)));
                    for (var i = top; i < Math.Min(top + tile[0], s.Kernel[0]); i++)
                        for (var j = left; j < Math.Min(left + tile[1], s.Kernel[1]); j++) slopes += Math.Abs(W(s, dy, k, n, i, j));
                    sum += most * slopes;
                }
        return sum;
    }
}
