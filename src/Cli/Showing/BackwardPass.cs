using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Cli.Models;
using MiniTorch.Interop;
using MiniTorch.Ir;
using MiniTorch.Passes;

namespace MiniTorch.Cli.Showing;

/// <summary>
/// The gradient as a pass of its own, so that it has its place in a trace: the model's results, then <c>grad_NAME</c> for
/// each input asked for. A scalar result has the cotangent 1; any other takes an input <c>cotangent_NAME</c>.
/// </summary>
internal static class BackwardPass
{
    /// <summary>The pass.</summary>
    /// <param name="wrt">The inputs; every float one when none is named.</param>
    internal static Pass Of(string[]? wrt) =>
        new("backward", "adds the gradients of the results with respect to inputs", g => Append(g, wrt));

    private static Either<IrError, Graph> Append(Graph g, string[]? wrt) =>
        from gradient in Gradient.Of(g, wrt, Open(g), forward: true)
        from named in Graph.Check(Results(g, gradient), gradient.Graph.Inputs, g.Name).ToEither().MapLeft(Door.First)
        select named;

    // the values do not matter: a cotangent that is given becomes an input
    private static ImmutableSortedDictionary<string, Tensor> Open(Graph g) => Named.Of(g.Outputs
        .Select((o, i) => (Name: Names.Of(o, i), o.Value.Type))
        .Where(o => o.Type.Rank > 0 && o.Type.Element.IsFloat).Select(o => (o.Name, Tensor.Zeros(o.Type))));

    private static IEnumerable<Output> Results(Graph g, Gradient gradient) => gradient.Graph.Outputs.Select((o, i) =>
        o with { Name = i < g.Outputs.Length ? g.Outputs[i].Name : $"grad_{gradient.Wrt[i - g.Outputs.Length]}" });
}
