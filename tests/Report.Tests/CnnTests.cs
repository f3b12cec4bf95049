using AngleSharp.Dom;
using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;
using MiniTorch.Passes.Evaluation;
using Xunit;
using static MiniTorch.Frontend.Layers;

namespace MiniTorch.Report.Tests;

public class CnnTests
{
    /// <summary>The page of a model with made weights.</summary>
    internal static HtmlPage Explained(Model model, TensorType x) => Right(Page(Explainer(model, x)));

    private static CnnExplainer Explainer(Model model, TensorType x) => Right(CnnExplainer.Of(
        model.Forward(x).Match(g => g, e => throw new IrException(e)), model.Parameters(x).Map(p => p.Name).ToHashSet()));

    private static IDocument Parsed(Model model, TensorType x, params string[] classes) =>
        PageTests.Parse(Right(Page(Explainer(model, x), classes)).Text);

    private static Either<IrError, HtmlPage> Page(CnnExplainer explainer, params string[] classes)
    {
        var values = explainer.Probe.Inputs.ToDictionary(i => ((Input)i.Op).Name, i => Samples.Ramp([.. i.Shape]));
        return explainer.Page("a network", "", values, Right(Evaluator.Run(explainer.Probe, values)), classes.ToSeq());
    }

    private static T Right<T>(Either<IrError, T> either) =>
        either.Match(r => r, e => throw new IrException(Prelude.Seq1(e)));

    private static IrError Left<T>(Either<IrError, T> either) => either.LeftAsEnumerable().Single();

    private static string[] Titles(IDocument page) => [.. page.QuerySelectorAll("h2").Select(h => h.TextContent)];

    [Fact]
    public void Every_layer_of_a_model_has_a_section_by_its_name() => Assert.Equal(
        ["x: the input", "conv1: convolution, 2-D", "relu1: ReLU", "max_pool1: max pooling", "conv2: convolution, 2-D",
            "sigmoid1", "average_pool1: average pooling", "linear1: dense layer", "tanh1",
            "linear2: dense layer", "softmax1"],
        Titles(Parsed(Conv(3, 3) >>> Relu >>> MaxPool(2) >>> Conv(4, 3, Same) >>> Sigmoid >>> AveragePool(2) >>> Flatten
            >>> Linear(5) >>> Layers.Tanh >>> Linear(2) >>> Softmax, ElementType.F32[2, 1, 12, 12])));

    [Fact]
    public void Without_names_layers_are_found_by_what_they_compute() => Assert.Equal(
        ["x: the input", "%add.0: convolution, 1-D", "%max.0: ReLU", "%gather.0: max pooling", "%add.3: convolution, 1-D",
            "%mul.1: average pooling", "%add.4: sum"],
        TitlesOf("""
            graph net(x: f32[1,2,8], w: f32[3,2,3], b: f32[3], v: f32[3,3,1], g: f32[3])
              %conv.0 = conv x w {window=[p1:1]} : f32[1,3,8]
              %broadcast.0 = broadcast b {to=[1 3 8] axes=[1]} : f32[1,3,8]
              %add.0 = add %conv.0 %broadcast.0 : f32[1,3,8]
              %max.0 = max %add.0 0.0 : f32[1,3,8]
              %window_argmax.0 = window_argmax %max.0 {size=[2] window=[s2]} : i32[1,3,4]
              %gather.0 = gather %max.0 %window_argmax.0 {batch=2} : f32[1,3,4]
              %conv.1 = conv %gather.0 v {window=[_]} : f32[1,3,4]
              %broadcast.1 = broadcast g {to=[1 3 4] axes=[1]} : f32[1,3,4]
              %mul.0 = mul %conv.1 %broadcast.1 : f32[1,3,4]
              %add.1 = add %mul.0 %broadcast.1 : f32[1,3,4]
              %add.2 = add %broadcast.1 %broadcast.1 : f32[1,3,4]
              %add.3 = add %add.1 %add.2 : f32[1,3,4]
              %window_sum.0 = window_sum %add.3 {size=[3] window=[p1:1]} : f32[1,3,4]
              %mul.1 = mul %window_sum.0 0.25 : f32[1,3,4]
              %add.4 = add %mul.1 %gather.0 : f32[1,3,4]
              return %add.4

            """, "w", "b", "v", "g"));

