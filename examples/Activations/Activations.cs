using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Report;
using static MiniTorch.Frontend.Activations;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>ReLU, step and sigmoid; and max, argmax and softmax, which generalise them.</summary>
public static class ActivationFunctions
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("activations", "ReLU, step, sigmoid, softmax",
        "step = ReLU′, step′ = 0; sigmoid(x) = softmax([0, x])[1]; softmax spreads its gradient; stable at ±1000", Show);

    private static readonly Tensor Points = Numbers.Of(-4, -2, -1, 0, 1, 2, 4);

    private static readonly Expr X = Input("x", F32[7]);

    private static void Show(Page page)
    {
        Functions(page);
        Soft(page);
        Softmaxes(page);
        Stable(page);
    }

    private static void Functions(Page page)
    {
        page.Text("ReLU is the main activation function, primarily used to split the data; step determines the "
            + "correct answer; sigmoid is a soft version of step, with a useful derivative.");
        page.Formula("""
            ReLU(x)    = max{0, x}                 ReLU′(x) = step(x)
            step(x)    = x > 0 = argmax{0, x}      step′(x) = 0
            sigmoid(x) = softmax{0, x}
            """);
        (string Name, Expr Value)[] rows =
        [
            ("ReLU", Relu(X)), ("ReLU′", Slope(Relu)), ("step", Step(X)), ("step′", Slope(Step)),
            ("sigmoid", Sigmoid(X)), ("sigmoid′", Slope(Sigmoid)),
        ];
        page.Table(["x", .. Cells(Points)], rows.Select(r =>
            (IReadOnlyList<string>)[r.Name, .. Cells(page.Run(r.Value, ("x", Points)))]));
        page.Picture(Letters(page), Chart(page));
        page.Equal("step = ReLU′", page.Run(Step(X), ("x", Points)), page.Run(Slope(Relu), ("x", Points)));
        page.Equal("step′ = 0", page.Run(Slope(Step), ("x", Points)), Numbers.Of(new float[7]));
        page.Text("So a loss that counts the points that are wrong, with step, has gradient 0: not a useful function to "
            + "differentiate. Cast from the truth x > 0 it would have none at all, and asking for one is refused:");
        page.Text(Graph.Check([(Output)Slope(x => Prim.Cast(x > 0, F32))]).Match(_ => "", errors => errors.Head.ToString()));
        page.SideBySide(Relu(X), X);
    }

    private static IEnumerable<string> Cells(Tensor row) =>
        row.ToDoubles().Select(v => TensorText.Print(Tensor.Of([], (float)v)));

    private static Expr Slope(Func<Expr, Expr> f) => Grad(Sum(f(X)), X)[0];

    private static void Soft(Page page)
    {
        page.Heading("Sigmoid is softmax");
        page.Formula("softmax([0, x])[1] = exp x / (exp x + exp 0) = sigmoid(x)");
        var pair = Prim.Concat(0, Prim.Full(F32[1, 7], 0), Prim.Reshape(X, [1, 7]));
        Expr Second(Expr e) => Prim.Reshape(Prim.Slice(e, [1, 0], [2, 7], [1, 1]), [7]);
        page.Print("softmax([0, x])[1]", page.Run(Second(Softmax(pair, 0)), ("x", Points)));
        page.Equal("softmax([0, x])[1] = sigmoid(x)",
            page.Run(Second(Softmax(pair, 0)), ("x", Points)), page.Run(Sigmoid(X), ("x", Points)), within: 1e-6);
        page.Equal("argmax([0, x])[1], one-hot = step(x)",
            page.Run(Second(OneHotArgMax(pair, 0)), ("x", Points)), page.Run(Step(X), ("x", Points)));
        page.Equal("max([0, x]) = ReLU(x)",
            page.Run(Prim.ReduceMax(pair, [0]), ("x", Points)), page.Run(Relu(X), ("x", Points)));
    }

    private static void Softmaxes(Page page)
    {
        page.Heading("Softmax");
        page.Text("A probability distribution over outputs, which sums to 1. It is not a map: the gradient of one "
            + "result spreads to all operands. Row i of the table is the gradient of softmax(x)[i].");
        var (x, at) = (Input("x", F32[4]), ("x", Numbers.Of(1, 3, 2, 0)));
        var soft = page.Run(Softmax(x, 0), at);
        page.Print("x", at.Item2);
        page.Print("one-hot argmax", page.Run(OneHotArgMax(x, 0), at));
        page.Print("softmax", soft);
        page.Equal("softmax sums to 1", page.Run(Sum(Softmax(x, 0)), at), Tensor.Of([], 1), within: 1e-6);
        Expr Result(int i) => Sum(Softmax(x, 0) * OneHot(Prim.Scalar(I32, (long)i), 4));
        var rows = Tensor.Of([4, 4], [.. Enumerable.Range(0, 4)
            .SelectMany(i => page.Run(Grad(Result(i), x)[0], at).ToDoubles()).Select(v => (float)v)]);
        float Expected(int i, int j) => (float)(soft.At(i) * ((i == j ? 1 : 0) - soft.At(j)));
        page.Print("gradients of softmax", rows);
        page.Holds("no entry of softmax's gradient is 0", rows.ToDoubles().All(v => v != 0));
        page.Equal("d softmaxᵢ / d xⱼ = softmaxᵢ · ([i = j] − softmaxⱼ)",
            rows, Tensor.Of([4, 4], [.. Enumerable.Range(0, 16).Select(n => Expected(n / 4, n % 4))]), within: 1e-6);
        page.SideBySide(Softmax(x, 0), x);
    }

    private static void Stable(Page page)
    {
        page.Heading("Stable forms");
        page.Text("exp(1000) is infinite. The maximum is subtracted before; it cancels, and no gradient flows through it.");
        var (x, at) = (Input("x", F32[3]), ("x", Numbers.Of(1000, 0, -1000)));
        (string Name, Expr Value)[] rows =
        [
            ("softmax", Softmax(x, 0)), ("log-softmax", LogSoftmax(x, 0)), ("sigmoid", Sigmoid(x)),
            ("log(1 + exp x)", Softplus(x)), ("log Σ exp x", LogSumExp(x, [0])),
        ];
        page.Table(["", "at 1000, 0, -1000", "gradient of the sum"], rows.Select(r => (IReadOnlyList<string>)
            [r.Name, TensorText.Print(page.Run(r.Value, at)), TensorText.Print(page.Run(Grad(Sum(r.Value), x)[0], at))]));
        page.Link("src/Frontend/Activations.cs", "the functions");
    }

    private static readonly (string Name, char Letter, Func<Expr, Expr> Of)[] Drawn =
        [("ReLU, a quarter of it", 'r', x => Relu(x) / 4), ("step", '#', Step), ("sigmoid", 'o', Sigmoid)];

    private static readonly float[] Ticks = [.. Enumerable.Range(-24, 49).Select(i => i / 6f)];

    private static double[] Curve(Page page, Func<Expr, Expr> f) =>
        page.Run(f(Input("x", F32[Ticks.Length])), ("x", Numbers.Of(Ticks))).ToDoubles();

    private static string Letters(Page page)
    {
        var rows = Enumerable.Range(0, 11).Select(_ => new string(' ', Ticks.Length).ToCharArray()).ToArray();
        foreach (var (_, letter, of) in Drawn)
            foreach (var (y, i) in Curve(page, of).Select((y, i) => (y, i))) rows[10 - (int)Math.Round(10 * y)][i] = letter;
        var legend = string.Join("   ", Drawn.Select(d => $"{d.Letter} {d.Name}"));
        var lines = rows.Select((r, i) => $"{(i == 0 ? "1 " : i == 10 ? "0 " : "  ")}{new string(r)}");
        return string.Join('\n', [.. lines, "", $"  {legend}"]);
    }

    private static Picture Chart(Page page)
    {
        var curves = Drawn.Select(d => new Curve(d.Name, Ticks.Zip(Curve(page, d.Of), (x, y) => ((double)x, y)).ToSeq()));
        return new LineChart("ReLU, step and sigmoid", "Sigmoid rises smoothly where step jumps.",
            new("x"), new("y"), curves.ToSeq()).Draw();
    }
}
