using MiniTorch.Interop.Onnx.Operators;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>Normalisations against means and variances written out, and against PyTorch's numbers.</summary>
public class NormalizationTests
{
    private static readonly Tensor X = Of([2, 2, 2], 1, -2, 3, 4, 0.5, -6, 2, 7);
    private static readonly Tensor Scale = Of([2], 2, -1), Bias = Of([2], 0.5, 3);
    private static readonly Tensor Mean = Of([2], 1, 2), Variance = Of([2], 4, 9);
    private static readonly Tensor Powers = Of([1, 4, 3], [.. Enumerable.Range(1, 12).Select(i => Math.Pow(i, 1.3))]);

    [Fact]
    public void A_batch_is_normalised_by_the_moments_given()
    {
        var node = Batch(15);
        double S(double v) => 1 / Math.Sqrt(v + 1e-5f);
        Near([0.5, -6 * S(4) + 0.5, -S(9) + 3, -2 * S(9) + 3], node.Numbers[..4]);
        for (var i = 0; i < 5; i++) node.GradientIsDifferences(i);
    }

    [Theory, InlineData(15, 3), InlineData(9, 5), InlineData(7, 5), InlineData(6, 5)]
    public void In_training_a_batch_is_normalised_by_its_own_moments_and_moves_the_running_ones(int opset, int results)
    {
        var node = Batch(opset) with { Results = results };
        if (opset >= 14) node = node.With("training_mode", 1);
        node = node.With("momentum", 0.75);
        var y = node.Run();
        double[][] channels = [[1, -2, 0.5, -6], [3, 4, 2, 7]];
        var (means, variances) = (channels.Select(c => c.Average()).ToArray(), channels.Select(Spread).ToArray());
        Near([2 * (1 - means[0]) / Math.Sqrt(variances[0] + 1e-5f) + 0.5], y[0].ToDoubles()[..1]);
        Near([0.75 * 1 + 0.25 * means[0], 0.75 * 2 + 0.25 * means[1]], y[1].ToDoubles());
        Near([0.75 * 4 + 0.25 * variances[0], 0.75 * 9 + 0.25 * variances[1]], y[2].ToDoubles());
        if (results > 3) Near(means.Concat(variances), [.. y[3].ToDoubles(), .. y[4].ToDoubles()]);
        for (var i = 0; i < 3; i++) node.GradientIsDifferences(i);
    }

    [Fact]
    public void Before_operator_set_9_each_cell_may_have_its_own_moments()
    {
        Tensor Four(params double[] v) => Of([2, 2], v);
        Tensor[] operands = [X, Four(1, 2, 3, 4), Four(0, 1, 0, 1), Four(1, 2, 3, 4), Four(1, 4, 9, 16)];
        var node = new Applied("BatchNormalization", operands);
        Near([0, 2 * -4 / Math.Sqrt(4 + (double)1e-5f) + 1, 0, 1], node.At(8).With("spatial", 0).Numbers[..4]);
    }

    [Fact]
    public void A_16_bit_batch_keeps_its_type()
    {
        var half = Tensor.FromDoubles(ElementType.F16[2, 2, 2], X.ToDoubles());
        var node = new Applied("BatchNormalization", half, Scale, Bias, Mean, Variance);
        Assert.Equal(half.Type, node.Value.Type);
        Assert.Equal(0.5, node.Numbers[0], 1e-3);
    }

    [Fact]
    public void An_instance_is_normalised_channel_by_channel()
    {
        var node = new Applied("InstanceNormalization", X, Scale, Bias).With("epsilon", 0.25);
        var root = Math.Sqrt(2.25 + 0.25);
        Near([3 / root + 0.5, -3 / root + 0.5, 0.5 / Math.Sqrt(0.5) + 3], node.Numbers[..3]);
        for (var i = 0; i < 3; i++) node.GradientIsDifferences(i);
    }

