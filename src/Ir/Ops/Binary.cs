using System.Collections.Immutable;

namespace MiniTorch.Ir;

/// <summary>x + y.</summary>
public sealed record Add : Binary
{
    /// <inheritdoc/>
    public override string Mnemonic => "add";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsNumber, "numbers").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>x − y.</summary>
public sealed record Sub : Binary
{
    /// <inheritdoc/>
    public override string Mnemonic => "sub";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsNumber, "numbers").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>x · y.</summary>
public sealed record Mul : Binary
{
    /// <inheritdoc/>
    public override string Mnemonic => "mul";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsNumber, "numbers").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>x / y; integers truncate toward zero, and x / 0 is 0.</summary>
public sealed record Div : Binary
{
    /// <inheritdoc/>
    public override string Mnemonic => "div";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsNumber, "numbers").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>xʸ.</summary>
public sealed record Pow : Binary
{
    /// <inheritdoc/>
    public override string Mnemonic => "pow";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsFloat, "a float type").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>the larger; NaN when either is; of +0 and −0 either.</summary>
public sealed record Max : Binary
{
    /// <inheritdoc/>
    public override string Mnemonic => "max";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsNumber, "numbers").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>the smaller; NaN when either is; of +0 and −0 either.</summary>
public sealed record Min : Binary
{
    /// <inheritdoc/>
    public override string Mnemonic => "min";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => e.IsNumber, "numbers").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>logical and bitwise and.</summary>
public sealed record And : Binary
{
    /// <inheritdoc/>
    public override string Mnemonic => "and";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => !e.IsFloat, "pred or integers").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>logical and bitwise or.</summary>
public sealed record Or : Binary
{
    /// <inheritdoc/>
    public override string Mnemonic => "or";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => !e.IsFloat, "pred or integers").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>logical and bitwise exclusive or.</summary>
public sealed record Xor : Binary
{
    /// <inheritdoc/>
    public override string Mnemonic => "xor";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a, e => !e.IsFloat, "pred or integers").Then(() => new(a[0].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>x = y.</summary>
public sealed record Eq : Comparison
{
    /// <inheritdoc/>
    public override string Mnemonic => "eq";
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>x ≠ y.</summary>
public sealed record Ne : Comparison
{
    /// <inheritdoc/>
    public override string Mnemonic => "ne";
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>x &lt; y.</summary>
public sealed record Lt : Comparison
{
    /// <inheritdoc/>
    public override string Mnemonic => "lt";
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>x ≤ y.</summary>
public sealed record Le : Comparison
{
    /// <inheritdoc/>
    public override string Mnemonic => "le";
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>x &gt; y.</summary>
public sealed record Gt : Comparison
{
    /// <inheritdoc/>
    public override string Mnemonic => "gt";
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>x ≥ y.</summary>
public sealed record Ge : Comparison
{
    /// <inheritdoc/>
    public override string Mnemonic => "ge";
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>y where the condition holds, else z.</summary>
public sealed record Select : Elementwise
{
    /// <inheritdoc/>
    public override string Mnemonic => "select";
    /// <inheritdoc/>
    public override int Arity => 3;
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Need(() => a[0].Element == ElementType.Pred, "select.S1", () => $"the condition is {a[0]}; compare to make it pred")
        .Need(() => a[1].Element == a[2].Element, "elementwise.E1",
            () => $"select takes two branches of one element type, has {a[1]} and {a[2]}; cast one of them")
        .Need(() => Agree(a), "elementwise.E2", () => Shapes(a))
        .Then(() => new(a[1].Element, Common(a)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}
