using System.Collections.Immutable;

namespace MiniTorch.Ir;

/// <summary>
/// random_bits key counter: element j is word j mod 4 of Philox4x32-10 at block counter + ⌊j/4⌋, as i32.
/// The 64-bit counter fills the low two counter words, the key both key words (low word first).
/// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
/// </summary>
public sealed record RandomBits(Dims To) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "random_bits";
    /// <inheritdoc/>
    public override int Arity => 2;
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes => [("to", $"{To}")];
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Need(() => a.All(t => t == ElementType.I64.Scalar), "random.R1",
            () => $"key and counter are {a[0]} and {a[1]}; give two i64 scalars")
        .Then(() => new(ElementType.I32, To));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>Philox4x32-10, bit for bit.</summary>
public static class Philox
{
    /// <summary>The four words of one block.</summary>
    public static (uint, uint, uint, uint) Block(ulong counter, ulong key, ulong counterHigh = 0)
    {
        var (c0, c1, c2, c3) = ((uint)counter, (uint)(counter >> 32), (uint)counterHigh, (uint)(counterHigh >> 32));
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < 10; round++)
        {
            var (a, b) = (0xD2511F53UL * c0, 0xCD9E8D57UL * c2);
            (c0, c1, c2, c3) = ((uint)(b >> 32) ^ c1 ^ k0, (uint)b, (uint)(a >> 32) ^ c3 ^ k1, (uint)a);
            unchecked { (k0, k1) = (k0 + 0x9E3779B9, k1 + 0xBB67AE85); }
        }
        return (c0, c1, c2, c3);
    }

    /// <summary>Word j of the stream that begins at a block counter.</summary>
    public static int Word(long key, long counter, long j)
    {
        var (a, b, c, d) = Block(unchecked((ulong)(counter + j / 4)), unchecked((ulong)key));
        return unchecked((int)((j % 4) switch { 0 => a, 1 => b, 2 => c, var _ => d }));
    }
}
