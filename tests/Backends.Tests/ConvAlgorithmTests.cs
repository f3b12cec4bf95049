using System.Runtime.InteropServices;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Generators;
using MiniTorch.Ir;
using Xunit;
using Conv = MiniTorch.Backends.Cpu.Kernels.Conv;

namespace MiniTorch.Backends.Tests;

/// <summary>Every way to compute a convolution, over random sizes, steps and groups, against its definition.</summary>
public sealed unsafe class ConvAlgorithmTests
{
    private const int Guard = 64;

    [Theory, InlineData("forward", 1), InlineData("forward", 2), InlineData("forward", 3), InlineData("input", 1), InlineData("input", 2)]
    [InlineData("input", 3), InlineData("kernel", 1), InlineData("kernel", 2), InlineData("kernel", 3)]
    public void Every_algorithm_that_fits_computes_what_is_meant(string what, int seed)
    {
        var draw = new Draw((seed * 31) + what.Length);
        for (var i = 0; i < 50; i++) Check(RandomSpec(draw, what), draw);
    }

    [Theory, InlineData("2x6x14x14 16x6x5x5 p2"), InlineData("2x3x9x26 32x3x5x5 p2"), InlineData("2x16x9x13 16x16x3x3 p2 d2")]
    [InlineData("2x32x9x28 64x16x3x3 p2 d2 g2"), InlineData("3x13x28 16x13x5 p6 d3"), InlineData("2x12x2x14 32x12x3x3 p3 d3")]
    [InlineData("2x20x11x15 30x20x3x3 p4 d5"), InlineData("2x70x8x14 48x70x3x2 p1 d2")]
    public void Direct_takes_few_channels_and_spread_taps(string sizes) => Takes(ConvAlgorithm.Direct, sizes);

    [Theory, InlineData("2x3x1x1 3x1x3x3 p1 g3"), InlineData("2x3x5x15 3x1x3x3 p1 g3"), InlineData("1x5x7x33 5x1x3x3 p1 g5")]
    [InlineData("3x2x9x64 2x1x3x3 p2 g2"), InlineData("2x2x4x50 2x1x3x3 g2"), InlineData("1x2x3x4 2x1x3x3 p8 g2")]
    [InlineData("2x5x28x28 5x1x3x3 s2 p1 g5"), InlineData("2x3x7x31 3x1x3x3 s2 p2 g3"), InlineData("1x3x2x5 3x1x3x3 s2 p6 g3")]
    public void Rows_take_one_channel_to_one(string sizes) => Takes(ConvAlgorithm.Rows, sizes);

    [Theory, InlineData("3x4x28x28 8x4x3x3 p1"), InlineData("2x3x17x23 7x3x5x5 p2"), InlineData("1x2x30x16 4x2x3x3 p1")]
    [InlineData("2x4x23x27 6x2x3x3 p2 d2 g2"), InlineData("3x1x20x20 2x1x3x3 p1"), InlineData("2x3x40x19 9x3x1x3 p1")]
    public void Cells_far_from_the_padding_are_read_where_they_lie(string sizes)
    {
        var spec = ConvCase.Parse(sizes).Spec;
        Assert.True(new FlatJob(spec).InPlace);
        Check(spec, new Draw(9));
    }

    [Theory, InlineData(28, 28, 1), InlineData(13, 15, 1), InlineData(7, 31, 0), InlineData(2, 5, 2), InlineData(1, 1, 1)]
    [InlineData(9, 16, 2), InlineData(6, 32, 0), InlineData(30, 4, 1)]
    public void Rows_take_the_input_gradient_of_pixels_two_apart(int high, int wide, int pad)
    {
        var (n, k, o, windows) = Sized([high, wide], [3, 3], new(2, pad, pad));
        var spec = Spec(2, 3, 3, 3, o, k, n, [.. windows.Select((w, a) => w.ForInput(n[a], k[a], o[a]))]);
        Assert.True(RowDouble.Fits(spec) && Conv.Fits(ConvAlgorithm.Rows, spec));
        Check(spec, new Draw(9));
    }

