using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <content>Of F(3×3, 4×4), over the same points: the input's transform is that of F(4×4, 3×3).</content>
internal static unsafe partial class WinogradTransforms
{
    /// <summary>A 4×4 tile of dy to 36 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Slope(float* dy, long row, float* v, long point, float* half)
    {
        for (int j = 0; j < 4; j++, dy += 16)
        {
            Slope(dy, row, half + (j * 16), 64);
        }

        for (int i = 0; i < 6; i++, v += 6 * point)
        {
            Slope(half + (i * 64), 16, v, point);
        }
    }

    /// <summary>36 vectors of products to a 3×3 kernel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Kernel(float* m, long point, float* dw, float* half)
    {
        for (int j = 0; j < 6; j++, m += point)
        {
            Kernel(m, 6 * point, half + (j * 16), 96);
        }

        for (int i = 0; i < 3; i++)
        {
            Kernel(half + (i * 96), 16, dw + (i * 48), 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Slope(float* dy, long step, float* to, long stride)
    {
        Vec d0 = Vector512.Load(dy), d1 = Vector512.Load(dy + step);
        Vec d2 = Vector512.Load(dy + (2 * step)), d3 = Vector512.Load(dy + (3 * step));
        Vec evenA = Vector512.FusedMultiplyAdd(Vector512.Create(A2), d2, d0) * Vector512.Create(1 / NormA);
        Vec evenB = Vector512.FusedMultiplyAdd(Vector512.Create(B2), d2, d0) * Vector512.Create(1 / NormB);
        Vec oddA = Vector512.FusedMultiplyAdd(Vector512.Create(A2), d3, d1) * Vector512.Create(A / NormA);
        Vec oddB = Vector512.FusedMultiplyAdd(Vector512.Create(B2), d3, d1) * Vector512.Create(B / NormB);
        (d0 * Vector512.Create(1 / (A2 * B2))).Store(to);
        (evenA + oddA).Store(to + stride);
        (evenA - oddA).Store(to + (2 * stride));
        (evenB + oddB).Store(to + (3 * stride));
        (evenB - oddB).Store(to + (4 * stride));
        d3.Store(to + (5 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Kernel(float* m, long step, float* to, long stride)
    {
        Vec m0 = Vector512.Load(m), m1 = Vector512.Load(m + step), m2 = Vector512.Load(m + (2 * step));
        Vec m3 = Vector512.Load(m + (3 * step)), m4 = Vector512.Load(m + (4 * step)), m5 = Vector512.Load(m + (5 * step));
        Vec evenA = m1 + m2, oddA = m1 - m2, evenB = m3 + m4, oddB = m3 - m4;
        (m0 + (evenA + evenB)).Store(to);
        Vector512.FusedMultiplyAdd(Vector512.Create(A), oddA, Vector512.Create(B) * oddB).Store(to + stride);
        Vec last = Vector512.FusedMultiplyAdd(Vector512.Create(B2), evenB, m5);
        Vector512.FusedMultiplyAdd(Vector512.Create(A2), evenA, last).Store(to + (2 * stride));
    }
}
