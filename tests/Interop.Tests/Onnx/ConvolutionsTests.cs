using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.OneNode;

namespace MiniTorch.Interop.Tests.Onnx;

public class ConvolutionsTests
{
    private static Tensor X(params int[] shape) => Grid.Random(ElementType.F32[shape], 1);

    private static Tensor W(params int[] shape) => Grid.Random(ElementType.F32[shape], 2);

    private static Tensor B(int n) => Grid.Random(ElementType.F32[n], 3);

    /// <summary>y[n,o,p,q] = b[o] + Σ x[n, c, p·s + k·d − lo, …] · w[o, c, k, l] over the channels of o's group.</summary>
    private static Grid Sum(Tensor x, Tensor w, Tensor b, Dims result, int groups, int[] s, int[] d, int[] lo)
    {
        var (gx, gw) = (Grid.Of(x), Grid.Of(w));
        var (channels, outputs) = (gw.Shape[1], gw.Shape[0] / groups);
        return Grid.Make(result, at => b.At(at[1]) + Grid.Indices(Dims.Create([channels, gw.Shape[2], gw.Shape[3]])).Sum(k =>
            gx[at[0], at[1] / outputs * channels + k[0], at[2] * s[0] + k[1] * d[0] - lo[0],
                at[3] * s[1] + k[2] * d[1] - lo[1]]
            * gw[at[1], k[0], k[1], k[2]]));
    }

    [Fact]
    public void Conv_is_a_sum_over_a_sliding_kernel_with_groups_strides_dilations_and_uneven_pads()
    {
        var (x, w, b) = (X(2, 4, 6, 7), W(6, 2, 3, 2), B(6));
        Sum(x, w, b, [2, 6, 4, 6], 2, [2, 1], [1, 2], [2, 0])
            .Is(Run("Conv", 11, [x, w, b], 1, Int("group", 2), Ints("strides", 2, 1), Ints("dilations", 1, 2),
            Ints("pads", 2, 0, 1, 1))[0]);
    }

    [Theory]
    [InlineData("VALID", 0, 0, 3, 3)]
    [InlineData("SAME_UPPER", 1, 0, 4, 4)]
    [InlineData("SAME_LOWER", 1, 1, 4, 4)]
    [InlineData("NOTSET", 0, 0, 3, 3)]
    public void Conv_pads_by_itself(string auto, int lo, int left, int high, int wide)
    {
        // kernel 3 × 2 with stride 2 over 7 × 7: ⌈7 / 2⌉ = 4 results need (4 − 1)·2 + k − 7 = 2 and 1 more cells
        var (x, w, b) = (X(1, 1, 7, 7), W(1, 1, 3, 2), B(1));
        Sum(x, w, b, [1, 1, high, wide], 1, [2, 2], [1, 1], [lo, left])
            .Is(Run("Conv", 11, [x, w, b], 1, Ints("strides", 2, 2), Text("auto_pad", auto))[0]);
    }

    [Theory]
    [InlineData(1, 1, 1, 0)]
    [InlineData(1, 2, 1, 1)]
    [InlineData(2, 3, 2, 1)]
    [InlineData(3, 2, 1, 0)]
    public void ConvTranspose_is_the_transpose_of_Conv(int groups, long stride, long dilation, long pad)
    {
        // ⟨conv(x, w), y⟩ = ⟨x, convTranspose(y, w)⟩ for x as long as the windows reach
        var w = W(2 * groups, 2, 3, 2);
        var y = Grid.Random(ElementType.F32[2, 2 * groups, 4, 3], 4);
        var attributes = new[] { Int("group", groups), Ints("strides", stride, stride),
            Ints("dilations", dilation, dilation), Ints("pads", pad, pad, 0, pad) };
        var back = Run("ConvTranspose", 11, [y, w], 1, attributes)[0];
        var x = Grid.Random(back.Type, 5);
        var forth = Run("Conv", 11, [x, w], 1, attributes)[0];
        Assert.Equal(y.Type, forth.Type);
        Assert.Equal(Pairing(forth, y), Pairing(x, back), 1e-3);
    }

    private static double Pairing(Tensor x, Tensor y) => x.ToDoubles().Select((v, i) => v * y.At(i)).Sum();