    [Theory, InlineData(28, 28, 3, 3, 1, 1), InlineData(28, 28, 3, 3, 2, 1), InlineData(14, 9, 5, 3, 1, 2), InlineData(9, 20, 2, 1, 1, 0)]
    [InlineData(13, 31, 4, 2, 2, 2), InlineData(12, 12, 1, 3, 3, 0)]
    public void Row_dots_take_kernels_of_any_lines(int high, int wide, int lines, int taps, int stride, int pad)
    {
        var (n, k, o, windows) = Sized([high, wide], [lines, taps], new(stride, pad, pad));
        var spec = Spec(1, 3, 6, 3, n, o, k, [.. windows.Select((w, a) => w.ForKernel(n[a], k[a], o[a]))]);
        Assert.True(Conv.Fits(ConvAlgorithm.RowDots, spec));
        Check(spec, new Draw(9));
    }

    [Theory, InlineData("2x5x6x9x10 7x5x3x3x3 p1"), InlineData("2x20x6x9x10 40x20x2x3x3 p1 d2"), InlineData("1x16x5x8x8 16x16x2x3x3")]
    [InlineData("2x16x9x13 20x16x5x5 p2"), InlineData("2x7x9x30 9x7x2x4 p1 d2"), InlineData("1x20x3x4x30 9x20x2x1x5 p1")]
    public void Tiles_take_the_taps_of_an_outer_axis_as_channels(string sizes) => Takes(ConvAlgorithm.Winograd, sizes);

    [Theory, InlineData("2x3x20x30 40x3x7x7 s2 p3"), InlineData("1x20x9x131 5x20x5x5 s2 p2"), InlineData("3x5x70 33x5x11 s4 p5")]
    [InlineData("2x3x40x7 16x3x8x8 s2 p4"), InlineData("1x9x7x28 9x9x2x9 s3"), InlineData("2x1x5x90 2x1x5x12 s3 p6")]
    public void Phases_take_pixels_some_columns_apart(string sizes) => Takes(ConvAlgorithm.WinogradPhases, sizes);

    [Theory, InlineData("3x20x4x4 8x20x1x1"), InlineData("2x5x17 9x5x1"), InlineData("1x64x28x28 130x64x1x1"), InlineData("2x1x16 40x1x1")]
    [InlineData("2x8x5x7 16x4x1x1 g2"), InlineData("2x9x50 33x3x1 g3"), InlineData("1x40x3x4x5 23x40x1x1x1"), InlineData("9x7x49 15x7x1")]
    [InlineData("6x90x7x7 100x90x1x1"), InlineData("4x128x9x9 130x64x1x1 g2"), InlineData("3x70x5x23 133x70x1x1")]
    [InlineData("20x40x19 150x40x1"), InlineData("2x530x7x7 300x530x1x1")]
    public void Points_take_one_tap_over_planes_of_a_vector_or_more(string sizes) => Takes(ConvAlgorithm.Points, sizes);

    [Theory, InlineData("5x3x9x11 33x3x9x11"), InlineData("64x3x28x28 40x3x28x28"), InlineData("70x2x600 100x2x600")]
    [InlineData("1x9x7 16x9x7")]
    [InlineData("13x6x5x8 34x3x5x8 g2"), InlineData("3x20x17 160x2x17 g10"), InlineData("40x1x3x4x2 17x1x3x4x2")]
    public void One_pixel_takes_kernels_as_large_as_the_input(string sizes) => Takes(ConvAlgorithm.OnePixel, sizes);

    [Theory, InlineData(2, 40, 4), InlineData(3, 2, 70), InlineData(4, 16, 16), InlineData(40, 3, 2)]
    [InlineData(1, 3, 33, 2), InlineData(1, 9, 20, 3), InlineData(2, 5, 17, 4)]
    public void Tiles_take_the_gradients_of_grouped_kernels_and_of_taps_that_lie_apart(int groups, int images, int channels, int apart = 1)
    {
        var window = new Window(1, apart, apart, 1, apart);
        Window[] windows = [window.ForKernel(14, 3, 14), window.ForKernel(17, 3, 17)];
        var spec = Spec(channels, groups, groups * images, groups * (channels + 5), [14, 17], [14, 17], [3, 3], windows);
        Assert.True(Conv.Fits(ConvAlgorithm.WinogradGradient, spec));
        Check(spec, new Draw(9));
    }

