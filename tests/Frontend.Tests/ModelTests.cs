using LanguageExt;
using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Frontend.Tests.Given;

namespace MiniTorch.Frontend.Tests;

public sealed class ModelTests
{
    private static readonly TensorType Digits = ElementType.F32[5, 1, 28, 28];

    private static readonly Model Net = Conv(8, 3, Same) >>> Relu >>> MaxPool(2)
        >>> Conv(16, 5, stride: 2, groups: 2) >>> Flatten >>> Linear(32) >>> Layers.Tanh >>> Dropout(0.25) >>> Linear(10);

    private static string[] Parameters(Model model, TensorType x) => [.. model.Parameters(x).Map(p => $"{p.Name} {p.Type}")];

    private static TensorType Result(Model model, TensorType x) => Ok(model.Forward(x)).Outputs[0].Value.Type;

    [Fact]
    public void Layers_infer_channels_and_features_and_number_their_parameters()
    {
        Assert.Equal(
        [
            "conv1.weight f32[8,1,3,3]", "conv1.bias f32[8]", "conv2.weight f32[16,4,5,5]", "conv2.bias f32[16]",
            "linear1.weight f32[400,32]", "linear1.bias f32[32]", "linear2.weight f32[32,10]", "linear2.bias f32[10]",
        ], Parameters(Net, Digits));
        Assert.Equal(ElementType.F32[5, 10], Result(Net, Digits));
    }

    [Fact]
    public void A_model_prints_as_composed() => Assert.Equal(
        "Conv(8, 3, same) >>> Relu >>> MaxPool(2) >>> Conv(16, 5, stride: 2, groups: 2) >>> Flatten >>> Linear(32) >>> Tanh"
        + " >>> Dropout(0.25) >>> Linear(10)", Net.ToString());

    [Fact]
    public void Other_layers_print_as_composed() => Assert.Equal(
        "Embedding(9, 4) >>> Conv(2, 3, centred, dilation: 2, inputs: 7) >>> MaxPool(3, stride: 2, padding: 1) >>> AveragePool(2)"
        + " >>> Conv(1, 1, 2) >>> Linear(3, inputs: 5) >>> Sigmoid >>> Softmax >>> LogSoftmax",
        (Embedding(9, 4) >>> Conv(2, 3, Centred, dilation: 2, inputs: 7) >>> MaxPool(3, 2, 1) >>> AveragePool(2)
        >>> Conv(1, 1, Padding.Zeros(2)) >>> Linear(3, 5) >>> Sigmoid >>> Softmax >>> LogSoftmax).ToString());

    [Fact]
    public void Composition_is_associative()
    {
        Model a = Conv(2, 3), b = Relu >>> Flatten, c = Linear(3);
        Assert.Equal(((a >>> b) >>> c).ToString(), (a >>> (b >>> c)).ToString());
        Assert.Equal(Ok(((a >>> b) >>> c).Forward(Digits)), Ok((a >>> (b >>> c)).Forward(Digits)));
    }

    [Fact]
    public void A_convolution_takes_any_number_of_spatial_axes()
    {
        Assert.Equal(["conv1.weight f32[4,3,5]", "conv1.bias f32[4]"], Parameters(Conv(4, 5), ElementType.F32[2, 3, 9]));
        Assert.Equal(ElementType.F32[2, 4, 5], Result(Conv(4, 5), ElementType.F32[2, 3, 9]));
        Assert.Equal(["conv1.weight f64[4,3,2,2,2]", "conv1.bias f64[4]"], Parameters(Conv(4, 2), ElementType.F64[2, 3, 5, 6, 7]));
        Assert.Equal(ElementType.F64[2, 4, 4, 5, 6], Result(Conv(4, 2), ElementType.F64[2, 3, 5, 6, 7]));
    }

    [Fact]
    public void An_embedding_looks_rows_up()
    {
        var model = Embedding(3, 2);
        Assert.Equal(["embedding1.weight f32[3,2]"], Parameters(model, ElementType.I32[2, 2]));
        var y = Evaluated(Ok(model.Forward(ElementType.I32[2, 2])), new Dictionary<string, Tensor>
        {
            ["x"] = Tensor.Of<int>(ElementType.I32[2, 2], [2, 0, 1, 2]),
            ["embedding1.weight"] = Tensor.Of([3, 2], 1, 2, 3, 4, 5, 6),
        })["y"];
        Assert.Equal(ElementType.F32[2, 2, 2], y.Type);
        Assert.Equal([5, 6, 1, 2, 3, 4, 5, 6], y.ToDoubles());
    }

