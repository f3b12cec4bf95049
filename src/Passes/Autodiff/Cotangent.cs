using MiniTorch.Ir;

namespace MiniTorch.Passes.Autodiff;

/// <summary>What the reverse sweep hands an operand: an expression, a true zero, or the reason why there is none.</summary>
public abstract record Cotangent
{
    /// <summary>An expression is a cotangent.</summary>
    public static implicit operator Cotangent(Expr value) => new Flows(value);
}

/// <summary>A cotangent that flows to the operand.</summary>
public sealed record Flows(Expr Value) : Cotangent;

/// <summary>
/// The derivative is zero: everywhere (stop_gradient), or wherever there is one (floor, sign, what select and gather
/// choose by).
/// </summary>
public sealed record Zero : Cotangent;

/// <summary>There is no derivative, and a zero would be a guess.</summary>
public sealed record NoGradient(string Reason) : Cotangent;
