using System.Collections.Immutable;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Backends.Cuda;

/// <summary>
/// What the planner must know of a CUDA device: a step is one launch, whose threads each compute the elements that are
/// theirs from memory and registers alone, so that no step needs working memory.
/// </summary>
public sealed class CudaTarget : IPlanTarget
{
    /// <summary>A thread finds its operand by strides: a view is as good as a copy, but for ops that index.</summary>
    public bool ReadsView(Expr user, int operand) =>
        user.Op is Elementwise or Conv or Dot or Reduction or Movement or Concat || (user.Op is Pad && operand == 0);

    /// <summary>An elementwise producer is computed in the loop of the one that reads it; others are stored.</summary>
    public bool Fuses(Expr user, int operand) => user.Op is Elementwise or Reduction;

    /// <summary>None.</summary>
    public long Scratch(ImmutableArray<Expr> body, ImmutableArray<Operand> operands) => 0;
}
