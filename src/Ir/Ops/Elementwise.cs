using System.Collections.Immutable;

namespace MiniTorch.Ir;

/// <summary>An op that works on each element alone. Operands have one shape; a rank-0 operand stands for every element.</summary>
public abstract record Elementwise : Op
{
    /// <summary>The common shape, rank-0 operands aside.</summary>
    internal static Dims Common(ImmutableArray<TensorType> a) =>
        a.FirstOrDefault(t => t.Rank > 0, a[0]).Shape;

    internal static bool Agree(ImmutableArray<TensorType> a) => a.All(t => t.Rank == 0 || t.Shape == Common(a));

    internal string Shapes(ImmutableArray<TensorType> a) =>
        $"{Mnemonic} takes operands of one shape, has {string.Join(" and ", a)}; broadcast or reshape one of them";

    internal ShapeRule Rule(ImmutableArray<TensorType> a, Func<ElementType, bool> takes, string what) =>
        Need(() => a.All(t => t.Element == a[0].Element), "elementwise.E1",
            () => $"{Mnemonic} takes operands of one element type, has {string.Join(" and ", a)}; cast one of them")
        .Need(() => Agree(a), "elementwise.E2", () => Shapes(a))
        .Need(() => takes(a[0].Element), "elementwise.E3", () => $"{Mnemonic} takes {what}, has {a[0]}; cast it");
}

/// <summary>An elementwise op of one operand whose result has its type.</summary>
public abstract record Unary : Elementwise
{
    /// <inheritdoc/>
    public override int Arity => 1;
}

/// <summary>An elementwise op of two operands whose result has their type.</summary>
public abstract record Binary : Elementwise
{
    /// <inheritdoc/>
    public override int Arity => 2;
}

/// <summary>An elementwise comparison, to pred. With NaN only <c>ne</c> holds.</summary>
public abstract record Comparison : Elementwise
{
    /// <inheritdoc/>
    public override int Arity => 2;
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, _ => true, "any element").Then(() => new(ElementType.Pred, Common(a)));
}
