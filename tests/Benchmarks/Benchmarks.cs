using BenchmarkDotNet.Attributes;
using MiniTorch.Backends.Cpu;
using MiniTorch.Examples.Mnist;

namespace MiniTorch.Benchmarks;

/// <summary>A compiled graph on a team of threads.</summary>
public abstract class Compiled
{
    private CpuRun? run;

    /// <summary>The size of the team.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Makes the graph ready.</summary>
    [GlobalSetup]
    public void Setup() => run = Make();

    /// <summary>Frees its memory and its threads.</summary>
    [GlobalCleanup]
    public void Cleanup() => run?.Dispose();

    /// <summary>Computes every result once.</summary>
    [Benchmark]
    public void Run() => run!.Run();

    /// <summary>What to run.</summary>
    protected abstract CpuRun Make();
}

/// <summary>Products of square f32 matrices.</summary>
public class DotBenchmark : Compiled
{
    /// <summary>Rows and columns.</summary>
    [Params(256, 512, 1024, 2048)]
    public int Size { get; set; }

    /// <inheritdoc/>
    protected override CpuRun Make() => Workloads.Dot(Size, Threads);
}

/// <summary>3x3 convolutions from the lecture's network to a ResNet's.</summary>
public class ConvBenchmark : Compiled
{
    /// <summary>Batch, input channels, height and width, output channels.</summary>
    [Params("16 1 28 4", "16 4 28 8", "64 16 28 32", "32 64 56 64")]
    public string Shape { get; set; } = "";

    /// <inheritdoc/>
    protected override CpuRun Make() =>
        Shape.Split(' ').Select(int.Parse).ToArray() is [var batch, var inputs, var size, var outputs]
            ? Workloads.Conv(batch, inputs, size, outputs, Threads)
            : throw new ArgumentException($"'{Shape}' is not four numbers");
}

/// <summary>Training steps on MNIST's shape: forward, backward, update.</summary>
public class TrainStepBenchmark : Compiled
{
    /// <summary>minitorch at batch 16 or lenet at batch 64.</summary>
    [Params("minitorch", "lenet")]
    public string Network { get; set; } = "";

    /// <summary>sgd or adam.</summary>
    [Params("sgd", "adam")]
    public string Optimiser { get; set; } = "";

    /// <inheritdoc/>
    protected override CpuRun Make() => Network == "lenet"
        ? Workloads.TrainStep(Networks.LeNet, 64, Workloads.Optimiser(Optimiser), Threads)
        : Workloads.TrainStep(Networks.MiniTorch, 16, Workloads.Optimiser(Optimiser), Threads);
}
