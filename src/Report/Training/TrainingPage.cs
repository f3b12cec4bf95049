using LanguageExt;

namespace MiniTorch.Report;

/// <summary>The page of a training. Parts that the training does not have are left out.</summary>
public static class TrainingPage
{
    /// <summary>The page: equal reports give equal pages.</summary>
    public static HtmlPage Of(TrainingReport report) => HtmlPage.Of(report.Title, report.About,
        Parts(report).Where(s => s.Blocks.Count > 0));

    private static IEnumerable<Section> Parts(TrainingReport r) =>
    [
        Section.Of("Result", new Block(Html.El("p", Html.At("class", "result"), r.Result))),
        Section.Of(r.Accuracy.IsEmpty ? "Loss" : "Loss and accuracy", Curves(r)),
        Section.Of("Gradient flow", r.Flow is { Epochs.Count: > 0 } flow ? FlowPart.Of(flow) : []),
        Section.Of("Decision boundary", r.Regions is { } regions
            ? [Block.Figure(new RegionChart("What the network makes of the plane", regions).Draw())] : []),
        Section.Of("Who is joined to whom", r.Network is { } network
            ? [Block.Figure(new NetworkChart("What each node was taken for", network).Draw())] : []),
        Section.Of("What was taken for what", r.Classes is { Truth.Count: > 0 } classes ? JudgedPart.Of(classes) : []),
        Section.Of("Predictions", r.Predictions.Count > 0 ? [Predicted(r.Predictions)] : []),
        Section.Of("Mistakes", r.Mistakes.Count > 0 ? MistakesPart.Of(r.Mistakes) : []),
        Section.Of("Learned kernels", KernelsPart.Of(r.Kernels)),
        Section.Of("Model", r.Layers.Count > 0 ? ModelPart.Of(r.Layers) : []),
        Section.Of("What it was compiled from", r.Files.Count > 0 ? [Block.Links(r.Files.AsEnumerable())] : []),
        Section.Of("To make it again", r.Facts.Count > 0 ? [Block.Facts(r.Facts.AsEnumerable())] : []),
    ];

    private static IEnumerable<Block> Curves(TrainingReport r)
    {
        var charts = new List<Block>();
        if (r.Loss.Count > 0)
            charts.Add(Block.Figure(new LineChart("Loss", Words(r.Loss, false), new("epoch"), new("loss"), r.Loss).Draw()));
        if (r.Accuracy.Count > 0)
            charts.Add(Block.Figure(new LineChart("Accuracy", Words(r.Accuracy, true), new("epoch"),
                new("examples taken for what they are", Percent: true), r.Accuracy).Draw()));
        return charts.Count == 0 ? [] : [Block.Side(charts)];
    }

    private static string Words(Seq<Curve> curves, bool percent) => string.Join("; ", curves.AsEnumerable()
        .Where(c => c.Points.Count > 0)
        .Select(c => $"{c.Name}: from {Number(c.Points.Head.Y, percent)} to {Number(c.Points.Last.Y, percent)}"));

    private static string Number(double value, bool percent) => new Axis("", Percent: percent).Write(value);

    private static Block Predicted(Seq<(double Target, double Predicted)> points) => Block.Figure(new ScatterChart(
        "Target and prediction", $"{points.Count} test examples; on the line both are equal.",
        new("target"), new("predicted"),
        Prelude.Seq1(("test", points.Map(p => (p.Target, p.Predicted)).Strict())), Diagonal: true).Draw(),
        "A point for a test example; on the line the prediction is right.");
}
