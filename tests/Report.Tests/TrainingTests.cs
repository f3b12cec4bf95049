using AngleSharp.Dom;
using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
using Xunit;
using static MiniTorch.Frontend.Layers;

namespace MiniTorch.Report.Tests;

public class TrainingTests
{
    private static IDocument Page(TrainingReport report) => PageTests.Parse(TrainingPage.Of(report).Text);

    private static TrainingReport Bare => new() { Title = "t", About = "", Result = "" };

    [Fact]
    public void The_rows_of_a_model_sum_to_its_graph()
    {
        var (model, x) = (Samples.LeNet, ElementType.F32[8, 1, 28, 28]);
        var (rows, graph) = (LayerRow.Of(model, x), model.Forward(x).Match(g => g, e => throw new IrException(e)));
        Assert.Equal(["conv1", "relu1", "max_pool1", "flatten1", "linear1", "log_softmax1"],
            rows.Map(r => r.Name).AsEnumerable());
        Assert.Equal(graph.Nodes.Sum(Cost.Flops), rows.Sum(r => r.Flops));
        Assert.Equal(model.Parameters(x).Sum(p => p.Type.Count), rows.Sum(r => r.Parameters));
        Assert.Equal(graph.Outputs[0].Value.Type, rows.Last.Type);
    }

    [Fact]
    public void The_tree_of_parameters_has_each_of_them_at_its_place()
    {
        var model = Conv(2, 3) >>> Residual(Conv(2, 1) >>> Relu);
        var page = Page(Bare with { Layers = LayerRow.Of(model, ElementType.F32[1, 1, 6, 6]) });
        string[] Path(IElement e) => [.. e.Ancestors<IElement>().Where(a => a.LocalName == "li").Reverse()
            .Select(a => a.FirstChild!.TextContent.Split(':')[0].Trim())];
        Assert.Equal(model.Parameters(ElementType.F32[1, 1, 6, 6]).Map(p => $"{p.Name} {p.Type}").AsEnumerable(),
            page.QuerySelectorAll("details li code").Select(c => $"{string.Join('.', Path(c))} {c.TextContent}"));
    }

    [Fact]
    public void A_flow_has_the_value_of_each_sample_in_order()
    {
        var flow = GradientFlow.Of([(0.5, Sample(1)), (1, Sample(2))]);
        Assert.Equal([0.5, 1], flow.Epochs.AsEnumerable());
        Assert.Equal(new ParameterFlow("w", Prelude.Seq(1.0, 2), Prelude.Seq(10.0, 20), Prelude.Seq(100.0, 200)),
            flow.Parameters.Head);
        Assert.Equal(new UnitFlow("relu1", 8, Prelude.Seq(1, 2)), flow.Units.Head);

        static Seq<Observed> Sample(int k) => Prelude.Seq(new Observed("relu1", Observation.Dead, k),
            new Observed("relu1", Observation.Units, 8), new Observed("w", Observation.Gradient, k),
            new Observed("w", Observation.Update, 10 * k), new Observed("w", Observation.Norm, 100 * k));
    }

    [Fact]
    public void Of_many_layers_the_first_and_the_last_are_among_the_curves()
    {
        var parameters = Enumerable.Range(0, 37).Select(i =>
            new ParameterFlow($"layer{i}", Prelude.Seq1(1.0), Prelude.Seq1(1.0), Prelude.Seq1(1.0))).ToSeq().Strict();
        var page = Page(Bare with { Flow = new(Prelude.Seq1(1.0), parameters, LanguageExt.Seq<UnitFlow>.Empty) });
        var names = page.QuerySelector(".legend")!.QuerySelectorAll("li").Select(l => l.TextContent.Split(' ')[0]).ToList();
        Assert.Equal((10, "layer0", "layer36"), (names.Count, names[0], names[^1]));
        Assert.Equal(37, page.QuerySelectorAll("details tbody tr").Length);
    }

    [Fact]
    public void A_mistake_is_shown_with_what_it_is_what_for_and_how_surely()
    {
        var tiles = Page(Samples.Training).QuerySelectorAll(".mistakes li p").Select(p => p.TextContent);
        Assert.Equal(["it is positive, taken for negative, 97.3 %", "it is 3, taken for 8, 50 %",
            "it is left, taken for up, 100 %"], tiles);
    }

    [Fact]
    public void The_most_frequent_mistakes_come_first()
    {
        var judged = new Judged(Prelude.Seq("a", "b"), Prelude.Seq(0, 1, 1, 0), Prelude.Seq(1, 0, 0, 0));
        var rows = Page(Bare with { Classes = judged })
            .QuerySelectorAll("section[id^='p-what'] table:not(.matrix) tbody tr");
        Assert.Equal(["ba2", "ab1"], rows.Select(r => r.TextContent));
    }
}
