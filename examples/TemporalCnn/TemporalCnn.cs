using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;
using Fields = MiniTorch.Passes.Analysis.ReceptiveField;

namespace MiniTorch.Examples.Course;

/// <summary>Convolutions over time that never look ahead, and look back twice as far with each layer.</summary>
public static class TemporalCnn
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("temporal-cnn", "Temporal CNN: causal, dilated convolutions",
        "what is at t depends on nothing after t; dilation doubles how far back a layer sees", Show);

    private const int Short = 20;

    private static readonly Expr X = Input("x", F32[1, 1, 8]), Weight = Input("w", F32[1, 1, 2]);

    private static readonly Tensor Eight = Numbers.Count([1, 1, 8]), Two = Numbers.Of([1, 1, 2], 10, 1);

    /// <summary>Sequences, and the sums that a network learned of others says.</summary>
    private static readonly Lazy<(Sums Test, double[] Said)> Learnt = new(Learn);

    private static void Show(Page page)
    {
        Causal(page);
        Later(page);
        Stack(page);
        Adding(page);
    }

    private static void Causal(Page page)
    {
        page.Text("A sequence is read as it comes: at time t only what came before is known. So the kernel ends at t. All "
            + "padding is before the first step, none after the last, and the result is as long as the sequence.");
        page.Formula("y[t] = Σ_k w[k] · x[t − d·(K − 1 − k)]    d: dilation, x[t] = 0 for t < 0");
        page.Code("Expr y = Conv(x, w, Causal, dilation: 2);");
        page.Print("x", Eight.View([8]));
        page.Print("w", Two.View([2]));
        foreach (var dilation in new[] { 1, 2, 4 })
        {
            var y = page.Run(Conv(X, Weight, Functional.Causal, dilation: dilation), ("x", Eight), ("w", Two)).View([8]);
            page.Print($"dilation {dilation}", y);
            var sums = Enumerable.Range(0, 8).Select(t => Sum(t, dilation)).ToArray();
            page.Equal($"the sum above, for d = {dilation}", Numbers.Of(sums), y);
        }
        page.SideBySide(Conv(X, Weight, Functional.Causal, dilation: 2), X, Weight);
        page.Text("The gradient to x goes the other way: its padding is after the last step, so a step learns from later "
            + "ones.");
    }

    private static float Sum(int t, int dilation) =>
        (float)(10 * (t >= dilation ? Eight.At(t - dilation) : 0) + Eight.At(t));

    private static void Later(Page page)
    {
        page.Heading("Nothing depends on what comes later");
        page.Text("x[4] is changed; a * marks each y that changes with it.");
        var changed = Tensor.Of([1, 1, 8], [.. Eight.ToDoubles().Select((v, t) => t == 4 ? 100f : (float)v)]);
        string Marks(Padding padding)
        {
            var y = Conv(X, Input("w", F32[1, 1, 3]), padding);
            var w = Numbers.Of([1, 1, 3], 5, 2, 3);
            var (one, other) = (page.Run(y, ("x", Eight), ("w", w)), page.Run(y, ("x", changed), ("w", w)));
            return string.Concat(Enumerable.Range(0, 8).Select(t => one.At(t) == other.At(t) ? " ·" : " *"));
        }
        Padding[] paddings = [Same, Centred, Functional.Causal];
        page.Table(["padding", "y[0] … y[7]"], paddings.Select(p => new[] { p.Name, Marks(p) }));
        page.Holds("with causal padding y[0] … y[3] do not change", Marks(Functional.Causal)[..8] == " · · · ·");
    }

    private static void Stack(Page page)
    {
        page.Heading("Looking back twice as far with each block");
        page.Text("A block is two causal convolutions beside its input, which is added. The dilation doubles from block to "
            + "block. How far the last step sees is read off the graph:");
        page.Formula("1 + 2·(K − 1)·(2ᵇ − 1) steps of b blocks");
        var block = Layers.TemporalBlock(16, 3, dilation: 2);
        page.Code($"{block} is\n{block.Layers[0].Inner[0]}");
        page.Table(["blocks", "dilations", "sees steps", "parameters"], Enumerable.Range(1, 6).Select(b => new[]
        {
            $"{b}", string.Join(' ', Enumerable.Range(0, b).Select(i => $"{1 << i}")), $"{Seen(b)}",
            $"{Layers.Temporal(16, 3, b).Parameters(F32[1, 2, 200]).Sum(p => p.Type.Count)}",
        }));
        page.Holds("the formula agrees with the graph for each",
            Enumerable.Range(1, 6).All(b => Seen(b) == Layers.TemporalReach(3, b)));
    }

    private static long Seen(int blocks)
    {
        var graph = Layers.Temporal(16, 3, blocks).Forward(F32[1, 2, 400]).Match(g => g, e => throw new IrException(e));
        return Fields.Of(graph, graph.Inputs[0])[graph.Outputs[0].Value].Sizes[2];
    }

    private static void Adding(Page page)
    {
        page.Heading("The adding problem");
        page.Text("Of a sequence of numbers two are marked, one in each half; the network is to say their sum after having "
            + "read everything. Always answering 1 has an error of 1/6; the least possible is 0, since the rule is known.");
        page.Code(string.Join("\n    >>> ", AddingTraining.Network(Short).Layers.Map(l => l.Text)));
        var (test, said) = Learnt.Value;
        page.Text($"Learned from 8,000 sequences of {Short}; the first of {test.Count} others:");
        page.Table(["marked", "sum", "said"], Enumerable.Range(0, 6).Select(i => new[]
            { string.Join(" + ", Marked(test.Sequence(i))), $"{test.Targets[i]:0.000}", $"{said[i]:0.000}" }));
        var error = test.Targets.Zip(said, (t, s) => (t - s) * (t - s)).Average();
        page.Text($"The mean squared error is {error:0.0000}; always answering 1 has {test.ErrorOfOne:0.0000}.");
        page.Holds("it is less than a tenth of that", error < 0.1 * test.ErrorOfOne);
        page.Text("Sequences of 200 take six blocks:");
        page.Code("minitorch train adding");
        page.Link("examples/Adding/AddingTraining.cs", "the training");
    }

    private static IEnumerable<string> Marked(Tensor sequence) => Enumerable.Range(0, Short)
        .Where(t => sequence.At(Short + t) > 0).Select(t => $"{sequence.At(t):0.000}");

    private static (Sums, double[]) Learn()
    {
        var test = new Sums(500, Short, seed: 2);
        var learned = Learned.From(new(AddingTraining.Network(Short), F32[16, 2, Short], Loss.MeanSquaredError,
            Optimiser.Adam(Schedule.Cosine(0.007, 500)), Epochs: 1, Seed: 1), new Sums(8_000, Short, seed: 1));
        return (test, learned.Outputs(test).ToDoubles());
    }
}
