using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Interop;

/// <summary>A graph as a file holds it: with the values that some of its inputs have already.</summary>
/// <param name="Graph">What it computes.</param>
/// <param name="Values">Weights and defaults by the name of their input; a caller may give others.</param>
/// <param name="Fixed">Inputs whose given value shaped the graph: it is true of that value alone.</param>
public sealed record StoredModel(Graph Graph, HashMap<string, Tensor> Values, Seq<string> Fixed)
{
    /// <summary>A graph none of whose inputs has a value.</summary>
    public static StoredModel Of(Graph graph) => new(graph, HashMap<string, Tensor>.Empty, LanguageExt.Seq<string>.Empty);
}
