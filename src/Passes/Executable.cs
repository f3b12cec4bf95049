using System.Collections.Immutable;
using MiniTorch.Ir;

namespace MiniTorch.Passes;

/// <summary>Tensors into a graph that is ready to run, and out of it.</summary>
public static class Executable
{
    /// <summary>All results for these values of the inputs, by one run.</summary>
    /// <param name="run">The graph.</param>
    /// <param name="inputs">A value for each input, by its name; others are not looked at.</param>
    public static ImmutableArray<Tensor> Results(this IExecutable run, IReadOnlyDictionary<string, Tensor> inputs)
    {
        foreach (var name in run.Plan.Graph.Inputs.Select(i => ((Input)i.Op).Name)) run.Write(name, inputs[name].Bytes);
        run.Run();
        return [.. Enumerable.Range(0, run.Plan.Graph.Outputs.Length).Select(i => run.Result(i))];
    }

    /// <summary>A copy of result number i of the last run.</summary>
    public static Tensor Result(this IExecutable run, int i)
    {
        var type = run.Plan.Graph.Outputs[i].Value.Type;
        var bytes = new byte[type.Bytes];
        run.Read(i, bytes);
        return Tensor.Adopt(type, bytes);
    }
}
