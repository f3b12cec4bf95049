using LanguageExt;

namespace MiniTorch.Ir.Diff;

/// <summary>What became of a node.</summary>
public enum Change
{
    /// <summary>The same, with all below it.</summary>
    Kept,
    /// <summary>The same op over the partners of its operands, or over new ones: what differs is below it.</summary>
    Fed,
    /// <summary>Another op, other attributes, or another operand in the same place.</summary>
    Changed,
    /// <summary>Only in the second graph.</summary>
    Added,
    /// <summary>Only in the first graph.</summary>
    Removed,
}

/// <summary>A place of one graph or both, and what differs there.</summary>
/// <param name="Change">What became of it.</param>
/// <param name="Before">Its node in the first graph; null when it was added.</param>
/// <param name="After">Its node in the second graph; null when it was removed.</param>
/// <param name="What">What differs: <c>window: [p1:1] → [p2:2]</c>.</param>
public sealed record NodeDiff(Change Change, Expr? Before, Expr? After, Seq<string> What);

/// <summary>
/// How one graph differs from another, by node: kept + changed + removed are the places of the first, kept + changed +
/// added those of the second. A place is an input or a node with a line of its own; a scalar constant belongs to its users.
/// </summary>
/// <param name="Before">The first graph.</param>
/// <param name="After">The second.</param>
/// <param name="Nodes">Every place, in the order of the second graph, removed ones where they stood.</param>
/// <param name="Head">What differs in the inputs' order and in the results.</param>
public sealed record GraphDiff(Graph Before, Graph After, Seq<NodeDiff> Nodes, Seq<string> Head)
{
    /// <summary>
    /// The difference. The graphs' own names, labels, and the order of nodes do not count; names of inputs and results do.
    /// </summary>
    public static GraphDiff Of(Graph before, Graph after)
    {
        var matching = Matching.Of(before, after);
        return new(before, after, Differences.Nodes(matching), Differences.Head(matching));
    }

    /// <summary>Whether nothing differs.</summary>
    public bool IsEmpty => Head.IsEmpty && Nodes.ForAll(n => n.Change == Change.Kept);

    /// <summary>How many places became this.</summary>
    public int Count(Change change) => Nodes.Count(n => n.Change == change);

    /// <summary>The places of a graph that a difference counts: all nodes but scalar constants.</summary>
    public static IEnumerable<Expr> Places(Graph graph) => graph.Nodes.Where(Matching.IsPlace);

    /// <summary>A line for each difference, then the totals.</summary>
    public override string ToString() => DiffPrinter.Print(this);
}
