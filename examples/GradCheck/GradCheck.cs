using System.Globalization;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using static MiniTorch.Frontend.Activations;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;
using Checked = MiniTorch.Passes.Autodiff.GradCheck;

namespace MiniTorch.Examples.Course;

/// <summary>How one knows that a gradient is right: ask the function twice.</summary>
public static class GradCheck
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("grad-check", "grad_check and central_difference",
        "whether a gradient is right: ask the function on both sides of a point", Show);

    private static void Show(Page page)
    {
        Numbers1(page);
        Graphs(page);
        Kinks(page);
    }

    private static void Numbers1(Page page)
    {
        page.Text("A derivative without a derivative: the slope of the line through two points of the graph of f, one "
            + "on either side.");
        page.Formula("central_difference(f, x) = (f(x + ε) − f(x − ε)) / 2ε");
        page.Code("CentralDifference.Of(v => Math.Log(v[0]) * v[1], [2.0, 3.0], argument: 0)");
        page.Text("The smaller ε, the less is cut off, until the rounding of f weighs more: for f = log x · y at x = "
            + "2, y = 3, whose slope in x is 1.5.");
        double[] epsilons = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10];
        page.Table(["ε", "central difference", "off by"], epsilons.Select(e =>
        {
            var slope = CentralDifference.Of(v => Math.Log(v[0]) * v[1], [2, 3], 0, e);
            return new[] { FormattableString.Invariant($"{e:0e+0}"), FormattableString.Invariant($"{slope:F10}"),
                FormattableString.Invariant($"{Math.Abs(slope - 1.5):0e+0}") };
        }));
    }

    private static void Graphs(Page page)
    {
        page.Heading("grad_check");
        page.Text("For a graph: the gradient that backpropagation gives, compared with the central difference for "
            + "every element of every input. Both are computed in binary64 even where the graph's type is f32, so "
            + "they agree to eight digits and not to three.");
        Expr x = Input("x", F32[1, 1, 6]), w = Input("w", F32[1, 1, 3]);
        var g = Graph.Of([Sigmoid(Conv(x, w, Same))]);
        page.Code("""
            Graph g = Graph.Of([Sigmoid(Conv(x, w, Same))]);
            Either<IrError, GradCheck> check = GradCheck.Of(g, values);
            """);
        Tensor[] at = [Numbers.Random([1, 1, 6], 1), Numbers.Random([1, 1, 3], 2)];
        var check = Of(g, ("x", at[0]), ("w", at[1]));
        page.Table(["element", "gradient", "central difference"], check.Slopes.Select(s => new[]
        {
            $"{s.Input}[{string.Join(',', s.Place)}]",
            FormattableString.Invariant($"{s.Gradient:F9}"), FormattableString.Invariant($"{s.Difference:F9}"),
        }));
        page.Holds("all nine slopes agree within a millionth", check.Passes && check.Slopes.Length == 9);
        page.Text("The gradient that is checked is a graph as well:");
        page.SideBySide(Sigmoid(Conv(x, w, Same)), x, w);
    }

    private static void Kinks(Page page)
    {
        page.Text("It is a test, no proof, and it has two blind spots. At a kink a difference sees both sides: the "
            + "derivative of ReLU at 0 is 0 by convention, and the central difference is one half.");
        var x = Input("x", F32[3]);
        var relu = Of(Graph.Of([Relu(x)]), ("x", Numbers.Of(-1, 0, 1)));
        page.Table(["x", "gradient", "central difference"], relu.Slopes.Select((s, i) => new[]
        {
            $"{i - 1}", FormattableString.Invariant($"{s.Gradient:0.0}"), FormattableString.Invariant($"{s.Difference:0.0}"),
        }));
        page.Text("And summing the results, as the lecture does, hides what sums to a constant: a softmax sums to 1, "
            + "so its gradient is 0 however wrong. Other cotangents than ones see it.");
        var softmax = Graph.Of([Softmax(x, 0)]);
        var at = new Dictionary<string, Tensor> { ["x"] = Numbers.Of(1, 2, 3) };
        var seen = Checked.Of(softmax, at, cotangents: [Numbers.Of(1, 0, 0)])
            .IfLeft(e => throw new InvalidOperationException($"{e}"));
        page.Table(["cotangent", "gradient by x"],
            [["[1 1 1]", Text(Of(softmax, ("x", at["x"])))], ["[1 0 0]", Text(seen)]]);
        page.Link("src/Passes/Autodiff/GradCheck.cs", "both functions are public");
        page.Link("tests/Passes.Tests/GradientTests.cs", "every op is checked so, and exactly over rationals");
    }

    private static string Text(Checked check) => string.Join(' ',
        check.Slopes.Select(s => (Math.Round(s.Gradient, 4) + 0.0).ToString("0.0000", CultureInfo.InvariantCulture)));

    private static Checked Of(Graph g, params (string Name, Tensor Value)[] at) =>
        Checked.Of(g, at.ToDictionary(a => a.Name, a => a.Value)).IfLeft(e => throw new InvalidOperationException($"{e}"));
}
