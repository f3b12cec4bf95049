namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>The generator MT19937 as NumPy's <c>random.seed(n)</c> starts it: the numbers of ONNX's reference.</summary>
/// <remarks>Source: Matsumoto and Nishimura, ACM TOMACS 8(1), 1998.</remarks>
internal sealed class MersenneTwister
{
    private const int Length = 624, Middle = 397;
    private readonly uint[] state = new uint[Length];
    private int next = Length;

    /// <summary>The generator of a seed.</summary>
    public MersenneTwister(uint seed)
    {
        state[0] = seed;
        for (var i = 1; i < Length; i++)
            state[i] = unchecked(1812433253 * (state[i - 1] ^ (state[i - 1] >> 30)) + (uint)i);
    }

    /// <summary>The next number of [0, 1), of 53 random bits.</summary>
    public double Uniform()
    {
        var (high, low) = (Word() >> 5, Word() >> 6);
        return (high * 67108864.0 + low) / 9007199254740992.0;
    }

    private uint Word()
    {
        if (next == Length) Turn();
        var y = state[next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    private void Turn()
    {
        for (var i = 0; i < Length; i++)
        {
            var y = (state[i] & 0x80000000) | (state[(i + 1) % Length] & 0x7FFFFFFF);
            state[i] = state[(i + Middle) % Length] ^ (y >> 1) ^ ((y & 1) == 0 ? 0 : 0x9908B0DF);
        }
        next = 0;
    }
}
