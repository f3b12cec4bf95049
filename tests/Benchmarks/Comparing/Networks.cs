using System.Collections.Immutable;
using MiniTorch.Backends.Cpu;
using MiniTorch.Examples.Course;
using MiniTorch.Frontend;
using MiniTorch.Interop;
using MiniTorch.Ir;
using MiniTorch.Passes;
using static MiniTorch.Frontend.Layers;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>A network of the comparison: its training step is one work.</summary>
/// <param name="Name">As the peer knows it.</param>
/// <param name="Text">As a table has it.</param>
/// <param name="Model">Its layers.</param>
/// <param name="X">The type of a batch.</param>
/// <param name="Loss">What is made small.</param>
/// <param name="Optimiser">sgd or adam.</param>
internal sealed record Network(string Name, string Text, Model Model, TensorType X, Loss Loss, string Optimiser)
{
    // so great that what a step changes is not lost in the rounding of what it is added to
    private const double CheckedRate = 1000;

    /// <summary>The networks with a mark.</summary>
    internal static IEnumerable<(Network Network, double Mark)> All { get; } =
    [
        (Of("lecture", "lecture network", Examples.Mnist.Networks.MiniTorch, [16, 1, 28, 28]), 4),
        (Of("lecture", "lecture network", Examples.Mnist.Networks.MiniTorch, [128, 1, 28, 28]), 4),
        (Of("lenet", "LeNet", Examples.Mnist.Networks.LeNet, [64, 1, 28, 28]), 2),
        (new("kim", "Kim's network", (SentenceNetwork.Kim with { Width = 128 }).Model(5000), ElementType.I32[50, 50],
            Loss.BinaryCrossEntropy, "adam"), 2),
        (Of("vgg", "VGG-11", Vgg, [32, 3, 32, 32]), 1.4),
        (Of("mlp", "784-512-512-10", Linear(512) >>> Relu >>> Linear(512) >>> Relu >>> Linear(10) >>> LogSoftmax, [128, 784]), 1.3),
    ];

    /// <summary>The training steps as works.</summary>
    internal static IEnumerable<Work> Works => All.Select(n => n.Network.Work(n.Mark));

    /// <summary>The step as it is timed: so small a rate leaves the numbers as they were over thousands of steps.</summary>
    internal Graph Step => Model.TrainStep(X, Loss, Workloads.Optimiser(Optimiser));

    /// <summary>The batch, its targets, and the first values of the parameters; they and the seed are all that a step needs.</summary>
    internal ImmutableArray<Given> Inputs()
    {
        var target = ((Input)Step.Input("target").IfNone(() => throw new InvalidOperationException("no target")).Op).Type;
        // of two cells of a pooling window that are equal but for rounding, each side may take its own: with these numbers none are
        var x = new Drawn("x", X, 3, 1, X.Element.IsInteger ? 5000 : 0);
        var classes = new Drawn("target", ElementType.I32[[.. target.Shape]], 2, 1, target.Element.IsInteger ? 10 : 2).Draw();
        var targets = target.Element.IsInteger ? classes.Value : Tensor.FromDoubles(target, classes.Value.ToDoubles());
        return [x.Draw(), new("target", targets), .. Parameters()];
    }

    private ImmutableArray<Given> Parameters()
    {
        var initial = Model.Initial(X).Match(g => g, errors => throw new IrException(errors));
        using var draw = Cpu.Compile(initial, 1);
        draw.Write("seed", Tensor.Scalar(ElementType.I64, 1L).Bytes);
        draw.Run();
        return [.. initial.Outputs.Select((o, i) => new Given(o.Name, draw.Result(i)))];
    }

    private Work Work(double mark) => new("training steps", $"{Text}, batch {X[0]}", _ => StoredModel.Of(Step), Inputs,
        new("train", new { network = Name, optimiser = Optimiser, rate = Workloads.Rate }), new(mark))
    {
        Checked = Check, Tolerance = 1e-3, FlopFloor = Name == "lecture",
    };

    /// <summary>The loss and every parameter's change by one step of plain SGD over its rate, without dropout.</summary>
    private ImmutableArray<float[]> Check(ImmutableArray<Given> inputs, int threads)
    {
        var sure = new Model(Model.Layers.Filter(l => l.Kind != "dropout"));
        var step = sure.TrainStep(X, Loss, Frontend.Optimiser.Sgd(CheckedRate));
        using var run = Cpu.Compile(Pipelines.Default.Run(step).Graph, threads);
        foreach (var (name, value) in inputs) run.Write(name, value.Bytes);
        run.Run();
        return [run.Result(0).As<float>().ToArray(), .. inputs.Skip(2).Select(p => Change(run, p))];
    }

    private static float[] Change(CpuRun run, Given parameter)
    {
        var next = new byte[parameter.Value.Type.Bytes];
        run.Read(parameter.Name, next);
        var (from, to) = (parameter.Value.As<float>().ToArray(), Tensor.Adopt(parameter.Value.Type, next).As<float>().ToArray());
        return [.. from.Zip(to, (a, b) => (b - a) / (float)CheckedRate)];
    }

    private static Network Of(string name, string text, Model model, int[] x) =>
        new(name, text, model, ElementType.F32[x], Loss.NegativeLogLikelihood, "sgd");

    private static Model Vgg => Block(64, 1) >>> Block(128, 1) >>> Block(256, 2) >>> Block(512, 2) >>> Block(512, 2)
        >>> Flatten >>> Linear(10) >>> LogSoftmax;

    private static Model Block(int channels, int convolutions) =>
        Enumerable.Repeat(Conv(channels, 3, Centred) >>> Relu, convolutions).Aggregate((a, b) => a >>> b) >>> MaxPool(2);
}
