using System.Collections.Immutable;
using MiniTorch.Ir;
using MiniTorch.Passes.Analysis;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>How many parameters a layer has: dense, receptive fields, shared weights, features, channels.</summary>
public static class Parameters
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("parameters", "How many parameters?",
        "dense M·N, receptive fields (K1·K2+1)·N, shared K1·K2+1, features (K1·K2+1)·M, RGB N·(k1·k2·3+1) = 112", Show);

    /// <summary>The models that <c>minitorch explain</c> counts, by the name of their file beside this one.</summary>
    public static readonly ImmutableArray<(string File, Graph Graph)> Models =
    [
        Model("dense", Dense(5)), Model("dense_bias", Biased(Dense(5))), Model("receptive_fields", Fields(5)),
        Model("shared", Biased(Convolved(1, 5, 1))), Model("features", Biased(Convolved(1, 5, 4))),
        Model("rgb", Biased(Convolved(3, 5, 4))),
    ];

    private static void Show(Page page)
    {
        page.Text("The connectivity of a linear layer does not always make sense: each of its N nodes has a weight for each "
            + "of M pixels, hundreds of millions of parameters for just one layer, and more parameters want more data. "
            + "Image features are local, and the same everywhere; that is what a convolution's design says. From an image "
            + "of 5 × 5 to the 3 × 3 places where a kernel of 3 × 3 fits:");
        page.Table(["model", "weights", "parameters", "of this model", "count"], Models.Select(Row));
        page.Text("Each row is computed from a graph: a product or a convolution, the axes that it sums over, the biases "
            + "that are added to it. The same graphs are files:");
        page.Code(string.Join('\n', Models.Select(m => $"minitorch explain examples/Parameters/{m.File}.ir")));
        Ideas(page);
        Filters(page);
        Growth(page);
    }

    private static void Ideas(Page page)
    {
        page.Heading("Three ideas");
        page.Text("Idea 1, receptive fields: each node sees a window of K1 × K2 pixels alone. Weights are still its own.");
        page.Ir(Of("receptive_fields"));
        page.Text("Idea 2, shared weights: no reason to think that the same feature cannot appear elsewhere. One kernel, "
            + "one bias.");
        page.Ir(Of("shared"));
        page.Text("Shared also means that every place has a part in its gradient: that of the kernel is a convolution over "
            + "all places, that of the bias a sum.");
        page.SideBySide(Of("shared").Outputs[0].Value, [.. Of("shared").Inputs.Skip(1)]);
        page.Text("Idea 3, many features: M kernels, each looking for another one.");
        page.Ir(Of("features"));
    }

    private static void Filters(Page page)
    {
        page.Heading("Several channels, several kernels");
        page.Text("An image has three channels, and so has a kernel. With N filters the output has N channels:");
        page.Ir(Of("rgb"));
        var rgb = Counted(Of("rgb"));
        page.Formula($"{rgb.Law} = {rgb.Numbers} = {rgb.Count}");
        page.Holds("the parameters are the elements of the inputs w and b",
            rgb.Count == Of("rgb").Inputs.Skip(1).Sum(i => i.Type.Count));
    }

    private static void Growth(Page page)
    {
        page.Heading("As the image grows");
        page.Text("A dense layer grows with the fourth power of the image's side, receptive fields with the second, shared "
            + "weights not at all.");
        page.Table(["image", "dense", "receptive fields", "shared"], new[] { 5, 28, 64, 128 }.Select(n => new[]
        {
            $"{n} × {n}", Count(Biased(Dense(n))), Count(Fields(n)), Count(Biased(Convolved(1, n, 1))),
        }));
        page.Link("src/Passes/Analysis/LayerParameters.cs", "how a graph's parameters are counted");
        page.Link("src/Frontend/LocallyConnected.cs", "receptive fields as a layer: LocallyConnected(channels, kernel)");
    }

    /// <summary>Every pixel of n × n to every place of a 3 × 3 kernel.</summary>
    private static Expr Dense(int n) => MatMul(Input("x", F32[1, n * n]), Input("w", F32[n * n, (n - 2) * (n - 2)]));

    /// <summary>A window for each place, with weights and a bias of its own.</summary>
    private static Expr Fields(int n)
    {
        var o = n - 2;
        var windows = Unfold(Input("x", F32[1, 1, n, n]), [3, 3], [Window.Unit, Window.Unit]);
        var y = Prim.Dot(windows, Input("w", F32[o, o, 1, 3, 3]), [1, 4, 5], [2, 3, 4], [2, 3], [0, 1]);
        return y + Prim.Broadcast(Input("b", F32[o, o]), y.Shape, [0, 1]);
    }

    private static Expr Convolved(int channels, int n, int features) =>
        Conv(Input("x", F32[1, channels, n, n]), Input("w", F32[features, channels, 3, 3]), Valid);

    private static Expr Biased(Expr y) => y + Prim.Broadcast(Input("b", F32[y.Shape[1]]), y.Shape, [1]);

    private static (string, Graph) Model(string name, Expr y) => (name, Graph.Of([new Output("y", y)], name: name));

    private static Graph Of(string file) => Models.First(m => m.File == file).Graph;

    private static LayerParameters Counted(Graph graph) =>
        LayerParameters.Of(graph, new HashSet<string> { "w", "b" }).Single();

    private static string Count(Expr y) => $"{Counted(Graph.Of([y])).Count:N0}";

    private static string[] Row((string File, Graph Graph) model)
    {
        var counted = Counted(model.Graph);
        return [model.File, counted.Sharing, counted.Law, counted.Numbers, $"{counted.Count}"];
    }
}
