using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Register tiles of a kernel gradient: flat sums of dy times x, a vector a tap; tap q reads x + q under its mask.</summary>
internal static unsafe partial class GradientTiles
{
    /// <summary>8 output channels by 3 neighbouring taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows8x3(float* dy, long ldy, float* x, float* masks, long period, long n, float* sum, long lds)
    {
        float* d1 = dy + ldy;
        float* d2 = dy + (2 * ldy);
        float* d3 = dy + (3 * ldy);
        float* d4 = dy + (4 * ldy);
        float* d5 = dy + (5 * ldy);
        float* d6 = dy + (6 * ldy);
        float* d7 = dy + (7 * ldy);
        Vec c0_0 = Vector512.Load(sum), c0_1 = Vector512.Load(sum + 16),
            c0_2 = Vector512.Load(sum + 32), c1_0 = Vector512.Load(sum + lds),
            c1_1 = Vector512.Load(sum + lds + 16), c1_2 = Vector512.Load(sum + lds + 32),
            c2_0 = Vector512.Load(sum + (2 * lds)), c2_1 = Vector512.Load(sum + (2 * lds) + 16),
            c2_2 = Vector512.Load(sum + (2 * lds) + 32), c3_0 = Vector512.Load(sum + (3 * lds)),
            c3_1 = Vector512.Load(sum + (3 * lds) + 16), c3_2 = Vector512.Load(sum + (3 * lds) + 32),
            c4_0 = Vector512.Load(sum + (4 * lds)), c4_1 = Vector512.Load(sum + (4 * lds) + 16),
            c4_2 = Vector512.Load(sum + (4 * lds) + 32), c5_0 = Vector512.Load(sum + (5 * lds)),
            c5_1 = Vector512.Load(sum + (5 * lds) + 16), c5_2 = Vector512.Load(sum + (5 * lds) + 32),
            c6_0 = Vector512.Load(sum + (6 * lds)), c6_1 = Vector512.Load(sum + (6 * lds) + 16),
            c6_2 = Vector512.Load(sum + (6 * lds) + 32), c7_0 = Vector512.Load(sum + (7 * lds)),
            c7_1 = Vector512.Load(sum + (7 * lds) + 16), c7_2 = Vector512.Load(sum + (7 * lds) + 32);
        Vec next = Vector512.Load(x);
        for (long p = 0, at = 0; p < n; p += 16, at = at + 16 == period ? 0 : at + 16)
        {
            Vec here = next;
            next = Vector512.Load(x + p + 16);
            Vec b0 = here & Vector512.Load(masks + at), b1 = Slid(here, next, x + p, 1) & Vector512.Load(masks + at + period),
                b2 = Slid(here, next, x + p, 2) & Vector512.Load(masks + at + (2 * period));
            Vec d = Vector512.Load(dy + p);
            c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(d, b1, c0_1);
            c0_2 = Vector512.FusedMultiplyAdd(d, b2, c0_2);
            d = Vector512.Load(d1 + p);
            c1_0 = Vector512.FusedMultiplyAdd(d, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(d, b1, c1_1);
            c1_2 = Vector512.FusedMultiplyAdd(d, b2, c1_2);
            d = Vector512.Load(d2 + p);
            c2_0 = Vector512.FusedMultiplyAdd(d, b0, c2_0); c2_1 = Vector512.FusedMultiplyAdd(d, b1, c2_1);
            c2_2 = Vector512.FusedMultiplyAdd(d, b2, c2_2);
            d = Vector512.Load(d3 + p);
            c3_0 = Vector512.FusedMultiplyAdd(d, b0, c3_0); c3_1 = Vector512.FusedMultiplyAdd(d, b1, c3_1);
            c3_2 = Vector512.FusedMultiplyAdd(d, b2, c3_2);
            d = Vector512.Load(d4 + p);
            c4_0 = Vector512.FusedMultiplyAdd(d, b0, c4_0); c4_1 = Vector512.FusedMultiplyAdd(d, b1, c4_1);
            c4_2 = Vector512.FusedMultiplyAdd(d, b2, c4_2);
            d = Vector512.Load(d5 + p);
            c5_0 = Vector512.FusedMultiplyAdd(d, b0, c5_0); c5_1 = Vector512.FusedMultiplyAdd(d, b1, c5_1);
            c5_2 = Vector512.FusedMultiplyAdd(d, b2, c5_2);
            d = Vector512.Load(d6 + p);
            c6_0 = Vector512.FusedMultiplyAdd(d, b0, c6_0); c6_1 = Vector512.FusedMultiplyAdd(d, b1, c6_1);
            c6_2 = Vector512.FusedMultiplyAdd(d, b2, c6_2);
            d = Vector512.Load(d7 + p);
            c7_0 = Vector512.FusedMultiplyAdd(d, b0, c7_0); c7_1 = Vector512.FusedMultiplyAdd(d, b1, c7_1);
            c7_2 = Vector512.FusedMultiplyAdd(d, b2, c7_2);
        }

        c0_0.Store(sum); c0_1.Store(sum + 16); c0_2.Store(sum + 32);
        c1_0.Store(sum + lds); c1_1.Store(sum + lds + 16); c1_2.Store(sum + lds + 32);
        c2_0.Store(sum + (2 * lds)); c2_1.Store(sum + (2 * lds) + 16); c2_2.Store(sum + (2 * lds) + 32);
        c3_0.Store(sum + (3 * lds)); c3_1.Store(sum + (3 * lds) + 16); c3_2.Store(sum + (3 * lds) + 32);
        c4_0.Store(sum + (4 * lds)); c4_1.Store(sum + (4 * lds) + 16); c4_2.Store(sum + (4 * lds) + 32);
        c5_0.Store(sum + (5 * lds)); c5_1.Store(sum + (5 * lds) + 16); c5_2.Store(sum + (5 * lds) + 32);
        c6_0.Store(sum + (6 * lds)); c6_1.Store(sum + (6 * lds) + 16); c6_2.Store(sum + (6 * lds) + 32);
        c7_0.Store(sum + (7 * lds)); c7_1.Store(sum + (7 * lds) + 16); c7_2.Store(sum + (7 * lds) + 32);
    }

    /// <summary>4 output channels by 3 neighbouring taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4x3(float* dy, long ldy, float* x, float* masks, long period, long n, float* sum, long lds)
    {
        float* d1 = dy + ldy;
        float* d2 = dy + (2 * ldy);
        float* d3 = dy + (3 * ldy);
        Vec c0_0 = Vector512.Load(sum), c0_1 = Vector512.Load(sum + 16),
            c0_2 = Vector512.Load(sum + 32), c1_0 = Vector512.Load(sum + lds),
            c1_1 = Vector512.Load(sum + lds + 16), c1_2 = Vector512.Load(sum + lds + 32),
            c2_0 = Vector512.Load(sum + (2 * lds)), c2_1 = Vector512.Load(sum + (2 * lds) + 16),
            c2_2 = Vector512.Load(sum + (2 * lds) + 32), c3_0 = Vector512.Load(sum + (3 * lds)),
            c3_1 = Vector512.Load(sum + (3 * lds) + 16), c3_2 = Vector512.Load(sum + (3 * lds) + 32);
        Vec next = Vector512.Load(x);
        for (long p = 0, at = 0; p < n; p += 16, at = at + 16 == period ? 0 : at + 16)
        {
            Vec here = next;
            next = Vector512.Load(x + p + 16);
            Vec b0 = here & Vector512.Load(masks + at), b1 = Slid(here, next, x + p, 1) & Vector512.Load(masks + at + period),
                b2 = Slid(here, next, x + p, 2) & Vector512.Load(masks + at + (2 * period));
            Vec d = Vector512.Load(dy + p);
            c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(d, b1, c0_1);
            c0_2 = Vector512.FusedMultiplyAdd(d, b2, c0_2);
            d = Vector512.Load(d1 + p);
            c1_0 = Vector512.FusedMultiplyAdd(d, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(d, b1, c1_1);
            c1_2 = Vector512.FusedMultiplyAdd(d, b2, c1_2);
            d = Vector512.Load(d2 + p);
            c2_0 = Vector512.FusedMultiplyAdd(d, b0, c2_0); c2_1 = Vector512.FusedMultiplyAdd(d, b1, c2_1);
            c2_2 = Vector512.FusedMultiplyAdd(d, b2, c2_2);
            d = Vector512.Load(d3 + p);
            c3_0 = Vector512.FusedMultiplyAdd(d, b0, c3_0); c3_1 = Vector512.FusedMultiplyAdd(d, b1, c3_1);
            c3_2 = Vector512.FusedMultiplyAdd(d, b2, c3_2);
        }

        c0_0.Store(sum); c0_1.Store(sum + 16); c0_2.Store(sum + 32);
        c1_0.Store(sum + lds); c1_1.Store(sum + lds + 16); c1_2.Store(sum + lds + 32);
        c2_0.Store(sum + (2 * lds)); c2_1.Store(sum + (2 * lds) + 16); c2_2.Store(sum + (2 * lds) + 32);
        c3_0.Store(sum + (3 * lds)); c3_1.Store(sum + (3 * lds) + 16); c3_2.Store(sum + (3 * lds) + 32);
    }

    /// <summary>2 output channels by 3 neighbouring taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows2x3(float* dy, long ldy, float* x, float* masks, long period, long n, float* sum, long lds)
    {
        float* d1 = dy + ldy;
        Vec c0_0 = Vector512.Load(sum), c0_1 = Vector512.Load(sum + 16),
            c0_2 = Vector512.Load(sum + 32), c1_0 = Vector512.Load(sum + lds),
            c1_1 = Vector512.Load(sum + lds + 16), c1_2 = Vector512.Load(sum + lds + 32);
        Vec next = Vector512.Load(x);
        for (long p = 0, at = 0; p < n; p += 16, at = at + 16 == period ? 0 : at + 16)
        {
            Vec here = next;
            next = Vector512.Load(x + p + 16);
            Vec b0 = here & Vector512.Load(masks + at), b1 = Slid(here, next, x + p, 1) & Vector512.Load(masks + at + period),
                b2 = Slid(here, next, x + p, 2) & Vector512.Load(masks + at + (2 * period));
            Vec d = Vector512.Load(dy + p);
            c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(d, b1, c0_1);
            c0_2 = Vector512.FusedMultiplyAdd(d, b2, c0_2);
            d = Vector512.Load(d1 + p);
            c1_0 = Vector512.FusedMultiplyAdd(d, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(d, b1, c1_1);
            c1_2 = Vector512.FusedMultiplyAdd(d, b2, c1_2);
        }

        c0_0.Store(sum); c0_1.Store(sum + 16); c0_2.Store(sum + 32);
        c1_0.Store(sum + lds); c1_1.Store(sum + lds + 16); c1_2.Store(sum + lds + 32);
    }

    /// <summary>1 output channels by 3 neighbouring taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows1x3(float* dy, long ldy, float* x, float* masks, long period, long n, float* sum, long lds)
    {
        Vec c0_0 = Vector512.Load(sum), c0_1 = Vector512.Load(sum + 16),
            c0_2 = Vector512.Load(sum + 32);
        Vec next = Vector512.Load(x);
        for (long p = 0, at = 0; p < n; p += 16, at = at + 16 == period ? 0 : at + 16)
        {
            Vec here = next;
            next = Vector512.Load(x + p + 16);
            Vec b0 = here & Vector512.Load(masks + at), b1 = Slid(here, next, x + p, 1) & Vector512.Load(masks + at + period),
                b2 = Slid(here, next, x + p, 2) & Vector512.Load(masks + at + (2 * period));
            Vec d = Vector512.Load(dy + p);
            c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(d, b1, c0_1);
            c0_2 = Vector512.FusedMultiplyAdd(d, b2, c0_2);
        }

        c0_0.Store(sum); c0_1.Store(sum + 16); c0_2.Store(sum + 32);
    }

    /// <summary>Sixteen floats from so many after a place, where they are between what is loaded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec Slid(Vec here, Vec next, float* x, [ConstantExpected] byte by) => Avx512F.IsSupported
        ? Avx512F.AlignRight32(next.AsInt32(), here.AsInt32(), by).AsSingle() : Vector512.Load(x + by);
}
