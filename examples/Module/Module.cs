using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>A module: a tree of modules with named parameters, in training or in evaluation.</summary>
public static class Module
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("module", "Modules: parameters by name, train and eval",
        "a model is a tree with named parameters; dropout drops in training only", Show);

    private static readonly TensorType Image = F32[1, 1, 8, 8];

    private static readonly Model Net = Layers.Module("block", Conv(4, 3, Centred) >>> Relu) >>> MaxPool(2)
        >>> Residual(Conv(4, 3, Centred) >>> Relu) >>> Dropout(0.5) >>> Flatten >>> Linear(10);

    private static void Show(Page page)
    {
        page.Text("In MiniTorch a Module holds Parameters and other Modules, and forward is a method. Here a model is "
            + "a value, layers joined by >>>; a layer may be made of models, so a model is a tree as well.");
        page.Code("""
            Model net = Module("block", Conv(4, 3, Centred) >>> Relu) >>> MaxPool(2)
                >>> Residual(Conv(4, 3, Centred) >>> Relu) >>> Dropout(0.5) >>> Flatten >>> Linear(10);
            """);
        Names(page);
        Modes(page);
        First(page);
        page.Link("src/Frontend/README.md", "what a layer is, and how to add one");
    }

    private static void Names(Page page)
    {
        page.Heading("named_parameters");
        page.Text("A parameter is named by the way to it in the tree; shapes are inferred from the input's type.");
        page.Code("net.Parameters(F32[1, 1, 8, 8])");
        var parameters = Net.Parameters(Image);
        page.Table(["name", "shape", "numbers"],
            parameters.AsEnumerable().Select(p => new[] { p.Name, $"{p.Type.Shape}", $"{p.Type.Count}" }));
        page.Text($"{parameters.Sum(p => p.Type.Count)} numbers in all.");
        page.Text("The tree, layer by layer:");
        page.Code($"{Net.Tree(Image)}");
    }

    private static void Modes(Page page)
    {
        page.Heading("train and eval");
        page.Text("In MiniTorch train() and eval() set a flag of every module. Here the mode is an argument, and each "
            + "gives a graph of its own: in evaluation dropout is nothing at all; in training it drops each value "
            + "with probability p and multiplies the others by 1 / (1 − p), so that the mean stays.");
        page.Formula("dropout(x)[i] = x[i] / (1 − p) with probability 1 − p, else 0");
        var x = Prim.Input("x", F32[10]);
        var dropout = Dropout(0.5);
        var (seed, counter) = (Prim.Input("seed", I64.Scalar), Prim.Scalar(I64, 0L));
        Expr Mode(bool training) => dropout.Apply(x, new Mode(training, seed, counter)).Value;
        var ones = Tensor.Of([10], [.. Enumerable.Repeat(1f, 10)]);
        page.Print("x", ones);
        Tensor Train(long seed) => page.Run(Mode(true), ("x", ones), ("seed", Tensor.Scalar(I64, seed)));
        var eval = page.Run(Mode(false), ("x", ones));
        page.Print("eval", eval);
        page.Print("train, seed 1", Train(1));
        page.Print("train, seed 2", Train(2));
        page.Equal("eval is the identity", eval, ones);
        page.Equal("the same seed drops the same", Train(1), Train(1));
        page.SideBySide(Page.Forward(Mode(false), "evaluation"), Page.Forward(Mode(true), "training"));
    }

    private static void First(Page page)
    {
        page.Heading("First values");
        page.Text("Parameters are drawn by a graph as well: from a seed, uniform in ±1/√fan-in. The same seed gives "
            + "the same bits on any machine.");
        var initial = Net.Initial(Image).Match(g => g, errors => throw new IrException(errors));
        var values = page.Run(initial, ("seed", Tensor.Scalar(I64, 1L)));
        var (name, kernels) = (initial.Outputs[0].Name, values[0].As<float>().ToArray());
        page.Grids(kernels.Chunk(9).Select((k, i) => ($"{name}[{i}]", Tensor.Of([3, 3], k))));
        page.Holds("every weight of the first convolution lies in ±1/√9", kernels.All(v => Math.Abs(v) <= 1 / 3.0));
    }
}
