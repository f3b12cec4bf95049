using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace MiniTorch.Ir;

/// <summary>A list of integers with structural equality: a shape, a permutation, a set of axes.</summary>
[CollectionBuilder(typeof(Dims), nameof(Create))]
public readonly struct Dims : IEquatable<Dims>, IReadOnlyList<int>
{
    private readonly ImmutableArray<int> items;

    private Dims(ImmutableArray<int> items) => this.items = items;

    /// <summary>The empty list: the shape of a scalar.</summary>
    public static Dims Empty => default;

    private ImmutableArray<int> Items => items.IsDefault ? ImmutableArray<int>.Empty : items;

    /// <summary>The integers as a span.</summary>
    public ReadOnlySpan<int> Span => Items.AsSpan();

    /// <inheritdoc/>
    public int Count => Items.Length;

    /// <inheritdoc/>
    public int this[int i] => Items[i];

    /// <summary>The integers from <paramref name="start"/>, <paramref name="length"/> of them (list patterns, ranges).</summary>
    public Dims Slice(int start, int length) => new(Items.Slice(start, length));

    /// <summary>The product, 1 when empty: how many elements a shape holds.</summary>
    public long Product => Items.Aggregate(1L, (p, d) => checked(p * d));

    /// <summary>Builds the list (collection expressions call this).</summary>
    public static Dims Create(ReadOnlySpan<int> values) => new(ImmutableArray.Create(values));

    /// <summary>Builds the list from a sequence.</summary>
    public static Dims Of(IEnumerable<int> values) => new(values.ToImmutableArray());

    /// <summary><paramref name="count"/> times <paramref name="value"/>.</summary>
    public static Dims Repeat(int value, int count) => Of(Enumerable.Repeat(value, count));

    /// <summary>start, start+1, …: <paramref name="count"/> of them.</summary>
    public static Dims Range(int start, int count) => Of(Enumerable.Range(start, count));

    /// <summary>Each integer mapped, with its position.</summary>
    public Dims Map(Func<int, int, int> f) => Of(Items.Select(f));

    /// <summary>The list without the given positions.</summary>
    public Dims Without(Dims positions) => Of(Items.Where((_, i) => !positions.Contains(i)));

    /// <summary>The integers at the given positions, in that order.</summary>
    public Dims At(Dims positions) => Of(positions.Select(Self));

    /// <summary>This list, then the other.</summary>
    public Dims Then(Dims other) => new(Items.AddRange(other.Items));

    /// <summary>The position of a value, -1 when absent.</summary>
    public int IndexOf(int value) => Items.IndexOf(value);

    /// <summary>Whether a value occurs.</summary>
    public bool Contains(int value) => Items.Contains(value);

    /// <summary>Row-major strides of this shape.</summary>
    public long[] Strides()
    {
        var strides = new long[Count];
        for (long i = Count - 1, s = 1; i >= 0; s *= Items[(int)i], i--) strides[i] = s;
        return strides;
    }

    private int Self(int i) => Items[i];

    /// <inheritdoc/>
    public bool Equals(Dims other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Dims other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Items.Aggregate(17, (h, d) => unchecked(h * 31 + d));

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(' ', Items)}]";

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Structural equality.</summary>
    public static bool operator ==(Dims a, Dims b) => a.Equals(b);

    /// <summary>Structural inequality.</summary>
    public static bool operator !=(Dims a, Dims b) => !a.Equals(b);
}
