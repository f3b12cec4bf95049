using LanguageExt;
using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Frontend.Tests.Given;

namespace MiniTorch.Frontend.Tests;

public sealed class CombinatorTests
{
    private static readonly TensorType X = ElementType.F64[2, 3, 9];

    private static string[] Names(Model model, TensorType x) => [.. model.Parameters(x).Map(p => $"{p.Name} {p.Type}")];

    private static Dictionary<string, Tensor> Values(Model model, TensorType x) =>
        new(Initial(model, x, 5)) { ["x"] = Random(x, 1) };

    private static double[] Y(Model model, IReadOnlyDictionary<string, Tensor> values) =>
        Evaluated(Ok(model.Forward(values["x"].Type)), values)["y"].ToDoubles();

    /// <summary>The same values with a prefix of each name taken for another.</summary>
    private static Dictionary<string, Tensor> Renamed(Dictionary<string, Tensor> values, string from, string to = "") =>
        values.GroupBy(v => v.Key.Replace(from, to)).ToDictionary(g => g.Key, g => g.Last().Value);

    private static string Error(Model model, TensorType x) => Assert.Single(Errors(model.Forward(x))).ToString();

    [Fact]
    public void Branches_are_the_results_of_each_model_one_after_the_other()
    {
        Model a = Conv(4, 3, Same) >>> Relu, b = Conv(2, 5, Same);
        var values = Values(Branches(1, a, b), X);
        var (y, ya) = (Y(Branches(1, a, b), values), Y(a, Renamed(values, "branches1.conv1", "conv1")));
        var yb = Y(b, Renamed(values, "branches1.conv2", "conv1"));
        Assert.Equal([.. ya[..36], .. yb[..18], .. ya[36..], .. yb[18..]], y);
    }

    [Fact]
    public void Residual_adds_x_to_what_its_model_makes_of_it()
    {
        var f = Conv(3, 3, Same) >>> Relu;
        var values = Values(Residual(f), X);
        var y = Y(f, Renamed(values, "residual1."));
        Assert.Equal(y.Zip(values["x"].ToDoubles(), (a, b) => a + b), Y(Residual(f), values));
    }

    [Fact]
    public void Where_channels_differ_x_is_projected()
    {
        var f = Conv(5, 3, Same);
        Assert.Equal(
        [
            "residual1.conv1.weight f64[5,3,3]", "residual1.conv1.bias f64[5]",
            "residual1.projection1.weight f64[5,3,1]", "residual1.projection1.bias f64[5]",
        ], Names(Residual(f), X));
        var values = Values(Residual(f), X);
        var y = Y(f, Renamed(values, "residual1."));
        var way = Y(Conv(5, 1), Renamed(values, "residual1.projection1", "conv1"));
        Assert.Equal(y.Zip(way, (a, b) => a + b), Y(Residual(f), values));
        Assert.Equal("residual1.projection1.weight f64[7,4]", Names(Residual(Linear(4)), ElementType.F64[2, 7])[2]);
    }

    [Fact]
    public void A_shortcut_takes_the_place_of_x()
    {
        var model = Residual(Conv(4, 3, stride: 2), shortcut: Conv(4, 3, stride: 2));
        Assert.Equal(["residual1.conv1.weight f64[4,3,3]", "residual1.conv2.weight f64[4,3,3]"],
            Names(model, X).Where(n => n.Contains("weight")));
        var values = Values(model, X);
        double[] Of(string conv) => Y(Conv(4, 3, stride: 2), Renamed(values, $"residual1.{conv}", "conv1"));
        Assert.Equal(Of("conv1").Zip(Of("conv2"), (a, b) => a + b), Y(model, values));
    }

    [Fact]
    public void Parameters_are_named_within_their_layer_and_numbered_there()
    {
        var model = Conv(3, 1) >>> Residual(Conv(3, 3, Same) >>> Relu >>> Residual(Conv(3, 3, Same)) >>> Conv(3, 3, Same))
            >>> Conv(3, 1) >>> Module("block", Conv(2, 1)) >>> Module("block", Conv(2, 1));
        Assert.Equal(
        [
            "conv1.weight", "residual1.conv1.weight", "residual1.residual1.conv1.weight", "residual1.conv2.weight",
            "conv2.weight", "block1.conv1.weight", "block2.conv1.weight",
        ], model.Parameters(X).Map(p => p.Name).AsEnumerable().Where(n => n.EndsWith("weight", StringComparison.Ordinal)));
    }

    [Fact]
    public void Layers_of_models_print_as_composed() => Assert.Equal(
        "Residual(Conv(8, 3) >>> Relu) >>> Branches(1, Conv(2, 3) >>> Relu, Residual(Tanh, shortcut: Sigmoid))"
        + " >>> Block(Linear(2))",
        (Residual(Conv(8, 3) >>> Relu) >>> Branches(1, Conv(2, 3) >>> Relu, Residual(Layers.Tanh, shortcut: Sigmoid))
        >>> Module("block", Linear(2))).ToString());

