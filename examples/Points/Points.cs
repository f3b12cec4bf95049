using MiniTorch.Ir;
using static MiniTorch.Frontend.Activations;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>MiniTorch's first data: points of a square, and the line that a small network draws between labels.</summary>
public static class Points
{
    private const int Rows = 18, Columns = 36, Fine = 60, Shown = 60;

    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("points", "Points: the decision boundary",
        "Simple, Diag, Split, Xor, Circle, Spiral, each learned by a scalar-sized network", Show);

    private static readonly Lazy<IReadOnlyList<Drawn>> Learnt = new(() => [.. PointSet.All.Select(Learn)]);

    /// <summary>A set that was learned: how many test points are right, and the picture.</summary>
    private sealed record Drawn(PointSet Set, double Ones, double Accuracy, string Picture, Report.Picture Chart);

    private static void Show(Page page)
    {
        ALine(page);
        Networks(page);
    }

    private static void ALine(Page page)
    {
        page.Text("A line by hand: w · x + b is above 0 on one side of it. This one is x₁ = 0.5, the answer to Simple.");
        Expr x = Input("x", F32[4, 2]), w = Input("w", F32[2]);
        var line = MatMul(x, w) + 5;
        (string, Tensor)[] at = [("x", Numbers.Of([4, 2], 0, 0, 0.4f, 0.9f, 0.6f, 0.1f, 1, 1)), ("w", Numbers.Of(-10, 0))];
        page.Print("x", at[0].Item2);
        page.Print("w · x + 5      ", page.Run(line, at));
        page.Print("step(w · x + 5)", page.Run(Prim.Cast(line > 0, F32), at));
        page.Print("ReLU           ", page.Run(Relu(line), at));
        page.Print("sigmoid        ", page.Run(Sigmoid(line), at));
        page.SideBySide(Relu(line), w);
    }

    private static void Networks(Page page)
    {
        page.Heading("Six sets, six networks");
        page.Text("A point of the unit square has a label. The step function says on which side of a line a point is, but "
            + "its derivative is 0: nothing to learn from. ReLU splits the square by lines that can move, the sigmoid says "
            + "how sure the network is, and its logarithm is the loss.");
        page.Formula("""
            h₁ = ReLU(x W₁ + b₁)    h₂ = ReLU(h₁ W₂ + b₂)    p = sigmoid(h₂ W₃ + b₃)
            loss = −mean(t log p + (1 − t) log(1 − p))
            """);
        page.Code(PointModels.Of(PointSet.Xor).ToString());
        page.Text($"Trained on {PointModels.Count:N0} points of each set, tried on {PointModels.Count:N0} others:");
        page.Table(["set", "label 1 where", "label 1", "hidden", "test accuracy"], Learnt.Value.Select(d =>
            (IReadOnlyList<string>)[d.Set.Name, d.Set.Rule, $"{d.Ones * 100:F1} %", $"{d.Set.Hidden}",
                $"{d.Accuracy * 100:F1} %"]));
        page.Text("What the network makes of the square, and some of the test points. In letters: dots where it says 1, "
            + "x a point with label 1, o one with label 0.");
        page.Gallery(Learnt.Value.Select(d => (d.Picture, d.Chart)));
        page.Code("minitorch train points --data spiral");
        page.Link("examples/Points/PointSet.cs", "the six sets");
    }

    private static Drawn Learn(PointSet set)
    {
        var (points, test) = (set.Draw(PointModels.Count, seed: 1, part: 0), set.Draw(PointModels.Count, seed: 1, part: 1));
        var learned = Learned.From(PointModels.Training(set, PointModels.Batch, seed: 1), PointModels.Examples(points));
        var square = learned.Outputs(Boundary.Grid(Rows, Columns));
        var accuracy = PointModels.Accuracy(learned.Outputs(PointModels.Examples(test)), test);
        var picture = $"{set.Name}\n{Boundary.Draw(square, Rows, Columns, test.Take(Shown))}";
        var regions = Boundary.Regions(learned.Outputs(Boundary.Grid(Fine, Fine)), Fine, Fine, test.Take(4 * Shown));
        return new(set, test.Average(p => p.Label), accuracy, picture, new Report.RegionChart(set.Name, regions).Draw());
    }
}
