using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Interop;

/// <summary>A graph as a file holds it: with the values that some of its inputs have already.</summary>
/// <param name="Graph">What it computes.</param>
/// <param name="Values">Weights and defaults by the name of their input; a caller may give others.</param>
/// <param name="Fixed">Inputs whose given value shaped the graph: it is true of that value alone.</param>
public sealed record StoredModel(Graph Graph, ImmutableSortedDictionary<string, Tensor> Values, Seq<string> Fixed)
{
    /// <summary>A graph some of whose inputs have these values: <c>StoredModel.Of(graph, ("w", w))</c>.</summary>
    /// <exception cref="ArgumentException">A name with two values.</exception>
    public static StoredModel Of(Graph graph, params IEnumerable<(string Name, Tensor Value)> values) =>
        new(graph, Named.Of(values), LanguageExt.Seq<string>.Empty);

    /// <summary>Equal when the graphs are, and the values, and what is fixed.</summary>
    public bool Equals(StoredModel? other) =>
        other is not null && Graph.Equals(other.Graph) && Named.Same(Values, other.Values) && Fixed.Equals(other.Fixed);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Graph, Named.Hash(Values), Fixed);
}
