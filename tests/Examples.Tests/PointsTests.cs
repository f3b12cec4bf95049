using MiniTorch.Examples.Course;
using MiniTorch.Examples.Trainings;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Examples.Tests;

/// <summary>MiniTorch's six point sets, and the line that is drawn between their labels.</summary>
public class PointsTests
{
    public static TheoryData<string> Names => [.. PointSet.All.Select(s => s.Name)];

    private static PointSet Set(string name) =>
        PointSet.Named(name).Match(s => s, e => throw new InvalidOperationException(e.Message));

    [Theory, MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_points(string name) =>
        Assert.Equal(Set(name).Draw(100, 7, 0), Set(name).Draw(100, 7, 0));

    [Theory, MemberData(nameof(Names))]
    public void Fewer_points_are_the_first_of_more(string name) =>
        Assert.Equal(Set(name).Draw(10, 7, 0), Set(name).Draw(100, 7, 0)[..10]);

    [Theory, MemberData(nameof(Names))]
    public void Another_part_has_no_point_of_the_first(string name) =>
        Assert.Empty(Set(name).Draw(1000, 7, 0).Intersect(Set(name).Draw(1000, 7, 1)));

    [Theory, MemberData(nameof(Names))]
    public void Points_lie_in_the_unit_square(string name) =>
        Assert.All(Set(name).Draw(2000, 3, 0), p => Assert.True(p is { X1: >= 0 and <= 1, X2: >= 0 and <= 1 }, $"{p}"));

    [Theory]
    [InlineData("simple", 0.5)]
    [InlineData("diag", 0.125)]
    [InlineData("split", 0.4)]
    [InlineData("xor", 0.5)]
    [InlineData("circle", 1 - 0.1 * Math.PI)]
    [InlineData("spiral", 0.5)]
    public void The_share_of_label_1_is_its_part_of_the_square(string name, double share) =>
        Assert.Equal(share, Set(name).Draw(20_000, 5, 0).Average(p => p.Label), 0.02);

    [Theory]
    [InlineData("simple", 0.4, 0.9, 1)]
    [InlineData("simple", 0.6, 0.1, 0)]
    [InlineData("diag", 0.2, 0.2, 1)]
    [InlineData("diag", 0.3, 0.3, 0)]
    [InlineData("split", 0.1, 0.5, 1)]
    [InlineData("split", 0.9, 0.5, 1)]
    [InlineData("split", 0.5, 0.5, 0)]
    [InlineData("xor", 0.2, 0.8, 1)]
    [InlineData("xor", 0.8, 0.2, 1)]
    [InlineData("xor", 0.2, 0.2, 0)]
    [InlineData("xor", 0.8, 0.8, 0)]
    [InlineData("circle", 0.5, 0.5, 0)]
    [InlineData("circle", 0.1, 0.1, 1)]
    public void Labels_are_those_of_the_rule(string name, double x1, double x2, int label) =>
        Assert.Equal(new Labelled(x1, x2, label), Set(name).Place(x1, x2));

    [Fact]
    public void The_second_arm_of_the_spiral_is_the_first_turned_by_a_quarter() => Assert.All(Enumerable.Range(0, 100), i =>
    {
        var (one, other) = (PointSet.Spiral.Place(0, i / 100.0), PointSet.Spiral.Place(0.5, i / 100.0));
        Assert.Equal((0, 1), (one.Label, other.Label));
        Assert.Equal(one.X2 - 0.5, other.X1 - 0.5, 1e-12);
        Assert.Equal(one.X1 - 0.5, 0.5 - other.X2, 1e-12);
    });

    [Fact]
    public void An_unknown_set_is_named_with_those_there_are() => Assert.Equal(
        "there is no data set 'moons'; take simple, diag, split, xor, circle, spiral",
        PointSet.Named("moons").Match(_ => "", e => e.Message));

    [Theory, MemberData(nameof(Names))]
    public void Every_set_is_learned(string name)
    {
        var set = Set(name);
        var learned = Learned.From(PointModels.Training(set, PointModels.Batch, seed: 2),
            PointModels.Examples(set.Draw(PointModels.Count, 2, 0)));
        var test = set.Draw(1000, 2, 1);
        Assert.InRange(PointModels.Accuracy(learned.Outputs(PointModels.Examples(test)), test), 0.95, 1);
    }

    [Fact]
    public void A_training_prints_and_reports_the_boundary()
    {
        var folder = Directory.CreateTempSubdirectory("points").FullName;
        using var text = new StringWriter { NewLine = "\n" };
        var settings = new Settings(Data: "diag", Epochs: 3, Out: folder, Report: Path.Combine(folder, "page.html"));
        var outcome = Experiment.Run(PointsTraining.Offer, settings, new Printed(text, null));
        var lines = text.ToString().TrimEnd().Split('\n');
        Assert.Equal(outcome.Match(o => o.Verdict.Line, e => e.Message), lines[^1]);
        Assert.Equal(20, lines.Count(l => l.StartsWith('│') && l.Length == 42));
        Assert.Contains("Decision boundary", File.ReadAllText(settings.Report!), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("train.T3", "model", "big")]
    [InlineData("points.P1", "data", "moons")]
    public void What_a_training_does_not_take_is_told(string rule, string option, string value)
    {
        var settings = new Settings(Model: option == "model" ? value : null, Data: option == "data" ? value : null);
        Assert.Equal(rule, PointsTraining.Offer.Study(settings).Match(_ => "", e => e.Rule));
    }

    [Fact]
    public void A_boundary_has_dots_where_the_model_says_1_and_points_at_their_place()
    {
        var left = Tensor.Of([8, 1], 0.9f, 0.8f, 0.2f, 0.1f, 0.9f, 0.8f, 0.2f, 0.1f);
        var picture = Boundary.Draw(left, 2, 4, [new(0.1, 0.9, 1), new(0.9, 0.1, 0)]);
        Assert.Equal("┌────┐\n│x·  │\n│·· o│\n└────┘", picture);
    }

    [Fact]
    public void A_grid_covers_the_square_from_the_top_left()
    {
        var (x, target) = (new byte[4 * 2 * 4], new byte[16]);
        Boundary.Grid(2, 2).Fill([0, 1, 2, 3], x, target);
        Assert.Equal([0.25, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.25],
            Tensor.Adopt(ElementType.F32[4, 2], x).ToDoubles());
    }
}
