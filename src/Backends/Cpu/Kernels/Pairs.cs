using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Vectors of every other float.</summary>
internal static unsafe class Pairs
{
    /// <summary>Floats 0, 2, …, 30; floats 0 to 31 are read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Even(float* x)
    {
        if (Avx512F.IsSupported)
            return Avx512F.PermuteVar16x32x2(Vector512.Load(x), Vector512<int>.Indices * 2, Vector512.Load(x + 16));
        Vector256<float> low = Vector256.Create(Four(x), Four(x + 8)), high = Vector256.Create(Four(x + 16), Four(x + 24));
        return Vector512.Create(low, high);
    }

    /// <summary>The sums of neighbours: floats 0 and 1, 2 and 3, … of a and then of b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sums(Vector512<float> a, Vector512<float> b)
    {
        if (Avx512F.IsSupported)
        {
            Vector512<int> even = Vector512<int>.Indices * 2;
            return Avx512F.PermuteVar16x32x2(a, even, b) + Avx512F.PermuteVar16x32x2(a, even + Vector512<int>.One, b);
        }

        Vector256<float> c = a.GetLower(), d = a.GetUpper(), e = b.GetLower(), f = b.GetUpper();
        Vector256<float> low = Vector256.Create(Sums(c.GetLower(), c.GetUpper()), Sums(d.GetLower(), d.GetUpper()));
        return Vector512.Create(low, Vector256.Create(Sums(e.GetLower(), e.GetUpper()), Sums(f.GetLower(), f.GetUpper())));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Sums(Vector128<float> a, Vector128<float> b) => Sse.IsSupported
        ? Sse.Shuffle(a, b, 0b10_00_10_00) + Sse.Shuffle(a, b, 0b11_01_11_01)
        : Vector128.Create(a[0] + a[1], a[2] + a[3], b[0] + b[1], b[2] + b[3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Four(float* x) => Sse.IsSupported
        ? Sse.Shuffle(Vector128.Load(x), Vector128.Load(x + 4), 0b10_00_10_00)
        : Vector128.Create(x[0], x[2], x[4], x[6]);
}
