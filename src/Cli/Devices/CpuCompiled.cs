using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Cli.Devices;

/// <summary>A graph on processors, after the default pipeline; its peak is the arena, known before it runs.</summary>
internal sealed class CpuCompiled(CpuRun run) : ICompiled
{
    /// <summary>Simplifies, plans and lowers a graph.</summary>
    internal static Either<IrError, ICompiled> Of(Graph graph, int threads) =>
        from trace in Pipelines.Default.TryRun(graph)
        from run in MiniTorch.Backends.Cpu.Cpu.TryCompile(trace.Graph, threads)
        select (ICompiled)new CpuCompiled(run);

    /// <inheritdoc/>
    public long Flops => run.Plan.Flops;

    /// <inheritdoc/>
    public long PeakBytes => run.Plan.ArenaBytes;

    /// <inheritdoc/>
    public Either<IrError, IReadOnlyList<Tensor>> Run(IReadOnlyDictionary<string, Tensor> inputs) =>
        Prelude.Right<IrError, IReadOnlyList<Tensor>>(run.Results(inputs));

    /// <inheritdoc/>
    public void Again() => run.Run();

    /// <inheritdoc/>
    public Plan? Plan => run.Plan;

    /// <inheritdoc/>
    public void Again(Span<long> ticks) => run.Run(ticks);

    /// <inheritdoc/>
    public void Dispose() => run.Dispose();
}
