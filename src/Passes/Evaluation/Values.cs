using MiniTorch.Ir;

namespace MiniTorch.Passes.Evaluation;

/// <summary>The elements of a node, row-major: numbers for a float type, exact integers for any other.</summary>
/// <typeparam name="T">What a float element is.</typeparam>
public sealed class Values<T>
{
    private Values(TensorType type, T[] floats, long[] integers) => (Type, Floats, Integers) = (type, floats, integers);

    /// <summary>The node's type.</summary>
    public TensorType Type { get; }

    /// <summary>The elements of a float type; empty for another.</summary>
    public T[] Floats { get; }

    /// <summary>The elements of an integer type or pred (0 or 1); empty for a float type.</summary>
    public long[] Integers { get; }

    /// <summary>Elements of a float type.</summary>
    public static Values<T> Of(TensorType type, T[] floats) =>
        type.Element.IsFloat && floats.Length == type.Count ? new(type, floats, []) : throw Misfit(type, floats.Length);

    /// <summary>Elements of an integer type or pred.</summary>
    public static Values<T> Of(TensorType type, long[] integers) =>
        !type.Element.IsFloat && integers.Length == type.Count ? new(type, [], integers)
            : throw Misfit(type, integers.Length);

    /// <summary>The elements of a tensor, exactly.</summary>
    public static Values<T> Of<A>(Tensor tensor) where A : IArithmetic<T> => tensor.Type.Element.IsFloat
        ? Of(tensor.Type, Count(tensor.Type, i => A.FromDouble(tensor.At(i))))
        : Of(tensor.Type, Count(tensor.Type, tensor.LongAt));

    /// <summary>Elements given by a function of their position; integers truncate and wrap.</summary>
    public static Values<T> Of<A>(TensorType type, Func<long, T> at) where A : IArithmetic<T> => type.Element.IsFloat
        ? Of(type, Count(type, i => A.Round(at(i), type.Element)))
        : Of(type, Count(type, i => ToInteger<A>(at(i), type.Element)));

    /// <summary>A float element as an element of an integer type or pred.</summary>
    internal static long ToInteger<A>(T x, ElementType type) where A : IArithmetic<T> =>
        type == ElementType.Pred ? A.Equal(x, A.FromLong(0)) ? 0 : 1 : Evaluation.Integers.Wrap(A.ToLong(x), type);

    /// <summary>The same elements under another type of the same size and kind.</summary>
    internal Values<T> As(TensorType type) => new(type, Floats, Integers);

    /// <summary>Element i is element from[i] of this, or an absent value where that is negative.</summary>
    internal Values<T> Take(TensorType type, int[] from, T absent, long absentInteger) => type.Element.IsFloat
        ? Of(type, Array.ConvertAll(from, i => i < 0 ? absent : Floats[i]))
        : Of(type, Array.ConvertAll(from, i => i < 0 ? absentInteger : Integers[i]));

    /// <summary>The elements of all, one after the other.</summary>
    internal static Values<T> Join(TensorType type, IReadOnlyList<Values<T>> parts) => type.Element.IsFloat
        ? Of(type, [.. parts.SelectMany(p => p.Floats)])
        : Of(type, [.. parts.SelectMany(p => p.Integers)]);

    private static E[] Count<E>(TensorType type, Func<long, E> at)
    {
        var elements = new E[type.Count];
        for (var i = 0; i < elements.Length; i++) elements[i] = at(i);
        return elements;
    }

    private static ArgumentException Misfit(TensorType type, int count) =>
        new($"{count} elements of that kind are no {type}");
}
