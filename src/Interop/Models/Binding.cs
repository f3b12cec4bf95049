using System.Collections.Immutable;
using MiniTorch.Ir;

namespace MiniTorch.Interop;

/// <summary>What is known of a model's inputs before it is read: what it leaves open is settled by this.</summary>
/// <param name="Shapes">The shape of an input, or, under a symbol's name, the one size that the symbol stands for.</param>
/// <param name="Values">Values of inputs: they settle shapes, and are built in where a shape depends on a value.</param>
public sealed record Binding(
    ImmutableSortedDictionary<string, Dims> Shapes, ImmutableSortedDictionary<string, Tensor> Values)
{
    /// <summary>Nothing is known.</summary>
    public static readonly Binding None = new(Named.Of<Dims>(), Named.Of<Tensor>());

    /// <summary>The values of these inputs are known: <c>Binding.Of(("x", x))</c>.</summary>
    /// <exception cref="ArgumentException">A name with two values.</exception>
    public static Binding Of(params IEnumerable<(string Name, Tensor Value)> values) =>
        None with { Values = Named.Of(values) };

    /// <summary>Shapes of inputs, or sizes of symbols, are known: <c>Binding.OfShapes(("x", [1, 3]))</c>.</summary>
    /// <exception cref="ArgumentException">A name with two shapes.</exception>
    public static Binding OfShapes(params IEnumerable<(string Name, Dims Shape)> shapes) =>
        None with { Shapes = Named.Of(shapes) };

    /// <summary>Equal when the same is known.</summary>
    public bool Equals(Binding? other) =>
        other is not null && Named.Same(Shapes, other.Shapes) && Named.Same(Values, other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Named.Hash(Shapes), Named.Hash(Values));
}
