using System.Collections.Immutable;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Import;

/// <summary>What an operator of ONNX means: its results as expressions of its operands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Lower">Its results; null for one that is not computed because the node does not ask for it.</param>
/// <param name="Domain">Its domain, empty for ONNX's own.</param>
internal sealed record Operator(string Name, Func<Node, ImmutableArray<Expr?>> Lower, string Domain = "")
{
    /// <summary>An operator of one result.</summary>
    public static Operator Of(string name, Func<Node, Expr> lower) => new(name, n => [lower(n)]);

    /// <summary>An operator of several results.</summary>
    public static Operator Many(string name, Func<Node, ImmutableArray<Expr?>> lower) => new(name, lower);

    /// <summary>An operator of one operand and one result.</summary>
    public static Operator Unary(string name, Func<Expr, Expr> lower) => Of(name, n => lower(n[0]));

    /// <summary>An operator of two operands that repeat to one shape, and one result.</summary>
    public static Operator Binary(string name, Func<Expr, Expr, Expr> lower) =>
        Of(name, n => Operators.Repeating.Apply(lower, n[0], n[1]));
}
