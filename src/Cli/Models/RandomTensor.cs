using MiniTorch.Ir;

namespace MiniTorch.Cli.Models;

/// <summary>Values to try a model with: by type, seed and name, so that one more input changes no other.</summary>
internal static class RandomTensor
{
    /// <summary>Floats are standard normal, integers 0 to 3, truth values even.</summary>
    /// <param name="type">The tensor's.</param>
    /// <param name="seed">Of all inputs.</param>
    /// <param name="name">The input's.</param>
    /// <param name="likely">Makes another value of a float's for an input of a name; none where it is not given.</param>
    internal static Tensor Of(TensorType type, int seed, string name, Func<string, double, double>? likely = null)
    {
        var random = new Random(unchecked((seed * 16777619) ^ (int)Fnv(name)));
        var values = new double[type.Count];
        for (var i = 0; i < values.Length; i++) values[i] = Draw(random, type.Element);
        if (likely is not null && type.Element.IsFloat) values = [.. values.Select(x => likely(name, x))];
        return Tensor.FromDoubles(type, values);
    }

    private static double Draw(Random random, ElementType element) =>
        element.IsFloat ? Normal(random) : random.Next(element.Kind == ElementKind.Pred ? 2 : 4);

    /// <summary>Source: Box and Muller, Ann. Math. Statist. 29 (1958).</summary>
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Source: FNV-1a, RFC 9923; string.GetHashCode differs from process to process.</summary>
    private static uint Fnv(string name) => name.Aggregate(2166136261u, (h, c) => unchecked((h ^ c) * 16777619u));
}
