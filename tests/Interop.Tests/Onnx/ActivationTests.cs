using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>Activations against their formulas in doubles, and their slopes against differences and at the kinks.</summary>
public class ActivationTests
{
    private static readonly double[] Points = [-30, -7.5, -3.3, -1.7, -0.51, -0.1, 0.1, 0.49, 0.7, 1.3, 2.6, 8, 30];

    private static readonly Dictionary<string, (Applied Node, Func<double, double> Formula)> Known = new()
    {
        ["relu"] = (Of("Relu"), x => Math.Max(x, 0)),
        ["leaky"] = (Of("LeakyRelu").With("alpha", 0.25), x => x > 0 ? x : 0.25 * x),
        ["elu"] = (Of("Elu").With("alpha", 2.0), x => x > 0 ? x : 2 * (Math.Exp(x) - 1)),
        ["celu"] = (Of("Celu").With("alpha", 2.0), x => x > 0 ? x : 2 * (Math.Exp(x / 2) - 1)),
        ["selu"] = (Of("Selu"), x => 1.05070102214813232 * (x > 0 ? x : 1.67326319217681885 * (Math.Exp(x) - 1))),
        ["gelu tanh"] = (Of("Gelu").At(20).With("approximate", "tanh"),
            x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))),
        ["sigmoid"] = (Of("Sigmoid"), x => 1 / (1 + Math.Exp(-x))),
        ["softplus"] = (Of("Softplus"), x => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)))),
        ["softsign"] = (Of("Softsign"), x => x / (1 + Math.Abs(x))),
        ["mish"] = (Of("Mish").At(18), x => x * Math.Tanh(Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))))),
        ["swish"] = (Of("Swish").At(24).With("alpha", 0.5), x => x / (1 + Math.Exp(-0.5 * x))),
        ["hard sigmoid"] = (Of("HardSigmoid").With("alpha", 0.5).With("beta", 0.25), x => Math.Clamp(0.5 * x + 0.25, 0, 1)),
        ["hard swish"] = (Of("HardSwish"), x => x * Math.Clamp(x / 6 + 0.5, 0, 1)),
        ["thresholded"] = (Of("ThresholdedRelu").With("alpha", 0.6), x => x > 0.6f ? x : 0),
        ["hard shrink"] = (Of("Shrink").With("lambd", 0.5), x => Math.Abs(x) > 0.5 ? x : 0),
        ["soft shrink"] = (Of("Shrink").With("lambd", 0.5).With("bias", 0.5),
            x => Math.Abs(x) > 0.5 ? x - 0.5 * Math.Sign(x) : 0),
    };

    public static TheoryData<string> Names() => [.. Known.Keys];

    [Theory, MemberData(nameof(Names))]
    public void An_activation_is_its_formula(string name)
    {
        var (node, formula) = Known[name];
        foreach (var (x, y) in Points.Zip(node.Numbers)) Assert.Equal(formula(x), y, 1e-13 * (1 + Math.Abs(y)));
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_gradient_is_that_of_differences(string name) => Known[name].Node.GradientIsDifferences(0);

    [Theory]
    [InlineData("Relu", 0), InlineData("LeakyRelu", 0.01f), InlineData("Elu", 1), InlineData("Celu", 1)]
    [InlineData("Sigmoid", 0.25)]
    [InlineData("Softplus", 0.5), InlineData("Softsign", 1), InlineData("Mish", 0.6)]
    [InlineData("HardSigmoid", 0.2f), InlineData("HardSwish", 0.5)]
    public void At_0_an_activation_has_the_slope_that_PyTorch_gives_it(string name, double slope) =>
        Assert.Equal(slope, new Applied(name, Tensor.Scalar(ElementType.F64, 0.0)).At(18).Gradient(0).At(0), 1e-12);

    [Theory, MemberData(nameof(Names))]
    public void Far_out_neither_value_nor_slope_is_lost(string name)
    {
        var node = Known[name].Node with { Operands = [Tensor.Of([2], -1e4f, 1e4f)] };
        Assert.All(node.Numbers.Concat(node.Gradient(0).ToDoubles()), y => Assert.True(double.IsFinite(y), $"{y}"));
    }

    [Fact]
    public void Gelu_is_x_times_the_normal_distribution() => // Φ(1) = 0.841344746068542948585…
        Near([0.841344746068542949, -0.158655253931457051],
            new Applied("Gelu", Tensor.FromDoubles(ElementType.F64[2], [1, -1])).At(20).Numbers);

    [Fact]
    public void A_slope_of_PRelu_repeats_to_the_shape_of_x()
    {
        var node = new Applied("PRelu", Tensor.FromDoubles(ElementType.F64[2, 2], [-1, 2, -3, 4]),
            Tensor.FromDoubles(ElementType.F64[2, 1], [0.5, 0.25]));
        Assert.Equal([-0.5, 2, -0.75, 4], node.Numbers);
        node.GradientIsDifferences(0);
        node.GradientIsDifferences(1);
        Assert.Equal("onnx.B1", new Applied("PRelu", Tensor.Of([1], 1), Tensor.Of([2, 2], 1, 2, 3, 4)).Refusal);
    }

    [Fact]
    public void Softmax_goes_along_one_axis_from_operator_set_13_and_along_all_that_follow_before()
    {
        var x = Tensor.FromDoubles(ElementType.F64[2, 2, 2], [1, 2, 3, 4, 0, 0, 1, 3]);
        var e = x.ToDoubles().Select(Math.Exp).ToArray();
        Near([e[0] / (e[0] + e[1]), e[1] / (e[0] + e[1])], new Applied("Softmax", x).At(13).Numbers[..2]);
        Near([e[0] / (e[0] + e[2]), e[1] / (e[1] + e[3])], new Applied("Softmax", x).At(13).With("axis", -2).Numbers[..2]);
        Near(e[..4].Select(v => v / e[..4].Sum()), new Applied("Softmax", x).At(11).Numbers[..4]);
        Near(e.Select(v => Math.Log(v / e.Sum())), new Applied("LogSoftmax", x).At(11).With("axis", 0).Numbers);
        Assert.Equal("onnx.N1", new Applied("Softmax", x).With("axis", 3).Refusal);
        new Applied("Softmax", x).At(11).GradientIsDifferences(0);
        new Applied("LogSoftmax", x).At(13).GradientIsDifferences(0);
    }

    [Fact]
    public void Hardmax_marks_the_first_largest()
    {
        var x = Tensor.Of([2, 3], 1, 3, 3, 2, 0, 1);
        Assert.Equal([0.0, 1, 0, 1, 0, 0], new Applied("Hardmax", x).Numbers);
        Assert.Equal([0.0, 1, 1, 1, 0, 0], new Applied("Hardmax", x).With("axis", 0).Numbers);
    }

    private static void Near(IEnumerable<double> expected, IEnumerable<double> computed)
    {
        foreach (var (e, c) in expected.Zip(computed)) Assert.Equal(e, c, 1e-13);
    }

    private static Applied Of(string name) => new(name, Tensor.FromDoubles(ElementType.F64[Points.Length], Points));
}
