using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <content>
/// One axis over the points 0, ±5/8, ±3/2 and ∞. All constants of the input's transform and of the products' are exact. Of
/// the points tried these leave the smallest errors: half of those of 0, ±1, ±2, ∞.
/// </content>
internal static unsafe partial class WinogradTransforms
{
    private const float A = 0.625f, B = 1.5f, A2 = A * A, B2 = B * B;
    private const float NormA = 2 * A2 * (A2 - B2), NormB = 2 * B2 * (B2 - A2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input6(float* x, long step, float* to, long stride)
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

    /// <summary>Three or four coefficients.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread6(float* w, long step, float* to, long stride, int count)
    {
        Vec w0 = Vector512.Load(w), w1 = Vector512.Load(w + step), w2 = Vector512.Load(w + (2 * step));
        Vec a2 = Vector512.Create(A2), b2 = Vector512.Create(B2), last = w2, oddA = w1, oddB = w1;
        if (count == 4)
        {
            last = Vector512.Load(w + (3 * step));
            (oddA, oddB) = (Vector512.FusedMultiplyAdd(a2, last, w1), Vector512.FusedMultiplyAdd(b2, last, w1));
        }

        Vec evenA = Vector512.FusedMultiplyAdd(a2, w2, w0) * Vector512.Create(1 / NormA);
        Vec evenB = Vector512.FusedMultiplyAdd(b2, w2, w0) * Vector512.Create(1 / NormB);
        oddA *= Vector512.Create(A / NormA);
        oddB *= Vector512.Create(B / NormB);
        (w0 * Vector512.Create(1 / (A2 * B2))).Store(to);
        (evenA + oddA).Store(to + stride);
        (evenA - oddA).Store(to + (2 * stride));
        (evenB + oddB).Store(to + (3 * stride));
        (evenB - oddB).Store(to + (4 * stride));
        last.Store(to + (5 * stride));
    }

    /// <summary>To three or four results, each with a number added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Collect6(float* m, long step, float* to, long stride, int count, Vec add)
    {
        Vec m0 = Vector512.Load(m), m1 = Vector512.Load(m + step), m2 = Vector512.Load(m + (2 * step));
        Vec m3 = Vector512.Load(m + (3 * step)), m4 = Vector512.Load(m + (4 * step)), m5 = Vector512.Load(m + (5 * step));
        Vec evenA = m1 + m2, oddA = m1 - m2, evenB = Vector512.FusedMultiplyAdd(Vector512.Create(B2), m3 + m4, add), oddB = m3 - m4;
        ((m0 + add) + (evenA + (m3 + m4))).Store(to);
        Vector512.FusedMultiplyAdd(Vector512.Create(A), oddA, Vector512.FusedMultiplyAdd(Vector512.Create(B), oddB, add))
            .Store(to + stride);
        if (count == 3)
        {
            Vector512.FusedMultiplyAdd(Vector512.Create(A2), evenA, evenB + m5).Store(to + (2 * stride));
            return;
        }

        Vector512.FusedMultiplyAdd(Vector512.Create(A2), evenA, evenB).Store(to + (2 * stride));
        Vec last = Vector512.FusedMultiplyAdd(Vector512.Create(B * B2), oddB, m5 + add);
        Vector512.FusedMultiplyAdd(Vector512.Create(A * A2), oddA, last).Store(to + (3 * stride));
    }
}