    [Fact]
    public void Groups_are_normalised_as_PyTorch_does()
    {
        var node = new Applied("GroupNormalization", Powers, Of([4], 1, 2, 3, 4), Of([4], 0.1, 0.2, 0.3, 0.4)).At(21)
            .With("num_groups", 2).With("epsilon", 0.001f);
        Near([-1.2631805924705677, -0.8044126833938963, -0.2682814577882323, 0.6504128263388983, 1.9307039617308945,
            3.2906326792356024, -3.994780310701406, -2.355902709628811, -0.654258311509724, 1.473555367791121,
            3.89100153091694, 6.375364877078535], node.Numbers, 1e-8);
        for (var i = 0; i < 3; i++) node.GradientIsDifferences(i);
        Assert.Equal("onnx.N1", node.With("num_groups", 3).Refusal);
        Assert.Equal("onnx.N1", node.With("num_groups", 0).Refusal);
    }

    [Fact]
    public void Before_operator_set_21_a_group_has_one_scale()
    {
        var node = new Applied("GroupNormalization", Powers, Scale, Bias).At(18).With("num_groups", 2);
        var spread = new Applied("GroupNormalization", Powers, Of([4], 2, 2, -1, -1), Of([4], 0.5, 0.5, 3, 3)).At(21);
        Near(spread.With("num_groups", 2).Numbers, node.Numbers);
    }

    [Fact]
    public void A_layer_is_normalised_from_an_axis_on_and_tells_its_moments()
    {
        var node = new Applied("LayerNormalization", X, Of([2, 2], 1, 2, 3, 4), Of([2], 5, 6)) { Results = 3 };
        var y = node.With("axis", 1).With("epsilon", 0.5).Run();
        double[] row = [1, -2, 3, 4];
        var inverse = 1 / Math.Sqrt(Spread(row) + 0.5);
        Near(row.Select((v, i) => (v - 1.5) * inverse * (i + 1) + (i % 2 == 0 ? 5 : 6)), y[0].ToDoubles()[..4]);
        Assert.Equal((1.5, (double)(float)inverse), (y[1].At(0), y[2].At(0)));
        Assert.Equal((ElementType.F32[2, 1, 1], ElementType.F32[2, 1, 1]), (y[1].Type, y[2].Type));
        for (var i = 0; i < 3; i++) (node with { Results = 1 }).With("axis", -1).GradientIsDifferences(i);
    }

    [Fact]
    public void A_root_mean_square_normalises_without_a_mean()
    {
        var node = new Applied("RMSNormalization", X, Of([2], 1, 3)).At(23).With("epsilon", 0.5);
        Near([1 / Math.Sqrt(2.5 + 0.5), 3 * -2 / Math.Sqrt(3)], node.Numbers[..2]);
        node.GradientIsDifferences(0);
        node.GradientIsDifferences(1);
    }

    [Fact]
    public void A_local_response_is_PyTorchs() => Near([0.36865938158611167, 0.6736731218094735, 0.864069792375219,
        0.9750739878771861, 1.0332165914705917, 1.0596727788926985, 1.0679756830184057, 1.066045168612789, 1.058420407515809,
        1.762795420502572, 1.6962786282527698, 1.6380164851247148],
        new Applied("LRN", Powers).With("size", 3).With("alpha", 0.3).With("beta", 0.6).With("bias", 1.5).Numbers, 1e-7);

    [Theory, InlineData(1), InlineData(2), InlineData(4), InlineData(9)]
    public void A_local_response_sums_half_of_the_size_before_a_channel_and_the_rest_after(int size)
    {
        var node = new Applied("LRN", Powers).With("size", size).With("alpha", 0.5).With("beta", 1.0);
        double Sum(int c) => Enumerable.Range(0, 4).Where(k => k >= c - (size - 1) / 2 && k <= c + size / 2)
            .Sum(k => Math.Pow(Powers.At(3 * k), 2));
        Near(Enumerable.Range(0, 4).Select(c => Powers.At(3 * c) / (1 + 0.5 / size * Sum(c))),
            node.Numbers.Where((_, i) => i % 3 == 0).ToArray());
        node.GradientIsDifferences(0);
        Assert.Equal("onnx.N1", node.With("size", 0).Refusal);
    }

    [Fact]
    public void Means_and_variances_are_taken_over_the_axes_given()
    {
        var node = new Applied("MeanVarianceNormalization", X).With("axes", (int[])[0, 2]);
        Near([(1 - -1.625) / (Math.Sqrt(Spread([1, -2, 0.5, -6])) + 1e-9)], node.Numbers[..1]);
        node.GradientIsDifferences(0);
    }

