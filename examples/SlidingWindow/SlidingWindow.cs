using System.Globalization;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>The intuition of convolution: a linear model run everywhere; many of them; layers of them.</summary>
public static class SlidingWindow
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("sliding-window", "A linear model as a sliding window",
        "the same network as before, run everywhere; learn many features; combine the layers", Show);

    private const int Examples = 512, Side = 8;

    private static void Show(Page page)
    {
        page.Text("How do we handle locality in features? Use the same neural network as before. Brute force: try "
            + "running it everywhere, as a sliding window, and hope for splits that detect patterns at some locations.");
        Everywhere(page);
        ManyFeatures(page);
        Layers(page);
    }

    private static void Everywhere(Page page)
    {
        page.Text("First a linear model for three numbers: is the middle a peak? It learns from examples alone; they "
            + "are labelled by 2·x₁ > x₀ + x₂ + 1.");
        var x = Numbers.Random([Examples, 3], 1);
        var label = Tensor.Of([Examples, 1],
            [.. x.As<float>().ToArray().Chunk(3).Select(v => 2 * v[1] > v[0] + v[2] + 1 ? 1f : 0)]);
        var model = Linear(1) >>> Sigmoid;
        page.Code($"Model model = {model};");
        var learned = Learned.From(new(model, F32[32, 3], Loss.BinaryCrossEntropy, Optimiser.Adam(0.1), 20, 1),
            new TensorExamples(x, label));
        Tensor weight = learned["linear1.weight"], bias = learned["linear1.bias"];
        page.Print("weight", weight.View([3]));
        page.Print("bias", bias);
        page.Text("Then run it at every place of a signal of 24 numbers: a convolution with that weight.");
        var signal = Tensor.Of([1, 1, 24], [.. Enumerable.Range(0, 24).Select(t => MathF.Sin(t) / 5 + Spike(t))]);
        Expr s = Prim.Input("s", signal.Type), w = Prim.Constant(weight.View([1, 1, 3]));
        var everywhere = page.Run(Activations.Sigmoid(Functional.Conv(s, w, Functional.Valid) + bias.At(0)), ("s", signal));
        var windows = Prim.Reshape(Unrolling.Unfold(s, [3], [Window.Unit]), [22, 3]);
        var each = Activations.Sigmoid(Prim.MatMul(windows, Prim.Constant(weight)) + bias.At(0));
        page.Equal("one place at a time, the model says the same as the convolution",
            page.Run(Prim.Reshape(each, [1, 1, 22]), ("s", signal)), everywhere, 1e-6);
        page.Formula("""
            the model, once      p = sigmoid(w · x + b)
            run everywhere       p[i] = sigmoid(Σ_k w[k] · signal[i + k] + b)
            """);
        page.SideBySide(Activations.Sigmoid(Functional.Conv(s, Prim.Input("w", F32[1, 1, 3]), Functional.Valid)), s);
        page.Print("signal, 12 in a row", signal.View([2, 12]));
        var found = everywhere.ToDoubles().Select((p, t) => (p, t)).Where(e => e.p > 0.5).ToList();
        page.Table(["place", "window", "model says"], found.Select(e => new[]
        {
            $"{e.t}", string.Join(' ', Enumerable.Range(e.t, 3).Select(i => Two(signal.At(i)))), Two(e.p),
        }));
        page.Holds("it finds the three peaks, one place before each, where their window begins",
            found.Select(e => e.t).SequenceEqual([3, 10, 19]));
    }

    /// <summary>Three peaks, and a trough that is none.</summary>
    private static float Spike(int t) => t switch { 4 => 1, 11 or 20 => 0.8f, 15 => -0.5f, _ => 0 };

    private static string Two(double x) => x.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>A bar of three cells anywhere, flat (class 0) or upright (class 1), on noise.</summary>
    private static (Tensor X, Tensor Class) Bars(int seed)
    {
        var random = new Random(seed);
        var (x, classes) = (new float[Examples * Side * Side], new int[Examples]);
        for (var e = 0; e < Examples; e++)
        {
            for (var i = 0; i < Side * Side; i++) x[e * Side * Side + i] = 0.3f * random.NextSingle();
            classes[e] = random.Next(2);
            var at = e * Side * Side + random.Next(Side - 2) * Side + random.Next(Side - 2);
            for (var k = 0; k < 3; k++) x[at + k * (classes[e] == 0 ? 1 : Side)] = 1;
        }
        return (Tensor.Of([Examples, 1, Side, Side], x), Tensor.Of<int>(I32[Examples], classes));
    }

    private static void ManyFeatures(Page page)
    {
        page.Heading("Learn many features");
        page.Text("Weights are shared between places, not between features: each has a kernel of its own, (k₁·k₂ + "
            + "1)·M numbers for M features. Start with random values and optimise them. Is there a flat bar in the "
            + "image or an upright one?");
        var model = Conv(4, 3) >>> Relu >>> GlobalMaxPool >>> Flatten >>> Linear(2) >>> LogSoftmax;
        page.Code($"Model model = {model};");
        var ((x, classes), (others, truth)) = (Bars(1), Bars(2));
        page.Grids(Enumerable.Range(0, 4).Select(e => ($"{(classes.At(e) == 0 ? "flat" : "upright")}",
            Tensor.Of([Side, Side], x.As<float>().Slice(e * Side * Side, Side * Side).ToArray()))));
        var learned = Learned.From(
            new(model, F32[32, 1, Side, Side], Loss.NegativeLogLikelihood, Optimiser.Adam(0.03), 12, 1),
            new TensorExamples(x, classes));
        page.Text("The four kernels it learned:");
        var kernels = learned["conv1.weight"].As<float>().ToArray().Chunk(9);
        page.Grids(kernels.Select((k, i) => ($"kernel {i}", Tensor.Of([3, 3], k))));
        var said = learned.Outputs(new TensorExamples(others, truth));
        var right = Enumerable.Range(0, Examples).Count(e => (said.At(2 * e + 1) > said.At(2 * e)) == (truth.At(e) == 1));
        page.Text($"{right} of {Examples} other images are told right, wherever the bar is.");
        page.Holds("that is more than 98 %", right > 0.98 * Examples);
    }

    private static void Layers(Page page)
    {
        page.Heading("Combining convolution and pooling");
        page.Text("The output of convolution and pooling is a multi-channel image, so they can be sequenced just as "
            + "any other layers; backpropagation optimises any function composed of differentiable blocks.");
        var model = Conv(6, 5, Centred) >>> Relu >>> MaxPool(2) >>> Conv(16, 5) >>> Relu >>> MaxPool(2)
            >>> Flatten >>> Linear(10);
        var (x, rows) = (Prim.Input("image", F32[1, 1, 28, 28]), new List<string[]>());
        var flow = Flow.Of(x);
        foreach (var layer in model.Layers.AsEnumerable())
        {
            var before = flow;
            flow = layer.Through(flow, Mode.Evaluation);
            var added = flow.Parameters.Skip(before.Parameters.Count).Sum(p => p.Type.Count);
            rows.Add([layer.Text, $"{before.Value.Shape}", $"{flow.Value.Shape}", $"{added}"]);
        }
        page.Table(["layer", "from", "to", "parameters"], rows);
        page.Link("examples/Mnist/Program.cs", "this network on handwritten digits: minitorch train mnist");
    }
}
