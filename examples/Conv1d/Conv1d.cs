using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Rewrite;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>One-dimensional convolution three ways: direct, unroll and zip and reduce, unroll times weight.</summary>
public static class Conv1d
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("conv1d", "1-D convolution three ways",
        "direct, unroll + zip + reduce, unroll @ weight; unroll_chan; the vector form as a rewrite rule", Show);

    private const int T = 6, K = 3;

    private static readonly Tensor Given = Numbers.Count([T]), Weight = Numbers.Of(5, 2, 3);

    private static readonly Expr X = Input("x", F32[T]), W = Input("w", F32[K]);

    private static void Show(Page page)
    {
        Directly(page);
        Unrolled(page);
        Gradient(page);
        Channels(page);
        Rule(page);
    }

    private static void Directly(Page page)
    {
        page.Text("Apply a linear model. Run it as a sliding window. Input and output have the same width: past the "
            + "end, use 0.");
        page.Formula("output[i] = Σ_k weight[k] · input[i + k]");
        page.Print("input", Given);
        page.Print("weight", Weight);
        page.Formula(string.Join('\n', Enumerable.Range(0, T).Select(Step)));
        page.Print("output", page.Run(Direct(), ("x", Given), ("w", Weight)));
    }

    private static string Step(int i)
    {
        var terms = Enumerable.Range(0, K).Select(k => (W: Weight.At(k), X: i + k < T ? Given.At(i + k) : 0)).ToList();
        return $"output[{i}] = {string.Join(" + ", terms.Select(t => $"{t.W}*{t.X}"))} = {terms.Sum(t => t.W * t.X)}";
    }

    /// <summary>The first way.</summary>
    private static Expr Direct() => Prim.Reshape(Conv(Prim.Reshape(X, [1, 1, T]), Prim.Reshape(W, [1, 1, K]), Same), [T]);

    private static void Unrolled(Page page)
    {
        page.Heading("Unroll");
        page.Text("An alternative view: lay out the window of each output as a row.");
        page.Code("""
            Expr u = Unroll(x, K);                                         // u[i, k] = x[i + k], 0 past the end
            Expr zipped = Sum(u * Prim.Broadcast(w, [T, K], [1]), 1);      // unroll, zip, reduce
            Expr product = Prim.Reshape(MatMul(u, Prim.Reshape(w, [K, 1])), [T]);      // unroll @ weight
            """);
        var u = Unroll(X, K);
        page.Print("unroll(input, K)", page.Run(u, ("x", Given)));
        var zipped = Sum(u * Prim.Broadcast(W, [T, K], [1]), 1);
        var product = Prim.Reshape(MatMul(u, Prim.Reshape(W, [K, 1])), [T]);
        page.Print("unroll(input, K) * weight", page.Run(u * Prim.Broadcast(W, [T, K], [1]), ("x", Given), ("w", Weight)));
        page.Print("its sums along the rows", page.Run(zipped, ("x", Given), ("w", Weight)));
        foreach (var seed in Enumerable.Range(1, 3))
        {
            (string, Tensor)[] random = [("x", Numbers.Whole([T], seed)), ("w", Numbers.Whole([K], seed + 10))];
            var direct = page.Run(Direct(), random);
            page.Equal($"direct = unroll + zip + reduce (seed {seed})", direct, page.Run(zipped, random));
            page.Equal($"direct = unroll @ weight       (seed {seed})", direct, page.Run(product, random));
        }
    }

    private static void Gradient(Page page)
    {
        page.Heading("Gradient");
        page.Text("Reverse the convolutional anchor: the windows that end at a place are those that read it.");
        page.Formula("grad_input[2] = weight[0] * d[2] + weight[1] * d[1] + weight[2] * d[0]");
        var d = Numbers.Of(7, 11, 13, 17, 19, 23);
        var gradients = page.Run(Page.Backward(Direct(), X, W), ("x", Given), ("w", Weight), ("d", d));
        page.Print("d", d);
        page.Print("grad_input", gradients[0]);
        page.Print("grad_weight", gradients[1]);
        var terms = Enumerable.Range(0, K).Select(k => (W: Weight.At(k), D: d.At(2 - k))).ToList();
        page.Holds($"grad_input[2] = {string.Join(" + ", terms.Select(t => $"{t.W}*{t.D}"))} = {gradients[0].At(2)}",
            gradients[0].At(2) == terms.Sum(t => t.W * t.D));
        page.SideBySide(Direct(), X, W);
        page.Text("The same by unroll @ weight. What gather laid out, scatter_add adds back by the same index: its "
            + "transpose.");
        page.SideBySide(MatMul(Unroll(X, K), W), X, W);
    }

    private static void Channels(Page page)
    {
        page.Heading("Channels");
        page.Text("Each position may have multiple values. Convolution is a Linear applied to all channels in "
            + "position: if the weight is K long and there are C channels, the input to the linear is C·K wide.");
        page.Formula("unroll_chan[i, k·C + c] = input[i + k, c]      for k, for c");
        const int Inputs = 2, Outputs = 3;
        Expr x = Input("x", F32[T, Inputs]), w = Input("w", F32[Inputs * K, Outputs]);
        var (input, weight) = (Numbers.Whole([T, Inputs], 1), Numbers.Whole([Inputs * K, Outputs], 2));
        var (u, product) = (UnrollChannels(x, K), MatMul(UnrollChannels(x, K), w));
        page.Print("input", input);
        page.Print("unroll_chan(input, K)", page.Run(u, ("x", input)));
        page.Table(["", "shape"],
            [["unroll_chan", $"{u.Shape}"], ["weight", $"{w.Shape}"], ["unroll_chan @ weight", $"{product.Shape}"]]);
        var kernel = Prim.Transpose(Prim.Reshape(w, [K, Inputs, Outputs]), [2, 1, 0]);
        var direct = Conv(Prim.Reshape(Prim.Transpose(x, [1, 0]), [1, Inputs, T]), kernel, Same);
        page.Equal("unroll_chan @ weight = conv", page.Run(product, ("x", input), ("w", weight)),
            page.Run(Prim.Transpose(Prim.Reshape(direct, [Outputs, T]), [1, 0]), ("x", input), ("w", weight)));
    }

    private static void Rule(Page page)
    {
        page.Heading("The vector form is a rewrite rule");
        page.Text("Lay out the patches in vector form, multiply them by the kernels: in any number of axes, with any "
            + "stride, padding, dilation and groups. The pass im2col applies it: minitorch dump MODEL --passes "
            + "im2col.");
        page.Formula($"{Im2col.Rules[0]}");
        Expr x = Input("x", F32[1, 2, 5, 5]), w = Input("w", F32[3, 2, 3, 3]);
        var before = Graph.Of([Conv(x, w, Valid, stride: 2)], name: "conv");
        var after = ((Pipeline)Im2col.Pass).Run(before).Graph;
        page.SideBySide(before, Graph.Of(after.Outputs, after.Inputs, "im2col"));
        (string, Tensor)[] values = [("x", Numbers.Whole([1, 2, 5, 5], 1)), ("w", Numbers.Whole([3, 2, 3, 3], 2))];
        page.Equal("both graphs give the same", page.Run(before, values)[0], page.Run(after, values)[0]);
        page.Link("src/Passes/Rewrite/Im2col.cs", "the rule");
        page.Link("src/Frontend/Unrolling.cs", "unroll, unroll_chan and unfold");
    }
}