    [Fact]
    public void A_vector_over_its_norm_has_norm_1_and_a_zero_vector_stays()
    {
        Near([0.6, -0.8, 0, 0], new Applied("LpNormalization", Of([2, 2], 3, -4, 0, 0)).Numbers);
        Near([0.25, 0.75], new Applied("LpNormalization", Of([2], 1, 3)).With("p", 1).With("axis", 0).Numbers);
        new Applied("LpNormalization", Of([2, 2], 3, -4, 1, 2)).With("axis", 0).GradientIsDifferences(0);
        var zero = new Applied("LpNormalization", Of([2], 0, 0));
        Assert.All(zero.Gradient(0).ToDoubles(), g => Assert.True(double.IsFinite(g)));
        Assert.Equal("onnx.N1", new Applied("LpNormalization", X).With("p", 3).Refusal);
    }

    [Fact]
    public void Operands_of_the_wrong_shape_are_refused()
    {
        Assert.Equal("onnx.N1", new Applied("BatchNormalization", X, Of([3], 1, 2, 3), Bias, Mean, Variance).Refusal);
        Assert.Equal("onnx.N1", new Applied("InstanceNormalization", X, Of([3], 1, 2, 3), Bias).Refusal);
        Assert.Equal("broadcast.B2", new Applied("LayerNormalization", X, Of([3], 1, 2, 3)).Refusal);
        Assert.Equal("onnx.N1", new Applied("LRN", Of([3], 1, 2, 3)).With("size", 1).Refusal);
    }

    [Fact]
    public void The_generator_draws_NumPys_numbers() // numpy.random.seed(s); numpy.random.uniform(0, 1, 2000)
    {
        var (zero, five) = (new MersenneTwister(0), new MersenneTwister(5));
        Assert.Equal((0.5488135039273248, 0.7151893663724195), (zero.Uniform(), zero.Uniform()));
        Assert.Equal((0.22199317108973948, 0.8707323061773764), (five.Uniform(), five.Uniform()));
        Assert.Equal(0.5017731306999452, Enumerable.Range(2, 1998).Select(_ => zero.Uniform()).ToArray()[^1]);
    }

    [Fact]
    public void Dropout_changes_nothing_when_a_model_is_used()
    {
        foreach (var opset in (int[])[7, 10, 12, 13])
        {
            var y = (new Applied("Dropout", X) { Results = 2 }).At(opset).Run();
            Assert.Equal(X, y[0]);
            Assert.All(y[1].ToDoubles(), kept => Assert.Equal(1, kept));
            Assert.Equal(opset < 10 ? ElementType.F64 : ElementType.Pred, y[1].Type.Element);
        }
    }

    [Fact]
    public void In_training_dropout_keeps_what_is_drawn_at_least_the_ratio_and_scales_it()
    {
        var training = Tensor.Scalar(ElementType.Pred, 1L);
        var node = new Applied("Dropout", Of([3], 1, 2, 3), Of([], 0.6), training) { Results = 2 };
        Assert.Equal([0.0, 1, 1], node.Run()[1].ToDoubles());
        Near([0, 2 / 0.4, 3 / 0.4], node.Run()[0].ToDoubles());
        Near([0, -1.5 / 0.4, 2 / 0.4], (node with { Results = 1 }).Gradient(0).ToDoubles());
        Assert.Equal("onnx.N1", (node with { Operands = [X, Of([], 1), training] }).Refusal);
    }

    private static Applied Batch(int opset) => new Applied("BatchNormalization", X, Scale, Bias, Mean, Variance).At(opset);

    private static double Spread(double[] values) => values.Average(v => Math.Pow(v - values.Average(), 2));

    private static Tensor Of(Dims shape, params double[] values) => Tensor.FromDoubles(new(ElementType.F64, shape), values);

    private static void Near(IEnumerable<double> expected, double[] computed, double tolerance = 1e-12)
    {
        Assert.Equal(expected.Count(), computed.Length);
        foreach (var (e, c) in expected.Zip(computed)) Assert.Equal(e, c, tolerance * (1 + Math.Abs(e)));
    }
}