    [Fact]
    public void ConvTranspose_takes_output_padding_as_more_cells_at_the_end()
    {
        var (x, w) = (X(1, 1, 2), Tensor.Of([1, 1, 2], 1, 10));
        Assert.Equal(ElementType.F32[1, 1, 6],
            Run("ConvTranspose", 11, [x, w], 1, Ints("strides", 3), Ints("output_padding", 1))[0].Type);
        Assert.Equal([x.At(0), 10 * x.At(0), 0, x.At(1), 10 * x.At(1), 0],
            Run("ConvTranspose", 11, [x, w], 1, Ints("strides", 3), Ints("output_padding", 1))[0].ToDoubles());
    }

    [Theory]
    [InlineData(6, "NOTSET", 0)]
    [InlineData(5, "NOTSET", 0)]
    [InlineData(4, "NOTSET", 1)]
    [InlineData(4, "SAME_UPPER", 0)]
    [InlineData(3, "NOTSET", 1)]
    [InlineData(3, "SAME_UPPER", 1)]
    public void ConvTranspose_cuts_what_exceeds_the_shape_asked_for(int size, string auto, int from)
    {
        // x0 and x1 spread by 3 and a kernel of 2: x0 10x0 0 x1 10x1
        var (x, w) = (Tensor.Of([1, 1, 2], 1, 2), Tensor.Of([1, 1, 2], 1, 10));
        double[] full = [1, 10, 0, 2, 20, 0];
        Assert.Equal(full[from..(from + size)],
            Run("ConvTranspose", 11, [x, w], 1, Ints("strides", 3), Ints("output_shape", size),
            Text("auto_pad", auto))[0].ToDoubles());
    }

    [Fact]
    public void ConvInteger_takes_off_zero_points()
    {
        var x = Tensor.Of<byte>(ElementType.U8[1, 1, 3], [2, 3, 4]);
        var w = Tensor.Of<byte>(ElementType.U8[2, 1, 2], [1, 2, 3, 4]);
        // [1 2 3] · [0 1] and · [1 2]
        Assert.Equal([2.0, 3, 5, 8], Run("ConvInteger", 10,
            [x, w, Tensor.Scalar(ElementType.U8, 1L), Tensor.Of<byte>(ElementType.U8[2], [1, 2])])[0].ToDoubles());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var (x, w) = (X(1, 2, 5, 5), W(2, 2, 3, 3));
        Assert.Equal("onnx.N1", Refusal("Conv", 11, [x, w], Ints("pads", 1, 1)));
        Assert.Equal("onnx.N1", Refusal("Conv", 11, [x, w], Ints("strides", 0, 1)));
        Assert.Equal("onnx.N1", Refusal("Conv", 11, [x, w], Ints("kernel_shape", 2, 2)));
        Assert.Equal("onnx.N1", Refusal("Conv", 11, [x, w], Text("auto_pad", "SAME")));
        Assert.Equal("onnx.N1", Refusal("Conv", 11, [x, w], Int("group", 0)));
        Assert.Equal("onnx.N1", Refusal("Conv", 11, [x, W(2, 2)]));
        Assert.Equal("conv.C4", Refusal("Conv", 11, [x, W(2, 1, 3, 3)]));
        Assert.Equal("conv.C6", Refusal("Conv", 11, [x, w], Ints("dilations", 3, 3)));
        Assert.Equal("onnx.N1", Refusal("ConvTranspose", 11, [x, w], Int("group", 3)));
        Assert.Equal("onnx.N1", Refusal("ConvTranspose", 11, [x, w], Ints("output_shape", 1)));
        Assert.Equal("onnx.N1", Refusal("ConvTranspose", 11, [x, w], Ints("strides", int.MaxValue, int.MaxValue),
            Text("auto_pad", "SAME_UPPER")));
    }

    [Fact]
    public void Both_have_the_slope_of_their_differences()
    {
        var attributes = new[] { Int("group", 2), Ints("strides", 2, 1), Ints("dilations", 1, 2), Ints("pads", 2, 0, 1, 1) };
        Assert.InRange(Slip("Conv", 11, [X(2, 4, 6, 7), W(6, 2, 3, 2), B(6)], 1, attributes), 0, 1e-4);
        Assert.InRange(Slip("ConvTranspose", 11, [X(2, 4, 3, 4), W(4, 3, 3, 2), B(6)], 1, attributes), 0, 1e-4);
    }
}
