using System.Collections.Immutable;
using MiniTorch.Ir;

namespace MiniTorch.Passes.Analysis;

/// <summary>What is allowed and seldom meant, as a value: a rule's id, a sentence that says what to change, where.</summary>
/// <param name="Rule">The rule's id, as <c>stride.S1</c>.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Node">The node.</param>
/// <param name="Where">How a reader names it: its label, else its name in the text form.</param>
public sealed record Warning(string Rule, string Message, Expr Node, string Where)
{
    /// <summary>All warnings of a graph, in the order of its nodes: stride.S1, of <see cref="SkippedCells"/>.</summary>
    public static ImmutableArray<Warning> Of(Graph graph) => SkippedCells.Of(graph);

    /// <inheritdoc/>
    public override string ToString() => $"{Rule}: {Message} (at {Where})";
}
