using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.OneNode;

namespace MiniTorch.Interop.Tests.Onnx;

public class PoolsTests
{
    private static Tensor X(params int[] shape) => Grid.Distinct(ElementType.F32[shape]);

    /// <summary>The cells under each window of 2-d pooling that are inside, or inside the padding too.</summary>
    private static Grid Pool(Tensor x, Dims result, int[] k, int[] s, int[] d, int[] lo, int[] padded, Func<double[], int,
        double> reduce)
    {
        var g = Grid.Of(x);
        return Grid.Make(Dims.Create([x.Type.Shape[0], x.Type.Shape[1]]).Then(result), at =>
        {
            var cells = Grid.Indices(Dims.Create(k))
                .Select(o => (H: at[2] * s[0] + o[0] * d[0] - lo[0], W: at[3] * s[1] + o[1] * d[1] - lo[1])).ToList();
            var inside = cells.Where(c => g.Inside(at[0], at[1], c.H, c.W)).Select(c => g[at[0], at[1], c.H, c.W]).ToArray();
            return reduce(inside, cells.Count(c => c.H < padded[0] && c.W < padded[1]));
        });
    }

    private static AttributeProto[] Attributes(params AttributeProto[] more) =>
        [Ints("kernel_shape", 3, 2), Ints("strides", 2, 3), Ints("pads", 1, 0, 1, 1), .. more];

