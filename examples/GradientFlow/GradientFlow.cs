using System.Globalization;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>Which layers the gradient reaches, measured while a network learns.</summary>
public static class GradientFlow
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("gradient-flow", "Gradient flow",
        "layers that are used get more updates; the gradient signals which aspect was important", Show);

    private const int Examples = 512, Epochs = 20, Units = 16;

    private static readonly string[] Names = ["used", "noise", "dead"];

    /// <summary>Six numbers: the class depends on the first two, the rest is noise.</summary>
    private static (Tensor X, Tensor Class) Data()
    {
        var x = Numbers.Random([Examples, 6], 1);
        var classes = x.As<float>().ToArray().Chunk(6).Select(v => v[0] * v[1] > 0 ? 1 : 0);
        return (x, Tensor.Of<int>(I32[Examples], [.. classes]));
    }

    /// <summary>A branch that reads two of the numbers.</summary>
    private static Model Part(string name, int from, double shift) => Layers.Module(name,
        Pure("slice", x => Prim.Slice(x, [0, from], [x.Shape[0], from + 2], [1, 1])) >>> Linear(Units)
        >>> Pure("shift", x => x - shift) >>> Relu);

    private static Model Pure(string kind, Func<Expr, Expr> f) => new(LanguageExt.Prelude.Seq1(Layer.Pure(kind, kind, f)));

    private static readonly Model Net =
        Branches(1, Part("used", 0, 0), Part("noise", 2, 0), Part("dead", 4, 10)) >>> Linear(2);

    private static void Show(Page page)
    {
        Branches3(page);
        ExtraLayers(page);
        page.Text("Every `minitorch train … --report FILE` has these norms for every layer, as curves.");
        page.Link("src/Frontend/Training/Observation.cs", "what is measured");
    }

    private static void Branches3(Page page)
    {
        page.Text("A network of three branches of 16 ReLUs. The class is whether x₀ and x₁ have one sign. `used` sees "
            + "these two; `noise` sees two numbers that do not matter; `dead` has 10 taken from its values, so that "
            + "its ReLUs are 0.");
        page.Code("""
            Model net = Branches(1, used, noise, dead) >>> Linear(2);
            Training training = new(net, x, Loss.CrossEntropy, Optimiser.Sgd(0.5), epochs, seed, Observed: true);
            """);
        var (x, classes) = Data();
        var seen = new List<(Progress Batch, Dictionary<string, double> Norms)>();
        var learned = Learned.From(Training(Net, x.Type, Epochs), new TensorExamples(x, classes), p => seen.Add((p, Norms(p))));
        page.Text("The gradient's length at each branch's weights; of the last batch of an epoch:");
        page.Table(["epoch", "loss", .. Names, "units of dead that are 0"],
            seen.Where(s => s.Batch.Batch == s.Batch.Batches - 1 && s.Batch.Epoch % 5 == 4).Select(s => (string[])
            [
                $"{s.Batch.Epoch + 1}", Three(s.Batch.Loss),
                .. Names.Select(n => Three(s.Norms[$"{Weight(n)}/{Observation.Gradient}"])),
                $"{s.Norms[$"branches1.dead1/{Observation.Dead}"]} of {Units}",
            ]));
        page.Text("How far the weights moved over all steps:");
        var way = Names.ToDictionary(n => n, n => seen.Sum(s => s.Norms[$"{Weight(n)}/{Observation.Update}"]));
        page.Table(["branch", "way of its weights in all", "length of what reads it"],
            Names.Select((n, i) => new[] { n, Three(way[n]), Three(Length(learned["linear1.weight"], i)) }));
        page.Holds("layers that are used get more updates: used > noise > dead = 0",
            way["used"] > way["noise"] && way["noise"] > way["dead"] && way["dead"] == 0);
        page.Text("The gradient signals which aspect was important: what reads the branches weighs the used one most.");
    }

    private static string Weight(string branch) => $"branches1.{branch}1.linear1.weight";

    /// <summary>The rows of the last weight that read a branch.</summary>
    private static double Length(Tensor weight, int branch) =>
        Math.Sqrt(Enumerable.Range(branch * Units * 2, Units * 2).Sum(i => weight.At(i) * weight.At(i)));

    private static void ExtraLayers(Page page)
    {
        page.Heading("Extra layers");
        page.Text("A network can have extra layers if the gradient gets past them. Through a chain of sigmoids it "
            + "shrinks at each; around a residual layer, f(x) + x, it has a way of its own. The gradient's length at "
            + "the first of n layers, before anything is learned:");
        page.Formula("""
            a layer           y = f(x)         d_x = f′(x) · d
            around it         y = f(x) + x     d_x = f′(x) · d + d
            """);
        page.Table(["layers", "sigmoids in a chain", "sigmoids, each residual"], new[] { 1, 2, 4, 8, 16 }.Select(n => new[]
            { $"{n}", First(Enumerable.Repeat(Inner, n - 1)), First(Enumerable.Repeat(Residual(Inner), n - 1)) }));
        Expr x = Prim.Input("x", F32[3]), w = Prim.Input("w", F32[3]);
        page.Text("The last line but one of the gradient is that way: it adds d itself.");
        page.SideBySide(Prim.Tanh(x * w) + x, x);
    }

    private static Model Inner => Linear(Units) >>> Sigmoid;

    private static string First(IEnumerable<Model> others)
    {
        var model = others.Aggregate(Inner, (m, next) => m >>> next) >>> Linear(2);
        var (x, classes) = Data();
        var norm = double.NaN;
        Learned.From(Training(model, x.Type, 1), new TensorExamples(x, classes), p =>
        {
            if (p.Batch == 0) norm = Norms(p)[$"linear1.weight/{Observation.Gradient}"];
        });
        return norm.ToString("0.0e+0", CultureInfo.InvariantCulture);
    }

    private static Training Training(Model model, TensorType x, int epochs) =>
        new(model, x.With([32, x[1]]), Loss.CrossEntropy, Optimiser.Sgd(0.5), epochs, 1, Observed: true);

    private static Dictionary<string, double> Norms(Progress p) =>
        p.Observe().ToDictionary(o => $"{o.Of}/{o.What}", o => o.Value);

    private static string Three(double x) => x.ToString("0.000", CultureInfo.InvariantCulture);
}