    [Fact]
    public void Linear_is_x_times_weight_plus_bias()
    {
        var y = Evaluated(Ok(Linear(2).Forward(ElementType.F32[2, 3])), new Dictionary<string, Tensor>
        {
            ["x"] = Tensor.Of([2, 3], 1, 2, 3, 4, 5, 6),
            ["linear1.weight"] = Tensor.Of([3, 2], 1, 2, 3, 4, 5, 6),
            ["linear1.bias"] = Tensor.Of([2], 100, 200),
        })["y"];
        Assert.Equal([122, 228, 149, 264], y.ToDoubles());
    }

    [Fact]
    public void Pooling_takes_the_largest_or_the_mean_of_each_window()
    {
        var x = Tensor.Of([1, 1, 2, 4], 1, 2, 3, 4, 8, 7, 6, 5);
        double[] Of(Model model) => Evaluated(Ok(model.Forward(x.Type)), new Dictionary<string, Tensor> { ["x"] = x })["y"].ToDoubles();
        Assert.Equal([8, 6], Of(MaxPool(2)));
        Assert.Equal([4.5, 4.5], Of(AveragePool(2)));
    }

    [Fact]
    public void A_wrong_linear_layer_is_an_error_that_proposes_a_way_out()
    {
        var model = Conv(8, 3, Same) >>> Relu >>> MaxPool(2) >>> Flatten >>> Linear(64, inputs: 392);
        Assert.Equal(
            "linear.C1: weight takes 392 features, input has 1568 = 8·14·14; pool by 4 instead of 2, "
            + "or make the weight 1568×64 (at linear1)",
            Assert.Single(Errors(model.Forward(Digits))).ToString());
    }

    [Fact]
    public void Where_no_pooling_fits_only_the_weight_is_proposed() => Assert.Equal(
        "linear.C1: weight takes 7 features, input has 784 = 1·28·28; make the weight 784×3 (at linear1)",
        Assert.Single(Errors((Flatten >>> Linear(3, inputs: 7)).Forward(Digits))).ToString());

    [Fact]
    public void A_convolution_of_a_batch_without_cells_is_an_error() => Assert.Equal(
        "conv.L1: takes [batch, channels, cells…], input is f32[5,7]; reshape it (at conv1)",
        Assert.Single(Errors(Conv(2, 3).Forward(ElementType.F32[5, 7]))).ToString());

    [Fact]
    public void A_linear_layer_without_a_batch_is_an_error() => Assert.Equal(
        "linear.C2: takes a batch of features, input is f32[7]; put a batch axis first (at linear1)",
        Assert.Single(Errors(Linear(3).Forward(ElementType.F32[7]))).ToString());

    [Fact]
    public void A_rule_broken_within_a_layer_is_reported_at_it_whatever_follows()
    {
        string At(Model model) => string.Join(' ', Errors((model >>> Dropout(0.5) >>> Flatten >>> Linear(2)).Forward(Digits))
            .Map(e => $"{e.Rule.Split('.')[0]} at {e.Where}"));
        Assert.Equal("conv at conv2", At(Conv(4, 3) >>> Conv(4, 3, inputs: 9)));
        Assert.Equal("window at max_pool2", At(MaxPool(2) >>> MaxPool(40)));
        Assert.Equal("window at average_pool1", At(Relu >>> AveragePool(40) >>> Relu));
    }

    [Fact]
    public void Every_violation_of_a_graph_is_reported_at_once()
    {
        var (image, row) = (Prim.Input("image", Digits), Prim.Input("row", ElementType.F32[5, 7]));
        var left = (Flatten >>> Linear(3, inputs: 7)).Apply(image, Mode.Evaluation).Value;
        var right = (Linear(2) >>> Linear(2, inputs: 3)).Apply(row, Mode.Evaluation).Value;
        var third = Conv(2, 3).Apply(row, Mode.Evaluation).Value;
        Assert.Equal(["conv.L1 conv1", "linear.C1 linear1", "linear.C1 linear2"],
            Errors(Graph.Check([left, right, third])).Map(e => $"{e.Rule} {e.Where}").Order());
    }

    [Fact]
    public void A_wrong_model_has_no_training_step_and_no_evaluation_either()
    {
        var model = Flatten >>> Linear(3, inputs: 7) >>> Relu >>> Linear(2);
        Assert.Equal("linear.C1", Assert.Single(Errors(model.TryTrainStep(Digits, Loss.CrossEntropy, Optimiser.Adam(0.1)))).Rule);
        Assert.Equal("linear.C1", Assert.Single(Errors(model.Evaluation(Digits, Loss.CrossEntropy))).Rule);
        var thrown = Assert.Throws<IrException>(() => model.TrainStep(Digits, Loss.CrossEntropy, Optimiser.Sgd(0.1)));
        Assert.Contains("linear.C1: weight takes 7 features", thrown.Message);
    }
}
