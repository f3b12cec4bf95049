using LanguageExt;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Analysis;
using Xunit;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Frontend.Tests.Given;

namespace MiniTorch.Frontend.Tests;

/// <summary>Causal, dilated stacks: what a step sees.</summary>
public sealed class TemporalTests
{
    private const int Steps = 24;

    private static readonly TensorType X = ElementType.F64[2, 3, Steps];

    /// <summary>A causal model of random width, kernel, dilations and depth.</summary>
    private static Model Drawn(int seed)
    {
        var draw = new Draw(seed);
        return draw.Int(0, 1) == 0
            ? Temporal(draw.Int(2, 4), draw.Int(2, 4), draw.Int(1, 3))
            : Conv(draw.Int(2, 4), draw.Int(1, 4), Layers.Causal, dilation: draw.Int(1, 5)) >>> Layers.Tanh
                >>> Residual(Conv(2, draw.Int(1, 3), Layers.Causal, dilation: draw.Int(1, 3)));
    }

    /// <summary>The same values, and others from a step on.</summary>
    private static Tensor From(Tensor x, int step, int seed)
    {
        var (values, others) = (x.ToDoubles(), Random(x.Type, seed + 1).ToDoubles());
        return Tensor.FromDoubles(x.Type, [.. values.Select((v, i) => i % Steps >= step ? others[i] : v)]);
    }

    [Fact]
    public void A_step_does_not_change_with_what_comes_after_it() => Check.Holds(Seeds, seed =>
    {
        var (model, step) = (Drawn(seed), seed % Steps);
        var values = Initial(model, X, seed);
        var graph = Ok(model.Forward(X));
        double[] Y(Tensor x) => Evaluated(graph, new Dictionary<string, Tensor>(values) { ["x"] = x })["y"].ToDoubles();
        var x = Random(X, seed);
        var (one, other) = (Y(x), Y(From(x, step, seed)));
        return Enumerable.Range(0, one.Length).All(i => i % Steps >= step || one[i] == other[i]);
    }, 40);

    /// <summary>What an element of the result reads of x.</summary>
    private static ReceptiveField Field(Model model, TensorType type)
    {
        var graph = Ok(model.Forward(type));
        return ReceptiveField.Of(graph, graph.Inputs[0])[graph.Outputs[0].Value];
    }

    [Fact]
    public void No_step_after_it_is_in_its_receptive_field() => Check.Holds(Seeds, seed =>
    {
        var field = Field(Drawn(seed), X);
        return Enumerable.Range(0, Steps).All(t => field.At(0, 0, t)[2].Hi == t);
    }, 40);

    [Fact]
    public void A_stack_sees_as_far_back_as_its_formula_says() => Check.Holds(Seeds, seed =>
    {
        var draw = new Draw(seed);
        var (kernel, blocks) = (draw.Int(2, 5), draw.Int(1, 4));
        var reach = TemporalReach(kernel, blocks);
        var length = (int)reach + 5;
        var field = Field(Temporal(2, kernel, blocks), ElementType.F32[1, 1, length]);
        return field.Sizes[2] == reach && field.At(0, 0, length - 1)[2] == (length - reach, length - 1);
    }, 20);

    [Fact]
    public void A_causal_convolution_is_a_sum_over_the_past()
    {
        var (x, w) = (Tensor.Of([1, 1, 6], 1, 2, 3, 4, 5, 6), Tensor.Of([1, 1, 2], 10, 1));
        var y = Functional.Conv(Prim.Input("x", x.Type), Prim.Input("w", w.Type), Padding.Causal, dilation: 2);
        Assert.Equal([1, 2, 13, 24, 35, 46], Value(y, ("x", x), ("w", w)).ToDoubles());
    }

    [Fact]
    public void A_block_is_two_convolutions_beside_x()
    {
        var model = Conv(4, 1) >>> TemporalBlock(4, 3, 2, 0.1);
        Assert.Equal(
            "Residual(Conv(4, 3, causal, dilation: 2) >>> Relu >>> Dropout(0.1) >>> Conv(4, 3, causal, dilation: 2)"
            + " >>> Dropout(0.1)) >>> Relu", model.Layers[1].Inner[0].ToString());
        Assert.Equal("Conv(4, 1) >>> TemporalBlock(4, 3, dilation: 2, dropout: 0.1)", model.ToString());
        Assert.Equal("temporal_block1.residual1.conv2.bias", model.Parameters(X).Last().Name);
        Assert.Equal(X.With([2, 4, Steps]), Ok(model.Forward(X)).Outputs[0].Value.Type);
    }

    [Fact]
    public void The_last_step_is_the_last_place_of_the_last_axis()
    {
        var x = Tensor.Of([2, 2, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        Assert.Equal(Tensor.Of([2, 2], 3, 6, 9, 12), Value(Functional.LastStep(Prim.Input("x", x.Type)), ("x", x)));
        Assert.Equal("slice.S2", Assert.Single(Errors(LastStep.Forward(ElementType.F32[2, 2, 0]))).Rule);
    }
}