    [Theory, InlineData(1, 3, 16), InlineData(2, 2, 5), InlineData(1, 1, 37, 2), InlineData(3, 2, 18, 2, 2)]
    public void Tiles_take_the_gradients_of_kernels_with_an_outer_axis(int groups, int images, int channels, int lines = 3, int apart = 1)
    {
        var deep = 7 - ((lines - 1) * apart);
        var window = new Window(1, apart, apart, 1, apart);
        Window[] windows =
            [new Window(1, 1, 1, 1, apart).ForKernel(5, lines, deep), window.ForKernel(9, 3, 9), window.ForKernel(17, 3, 17)];
        var spec = Spec(channels, groups, groups * images, groups * (channels + 5), [5, 9, 17], [deep, 9, 17], [lines, 3, 3], windows);
        Assert.True(Conv.Fits(ConvAlgorithm.WinogradGradient, spec));
        Check(spec, new Draw(9));
    }

    [Theory, InlineData("1x16x2x2 35x16x3x3 p1"), InlineData("4x32x1x5 6x32x2x4 p1 s3"), InlineData("2x48x9 33x48x3 p1 s2 d2")]
    [InlineData("8x48x1x1 3x48x1x1"), InlineData("1x2x3x4x5 5x2x2x2x4 p1 s3"), InlineData("1x512x2x2 66x512x3x3 p1")]
    public void A_few_pixels_are_dotted_with_rows_of_weights(string sizes) => Takes(ConvAlgorithm.FewPixels, sizes);

    [Theory, InlineData("1x37x4x4 20x37x3x3 p1"), InlineData("3x40x8x8 13x40x3x3 p1 s2"), InlineData("2x3x31x64 20x3x7x7 p3 s2")]
    [InlineData("1x5x9x70 9x5x2x3 p2 s5"), InlineData("2x2x3x5x6 3x2x3x2x3 p2 d2"), InlineData("3x4x1x300 5x4x1x2 s40")]
    public void Panels_hold_what_pixels_read(string sizes) => Check(ConvCase.Parse(sizes).Spec, new Draw(9));

    [Fact]
    public void Every_algorithm_fits_some_convolution_that_is_drawn()
    {
        var draw = new Draw(5);
        string[] kinds = ["forward", "input", "kernel"];
        var specs = Enumerable.Range(0, 4000).Select(i => RandomSpec(draw, kinds[i % 3])).ToArray();
        foreach (var algorithm in Enum.GetValues<ConvAlgorithm>())
            Assert.True(specs.Any(s => Conv.Fits(algorithm, s)), $"{algorithm} fits none");
    }

    /// <summary>A random convolution, or a gradient of one, as the reverse sweep writes it.</summary>
    private static ConvSpec RandomSpec(Draw draw, string what)
    {
        var (rank, groups) = (draw.Int(1, 3), draw.Int(0, 2) > 0 ? 1 : draw.Int(2, 4));
        var each = groups > 1 && draw.Int(0, 1) == 0;
        var (batch, into) = (draw.Int(1, 3), groups * (each ? 1 : Channels(draw, groups)));
        var outOf = groups * (each ? 1 : Channels(draw, groups));
        int[] n = [.. Enumerable.Range(0, rank).Select(_ => draw.Int(1, rank == 1 ? 70 : rank == 2 ? 30 : 8))];
        var point = draw.Int(0, 7) == 0;
        int[] k = [.. n.Select(_ => point || draw.Int(0, 4) == 0 ? 1 : draw.Int(1, 5))];
        Window[] windows = [.. n.Select((size, a) => Enough(size, k[a], point ? Window.Unit : Steps(draw)))];
        int[] o = [.. n.Select((size, a) => (int)windows[a].Output(size, k[a]))];
        return what switch
        {
            "forward" => Spec(batch, groups, into, outOf, n, k, o, windows),
            "input" => Spec(batch, groups, outOf, into, o, k, n, [.. windows.Select((w, a) => w.ForInput(n[a], k[a], o[a]))]),
            _ => Spec(into / groups, groups, groups * batch, outOf, n, o, k, [.. windows.Select((w, a) => w.ForKernel(n[a], k[a], o[a]))]),
        };
    }