    [Fact]
    public void A_module_computes_what_its_model_does()
    {
        var model = Conv(4, 3) >>> Relu >>> Conv(2, 3);
        var values = Values(Module("block", model), X);
        Assert.Equal(Y(model, Renamed(values, "block1.")), Y(Module("block", model), values));
    }

    [Fact]
    public void Each_dropout_within_and_after_draws_for_itself()
    {
        var (drop, x) = (Dropout(0.5), ElementType.F32[64, 10]);
        var model = Branches(0, drop, drop, Residual(drop), Module("block", drop >>> drop)) >>> drop;
        var counters = Graph.Of([model.Apply(Prim.Input("x", x), Train).Value]).Nodes
            .Where(n => n.Op is RandomBits).Select(n => (Counter(n), n.Type.Count)).Order().ToArray();
        Assert.Equal([640, 640, 640, 640, 640, 2560], counters.Select(c => c.Count).Order());
        Assert.Equal(0, counters[0].Item1);
        foreach (var (a, b) in counters.Zip(counters.Skip(1))) Assert.Equal(a.Item1 + Init.Blocks(a.Count), b.Item1);
        Assert.Equal(5 * 160 + 640, model.Apply(Prim.Input("x", x), Train).Draws);
    }

    private static readonly Mode Train = new(true, Prim.Scalar(ElementType.I64, 7L), Prim.Scalar(ElementType.I64, 0L));

    private static long Counter(Expr bits) => Value(bits.Args[1]).LongAt(0);

    [Fact]
    public void Mistakes_are_reported_at_the_nested_layer()
    {
        var wrong = Conv(4, 3) >>> Conv(4, 3, inputs: 9) >>> Relu;
        string At(Model model) => string.Join(' ',
            Errors((Relu >>> model >>> Flatten >>> Linear(2)).Forward(X)).Map(e => e.Where).Distinct());
        Assert.Equal("residual1.conv2", At(Residual(wrong)));
        Assert.Equal("branches1.conv3", At(Branches(1, Conv(2, 3), wrong)));
        Assert.Equal("branches1.residual1.conv2 branches1.max_pool1",
            string.Join(' ', At(Branches(1, MaxPool(40), Residual(wrong))).Split(' ').OrderDescending()));
        Assert.Equal("block1.residual1", At(Module("block", Residual(Conv(3, 3)))));
        Assert.Equal("branches1", At(Branches(1, Conv(2, 3), Conv(2, 5))));
    }

    [Fact]
    public void Cells_that_a_shortcut_lacks_are_an_error() => Assert.Equal(
        "residual.R1: f(x) is f64[2,3,7], what is added to it f64[2,3,9]; pad within f so that cells stay, "
        + "or give a shortcut (at residual1)", Error(Residual(Conv(3, 3)), X));

    [Fact]
    public void Branches_take_a_model() => Assert.Equal(
        "branches.B1: has no model to give x to; give one or more (at branches1)", Error(Branches(1), X));

    [Fact]
    public void A_gain_scales_first_weights_and_begins_biases_at_0()
    {
        var model = Conv(4, 3) >>> Residual(Conv(4, 3, Same));
        var (once, twice) = (Initial(model, X, 3), Initial(Gain(2, model), X, 3));
        Assert.Equal(once.Keys, twice.Keys);
        foreach (var name in once.Keys)
            Assert.Equal(once[name].ToDoubles().Select(v => name.EndsWith("bias", StringComparison.Ordinal) ? 0 : 2 * v),
                twice[name].ToDoubles());
        Assert.Equal(model.ToString(), Gain(2, model).ToString());
    }

    [Fact]
    public void Channels_first_is_the_last_axis_after_the_batch()
    {
        var x = Tensor.Of([1, 2, 3], 1, 2, 3, 4, 5, 6);
        Assert.Equal(Tensor.Of([1, 3, 2], 1, 4, 2, 5, 3, 6),
            Evaluated(Ok(ChannelsFirst.Forward(x.Type)), new Dictionary<string, Tensor> { ["x"] = x })["y"]);
    }

    [Fact]
    public void They_train()
    {
        var model = Residual(Conv(3, 3, Same) >>> Dropout(0.1)) >>> Branches(1, Relu, Conv(2, 1)) >>> Flatten >>> Linear(2);
        var step = model.TrainStep(ElementType.F32[2, 3, 9], Loss.CrossEntropy, Optimiser.Adam(0.1));
        Assert.True(step.Result("branches1.conv1.weight").IsSome);
    }
}
