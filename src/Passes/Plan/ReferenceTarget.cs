using System.Collections.Immutable;
using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>A target for looking at plans without a backend: maps and products read views, reductions fuse.</summary>
public sealed record ReferenceTarget : IPlanTarget
{
    /// <inheritdoc/>
    public bool ReadsView(Expr user, int operand) => user.Op is Elementwise or Conv or Dot or Reduction;

    /// <inheritdoc/>
    public bool Fuses(Expr user, int operand) => user.Op is Elementwise or Reduction;

    /// <summary>A convolution takes a copy of its kernel; other steps nothing.</summary>
    public long Scratch(ImmutableArray<Expr> body, ImmutableArray<Operand> operands) =>
        body[^1] is { Op: Conv, Args: [_, var w] } ? w.Type.Bytes : 0;
}
