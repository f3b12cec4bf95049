using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Layers;

namespace MiniTorch.Report.Tests;

/// <summary>Pages that have every part, from made numbers: the same each time.</summary>
internal static class Samples
{
    private const string Hostile = "<script>alert('no')</script> & \"quotes\" \u0001 \uD83D\uDE00";

    internal static readonly Model LeNet =
        Conv(6, 5, Centred) >>> Relu >>> MaxPool(2) >>> Flatten >>> Linear(10) >>> LogSoftmax;

    internal static TrainingReport Training => new()
    {
        Title = "Digits", About = $"A sentence with {Hostile}.", Result = "test accuracy 98.61 %",
        Loss = Prelude.Seq(
            new Curve("training, each batch", Line(900, i => 2.3 * Math.Exp(-i / 200) + 0.1 * Math.Sin(i)), Faint: true),
            new Curve("test", Line(5, i => i == 2 ? double.NaN : 1 / (1 + i)))),
        Accuracy = Prelude.Seq1(new Curve("test", Line(5, i => 1 - 1 / (2 + i)))),
        Flow = Flow,
        Classes = new(Prelude.Seq("cat", "dog", Hostile), Prelude.Seq(0, 0, 1, 2, 2), Prelude.Seq(0, 1, 1, 2, 0)),
        Mistakes = Prelude.Seq(new Mistake(new ShownText(Hostile), "positive", "negative", 0.973),
            new Mistake(new ShownImage(Ramp(1, 28, 28)), "3", "8", 0.5),
            new Mistake(new ShownImage(Ramp(1, 4, 9, 9)), "left", "up", 1)),
        Predictions = Line(20, i => i / 3),
        Regions = new(Ramp(12, 12), -1, 1, 0, 1, Prelude.Seq((-0.5, 0.5, 0), (0.5, 0.25, 1))),
        Network = Joined,
        Kernels = Prelude.Seq(new Kernel("conv1.weight", Ramp(6, 1, 5, 5)), new Kernel("conv2.weight", Ramp(4, 6, 3))),
        Layers = LayerRow.Of(LeNet, ElementType.F32[8, 1, 28, 28]),
        Files = Prelude.Seq(new FileLink("00-input.ir", "as written"), new FileLink("a b:c#d.ir", "")),
        Facts = Prelude.Seq(new Fact("command", "minitorch train mnist --seed 1"), new Fact("seed", "1")),
    };

    /// <summary>Two rings of five, joined at one place.</summary>
    internal static Network Joined => new(Prelude.Seq("left", Hostile),
        Enumerable.Range(0, 10).Select(i =>
            new NetworkNode(i == 3 ? "\u0001<b>" : $"{i}", i / 5, i == 4 ? 1 : i / 5, i % 5 == 0)).ToSeq(),
        Enumerable.Range(0, 10).Select(i => (i, i / 5 * 5 + (i + 1) % 5)).Append((0, 5)).ToSeq());

    private static GradientFlow Flow => GradientFlow.Of(Enumerable.Range(0, 30).Select(i => (i / 10.0, new[]
    {
        new Observed("relu1", Observation.Dead, i % 4), new Observed("relu1", Observation.Units, 6),
        new Observed("conv1.weight", Observation.Gradient, 1.0 / (i + 1)),
        new Observed("conv1.weight", Observation.Update, 0.001), new Observed("conv1.weight", Observation.Norm, 1.5),
        new Observed("conv1.bias", Observation.Gradient, 0),
        new Observed("conv1.bias", Observation.Update, 0), new Observed("conv1.bias", Observation.Norm, 0),
    }.ToSeq())));

    internal static Seq<(double, double)> Line(int count, Func<double, double> f) =>
        Enumerable.Range(0, count).Select(i => ((double)i, f(i))).ToSeq().Strict();

    /// <summary>Numbers from −1 to 1.</summary>
    internal static Tensor Ramp(params int[] shape)
    {
        var type = ElementType.F32[shape];
        return Tensor.FromDoubles(type, [.. Enumerable.Range(0, (int)type.Count).Select(i => 2.0 * i / type.Count - 1)]);
    }

    internal static HtmlPage Named(string name) => name switch
    {
        "training" => TrainingPage.Of(Training),
        "bare training" => TrainingPage.Of(new() { Title = "Bare", About = "", Result = "nothing" }),
        "blocks" => Blocks,
        "network" => CnnTests.Explained(LeNet, ElementType.F32[1, 1, 12, 12]),
        var other => throw new ArgumentOutOfRangeException(nameof(name), other, "no such page"),
    };

    private static HtmlPage Blocks => HtmlPage.Of(Hostile, Hostile,
        Section.Of("Twice", Block.Text(Hostile), Block.Code($"y = x\n{Hostile}\n")),
        Section.Of("Twice", Block.Side(Block.Text("left"), Block.Text("right")),
            Block.Details("more", Block.Heading("beneath"))),
        Section.Of("图", Block.Table("numbers", ["name", "value"], [["a", "1.5"], [Hostile, ""]])),
        Section.Of("Bars",
            Block.Figure(new BarChart("scores", Prelude.Seq(("a", 1.0), ("b", -2.0), ("c", double.NaN))).Draw())));

    internal static string[] Names => ["training", "bare training", "blocks", "network"];
}
