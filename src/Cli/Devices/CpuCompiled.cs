using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Ir;
using MiniTorch.Passes;

namespace MiniTorch.Cli.Devices;

/// <summary>A graph on processors, after the default pipeline; its peak is the arena, known before it runs.</summary>
internal sealed class CpuCompiled(IExecutable run) : ICompiled
{
    /// <summary>Simplifies, plans and lowers a graph.</summary>
    internal static Either<IrError, ICompiled> Of(Graph graph, int threads) =>
        from trace in Pipelines.Default.TryRun(graph)
        from run in new CpuBackend(threads).Compile(trace.Graph)
        select (ICompiled)new CpuCompiled(run);

    /// <inheritdoc/>
    public long Flops => run.Plan.Flops;

    /// <inheritdoc/>
    public long PeakBytes => run.Plan.ArenaBytes;

    /// <inheritdoc/>
    public Either<IrError, ImmutableArray<Tensor>> Run(IReadOnlyDictionary<string, Tensor> inputs) => run.Results(inputs);

    /// <inheritdoc/>
    public void Again() => run.Run();

    /// <inheritdoc/>
    public void Dispose() => run.Dispose();
}
