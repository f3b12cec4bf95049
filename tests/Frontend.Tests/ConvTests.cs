using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Frontend.PaddingMode;
using static MiniTorch.Frontend.Tests.Given;

namespace MiniTorch.Frontend.Tests;

public sealed class ConvTests
{
    private static TensorType Result(Model model, TensorType x) => Ok(model.Forward(x)).Outputs[0].Value.Type;

    private static string Mistake(Model model, TensorType x) => Assert.Single(Errors(model.Forward(x))).ToString();

    [Fact]
    public void Sizes_are_those_of_the_lecture()
    {
        foreach (var (h, w, k1, k2) in new[] { (5, 5, 3, 3), (7, 9, 2, 4), (28, 28, 5, 1) })
        {
            var x = ElementType.F32[1, 1, h, w];
            Assert.Equal(ElementType.F32[1, 1, h - k1 + 1, w - k2 + 1], Result(Conv(1, (k1, k2)), x));
            Assert.Equal(ElementType.F32[1, 1, h, w], Result(Conv(1, (k1, k2), Same), x));
            Assert.Equal(ElementType.F32[1, 1, h, w], Result(Conv(1, (k1, k2), Centred), x));
            Assert.Equal(ElementType.F32[1, 1, h, w], Result(Conv(1, (k1, k2), Causal), x));
            Assert.Equal(ElementType.F32[1, 1, h + 2 - k1 + 1, w + 4 - k2 + 1], Result(Conv(1, (k1, k2), (1, 2)), x));
            Assert.Equal(ElementType.F32[1, 1, (h - k1) / 2 + 1, (w - k2) / 3 + 1],
                Result(Conv(1, (k1, k2), stride: (2, 3)), x));
        }
    }

    [Fact]
    public void Kernel_stride_padding_and_dilation_are_an_int_or_one_for_each_axis()
    {
        var x = ElementType.F32[2, 3, 11, 12, 13];
        Assert.Equal(Ok(Conv(4, 3, 1, 2, 2).Forward(x)), Ok(Conv(4, (3, 3, 3), (1, 1, 1), (2, 2, 2), [2, 2, 2]).Forward(x)));
        Assert.Equal(ElementType.F32[2, 4, 10, 14, 6], Result(Conv(4, (2, 3, 5), (0, 2, 1), (1, 1, 2), (1, 1, 1)), x));
    }

    [Fact]
    public void Tuples_and_modes_are_printed_as_written()
    {
        Assert.Equal("Conv(8, (3, 5), (1, 2), stride: (2, 1), dilation: (1, 3), padding_mode: reflect)",
            Conv(8, (3, 5), (1, 2), (2, 1), (1, 3), paddingMode: Reflect).ToString());
        Assert.Equal("Conv(8, 3, same, padding_mode: circular) >>> Conv(8, 3, 1 before, (0, 2) after) >>> Pad(1, replicate)",
            (Conv(8, 3, Same, paddingMode: Circular) >>> Conv(8, 3, Padding.Sides(1, (0, 2))) >>> Pad(1, Replicate))
            .ToString());
    }

    [Fact]
    public void A_tuple_of_another_length_is_an_error_at_the_layer()
    {
        var x = ElementType.F32[2, 3, 9, 9];
        Assert.Equal("extent.E1: kernel (3, 3, 3) has 3 numbers for 2 spatial axes; give 2, or one for all (at conv1)",
            Mistake(Conv(4, (3, 3, 3)), x));
        Assert.Equal("extent.E1: stride (1, 1, 1) has 3 numbers for 2 spatial axes; give 2, or one for all (at conv1)",
            Mistake(Conv(4, 3, stride: (1, 1, 1)), x));
        Assert.Equal("extent.E1: padding (1, 2) has 2 numbers for 1 spatial axis; give 1, or one for all (at conv1)",
            Mistake(Conv(4, 3, (1, 2)), ElementType.F32[2, 3, 9]));
    }

    [Fact]
    public void A_padding_without_enough_cells_is_an_error_at_the_layer() => Assert.Equal(
        "padding.P1: reflect padding of 2 takes more cells than axis 2 of f32[1,1,2,9] has; pad 1 at most, or replicate"
        + " (at conv1)",
        Mistake(Conv(1, 5, 2, paddingMode: Reflect), ElementType.F32[1, 1, 2, 9]));

    [Fact]
    public void A_padding_layer_pads_every_spatial_axis() =>
        Assert.Equal(ElementType.F32[1, 2, 7, 8], Result(Pad(2, Reflect), ElementType.F32[1, 2, 3, 4]));

    [Fact]
    public void A_model_under_a_mode_has_a_training_step() => Assert.Equal(
        ElementType.F32[4, 1, 3, 3],
        Ok((Conv(4, 3, Centred, paddingMode: Circular) >>> Flatten >>> Linear(2))
            .TryTrainStep(ElementType.F32[5, 1, 6, 6], Loss.CrossEntropy, Optimiser.Sgd(0.1)))
            .Outputs.Single(o => o.Name == "conv1.weight").Value.Type);

    [Fact]
    public void A_model_has_the_warnings_of_its_layers()
    {
        Assert.Equal(
            "stride.S1: stride 3 over 5 cells with kernel 3 never reads rows 3, 4 and columns 3, 4; pad 1 or take stride 2"
            + " (at conv1.conv)", Assert.Single(Conv(2, 3, stride: 3).Warnings(ElementType.F32[1, 1, 5, 5])).ToString());
        Assert.Empty(Conv(2, 3, stride: 2).Warnings(ElementType.F32[1, 1, 5, 5]));
        Assert.Empty(Conv(2, (3, 3, 3)).Warnings(ElementType.F32[1, 1, 5, 5]));
    }

    [Fact]
    public void LeNet_and_the_lectures_network_are_not_warned_of()
    {
        var digits = ElementType.F32[8, 1, 28, 28];
        Assert.Empty((Conv(6, 5, Centred) >>> Relu >>> MaxPool(2) >>> Conv(16, 5) >>> Relu >>> MaxPool(2)
            >>> Flatten >>> Linear(10)).Warnings(digits));
        Assert.Empty((Conv(4, 3, Same) >>> Relu >>> Conv(8, 3, Same) >>> Relu >>> AveragePool(4)
            >>> Flatten >>> Linear(10)).Warnings(digits));
    }
}
