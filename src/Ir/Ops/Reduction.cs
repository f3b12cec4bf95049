using System.Collections.Immutable;

namespace MiniTorch.Ir;

/// <summary>An op that combines the elements along axes, which the result no longer has.</summary>
public abstract record Reduction(Dims Axes) : Op
{
    /// <inheritdoc/>
    public override int Arity => 1;
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes => [("axes", $"{Axes}")];
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Need(() => a[0].Element.IsNumber, "reduce.R1", () => $"{Mnemonic} takes numbers, has {a[0]}; cast it")
        .Need(() => AreAxes(Axes, a[0].Rank), "reduce.R2", () => $"axes {Axes} must be distinct axes of {a[0]}")
        .Then(() => a[0].With(a[0].Shape.Without(Axes)));
}

/// <summary>Σ along axes; 0 over none.</summary>
public sealed record ReduceSum(Dims Axes) : Reduction(Axes)
{
    /// <inheritdoc/>
    public override string Mnemonic => "reduce_sum";
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>A reduction that takes one of the elements, and where it goes to when several are equal.</summary>
public abstract record Extreme(Dims Axes, Ties Ties) : Reduction(Axes)
{
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes =>
        [.. base.Attributes, .. Ties == Ties.First ? [] : new[] { ("ties", $"{Ties}".ToLowerInvariant()) }];
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Enum.IsDefined(Ties) ? base.Infer(a) : Need(() => false, "reduce.R3",
            () => $"there is no way {Ties} to treat ties; take first, split or all").Then(() => a[0]);
}

/// <summary>The largest along axes; NaN when one is; the type's least value (−∞) over none.</summary>
public sealed record ReduceMax(Dims Axes, Ties Ties = Ties.First) : Extreme(Axes, Ties)
{
    /// <inheritdoc/>
    public override string Mnemonic => "reduce_max";
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>The smallest along axes; NaN when one is; the type's largest value (∞) over none.</summary>
public sealed record ReduceMin(Dims Axes, Ties Ties = Ties.First) : Extreme(Axes, Ties)
{
    /// <inheritdoc/>
    public override string Mnemonic => "reduce_min";
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>Π along axes; 1 over none.</summary>
public sealed record ReduceProd(Dims Axes) : Reduction(Axes)
{
    /// <inheritdoc/>
    public override string Mnemonic => "reduce_prod";
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>The position of the largest along an axis, i32; the first of equals, the first NaN before any number.</summary>
public sealed record ArgMax(int Axis) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "argmax";
    /// <inheritdoc/>
    public override int Arity => 1;
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes => [("axis", $"{Axis}")];
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Need(() => Axis >= 0 && Axis < a[0].Rank, "argmax.A1", () => $"axis {Axis} is not one of {a[0]}")
        .Need(() => a[0][Axis] > 0 && a[0].Element.IsNumber, "argmax.A2", () => $"{a[0]} has no largest along axis {Axis}")
        .Then(() => new(ElementType.I32, a[0].Shape.Without([Axis])));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}
