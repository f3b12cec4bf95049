using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>The transforms of F(4×4, 3×3) over the points 0, ±5/8, ±3/2 and ∞, sixteen channels at a time.</summary>
/// <remarks>
/// All constants of the input's and the output's transform are exact. Of the points tried these leave the smallest
/// errors: half of those of 0, ±1, ±2, ∞. Source: Lavin and Gray, 2015; Barabasz et al., 2020.
/// </remarks>
internal static unsafe partial class WinogradTransforms
{
    private const float A = 0.625f, B = 1.5f, A2 = A * A, B2 = B * B;
    private const float NormA = 2 * A2 * (A2 - B2), NormB = 2 * B2 * (B2 - A2);

    /// <summary>A 6×6 tile of x to 36 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Input(float* x, long row, float* v, long point, float* half)
    {
        for (int j = 0; j < 6; j++, x += 16)
        {
            Input(x, row, half + (j * 16), 96);
        }

        for (int i = 0; i < 6; i++, v += 6 * point)
        {
            Input(half + (i * 96), 16, v, point);
        }
    }

    /// <summary>36 vectors of products to a 4×4 tile of y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Output(float* m, long point, float* y, long row, float* half)
    {
        for (int j = 0; j < 6; j++, m += point)
        {
            Output(m, 6 * point, half + (j * 16), 96);
        }

        for (int i = 0; i < 4; i++, y += row)
        {
            Output(half + (i * 96), 16, y, 16);
        }
    }

    /// <summary>A 3×3 kernel to 36 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weights(float* w, float* u, long point, float* half)
    {
        for (int j = 0; j < 3; j++, w += 16)
        {
            Weights(w, 48, half + (j * 16), 48);
        }

        for (int i = 0; i < 6; i++, u += 6 * point)
        {
            Weights(half + (i * 48), 16, u, point);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input(float* x, long step, float* to, long stride)
    {
        Vec d0 = Vector512.Load(x), d1 = Vector512.Load(x + step), d2 = Vector512.Load(x + (2 * step));
        Vec d3 = Vector512.Load(x + (3 * step)), d4 = Vector512.Load(x + (4 * step)), d5 = Vector512.Load(x + (5 * step));
        Vec product = Vector512.Create(A2 * B2), sum = Vector512.Create(-A2 - B2);
        Vec a2 = Vector512.Create(-A2), b2 = Vector512.Create(-B2), a = Vector512.Create(A), b = Vector512.Create(B);
        Vec evenA = Vector512.FusedMultiplyAdd(b2, d2, d4), oddA = Vector512.FusedMultiplyAdd(b2, d1, d3);
        Vec evenB = Vector512.FusedMultiplyAdd(a2, d2, d4), oddB = Vector512.FusedMultiplyAdd(a2, d1, d3);
        Vector512.FusedMultiplyAdd(product, d0, Vector512.FusedMultiplyAdd(sum, d2, d4)).Store(to);
        Vector512.FusedMultiplyAdd(a, oddA, evenA).Store(to + stride);
        Vector512.FusedMultiplyAdd(-a, oddA, evenA).Store(to + (2 * stride));
        Vector512.FusedMultiplyAdd(b, oddB, evenB).Store(to + (3 * stride));
        Vector512.FusedMultiplyAdd(-b, oddB, evenB).Store(to + (4 * stride));
        Vector512.FusedMultiplyAdd(product, d1, Vector512.FusedMultiplyAdd(sum, d3, d5)).Store(to + (5 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Output(float* m, long step, float* to, long stride)
    {
        Vec m0 = Vector512.Load(m), m1 = Vector512.Load(m + step), m2 = Vector512.Load(m + (2 * step));
        Vec m3 = Vector512.Load(m + (3 * step)), m4 = Vector512.Load(m + (4 * step)), m5 = Vector512.Load(m + (5 * step));
        Vec evenA = m1 + m2, oddA = m1 - m2, evenB = m3 + m4, oddB = m3 - m4;
        (m0 + (evenA + evenB)).Store(to);
        Vector512.FusedMultiplyAdd(Vector512.Create(A), oddA, Vector512.Create(B) * oddB).Store(to + stride);
        Vector512.FusedMultiplyAdd(Vector512.Create(A2), evenA, Vector512.Create(B2) * evenB).Store(to + (2 * stride));
        Vec last = Vector512.FusedMultiplyAdd(Vector512.Create(B * B2), oddB, m5);
        Vector512.FusedMultiplyAdd(Vector512.Create(A * A2), oddA, last).Store(to + (3 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weights(float* w, long step, float* to, long stride)
    {
        Vec w0 = Vector512.Load(w), w1 = Vector512.Load(w + step), w2 = Vector512.Load(w + (2 * step));
        Vec evenA = Vector512.FusedMultiplyAdd(Vector512.Create(A2), w2, w0) * Vector512.Create(1 / NormA);
        Vec evenB = Vector512.FusedMultiplyAdd(Vector512.Create(B2), w2, w0) * Vector512.Create(1 / NormB);
        Vec oddA = w1 * Vector512.Create(A / NormA), oddB = w1 * Vector512.Create(B / NormB);
        (w0 * Vector512.Create(1 / (A2 * B2))).Store(to);
        (evenA + oddA).Store(to + stride);
        (evenA - oddA).Store(to + (2 * stride));
        (evenB + oddB).Store(to + (3 * stride));
        (evenB - oddB).Store(to + (4 * stride));
        w2.Store(to + (5 * stride));
    }
}
