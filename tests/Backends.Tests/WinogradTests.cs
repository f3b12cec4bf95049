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
            var spec = Square(draw);
            var x = Values(draw, spec.Batch * spec.XBatch, draw.Int(0, 1) == 1);
            var w = Values(draw, 9L * spec.InChannels * spec.OutChannels);
            Near(spec, Run(ConvAlgorithm.Winograd, spec, x, w, 1), x, w, 32, Tile, 5);
        }
    }

    [Theory, InlineData(16, 16), InlineData(64, 33), InlineData(250, 20)]
    public void Errors_of_normal_data_are_few_roundings(int channels, int kernels)
    {
        var draw = new Draw(channels);
        var spec = Plain(2, channels, kernels, [14, 15], [0, 0], [0, 0]);
        float[] x = Normal(draw, spec.Batch * spec.XBatch), w = Normal(draw, 9L * channels * kernels);
        Near(spec, Run(ConvAlgorithm.Winograd, spec, x, w, 1), x, w, 12, null);
    }

    [Theory]
    [InlineData(3, 20, 40, 9, 700, 1), InlineData(5, 70, 100, 30, 28, 2)]
    [InlineData(40, 300, 17, 5, 3, 0), InlineData(1, 1, 1, 1, 1, 1)]
    public void Any_team_computes_the_same_bits(int batch, int channels, int kernels, int height, int width, int pad)
    {
        var draw = new Draw(5);
        var spec = Plain(batch, channels, kernels, [height, width], [pad, 1], [1, 1]);
        float[] x = Values(draw, spec.Batch * spec.XBatch), w = Values(draw, 9L * channels * kernels);
        var one = Run(ConvAlgorithm.Winograd, spec, x, w, 1);
        foreach (var threads in new[] { 2, 3, 16 }) Assert.Equal(one, Run(ConvAlgorithm.Winograd, spec, x, w, threads));
        Near(spec, one, x, w, 32, Tile, 41);
    }

    [Theory, InlineData(3, 9, 28), InlineData(2, 30, 15), InlineData(2, 5, 700)]
    public void Each_element_is_told_of_once_and_when_final(int batch, int height, int width)
    {
        var spec = Plain(batch, 17, 50, [height, width], [1, 1], [1, 1]);
        float[] x = Values(new(3), spec.Batch * spec.XBatch), w = Values(new(4), 9L * 17 * 50);
        var once = Run(ConvAlgorithm.Winograd, spec, x, w, 1);
        Assert.Equal(once.Select(e => e + 1), Run(ConvAlgorithm.Winograd, spec, x, w, 2, finished: true));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void An_element_of_a_kernel_gradient_is_as_near_as_its_tiles_allow(int seed)
    {
        var draw = new Draw(seed);
        for (var i = 0; i < 40; i++)
        {
            var spec = Square(draw, false);
            var x = Values(draw, spec.Batch * spec.XBatch, draw.Int(0, 1) == 1);
            var dy = Values(draw, spec.Batch * spec.YBatch, draw.Int(0, 1) == 1);
            var of = OfKernels(spec);
            Near(of, Run(ConvAlgorithm.WinogradGradient, of, x, dy, 1), x, dy, 64, Tiles, 5);
        }
    }

    [Theory, InlineData(2, 16, 16, 30), InlineData(20, 9, 33, 14), InlineData(1, 3, 5, 100)]
    public void Errors_of_kernel_gradients_of_normal_data_are_few_roundings(int batch, int channels, int kernels, int size)
    {
        var draw = new Draw(channels);
        var spec = Plain(batch, channels, kernels, [size, size], [0, 0], [0, 0]);
        float[] x = Normal(draw, spec.Batch * spec.XBatch), dy = Normal(draw, spec.Batch * spec.YBatch);
        var of = OfKernels(spec);
        Near(of, Run(ConvAlgorithm.WinogradGradient, of, x, dy, 1), x, dy, 12, null);
    }

    [Theory]
    [InlineData(3, 20, 40, 9, 300, 1), InlineData(5, 70, 100, 30, 28, 2)]
    [InlineData(40, 150, 17, 5, 3, 0), InlineData(1, 1, 1, 1, 1, 1), InlineData(90, 3, 5, 12, 12, 1)]
    public void Any_team_computes_the_same_bits_of_a_kernel_gradient(
        int batch, int channels, int kernels, int height, int width, int pad)
    {
        var draw = new Draw(5);
        var spec = Plain(batch, channels, kernels, [height, width], [pad, 1], [1, 1]);
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
        Assert.False(Convolution.Fits(ConvAlgorithm.Winograd, spec with { Groups = 2 }));
    }

    private static ConvSpec Square(Draw draw, bool turns = true)
    {
        int[] size = [draw.Int(1, 23), draw.Int(1, 37)];
        int[] lo = [draw.Int(-1, 3), draw.Int(-1, 3)];
        int[] hi = [.. size.Select((n, a) => Math.Max(draw.Int(-1, 3), 3 - n - lo[a]))];
        var (channels, kernels) = (draw.Int(1, 50), draw.Int(1, 70));
        var spec = Plain(draw.Int(1, 5), channels, kernels, size, lo, hi);
        return turns && draw.Int(0, 1) == 1 ? Turned(spec) : spec;
    }

    /// <summary>The largest |x| of the tile times the sum of |w|, summed over channels.</summary>
    private static double Tile(ConvSpec s, float[] x, float[] w, int n, int o, int r, int q)
    {
        double sum = 0;
        for (var c = 0; c < s.InChannels; c++)
        {
            double most = 0, weights = 0;
            for (var cell = 0; cell < 36; cell++)
                most = Math.Max(most, Math.Abs(X(s, x, n, c, (r / 4 * 4) + (cell / 6), (q / 4 * 4) + (cell % 6))));
            for (var tap = 0; tap < 9; tap++) weights += Math.Abs(W(s, w, o, c, tap / 3, tap % 3));
            sum += most * weights;
        }
        return sum;
    }

    /// <summary>The largest |x| of a tile times the sum of its |dy|, summed over tiles.</summary>
    private static double Tiles(ConvSpec s, float[] x, float[] dy, int c, int k, int r, int q)
    {
        double sum = 0;
        for (var n = 0; n < s.InChannels; n++)
            for (var top = 0; top < s.Kernel[0]; top += 4)
                for (var left = 0; left < s.Kernel[1]; left += 4)
                {
                    double most = 0, slopes = 0;
                    for (var cell = 0; cell < 36; cell++)
                        most = Math.Max(most, Math.Abs(X(s, x, c, n, top + (cell / 6), left + (cell % 6))));
                    for (var i = top; i < Math.Min(top + 4, s.Kernel[0]); i++)
                        for (var j = left; j < Math.Min(left + 4, s.Kernel[1]); j++) slopes += Math.Abs(W(s, dy, k, n, i, j));
                    sum += most * slopes;
                }
        return sum;
    }
}