    private static (int[] N, int[] K, int[] O, Window[] Windows) Sized(int[] n, int[] k, Window window)
    {
        Window[] windows = [.. n.Select((size, a) => Enough(size, k[a], window))];
        return (n, k, [.. n.Select((size, a) => (int)windows[a].Output(size, k[a]))], windows);
    }

    private static int Channels(Draw draw, int groups) => draw.Int(0, 3) switch
    {
        0 => 1, 1 => draw.Int(2, 7), _ => draw.Int(8, groups > 1 ? 17 : 35),
    };

    private static Window Steps(Draw draw) => draw.Int(0, 1) == 0 ? new(1, draw.Int(-1, 2), draw.Int(-1, 2))
        : new(draw.Int(1, 3), draw.Int(-1, 2), draw.Int(-1, 2), draw.Int(0, 3) == 0 ? 2 : 1, draw.Int(1, 2));

    private static Window Enough(int n, int k, Window w) =>
        w with { Hi = w.Hi + (int)Math.Max(0, Window.Spread(k, w.Dilation) - Window.Spread(n, w.Base) - w.Lo - w.Hi) };

    private static ConvSpec Spec(int batch, int groups, int into, int outOf, int[] n, int[] k, int[] o, Window[] w) => new()
    {
        Batch = batch, Groups = groups, InChannels = into, OutChannels = outOf, In = n, Kernel = k, Out = o,
        Stride = [.. w.Select(a => a.Stride)], Lo = [.. w.Select(a => a.Lo)], Hi = [.. w.Select(a => a.Hi)],
        Base = [.. w.Select(a => a.Base)], Dilation = [.. w.Select(a => a.Dilation)],
        XBatch = into * Product(n), XChannel = Product(n), XSpatial = Strides(n),
        WOut = into / groups * Product(k), WIn = Product(k), WSpatial = Strides(k),
        YBatch = outOf * Product(o), YChannel = Product(o),
    };

    private static long Product(int[] sizes) => sizes.Aggregate(1L, (p, n) => p * n);

    private static long[] Strides(int[] sizes) => [.. sizes.Select((_, i) => Product(sizes[(i + 1)..]))];

    private static void Takes(ConvAlgorithm algorithm, string sizes)
    {
        var spec = ConvCase.Parse(sizes).Spec;
        Assert.True(Conv.Fits(algorithm, spec));
        Check(spec, new Draw(9));
    }

    private static void Check(ConvSpec s, Draw draw)
    {
        if (s.Groups > 1) CheckOne(s with { XGroup = s.XChannel, XChannel = s.XChannel * s.Groups }, draw);
        CheckOne(s, draw);
    }

    private static void CheckOne(ConvSpec s, Draw draw)
    {
        float[] x = Values(draw, s.Batch * s.XBatch), w = Values(draw, s.OutChannels * s.WOut), bias = Values(draw, s.OutChannels);
        var (meant, scale) = Meaning(s, x, w);
        if (draw.Once(2)) s = s with { Least = 0.5f };

        // The elements of a tile share their roundings: WinogradTests has the bound by tiles, of which this is the largest.
        var most = (double)s.GroupIn * s.Taps * Largest(x) * Largest(w);
        foreach (var algorithm in Enum.GetValues<ConvAlgorithm>().Where(a => Conv.Fits(a, s)))
        {
            var tiles = algorithm is ConvAlgorithm.Winograd or ConvAlgorithm.WinogradGradient or ConvAlgorithm.WinogradPhases;
            var one = Run(algorithm, s, x, w, bias, 1);
            foreach (var threads in new[] { 2, 3 }) Assert.Equal(one, Run(algorithm, s, x, w, bias, threads));
            for (var i = 0; i < one.Length; i++)
            {
                var added = Conv.Adds(algorithm) ? bias[i % s.YBatch / s.YChannel] : 0;
                var bound = (tiles ? 4e-6 * most : 2e-6 * scale[i]) + (2e-6 * Math.Abs(added)) + 1e-30;
                var least = Conv.Raises(algorithm) ? s.Least : float.NegativeInfinity;
                Assert.True(Math.Abs(one[i] - Math.Max(least, meant[i] + added)) <= bound,
                    $"{algorithm}: {i} is {meant[i]} + {added}, at least {least}, computed {one[i]}, {Text(s)}");
            }
        }
    }

