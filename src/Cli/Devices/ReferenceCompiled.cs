using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Cli.Devices;

/// <summary>A graph as it stands in the evaluator, which keeps the value of every node, 8 bytes an element.</summary>
internal sealed class ReferenceCompiled(Graph graph) : ICompiled
{
    private IReadOnlyDictionary<string, Tensor> values = new Dictionary<string, Tensor>();

    /// <summary>Nothing to make ready, but that every value must fit into memory at once.</summary>
    /// <remarks>Errors: cli.C9 it does not.</remarks>
    internal static Either<IrError, ICompiled> Of(Graph graph)
    {
        var (compiled, machine) = (new ReferenceCompiled(graph), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        return compiled.PeakBytes <= machine ? compiled : new IrError("cli.C9",
            $"the evaluator keeps {compiled.PeakBytes:N0} bytes, this machine has {machine:N0}; "
                + "give smaller shapes or take cpu");
    }

    /// <inheritdoc/>
    public long Flops => graph.Nodes.Sum(Cost.Flops);

    /// <inheritdoc/>
    public long PeakBytes => graph.Nodes.Sum(n => n.Type.Count * sizeof(double));

    /// <inheritdoc/>
    public Either<IrError, IReadOnlyList<Tensor>> Run(IReadOnlyDictionary<string, Tensor> inputs) =>
        Evaluator.Run(graph, values = inputs).Map(results => (IReadOnlyList<Tensor>)results);

    /// <inheritdoc/>
    public void Again() => Evaluator.Run(graph, values);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