    [Fact]
    public void A_residual_is_a_sum_and_its_relu() => Assert.Equal(
        ["x: the input", "%conv.0: convolution, 2-D", "%max.0: sum, ReLU"], TitlesOf("""
            graph net(x: f32[1,2,4,4], w: f32[2,2,3,3])
              %conv.0 = conv x w {window=[p1:1 p1:1]} : f32[1,2,4,4]
              %add.0 = add %conv.0 x : f32[1,2,4,4]
              %max.0 = max %add.0 0.0 : f32[1,2,4,4]
              return %max.0

            """, "w"));

    private static string[] TitlesOf(string text, params string[] parameters) =>
        Titles(PageTests.Parse(Right(Page(Right(CnnExplainer.Of(Graph(text), parameters.ToHashSet())))).Text));

    private static Graph Graph(string text) => Parser.Parse(text).Match(g => g, e => throw new IrException(e));

    [Theory]
    [InlineData(1, 12)]
    [InlineData(2, 12)]
    [InlineData(3, 6)]
    public void Every_feature_map_and_every_kernel_has_an_image_with_its_number(int rank, int size)
    {
        var page = Parsed(Conv(5, 3) >>> Relu >>> MaxPool(2) >>> Flatten >>> Linear(3),
            new(ElementType.F32, Dims.Create([2, 2]).Then(Dims.Repeat(size, rank))));
        string[] Alts(string section) => [.. page.QuerySelector($"section[id^='{section}']")!.QuerySelectorAll("li img")
            .Select(i => i.GetAttribute("alt")!.Split(':')[0])];
        var (kernels, maps) = (Enumerable.Range(0, 5).Select(i => $"conv1, kernel {i}"), Enumerable.Range(0, 5));
        Assert.Equal(rank == 1 ? ["x, channel 0", "x, channel 1"] : ["x", "x"], Alts("p-x"));
        Assert.Equal(kernels.Concat(maps.Select(i => $"conv1, map {i}")), Alts("p-conv1"));
        Assert.Equal(maps.Select(i => $"relu1, map {i}"), Alts("p-relu1"));
        Assert.Equal(maps.Select(i => $"max_pool1, map {i}"), Alts("p-max-pool1"));
        Assert.Equal(3, page.QuerySelectorAll("section[id^='p-linear1'] .bars tr").Length);
    }

    [Fact]
    public void A_section_tells_how_many_maps_and_what_a_cell_sees()
    {
        var page = Parsed(Conv(6, 5) >>> MaxPool(2) >>> Conv(4, 3) >>> Flatten >>> Linear(2), ElementType.F32[1, 1, 28, 28]);
        string First(string section) => page.QuerySelector($"section[id^='{section}'] p")!.TextContent;
        string Field(int k, int step) =>
            $"The receptive field of a cell is {k}×{k} of x; from one to the next it moves by {step}×{step}.";
        Assert.Equal($"6 feature maps of 24×24. {Field(5, 1)}", First("p-conv1"));
        Assert.Equal($"6 feature maps of 12×12. {Field(6, 2)}", First("p-max-pool1"));
        Assert.Equal($"4 feature maps of 10×10. {Field(10, 2)}", First("p-conv2"));
        Assert.Equal("2 numbers. The receptive field of each is 28×28 of x, wherever it is.", First("p-linear1"));
    }

    [Fact]
    public void The_range_beside_a_map_is_that_of_its_values()
    {
        var (model, x) = (Conv(3, 3) >>> Relu, ElementType.F32[1, 1, 6, 6]);
        var (page, graph) = (Parsed(model, x), model.Forward(x).Match(g => g, e => throw new IrException(e)));
        var values = graph.Inputs.ToDictionary(i => ((Input)i.Op).Name, i => Samples.Ramp([.. i.Shape]));
        var y = Right(Evaluator.Run(graph, values))[0].ToDoubles().Chunk(16);
        Assert.Equal(y.Select(m => $"{Ticks.Text(m.Min())} to {Ticks.Text(m.Max())}"),
            page.QuerySelectorAll("section:last-child li img").Select(i => i.GetAttribute("alt")!.Split(": ")[1]));
    }

