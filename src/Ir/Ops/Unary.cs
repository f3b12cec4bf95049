using System.Collections.Immutable;

namespace MiniTorch.Ir;

/// <summary>−x (integers wrap).</summary>
public sealed record Neg : Unary
{
    /// <inheritdoc/>
    public override string Mnemonic => "neg";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsNumber, "numbers").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>|x|.</summary>
public sealed record Abs : Unary
{
    /// <inheritdoc/>
    public override string Mnemonic => "abs";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsNumber, "numbers").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>−1, 0 or 1; NaN stays NaN.</summary>
public sealed record Sign : Unary
{
    /// <inheritdoc/>
    public override string Mnemonic => "sign";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsNumber, "numbers").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>eˣ.</summary>
public sealed record Exp : Unary
{
    /// <inheritdoc/>
    public override string Mnemonic => "exp";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsFloat, "a float type").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>ln x.</summary>
public sealed record Log : Unary
{
    /// <inheritdoc/>
    public override string Mnemonic => "log";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsFloat, "a float type").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>√x.</summary>
public sealed record Sqrt : Unary
{
    /// <inheritdoc/>
    public override string Mnemonic => "sqrt";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsFloat, "a float type").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>tanh x.</summary>
public sealed record Tanh : Unary
{
    /// <inheritdoc/>
    public override string Mnemonic => "tanh";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsFloat, "a float type").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>sin x.</summary>
public sealed record Sin : Unary
{
    /// <inheritdoc/>
    public override string Mnemonic => "sin";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsFloat, "a float type").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>cos x.</summary>
public sealed record Cos : Unary
{
    /// <inheritdoc/>
    public override string Mnemonic => "cos";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsFloat, "a float type").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>2/√π ∫₀ˣ e^(−t²) dt.</summary>
public sealed record Erf : Unary
{
    /// <inheritdoc/>
    public override string Mnemonic => "erf";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsFloat, "a float type").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>the largest whole number not above x.</summary>
public sealed record Floor : Unary
{
    /// <inheritdoc/>
    public override string Mnemonic => "floor";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsFloat, "a float type").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>pred: logical not; integers: every bit flipped.</summary>
public sealed record Not : Unary
{
    /// <inheritdoc/>
    public override string Mnemonic => "not";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => !e.IsFloat, "pred or integers").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>x, whose gradient is taken to be zero.</summary>
public sealed record StopGradient : Unary
{
    /// <inheritdoc/>
    public override string Mnemonic => "stop_gradient";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, _ => true, "any element").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>The value in another element type: floats round to nearest even, to integers truncate (NaN is 0), to pred ≠ 0.</summary>
public sealed record Cast(ElementType To) : Unary
{
    /// <inheritdoc/>
    public override string Mnemonic => "cast";
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes => [("to", To.Name)];
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) => a[0].With(To);
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}
