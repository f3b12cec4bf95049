using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Ir;
using MiniTorch.Passes;

namespace MiniTorch.Cli.Devices;

/// <summary>A graph on processors, after the default pipeline; its peak is the arena, known before it runs.</summary>
internal sealed class CpuCompiled(IExecutable run, Graph graph) : ICompiled
{
    /// <summary>Simplifies, plans and lowers a graph.</summary>
    internal static Either<IrError, ICompiled> Of(Graph graph, int threads) =>
        from trace in Pipelines.Default.TryRun(graph)
        from run in new CpuBackend(threads).Compile(trace.Graph)
        select (ICompiled)new CpuCompiled(run, graph);

    /// <inheritdoc/>
    public long Flops => run.Plan.Flops;

    /// <inheritdoc/>
    public long PeakBytes => run.Plan.ArenaBytes;

    /// <inheritdoc/>
    public Either<IrError, ImmutableArray<Tensor>> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        foreach (var input in run.Plan.Graph.Inputs.Select(i => ((Input)i.Op).Name)) run.Write(input, inputs[input].Bytes);
        run.Run();
        return graph.Outputs.Select((o, i) => Result(i, o.Value.Type)).ToImmutableArray();
    }

    /// <inheritdoc/>
    public void Again() => run.Run();

    /// <inheritdoc/>
    public void Dispose() => run.Dispose();

    private Tensor Result(int index, TensorType type)
    {
        var bytes = new byte[type.Bytes];
        run.Read(index, bytes);
        return Tensor.Adopt(type, bytes);
    }
}
