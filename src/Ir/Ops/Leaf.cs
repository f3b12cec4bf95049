using System.Collections.Immutable;

namespace MiniTorch.Ir;

/// <summary>An op without operands.</summary>
public abstract record Leaf : Op
{
    /// <inheritdoc/>
    public override int Arity => 0;
}

/// <summary>
/// A named value that the caller gives: data, a parameter, an optimiser's state. Any text without control characters is a
/// name (<see cref="Text.Names"/>); <c>graph.G2</c> refuses others when a graph is made.
/// </summary>
public sealed record Input(string Name, TensorType Type) : Leaf
{
    /// <inheritdoc/>
    public override string Mnemonic => "input";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) => Need(() => true, "", () => "").Then(() => Type);
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>A value known when the graph is built.</summary>
public sealed record Constant(Tensor Value) : Leaf
{
    /// <inheritdoc/>
    public override string Mnemonic => "constant";
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes => [("value", Text.Literals.Print(Value))];
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) => Value.Type;
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>y[…, i, …] = i along one axis.</summary>
public sealed record Iota(TensorType Type, int Axis) : Leaf
{
    /// <inheritdoc/>
    public override string Mnemonic => "iota";
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes => [("axis", $"{Axis}")];
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Need(() => Axis >= 0 && Axis < Type.Rank, "iota.I1", () => $"axis {Axis} is not one of {Type}; take 0 to {Type.Rank - 1}")
        .Need(() => Type.Element.IsNumber, "iota.I2", () => $"{Type} does not count; take a number type")
        .Then(() => Type);
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}