    // 6 × 7 cells, kernel 3 × 2, stride 2 × 3, padding 1 0 before and 1 1 after:
    // (6 + 2 − 3)/2 + 1 = 3½ and (7 + 1 − 2)/3 + 1 = 3 windows
    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 4)]
    public void MaxPool_takes_the_largest_cell_of_each_window(bool ceil, int high)
    {
        var x = X(2, 3, 6, 7);
        Pool(x, [high, 3], [3, 2], [2, 3], [1, 1], [1, 0], [99, 99], (inside, _) => inside.Max())
            .Is(Run("MaxPool", 12, [x], 1, Attributes(Int("ceil_mode", ceil ? 1 : 0)))[0]);
    }

    [Fact]
    public void MaxPool_with_dilation_skips_cells()
    {
        var x = X(1, 2, 6, 7);
        Pool(x, [2, 4], [3, 2], [2, 1], [2, 3], [1, 0], [99, 99], (inside, _) => inside.Max())
            .Is(Run("MaxPool", 12, [x], 1, Ints("kernel_shape", 3, 2), Ints("strides", 2, 1), Ints("dilations", 2, 3),
            Ints("pads", 1, 0, 0, 0))[0]);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void AveragePool_divides_by_the_cells_that_count(bool ceil, bool padding)
    {
        var x = X(2, 3, 6, 7);
        Pool(x, [ceil ? 4 : 3, 3], [3, 2], [2, 3], [1, 1], [1, 0], [7, 8], (inside, counted) =>
            inside.Sum() / (padding ? counted : inside.Length))
            .Is(Run("AveragePool", 11, [x], 1, Attributes(Int("ceil_mode", ceil ? 1 : 0),
            Int("count_include_pad", padding ? 1 : 0)))[0]);
    }

    [Fact]
    public void A_last_window_that_begins_beyond_the_input_is_dropped()
    {
        // 3 cells and one on each side, kernel 2, stride 3: ⌈3/3⌉ + 1 = 2 windows; of 4 cells ⌈4/3⌉ + 1 = 3, the last
        // at 6 − 1 ≥ 4
        Assert.Equal(2, Run("MaxPool", 12, [X(1, 1, 3)], 1, Ints("kernel_shape", 2), Ints("strides", 3),
            Ints("pads", 1, 1), Int("ceil_mode", 1))[0].Type[2]);
        Assert.Equal(2, Run("MaxPool", 12, [X(1, 1, 4)], 1, Ints("kernel_shape", 2), Ints("strides", 3),
            Ints("pads", 1, 1), Int("ceil_mode", 1))[0].Type[2]);
    }

    [Fact]
    public void A_window_without_a_cell_inside_has_the_least_value_and_the_mean_zero()
    {
        var x = Tensor.Of([1, 1, 2], 3, 5);
        Assert.Equal([double.NegativeInfinity, 3, 5, double.NegativeInfinity],
            Run("MaxPool", 12, [x], 1, Ints("kernel_shape", 1), Ints("pads", 1, 1))[0].ToDoubles());
        Assert.Equal([0.0, 3, 5, 0], Run("AveragePool", 11, [x], 1, Ints("kernel_shape", 1),
            Ints("pads", 1, 1))[0].ToDoubles());
    }

    [Theory]
    [InlineData("SAME_UPPER", 0)]
    [InlineData("SAME_LOWER", 1)]
    public void Pools_pad_by_themselves(string auto, int before)
    {
        // ⌈5/2⌉ = 3 windows of 2 need 1 more cell
        var x = X(1, 1, 5, 5);
        Pool(x, [3, 3], [2, 2], [2, 2], [1, 1], [before, before], [99, 99], (inside, _) => inside.Max())
            .Is(Run("MaxPool", 12, [x], 1, Ints("kernel_shape", 2, 2), Ints("strides", 2, 2), Text("auto_pad", auto))[0]);
        Pool(x, [3, 3], [2, 2], [2, 2], [1, 1], [before, before], [99, 99], (inside, _) => inside.Average())
            .Is(Run("AveragePool", 11, [x], 1, Ints("kernel_shape", 2, 2), Ints("strides", 2, 2),
            Text("auto_pad", auto))[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Indices_are_places_in_the_whole_operand(bool columns)
    {
        var x = X(2, 3, 4, 5);
        var pooled = Run("MaxPool", 12, [x], 2, Ints("kernel_shape", 2, 3), Int("storage_order", columns ? 1 : 0));
        var (y, places, g) = (pooled[0], pooled[1], Grid.Of(x));
        Assert.Equal(ElementType.I64[2, 3, 3, 3], places.Type);
        Assert.All(Enumerable.Range(0, (int)y.Type.Count), i =>
        {
            var (plane, cell) = Math.DivRem((int)places.LongAt(i), 20);
            Assert.Equal(y.At(i), columns ? g[plane / 3, plane % 3, cell % 4, cell / 4]
                : g[plane / 3, plane % 3, cell / 5, cell % 5]);
        });
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public void MaxUnpool_puts_back_what_MaxPool_took(long stride)
    {
        var x = X(2, 3, 4, 6);
        AttributeProto[] attributes = [Ints("kernel_shape", 2, 2), Ints("strides", stride, stride)];
        var pooled = Run("MaxPool", 12, [x], 2, attributes);
        var taken = Enumerable.Range(0, (int)pooled[1].Type.Count).Select(i => pooled[1].LongAt(i)).ToHashSet();
        Assert.Equal(x.ToDoubles().Select((v, i) => taken.Contains(i) ? v : 0),
            Run("MaxUnpool", 11, [pooled[0], pooled[1]], 1, attributes)[0].ToDoubles());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void LpPool_is_the_norm_of_each_window(int p)
    {
        var x = X(1, 2, 6, 7);
        Pool(x, [3, 3], [3, 2], [2, 3], [1, 1], [1, 0], [99, 99], (inside, _) =>
            Math.Pow(inside.Sum(v => Math.Pow(Math.Abs(v), p)), 1.0 / p))
            .Is(Run("LpPool", 11, [x], 1, Attributes(Int("p", p)))[0]);
        Grid.Make([1, 2, 1, 1], at => Math.Pow(Grid.Indices([6, 7])
            .Sum(c => Math.Pow(Math.Abs(Grid.Of(x)[at[0], at[1], c[0], c[1]]), p)), 1.0 / p))
            .Is(Run("GlobalLpPool", 2, [x], 1, Int("p", p))[0]);
    }

    [Fact]
    public void Global_pools_reduce_each_channel()
    {
        var x = X(2, 3, 4, 5);
        var cells = x.ToDoubles().Chunk(20).ToList();
        Assert.Equal(cells.Select(c => c.Max()), Run("GlobalMaxPool", 1, [x])[0].ToDoubles());
        Assert.Equal(cells.Select(c => (double)(float)c.Average()), Run("GlobalAveragePool", 1, [x])[0].ToDoubles());
        Assert.Equal(ElementType.F32[2, 3, 1, 1], Run("GlobalMaxPool", 1, [x])[0].Type);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Equal("onnx.N1", Refusal("MaxPool", 12, [X(1, 1, 4)]));
        Assert.Equal("onnx.N1", Refusal("MaxPool", 12, [X(1, 4)], Ints("kernel_shape")));
        Assert.Equal("onnx.N1", Refusal("AveragePool", 11, [X(1, 1, 4)], Ints("kernel_shape", 0)));
        Assert.Equal("window.W4", Refusal("AveragePool", 11, [X(1, 1, 4)], Ints("kernel_shape", 5)));
        Assert.Equal("onnx.N1", Refusal("LpPool", 11, [X(1, 1, 4)], Ints("kernel_shape", 2), Int("p", 0)));
        Assert.Equal("onnx.N1", Refusal("MaxUnpool", 11,
            [X(1, 1, 4), X(1, 1, 4), Tensor.Of<long>(ElementType.I64[2], [1, 1])], Ints("kernel_shape", 2)));
        Assert.Equal("onnx.N1", Refusal("GlobalMaxPool", 1, [X(4)]));
    }

    [Theory]
    [InlineData("MaxPool", 12)]
    [InlineData("AveragePool", 11)]
    [InlineData("LpPool", 11)]
    public void Pools_have_the_slope_of_their_differences(string op, int opset) =>
        Assert.InRange(Slip(op, opset, [X(2, 3, 6, 7)], 1, Attributes()), 0, 1e-4);

    [Fact]
    public void A_norm_of_zeros_has_slope_zero() =>
        Assert.Equal(0, Slip("LpPool", 11, [Tensor.Zeros(ElementType.F32[1, 1, 3])], 1, Ints("kernel_shape", 2)), 1e-12);
}
