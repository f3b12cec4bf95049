namespace MiniTorch.Interop.Idx;

/// <summary>An array of bytes in row-major order; <c>Data.Length</c> is the product of <c>Shape</c>.</summary>
public sealed record IdxArray(IReadOnlyList<int> Shape, byte[] Data)
{
    /// <summary>Two arrays are equal exactly when their shapes and their bytes are.</summary>
    public bool Equals(IdxArray? other) =>
        other is not null && Shape.SequenceEqual(other.Shape) && Data.AsSpan().SequenceEqual(other.Data);

    /// <summary>Equal arrays have equal hash codes.</summary>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var n in Shape) hash.Add(n);
        hash.AddBytes(Data);
        return hash.ToHashCode();
    }
}

/// <summary>Why some bytes are no IDX array: the rule they break, and one sentence for a person.</summary>
public sealed record IdxError(string Rule, string Message)
{
    /// <summary>The rule, a colon, the sentence.</summary>
    public override string ToString() => $"{Rule}: {Message}";
}
