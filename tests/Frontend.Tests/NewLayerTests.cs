using LanguageExt;
using MiniTorch.Ir;
using Xunit;
using static LanguageExt.Prelude;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Frontend.Tests.Given;

namespace MiniTorch.Frontend.Tests;

/// <summary>The layer of the README, as a user would add it.</summary>
public sealed class NewLayerTests
{
    private static readonly Model Gain = new(Seq1(new Layer("gain", "Gain", GainOf)));

    private static (Expr, Seq<Parameter>, long) GainOf(string name, Expr x, Mode mode)
    {
        if (x.Type.IsUnknown) return (x, Seq<Parameter>(), 0);
        if (x.Type.Rank < 2)
        {
            var error = new IrError("gain.G1", $"takes [batch, channels…], input is {x.Type}; reshape it", name);
            return (Expr.Broken(error, x), Seq<Parameter>(), 0);
        }
        var weight = Parameter.Uniform($"{name}.weight", x.Type.With([x.Shape[1]]), x.Shape[1]);
        return (x * Functional.AlongChannels(weight.Input, x), Seq1(weight), 0);
    }

    [Fact]
    public void It_composes_prints_and_computes()
    {
        var (model, x) = (Gain >>> Relu >>> Gain, Tensor.Of([1, 2, 2], 1, 2, 3, -4));
        Assert.Equal("Gain >>> Relu >>> Gain", model.ToString());
        var y = Evaluated(Ok(model.Forward(x.Type)), new Dictionary<string, Tensor>
        {
            ["x"] = x,
            ["gain1.weight"] = Tensor.Of([2], 10, 100),
            ["gain2.weight"] = Tensor.Of([2], 2, 3),
        })["y"];
        Assert.Equal([20, 40, 900, 0], y.ToDoubles());
    }

    [Fact]
    public void It_reports_its_own_rule() => Assert.Equal(
        "gain.G1: takes [batch, channels…], input is f32[3]; reshape it (at gain1)",
        Assert.Single(Errors((Gain >>> Relu >>> Gain).Forward(ElementType.F32[3]))).ToString());

    [Fact]
    public void It_trains() => Assert.True((Gain >>> Flatten >>> Linear(2))
        .TrainStep(ElementType.F32[4, 2, 3], Loss.CrossEntropy, Optimiser.Adam(0.1)).Result("gain1.weight").IsSome);
}
