using System.Collections.Immutable;
using LanguageExt;
using static LanguageExt.Prelude;

namespace MiniTorch.Ir;

/// <summary>What a node does: a mnemonic, attributes and a shape rule. Equal attributes are equal ops.</summary>
public abstract record Op
{
    /// <summary>The name in the text form.</summary>
    public abstract string Mnemonic { get; }

    /// <summary>How many operands; −1 for any number but none.</summary>
    public abstract int Arity { get; }

    /// <summary>Attributes that differ from their defaults, as text, in print order.</summary>
    public virtual IEnumerable<(string Key, string Value)> Attributes => [];

    /// <summary>The shape rule: the type of the result, or the rule broken.</summary>
    public abstract Inferred Infer(ImmutableArray<TensorType> a);

    /// <summary>Interprets this op: calls the case that is its own.</summary>
    public abstract R Accept<TCases, R>(in TCases cases) where TCases : IOpCases<R>;

    /// <summary>Starts a shape rule.</summary>
    protected static ShapeRule Need(Func<bool> holds, string rule, Func<string> message) =>
        default(ShapeRule).Need(holds, rule, message);

    /// <summary>Axes are distinct and lie in a rank.</summary>
    protected static bool AreAxes(Dims axes, int rank) =>
        axes.All(a => a >= 0 && a < rank) && axes.Distinct().Count() == axes.Count;
}

/// <summary>The outcome of a shape rule: a type, or the rule that was broken.</summary>
/// <param name="Type">The type; <see cref="TensorType.Unknown"/> when a rule was broken.</param>
/// <param name="Error">The rule broken, if any.</param>
public readonly record struct Inferred(TensorType Type, Option<IrError> Error)
{
    /// <summary>A type without a broken rule.</summary>
    public static implicit operator Inferred(TensorType type) => new(type, None);
}

/// <summary>A sequence of requirements, the first broken of which is the error; later ones are not evaluated.</summary>
public readonly record struct ShapeRule(Option<IrError> Error)
{
    private const long MaxElements = int.MaxValue;

    /// <summary>One more requirement.</summary>
    public ShapeRule Need(Func<bool> holds, string rule, Func<string> message) =>
        Error.IsSome || holds() ? this : new(Some(new IrError(rule, message())));

    /// <summary>The type when every requirement holds.</summary>
    public Inferred Then(Func<TensorType> type)
    {
        if (Error.IsSome) return new(TensorType.Unknown, Error);
        var result = type();
        return Fits(result.Shape) ? result : new Inferred(TensorType.Unknown, Some(TooLarge(result)));
    }

    /// <summary>Whether a shape has no negative size and at most 2³¹ − 1 elements.</summary>
    public static bool Fits(Dims shape)
    {
        long product = 1;
        foreach (var size in shape)
        {
            if (size < 0) return false;
            product = Math.Min(product, MaxElements + 1) * Math.Max(size, 1);
        }
        return product <= MaxElements;
    }

    private static IrError TooLarge(TensorType type) =>
        new("type.T1", $"{type} has a negative size or more than {MaxElements} elements; split it into smaller tensors");
}
