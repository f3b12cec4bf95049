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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Four(float* x) => Sse.IsSupported
        ? Sse.Shuffle(Vector128.Load(x), Vector128.Load(x + 4), 0b10_00_10_00)
        : Vector128.Create(x[0], x[2], x[4], x[6]);
}
