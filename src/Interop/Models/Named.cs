using System.Collections.Immutable;

namespace MiniTorch.Interop;

/// <summary>
/// Values by name, in the order of the names' code units: the same order on every machine, and nothing is looked up by
/// reflection when the first name is added.
/// </summary>
public static class Named
{
    /// <summary>These values, each under its name: <c>Named.Of(("x", x), ("w", w))</c>.</summary>
    /// <exception cref="ArgumentException">A name with two values.</exception>
    public static ImmutableSortedDictionary<string, T> Of<T>(params IEnumerable<(string Name, T Value)> values)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        foreach (var (name, value) in values) all.Add(name, value);
        return all.ToImmutable();
    }

    internal static bool Same<T>(ImmutableSortedDictionary<string, T> a, ImmutableSortedDictionary<string, T> b) =>
        a.Count == b.Count && a.All(v =>
            b.TryGetValue(v.Key, out var other) && EqualityComparer<T>.Default.Equals(v.Value, other));

    internal static int Hash<T>(ImmutableSortedDictionary<string, T> values) =>
        values.Aggregate(0, (hash, v) => HashCode.Combine(hash, v.Key, v.Value));
}