    private static double Largest(float[] values) => values.Select(Math.Abs).DefaultIfEmpty().Max();

    private static string Text(ConvSpec s)
    {
        static string Of(int[] a) => string.Join('x', a);
        return $"{s.Batch}x{s.InChannels} to {s.OutChannels} g{s.Groups} {s.XGroup} in {Of(s.In)} k {Of(s.Kernel)} out {Of(s.Out)} "
            + $"s {Of(s.Stride)} lo {Of(s.Lo)} b {Of(s.Base)} d {Of(s.Dilation)}";
    }

    private static float[] Values(Draw draw, long count) => [.. Enumerable.Range(0, (int)count).Select(_ => draw.Int(-64, 64) / 16f)];

    /// <summary>Runs in memory with guards: nothing before or after the result is touched, the operands end where they end.</summary>
    private static float[] Run(ConvAlgorithm algorithm, ConvSpec s, float[] x, float[] w, float[] bias, int threads)
    {
        var workers = new Workers(threads);
        long count = s.Batch * s.YBatch, room = Conv.ScratchFloats(algorithm, s, threads);
        var memory = (float*)NativeMemory.AlignedAlloc((nuint)((room + count + x.Length + w.Length + bias.Length + (4 * Guard)) * 4), 64);
        new Span<float>(memory, (int)(room + count + x.Length + w.Length + bias.Length + (4 * Guard))).Fill(float.NaN);
        try
        {
            float* y = memory + Guard, a = y + count + Guard, b = a + x.Length, c = b + w.Length, scratch = c + bias.Length + Guard;
            x.CopyTo(new Span<float>(a, x.Length));
            w.CopyTo(new Span<float>(b, w.Length));
            bias.CopyTo(new Span<float>(c, bias.Length));
            Conv.Run(algorithm, workers, Conv.Adds(algorithm) ? s with { Bias = (nint)c } : s, a, b, y, scratch);
            foreach (var guard in new[] { (nint)memory, (nint)(y + count), (nint)(scratch + room) })
                Assert.All(new Span<float>((void*)guard, Guard).ToArray(), v => Assert.True(float.IsNaN(v)));
            return new Span<float>(y, (int)count).ToArray();
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    /// <summary>The definition, and the sum of the magnitudes added.</summary>
    private static (double[] Sum, double[] Scale) Meaning(ConvSpec s, float[] x, float[] w)
    {
        var (sum, scale) = (new double[s.Batch * s.YBatch], new double[s.Batch * s.YBatch]);
        for (var at = 0; at < sum.Length; at++)
        {
            var (n, o, pixel) = (at / s.YBatch, at % s.YBatch / s.YChannel, at % s.YChannel);
            for (var tap = 0; tap < s.Taps; tap++)
            {
                if (Cell(s, (int)pixel, tap) is not { } cell) continue;
                for (var i = 0; i < s.GroupIn; i++)
                {
                    var a = (double)x[(n * s.XBatch) + (o / s.GroupOut * s.XGroup) + (i * s.XChannel) + cell];
                    var b = w[(o * s.WOut) + (i * s.WIn) + tap];
                    (sum[at], scale[at]) = (sum[at] + (a * b), scale[at] + Math.Abs(a * b));
                }
            }
        }
        return (sum, scale);
    }

    private static long? Cell(ConvSpec s, int pixel, int tap)
    {
        long cell = 0;
        for (var axis = s.Rank - 1; axis >= 0; pixel /= s.Out[axis], tap /= s.Kernel[axis], axis--)
        {
            var at = (pixel % s.Out[axis] * s.Stride[axis]) + (tap % s.Kernel[axis] * s.Dilation[axis]) - s.Lo[axis];
            if (at < 0 || at % s.Base[axis] != 0 || at / s.Base[axis] >= s.In[axis]) return null;
            cell += at / s.Base[axis] * s.XSpatial[axis];
        }
        return cell;
    }
}
