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

    private static ImmutableArray<Tensor> Results(CpuRun run, IReadOnlyDictionary<string, Tensor> inputs)
    {
        using (run)
        {
            foreach (var name in run.Plan.Graph.Inputs.Select(i => ((Input)i.Op).Name)) run.Write(name, inputs[name].Bytes);
            run.Run();
            return [.. run.Plan.Graph.Outputs.Select((o, i) => Result(run, i, o.Value.Type))];
        }
    }

    private static Tensor Result(CpuRun run, int i, TensorType type)
    {
        var bytes = new byte[type.Bytes];
        run.Read(i, bytes);
        return Tensor.Adopt(type, bytes);
    }
}
