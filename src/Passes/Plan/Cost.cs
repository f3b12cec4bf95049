using System.Collections.Immutable;
using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>Work of a node and of a step, counted from shapes.</summary>
public static class Cost
{
    /// <summary>
    /// Floating-point operations of one node: an elementwise op one for each element (a transcendental too), a product
    /// two for each multiply-add, a reduction one for each input element, a window op one for each cell of each window,
    /// a scatter one for each update. Moving elements, indexing and random bits count none.
    /// </summary>
    public static long Flops(Expr node) => node.Op switch
    {
        StopGradient or Leaf or Movement or Pad or Concat or Gather or RandomBits => 0,
        Elementwise => node.Type.Count,
        Dot d => 2 * node.Type.Count * node.Args[0].Shape.At(d.LeftContract).Product,
        Conv => 2 * node.Type.Count * node.Args[1].Shape.Slice(1, node.Args[1].Type.Rank - 1).Product,
        Reduction or ArgMax or ScatterAdd => node.Args[0].Type.Count,
        Windowed w => node.Type.Count * w.Size.Product,
        var other => throw new InvalidOperationException($"no count for {other.Mnemonic}"),
    };

    /// <summary>Bytes that a step moves: its results, and each operand once; a repeated element counts once.</summary>
    public static long Bytes(ImmutableArray<Expr> results, ImmutableArray<Operand> operands) =>
        results.Sum(r => r.Type.Bytes) + operands.Sum(o => Math.Min(o.Node.Type.Bytes, o.View.Stored.Type.Bytes));
}
