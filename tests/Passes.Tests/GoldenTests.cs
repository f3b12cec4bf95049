using MiniTorch.Ir;
using MiniTorch.Ir.Text;
using MiniTorch.Passes.Autodiff;
using Xunit;

namespace MiniTorch.Passes.Tests;

/// <summary>Texts of graphs that a person has read. MINITORCH_GOLDEN=write writes them anew, to be read again.</summary>
public sealed class GoldenTests
{
    private const string Variable = "MINITORCH_GOLDEN";

    private static readonly Expr Images = Prim.Input("x", ElementType.F32[8, 3, 28, 28]);

    private static readonly Expr Kernels = Prim.Input("w", ElementType.F32[16, 3, 3, 3]);

    private static readonly IReadOnlyList<Graph> Built = [Forward(), ForwardAndBackward(), Lecture(), Softmax()];

    private static readonly string Folder = Path.Combine(Root(), "tests", "Golden");

    private static readonly IReadOnlyDictionary<string, Graph> Cases = Built
        .SelectMany(g => new[] { (g.Name, g), ($"{g.Name}.default", Pipelines.Default.Run(g).Graph) })
        .ToDictionary(c => $"{c.Item1}.ir", c => c.Item2);

    static GoldenTests()
    {
        if (Environment.GetEnvironmentVariable(Variable) != "write") return;
        foreach (var (file, graph) in Cases) File.WriteAllText(Path.Combine(Folder, file), $"{graph}");
    }

    public static TheoryData<string> Files => [.. Cases.Keys];

    [Theory, MemberData(nameof(Files))]
    public void A_graph_has_the_text_that_was_read(string file)
    {
        var path = Path.Combine(Folder, file);
        Assert.True(File.Exists(path), $"{path} is missing; {Variable}=write writes it");
        Assert.Equal(File.ReadAllText(path), $"{Cases[file]}");
    }

    [Theory, MemberData(nameof(Files))]
    public void A_text_reads_back_as_its_graph(string file) =>
        Assert.Equal(Cases[file], Parser.Parse(File.ReadAllText(Path.Combine(Folder, file)))
            .Match(g => g, errors => throw new IrException(errors)));

    [Fact]
    public void Every_text_belongs_to_a_graph() => Assert.Equal(
        Cases.Keys.Order(), Directory.GetFiles(Folder, "*.ir").Select(f => Path.GetFileName(f)).Order());

    [Fact]
    public void After_the_default_pipeline_the_mask_is_asked_of_the_pooled_values() => Assert.Contains(
        Cases["conv_relu_pool_backward.default.ir"].Nodes,
        n => n is (ScatterAdd, [(Select, [(Gt, [{ Op: Gather }, _]), { Op: Input { Name: "dy" } }, _]), { Op: WindowArgMax }]));

    [Theory, InlineData("conv_relu_pool_backward.ir")]
    public void The_input_gradient_slides_the_flipped_kernel_and_pooling_sends_dy_to_its_argmax(string file)
    {
        var nodes = Cases[file].Nodes;
        Assert.Contains(nodes, n => n is (Conv, [_, (Reverse, [(Transpose, [{ Op: Input { Name: "w" } }])])]));
        Assert.Contains(nodes, n => n is (ScatterAdd, [{ Op: Input { Name: "dy" } }, { Op: WindowArgMax }]));
    }

    private static Graph Forward() => Graph.Of([Pool(Relu(Images, Kernels))], [Images, Kernels], "conv_relu_pool");

    private static Graph ForwardAndBackward()
    {
        var y = Pool(Relu(Images, Kernels));
        var dy = Prim.Input("dy", y.Type);
        var d = Backward.Vjp([y], [dy], [Images, Kernels]);
        return Graph.Of([new Output("y", y), new("dx", d[0]), new("dw", d[1])], [Images, Kernels, dy], "conv_relu_pool_backward");
    }

    /// <summary>Anchored top-left: the window begins at its output's position, zeros lie past the far edge.</summary>
    private static Graph Lecture()
    {
        var (x, w) = (Prim.Input("x", ElementType.F32[1, 1, 9]), Prim.Input("w", ElementType.F32[1, 1, 3]));
        var y = Prim.Conv(x, w, [new Window(1, 0, 2)]);
        var loss = Prim.Sum(y * y, [0, 1, 2]);
        var d = Backward.Grad(loss, x, w);
        return Graph.Of([new Output("loss", loss), new("dx", d[0]), new("dw", d[1])], [x, w], "conv_1d_grad");
    }

    private static Graph Softmax()
    {
        var (x, dy) = (Prim.Input("x", ElementType.F32[4, 10]), Prim.Input("dy", ElementType.F32[4, 10]));
        Expr Rows(Expr column) => Prim.Broadcast(column, x.Shape, [0]);
        var e = Prim.Exp(x - Rows(Prim.StopGradient(Prim.ReduceMax(x, [1]))));
        var y = e / Rows(Prim.Sum(e, [1]));
        return Graph.Of([new Output("y", y), new("dx", Backward.Vjp([y], [dy], [x])[0])], [x, dy], "softmax_backward");
    }

    private static Expr Relu(Expr x, Expr w)
    {
        var y = Prim.Conv(x, w, [new Window(1, 1, 1), new Window(1, 1, 1)]);
        return Prim.Max(y, Prim.Like(y, 0));
    }

    private static Expr Pool(Expr x) => Prim.Gather(
        Prim.Reshape(x, [x.Shape[0], x.Shape[1], x.Shape[2] * x.Shape[3]]),
        Prim.WindowArgMax(x, [2, 2], [new Window(2), new Window(2)]), 2);

    private static string Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "MiniTorch.sln"))) return at.FullName;
        throw new InvalidOperationException($"no MiniTorch.sln above {AppContext.BaseDirectory}");
    }
}