    [Fact]
    public void Scores_are_bars_with_the_names_of_the_classes_and_logarithms_are_shown_as_shares()
    {
        var page = Parsed(Flatten >>> Linear(3) >>> LogSoftmax, ElementType.F32[1, 1, 2, 2], "cat", "dog", "eel");
        var rows = page.QuerySelectorAll(".bars tr").ToList();
        Assert.Equal(["cat", "dog", "eel"], rows.Select(r => r.QuerySelector("th")!.TextContent));
        var shares = rows.Select(r => double.Parse(r.QuerySelector("td")!.TextContent.TrimEnd(' ', '%'),
            System.Globalization.CultureInfo.InvariantCulture));
        Assert.InRange(shares.Sum(), 99.9, 100.1);
        Assert.Single(page.QuerySelectorAll(".bars tr.best"));
    }

    [Fact]
    public void Of_many_classes_the_greatest_are_shown_and_the_others_are_counted()
    {
        var page = Parsed(Flatten >>> Linear(50), ElementType.F32[1, 1, 2, 2]);
        Assert.Equal(20, page.QuerySelectorAll(".bars tr").Length);
        Assert.Contains("30 classes with less are not shown as bars", page.Body!.TextContent);
    }

    [Fact]
    public void Of_kernels_over_many_channels_the_first_are_shown_and_the_others_are_counted()
    {
        var page = Parsed(Conv(20, 1) >>> Conv(3, 3), ElementType.F32[1, 130, 8, 8]);
        Assert.Contains("34 more columns are not shown", page.Body!.TextContent);
        // sixteen rows of two columns are drawn as large as two of sixteen
        var tall = Parsed(Conv(16, 1), ElementType.F32[1, 2, 8, 8]).QuerySelector("section[id^='p-conv1'] li img")!;
        Assert.Equal(("24", "192"), (tall.GetAttribute("width"), tall.GetAttribute("height")));
        Assert.Contains("Of each kernel 8 channels are shown; 12 more are not.", page.Body!.TextContent);
    }

    [Fact]
    public void The_probe_computes_what_the_graph_computes_on_the_way()
    {
        var (model, x) = (Conv(2, 3) >>> Relu >>> Flatten >>> Linear(2), ElementType.F32[1, 1, 5, 5]);
        var (explainer, graph) = (Explainer(model, x), model.Forward(x).Match(g => g, e => throw new IrException(e)));
        var values = Inputs.For(graph, 1);
        Assert.Equal(graph.Inputs.Select(i => ((Input)i.Op).Name), explainer.Probe.Inputs.Select(i => ((Input)i.Op).Name));
        Assert.Equal(["f32[1,2,3,3]", "f32[1,2,3,3]", "f32[1,2]", "f32[2,1,3,3]"],
            explainer.Probe.Outputs.Select(o => $"{o.Value.Type}"));
        Assert.Equal(Right(Evaluator.Run(graph, values))[0], Right(Evaluator.Run(explainer.Probe, values))[2]);
    }

    [Fact]
    public void Mistakes_are_sentences()
    {
        var integers = Graph("graph g(x: i32[2])\n  %neg.0 = neg x : i32[2]\n  return %neg.0\n");
        Assert.Equal("cnn.E3: the model has no layer that computes from x; there is nothing to show",
            Left(CnnExplainer.Of(integers, new System.Collections.Generic.HashSet<string>())).ToString());
        var graph = Graph("graph g(w: f32[2])\n  %neg.0 = neg w : f32[2]\n  return %neg.0\n");
        Assert.Equal("cnn.E1", Left(CnnExplainer.Of(graph, new System.Collections.Generic.HashSet<string> { "w" })).Rule);
        var explainer = Explainer(Flatten >>> Linear(3), ElementType.F32[1, 1, 2, 2]);
        Assert.Equal("cnn.E2: 2 classes are named, the scores are 3; name as many",
            Left(Page(explainer, "a", "b")).ToString());
    }

    [Fact]
    public void Any_graph_with_an_input_has_a_page() => Check.Holds(Graphs.Any(), graph =>
        CnnExplainer.Of(graph, new System.Collections.Generic.HashSet<string>()).Match(
            e => Evaluator.Run(e.Probe, Inputs.For(graph, 1)).Bind(r => e.Page("random", "", Inputs.For(graph, 1), r, []))
                .Match(p => PageTests.Parse(p.Text).QuerySelectorAll("section").Length > 0, _ => false),
            error => error.Rule is "cnn.E1" or "cnn.E3"), 500);
}
