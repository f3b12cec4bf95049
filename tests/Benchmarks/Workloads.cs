using System.Runtime.InteropServices;
using MiniTorch.Backends.Cpu;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Passes;

namespace MiniTorch.Benchmarks;

/// <summary>Compiled graphs with their inputs set: all that is left to do is to run them.</summary>
public static class Workloads
{
    /// <summary>So small that thousands of steps on one batch leave the numbers as they were.</summary>
    internal const double Rate = 1e-5;

    /// <summary>Optimisers by name: sgd, adam.</summary>
    public static Optimiser Optimiser(string name) => name switch
    {
        "sgd" => Frontend.Optimiser.Sgd(Rate),
        "adam" => Frontend.Optimiser.Adam(Rate),
        var other => throw new ArgumentException($"there is no optimiser '{other}'", nameof(name)),
    };

    /// <summary>A training step on MNIST's shape: forward, backward, update.</summary>
    public static CpuRun TrainStep(Model model, int batch, Optimiser optimiser, int threads)
    {
        var x = ElementType.F32[batch, 1, 28, 28];
        var step = Pipelines.Default.Run(model.TrainStep(x, Loss.NegativeLogLikelihood, optimiser)).Graph;
        var run = Cpu.Compile(step, threads);
        Initialise(run, model, x);
        run.Write("x", Normal(batch * 28 * 28, 1));
        run.Write("target", Classes(batch));
        return run;
    }

    /// <summary>The product of two square matrices.</summary>
    public static CpuRun Dot(int n, int threads)
    {
        var type = ElementType.F32[n, n];
        Output product = new("z", Prim.MatMul(Prim.Input("x", type), Prim.Input("y", type)));
        var run = Cpu.Compile(Pipelines.Default.Run(Graph.Of([product])).Graph, threads);
        run.Write("x", Normal(n * n, 1));
        run.Write("y", Normal(n * n, 2));
        return run;
    }

    private static void Initialise(CpuRun run, Model model, TensorType x)
    {
        var initial = model.Initial(x).Match(g => g, errors => throw new IrException(errors));
        using var draw = Cpu.Compile(initial, 1);
        var seed = Tensor.Scalar(ElementType.I64, 1L).Bytes;
        draw.Write("seed", seed);
        draw.Run();
        run.Write("seed", seed);
        foreach (var parameter in initial.Outputs)
        {
            var bytes = new byte[parameter.Value.Type.Bytes];
            draw.Read(parameter.Name, bytes);
            run.Write(parameter.Name, bytes);
        }
    }

    private static byte[] Normal(int count, int seed)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble()));
        return MemoryMarshal.AsBytes<float>(values).ToArray();
    }

    private static byte[] Classes(int count) =>
        MemoryMarshal.AsBytes<int>(Enumerable.Range(0, count).Select(i => i % 10).ToArray()).ToArray();
}
