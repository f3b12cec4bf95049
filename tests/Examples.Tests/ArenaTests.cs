using MiniTorch.Backends.Cpu;
using MiniTorch.Examples.Course;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Planning;
using Xunit;
using static MiniTorch.Frontend.Layers;

namespace MiniTorch.Examples.Tests;

/// <summary>What training steps of known networks take up, against the largest sum of what they need at one time.</summary>
public class ArenaTests
{
    private const double Slack = 1.1;

    private static Model Vgg => Block(64, 1) >>> Block(128, 1) >>> Block(256, 2) >>> Block(512, 2) >>> Block(512, 2)
        >>> Flatten >>> Linear(10) >>> LogSoftmax;

    private static Model Dense => Linear(512) >>> Relu >>> Linear(512) >>> Relu >>> Linear(10) >>> LogSoftmax;

    private static Model Block(int channels, int convolutions) =>
        Enumerable.Repeat(Conv(channels, 3, Centred) >>> Relu, convolutions).Aggregate((a, b) => a >>> b) >>> MaxPool(2);

    private static Graph Step(Model model, Optimiser optimiser, params int[] x) =>
        model.TrainStep(ElementType.F32[x], Loss.NegativeLogLikelihood, optimiser);

    [Theory]
    [InlineData("lecture")]
    [InlineData("lenet")]
    [InlineData("lenet adam")]
    [InlineData("vgg")]
    [InlineData("dense")]
    [InlineData("kim")]
    public void The_arena_of_a_training_step_is_within_a_tenth_of_its_lower_bound(string name)
    {
        var (adam, sgd) = (Optimiser.Adam(1e-3), Optimiser.Sgd(1e-3));
        var step = name switch
        {
            "lecture" => Step(Mnist.Networks.MiniTorch, sgd, 16, 1, 28, 28),
            "lenet" => Step(Mnist.Networks.LeNet, sgd, 64, 1, 28, 28),
            "lenet adam" => Step(Mnist.Networks.LeNet, adam, 64, 1, 28, 28),
            "vgg" => Step(Vgg, sgd, 8, 3, 32, 32),
            "dense" => Step(Dense, sgd, 128, 784),
            _ => SentenceNetwork.Kim.Model(5000).TrainStep(ElementType.I32[50, 50], Loss.BinaryCrossEntropy, adam),
        };
        foreach (var threads in new[] { 1, 2 }) AssertTight(Pipelines.Default.Run(step).Graph, threads);
    }

    private static void AssertTight(Graph graph, int threads)
    {
        var plan = Planner.Of(graph, new CpuTarget(threads));
        Assert.Empty(PlanCheck.Violations(plan));
        Assert.InRange(plan.ArenaBytes, plan.LowerBound, (long)(Slack * plan.LowerBound));
    }
}
