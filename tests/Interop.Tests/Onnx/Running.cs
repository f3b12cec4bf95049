using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Ir;
using MiniTorch.Passes;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>Graphs on the CPU, as the tool runs them.</summary>
internal static class Running
{
    /// <summary>The results after the default pipeline.</summary>
    public static Either<IrError, ImmutableArray<Tensor>> OnCpu(Graph graph, IReadOnlyDictionary<string, Tensor> inputs) =>
        from trace in Pipelines.Default.TryRun(graph)
        from run in Cpu.TryCompile(trace.Graph, 1)
        select Results(run, inputs);

    private static ImmutableArray<Tensor> Results(IExecutable run, IReadOnlyDictionary<string, Tensor> inputs)
    {
        using (run) return run.Results(inputs);
    }
}
