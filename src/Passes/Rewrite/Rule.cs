using MiniTorch.Ir;

namespace MiniTorch.Passes.Rewrite;

/// <summary>In what sense both sides of a rule are equal.</summary>
public enum Soundness
{
    /// <summary>The same bits, −0, ∞ and NaN included (one NaN is as good as another).</summary>
    Exact,

    /// <summary>Equal over the reals; may round differently.</summary>
    Real,

    /// <summary>Equal over the reals where every value on the way is finite and every function defined.</summary>
    AssumesFinite,
}

/// <summary>A rewrite as data: where it looks, what it says, and on what it can be tried.</summary>
/// <param name="Name">As <c>log-exp</c>.</param>
/// <param name="Law">The equation, as <c>log(exp x) = x</c>.</param>
/// <param name="Soundness">In what sense it holds.</param>
/// <param name="Head">The op at which it looks, or a base of several.</param>
/// <param name="Apply">The other side, of the same type; null where the rule does not match.</param>
/// <param name="Examples">Small expressions over inputs on which it fires.</param>
public sealed record Rule(
    string Name, string Law, Soundness Soundness, Type Head, Func<Expr, Expr?> Apply, Func<IEnumerable<Expr>> Examples)
{
    /// <summary>A rule that looks at one kind of op.</summary>
    public static Rule On<T>(
        string name, string law, Soundness soundness, Func<Expr, Expr?> apply, Func<IEnumerable<Expr>> examples) where T : Op =>
        new(name, law, soundness, typeof(T), apply, examples);

    /// <summary>What the rule makes of a node, null for nothing; a changed type is the rule's defect and throws.</summary>
    public Expr? At(Expr node)
    {
        var result = Apply(node);
        return result is null || result.Type == node.Type ? result
            : throw new InvalidOperationException($"rule {Name} turns {node.Type} into {result.Type} at {node.Describe()}");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Law}";
}
