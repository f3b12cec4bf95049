using BenchmarkDotNet.Attributes;
using MiniTorch.Backends.Cpu;
using MiniTorch.Benchmarks.Comparing;
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

/// <summary>Works of the comparison with PyTorch, by name, without a peer.</summary>
public abstract class WorkBenchmark : Compiled
{
    /// <summary>A work of the families.</summary>
    [ParamsSource(nameof(Names))]
    public string Work { get; set; } = "";

    /// <summary>All of them.</summary>
    public IEnumerable<string> Names => Suite.Of(Families).Select(w => w.Name);

    /// <summary>Words of the families' names.</summary>
    protected abstract string[] Families { get; }

    /// <inheritdoc/>
    protected override CpuRun Make() => Suite.Of([Work]).First(w => w.Name == Work).Compile("", Threads);
}

/// <summary>Convolutions of every kind, forward and with backward.</summary>
public class ConvBenchmark : WorkBenchmark
{
    /// <inheritdoc/>
    protected override string[] Families => ["convolutions"];
}

/// <summary>Pooling, forward and with backward.</summary>
public class PoolBenchmark : WorkBenchmark
{
    /// <inheritdoc/>
    protected override string[] Families => ["pooling"];
}

/// <summary>Softmax, log-softmax and layer norm, forward and with backward.</summary>
public class SoftmaxBenchmark : WorkBenchmark
{
    /// <inheritdoc/>
    protected override string[] Families => ["softmax and layer norm"];
}

/// <summary>Reductions, transposes, gather, scatter-add and concat.</summary>
public class ReductionBenchmark : WorkBenchmark
{
    /// <inheritdoc/>
    protected override string[] Families => ["reductions and moves"];
}

/// <summary>Elementwise functions.</summary>
public class ElementwiseBenchmark : WorkBenchmark
{
    /// <inheritdoc/>
    protected override string[] Families => ["elementwise"];
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
