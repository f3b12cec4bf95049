using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>A stretch of up to thirty-two floats, read and written without touching what lies beside it.</summary>
internal static unsafe class Stretch
{
    /// <summary>Lanes below n are true.</summary>
    public static Vector512<float> Below(int n) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(n)).AsSingle();

    /// <summary>Lanes of the last vector of n floats, up to thirty-two.</summary>
    public static Vector512<float> Rest(int n) => Below(n > 16 ? n - 16 : n);

    /// <summary>All bits where so many columns further on lies in the same row of a width, of n floats in rows; zero elsewhere.</summary>
    public static void Mask(uint* to, int n, int width, int further)
    {
        new Span<uint>(to, n).Fill(uint.MaxValue);
        int first = Math.Clamp(width - further, 0, width), count = Math.Min(Math.Abs(further), width);
        for (int row = further < 0 ? 0 : first; row < n && further != 0; row += width)
        {
            new Span<uint>(to + row, Math.Min(count, n - row)).Clear();
        }
    }

    /// <summary>Both halves of n floats, where the mask is of their rest; nothing where they are read one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(float* x, int n, Vector512<float> rest, out Vector512<float> low, out Vector512<float> high)
    {
        low = high = default;
        if (!Avx512F.IsSupported) return;
        if (n > 16) (low, high) = (Vector512.Load(x), Avx512F.MaskLoad(x + 16, rest, Vector512<float>.Zero));
        else low = Avx512F.MaskLoad(x, rest, Vector512<float>.Zero);
    }

    /// <summary>The floats at sixteen places of the stretch x, whose halves are loaded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> At(float* x, Vector512<float> low, Vector512<float> high, Vector512<int> places)
    {
        if (Avx512F.IsSupported) return Avx512F.PermuteVar16x32x2(low, places, high);
        if (Avx2.IsSupported)
        {
            return Vector512.Create(
                Avx2.GatherVector256(x, places.GetLower(), sizeof(float)), Avx2.GatherVector256(x, places.GetUpper(), sizeof(float)));
        }

        Vector512<float> y = default;
        for (int lane = 0; lane < Vector512<float>.Count; lane++) ((float*)&y)[lane] = x[((int*)&places)[lane]];
        return y;
    }

    /// <summary>Stores the first n lanes, where the mask is true.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* y, Vector512<float> mask, int n)
    {
        if (Avx512F.IsSupported) Avx512F.MaskStore(y, mask, value);
        else Unsafe.CopyBlockUnaligned(y, &value, (uint)n * sizeof(float));
    }
}
