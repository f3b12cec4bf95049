using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>Reductions against sums written out, with axes by attribute and by operand.</summary>
public class ReductionsTests
{
    private static readonly Tensor X = Tensor.FromDoubles(ElementType.F64[2, 3], [1, -2, 3, 4, 0.5, -6]);

    private static readonly Dictionary<string, Func<double[], double>> Known = new()
    {
        ["ReduceSum"] = r => r.Sum(),
        ["ReduceMean"] = r => r.Average(),
        ["ReduceMax"] = r => r.Max(),
        ["ReduceMin"] = r => r.Min(),
        ["ReduceProd"] = r => r.Aggregate(1.0, (p, v) => p * v),
        ["ReduceL1"] = r => r.Sum(Math.Abs),
        ["ReduceL2"] = r => Math.Sqrt(r.Sum(v => v * v)),
        ["ReduceSumSquare"] = r => r.Sum(v => v * v),
        ["ReduceLogSumExp"] = r => Math.Log(r.Sum(Math.Exp)),
    };

    public static TheoryData<string> Names() => [.. Known.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_reduction_is_its_formula_along_an_axis_of_either_spelling(string name)
    {
        double[] rows = [Known[name]([1, -2, 3]), Known[name]([4, 0.5, -6])];
        var byAttribute = new Applied(name, X).At(12).With("axes", (int[])[-1]);
        Near(rows, byAttribute.Numbers);
        Assert.Equal(ElementType.F64[2, 1], byAttribute.Value.Type);
        var byOperand = new Applied(name, X, Longs(1)).At(18).With("keepdims", 0);
        Near(rows, byOperand.Numbers);
        Assert.Equal(ElementType.F64[2], byOperand.Value.Type);
        Near([Known[name](X.ToDoubles())], new Applied(name, X).At(18).Numbers);
        Near([Known[name](X.ToDoubles())], new Applied(name, X, Longs()).At(18).Numbers);
    }

    [Theory, MemberData(nameof(Names))]
    public void Without_axes_a_reduction_may_be_of_each_element_alone(string name) =>
        Near(X.ToDoubles().Select(v => Known[name]([v])),
            new Applied(name, X, Longs()).At(18).With("noop_with_empty_axes", 1).Numbers);

    [Theory, MemberData(nameof(Names))]
    public void Its_gradient_is_that_of_differences(string name) =>
        new Applied(name, X, Longs(0)).At(18).GradientIsDifferences(0);

    [Fact]
    public void The_logarithm_of_a_sum_is_that()
    {
        var x = Tensor.FromDoubles(ElementType.F64[2, 2], [1, 2, 3, 0.5]);
        var node = new Applied("ReduceLogSum", x, Longs(1)).At(18);
        Near([Math.Log(3), Math.Log(3.5)], node.Numbers);
        node.GradientIsDifferences(0);
    }

    [Fact]
    public void The_norm_of_a_zero_vector_has_the_gradient_0() =>
        Assert.Equal([0.0, 0], new Applied("ReduceL2", Tensor.Of([2], 0, 0)).Gradient(0).ToDoubles());

    [Fact]
    public void The_logarithm_of_a_sum_of_exponentials_neither_overflows_nor_makes_NaN()
    {
        var large = Tensor.FromDoubles(ElementType.F64[2], [1000, 1000]);
        Near([1000 + Math.Log(2)], new Applied("ReduceLogSumExp", large).Numbers);
        var (no, all) = (float.NegativeInfinity, float.PositiveInfinity);
        Assert.Equal([double.NegativeInfinity, double.PositiveInfinity],
            new Applied("ReduceLogSumExp", Tensor.Of([2, 2], no, no, all, 1)).With("axes", (int[])[1]).At(13).Numbers);
    }

    [Fact]
    public void Whole_numbers_reduce_to_whole_numbers()
    {
        var x = Tensor.Of<int>(ElementType.I32[3], [3, 4, -12]);
        Assert.Equal([13.0], new Applied("ReduceL2", x).Numbers);
        Assert.Equal([19.0], new Applied("ReduceL1", x).Numbers);
        Assert.Equal([-144.0], new Applied("ReduceProd", x).Numbers);
        Assert.Equal([4.0], new Applied("ReduceMax", x).Numbers);
    }

    [Fact]
    public void Of_16_bit_floats_neither_sums_nor_squares_overflow()
    {
        Assert.Equal([60000.0], new Applied("ReduceMean", Tensor.FromDoubles(ElementType.F16[2], [60000, 60000])).Numbers);
        Assert.Equal([500.0], new Applied("ReduceL2", Tensor.FromDoubles(ElementType.F16[2], [300, 400])).Numbers);
    }

    [Fact]
    public void Of_truth_values_the_largest_is_any_and_the_smallest_all()
    {
        var x = Tensor.FromDoubles(ElementType.Pred[2, 2], [1, 0, 1, 1]);
        Assert.Equal([1.0, 1], new Applied("ReduceMax", x, Longs(1)).At(20).Numbers);
        Assert.Equal([0.0, 1], new Applied("ReduceMin", x, Longs(1)).At(20).Numbers);
    }

    [Fact]
    public void Of_several_largest_the_first_is_found_or_the_last()
    {
        var x = Tensor.Of([2, 3], 2, 2, 1, 3, 10, 10);
        Assert.Equal([0.0, 1], new Applied("ArgMax", x).With("axis", 1).Numbers);
        Assert.Equal([1.0, 2], new Applied("ArgMax", x).With("axis", -1).With("select_last_index", 1).Numbers);
        Assert.Equal([2.0, 0], new Applied("ArgMin", x).With("axis", 1).With("keepdims", 0).Numbers);
        Assert.Equal(ElementType.I64[2], new Applied("ArgMin", x).With("axis", 1).With("keepdims", 0).Value.Type);
        Assert.Equal("onnx.N1", new Applied("ArgMax", x).With("axis", 2).Refusal);
    }

    [Fact]
    public void The_least_whole_number_is_found_where_its_negative_would_wrap()
    {
        Assert.Equal([1.0], new Applied("ArgMin", Tensor.Of<int>(ElementType.I32[3], [0, int.MinValue, -5])).Numbers);
        Assert.Equal([2.0], new Applied("ArgMin", Tensor.Of<byte>(ElementType.U8[3], [7, 255, 0])).Numbers);
    }

    [Theory, InlineData(2), InlineData(-3)]
    public void An_axis_that_is_none_is_refused(int axis) =>
        Assert.Equal("onnx.N1", new Applied("ReduceSum", X, Longs(axis)).Refusal);

    [Fact]
    public void An_axis_named_twice_is_refused() =>
        Assert.Equal("onnx.N1", new Applied("ReduceSum", X, Longs(0, -2)).Refusal);

    private static Tensor Longs(params long[] values) => Tensor.Of<long>(ElementType.I64[values.Length], values);

    private static void Near(IEnumerable<double> expected, double[] computed)
    {
        Assert.Equal(expected.Count(), computed.Length);
        foreach (var (e, c) in expected.Zip(computed)) Assert.Equal(e, c, 1e-12);
    }
}
