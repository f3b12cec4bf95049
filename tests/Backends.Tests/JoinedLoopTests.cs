using MiniTorch.Backends.Cpu;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes;
using Xunit;
using static MiniTorch.Ir.Prim;

namespace MiniTorch.Tests;

/// <summary>Several loops of one step give the bits that each gives as a step of its own, on any number of threads.</summary>
public sealed class JoinedLoopTests
{
    /// <summary>One element, none, rows read through strides, less than a line more than a block, and enough for many parts.</summary>
    private static readonly Dims[] Shapes = [[], [1], [0, 5], [7, 131], [513], [3, 5, 2, 3], [70, 600], [40_000]];

    [Fact]
    public void Updates_of_all_parameters_are_one_step_with_the_bits_of_each_alone()
    {
        var outputs = Shapes.Select((shape, i) => new Output($"p{i}", Next(i, shape))).ToArray();
        var graph = Graph.Of(outputs);
        using CpuRun one = Cpu.Compile(graph, 1), three = Cpu.Compile(graph, 3),
            interpreted = Cpu.Compile(graph, 2, LoopForm.Interpreted), generated = Cpu.Compile(graph, 2, LoopForm.Generated);
        Assert.Equal(Shapes.Length, Assert.Single(one.Plan.Steps).Parts.Count);
        var inputs = Inputs.For(graph, 3);
        Tensor[] expected = [.. outputs.Select(o => Alone(Graph.Of([o]), inputs))];
        Assert.All([one, three, interpreted, generated], run => Assert.Equal(expected, run.Results(inputs)));
    }

    private static Expr Next(int i, Dims shape)
    {
        var (p, g) = (Input($"p{i}", ElementType.F32[[.. shape]]), Input($"g{i}", ElementType.F32[[.. shape.Reverse()]]));
        return p - Transpose(g, [.. Enumerable.Range(0, shape.Count).Reverse()]) * Input("rate", ElementType.F32[[]]);
    }

    private static Tensor Alone(Graph graph, IReadOnlyDictionary<string, Tensor> inputs)
    {
        using var run = Cpu.Compile(graph, 1, LoopForm.Interpreted);
        return run.Results(inputs.Where(i => graph.Input(i.Key).IsSome).ToDictionary())[0];
    }
}
