using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Register tiles of a kernel gradient: flat sums of dy times x, a vector a tap; tap q reads x + q under its mask.</summary>
internal static unsafe partial class GradientTiles
{
    /// <summary>4 output channels by 5 neighbouring taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4x5(float* dy, long ldy, float* x, float* masks, long period, long n, float* sum, long lds)
    {
        float* d1 = dy + ldy;
        float* d2 = dy + (2 * ldy);
        float* d3 = dy + (3 * ldy);
        Vec c0_0 = Vector512.Load(sum), c0_1 = Vector512.Load(sum + 16),
            c0_2 = Vector512.Load(sum + 32), c0_3 = Vector512.Load(sum + 48),
            c0_4 = Vector512.Load(sum + 64), c1_0 = Vector512.Load(sum + lds),
            c1_1 = Vector512.Load(sum + lds + 16), c1_2 = Vector512.Load(sum + lds + 32),
            c1_3 = Vector512.Load(sum + lds + 48), c1_4 = Vector512.Load(sum + lds + 64),
            c2_0 = Vector512.Load(sum + (2 * lds)), c2_1 = Vector512.Load(sum + (2 * lds) + 16),
            c2_2 = Vector512.Load(sum + (2 * lds) + 32), c2_3 = Vector512.Load(sum + (2 * lds) + 48),
            c2_4 = Vector512.Load(sum + (2 * lds) + 64), c3_0 = Vector512.Load(sum + (3 * lds)),
            c3_1 = Vector512.Load(sum + (3 * lds) + 16), c3_2 = Vector512.Load(sum + (3 * lds) + 32),
            c3_3 = Vector512.Load(sum + (3 * lds) + 48), c3_4 = Vector512.Load(sum + (3 * lds) + 64);
        Vec next = Vector512.Load(x);
        for (long p = 0, at = 0; p < n; p += 16, at = at + 16 == period ? 0 : at + 16)
        {
            Vec here = next;
            next = Vector512.Load(x + p + 16);
            Vec b0 = here & Vector512.Load(masks + at), b1 = Slid(here, next, x + p, 1) & Vector512.Load(masks + at + period),
                b2 = Slid(here, next, x + p, 2) & Vector512.Load(masks + at + (2 * period)),
                b3 = Slid(here, next, x + p, 3) & Vector512.Load(masks + at + (3 * period)),
                b4 = Slid(here, next, x + p, 4) & Vector512.Load(masks + at + (4 * period));
            Vec d = Vector512.Load(dy + p);
            c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(d, b1, c0_1);
            c0_2 = Vector512.FusedMultiplyAdd(d, b2, c0_2); c0_3 = Vector512.FusedMultiplyAdd(d, b3, c0_3);
            c0_4 = Vector512.FusedMultiplyAdd(d, b4, c0_4);
            d = Vector512.Load(d1 + p);
            c1_0 = Vector512.FusedMultiplyAdd(d, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(d, b1, c1_1);
            c1_2 = Vector512.FusedMultiplyAdd(d, b2, c1_2); c1_3 = Vector512.FusedMultiplyAdd(d, b3, c1_3);
            c1_4 = Vector512.FusedMultiplyAdd(d, b4, c1_4);
            d = Vector512.Load(d2 + p);
            c2_0 = Vector512.FusedMultiplyAdd(d, b0, c2_0); c2_1 = Vector512.FusedMultiplyAdd(d, b1, c2_1);
            c2_2 = Vector512.FusedMultiplyAdd(d, b2, c2_2); c2_3 = Vector512.FusedMultiplyAdd(d, b3, c2_3);
            c2_4 = Vector512.FusedMultiplyAdd(d, b4, c2_4);
            d = Vector512.Load(d3 + p);
            c3_0 = Vector512.FusedMultiplyAdd(d, b0, c3_0); c3_1 = Vector512.FusedMultiplyAdd(d, b1, c3_1);
            c3_2 = Vector512.FusedMultiplyAdd(d, b2, c3_2); c3_3 = Vector512.FusedMultiplyAdd(d, b3, c3_3);
            c3_4 = Vector512.FusedMultiplyAdd(d, b4, c3_4);
        }

        c0_0.Store(sum); c0_1.Store(sum + 16); c0_2.Store(sum + 32);
        c0_3.Store(sum + 48); c0_4.Store(sum + 64);
        c1_0.Store(sum + lds); c1_1.Store(sum + lds + 16); c1_2.Store(sum + lds + 32);
        c1_3.Store(sum + lds + 48); c1_4.Store(sum + lds + 64);
        c2_0.Store(sum + (2 * lds)); c2_1.Store(sum + (2 * lds) + 16); c2_2.Store(sum + (2 * lds) + 32);
        c2_3.Store(sum + (2 * lds) + 48); c2_4.Store(sum + (2 * lds) + 64);
        c3_0.Store(sum + (3 * lds)); c3_1.Store(sum + (3 * lds) + 16); c3_2.Store(sum + (3 * lds) + 32);
        c3_3.Store(sum + (3 * lds) + 48); c3_4.Store(sum + (3 * lds) + 64);
    }

    /// <summary>2 output channels by 5 neighbouring taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows2x5(float* dy, long ldy, float* x, float* masks, long period, long n, float* sum, long lds)
    {
        float* d1 = dy + ldy;
        Vec c0_0 = Vector512.Load(sum), c0_1 = Vector512.Load(sum + 16),
            c0_2 = Vector512.Load(sum + 32), c0_3 = Vector512.Load(sum + 48),
            c0_4 = Vector512.Load(sum + 64), c1_0 = Vector512.Load(sum + lds),
            c1_1 = Vector512.Load(sum + lds + 16), c1_2 = Vector512.Load(sum + lds + 32),
            c1_3 = Vector512.Load(sum + lds + 48), c1_4 = Vector512.Load(sum + lds + 64);
        Vec next = Vector512.Load(x);
        for (long p = 0, at = 0; p < n; p += 16, at = at + 16 == period ? 0 : at + 16)
        {
            Vec here = next;
            next = Vector512.Load(x + p + 16);
            Vec b0 = here & Vector512.Load(masks + at), b1 = Slid(here, next, x + p, 1) & Vector512.Load(masks + at + period),
                b2 = Slid(here, next, x + p, 2) & Vector512.Load(masks + at + (2 * period)),
                b3 = Slid(here, next, x + p, 3) & Vector512.Load(masks + at + (3 * period)),
                b4 = Slid(here, next, x + p, 4) & Vector512.Load(masks + at + (4 * period));
            Vec d = Vector512.Load(dy + p);
            c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(d, b1, c0_1);
            c0_2 = Vector512.FusedMultiplyAdd(d, b2, c0_2); c0_3 = Vector512.FusedMultiplyAdd(d, b3, c0_3);
            c0_4 = Vector512.FusedMultiplyAdd(d, b4, c0_4);
            d = Vector512.Load(d1 + p);
            c1_0 = Vector512.FusedMultiplyAdd(d, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(d, b1, c1_1);
            c1_2 = Vector512.FusedMultiplyAdd(d, b2, c1_2); c1_3 = Vector512.FusedMultiplyAdd(d, b3, c1_3);
            c1_4 = Vector512.FusedMultiplyAdd(d, b4, c1_4);
        }

        c0_0.Store(sum); c0_1.Store(sum + 16); c0_2.Store(sum + 32);
        c0_3.Store(sum + 48); c0_4.Store(sum + 64);
        c1_0.Store(sum + lds); c1_1.Store(sum + lds + 16); c1_2.Store(sum + lds + 32);
        c1_3.Store(sum + lds + 48); c1_4.Store(sum + lds + 64);
    }

    /// <summary>1 output channels by 5 neighbouring taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows1x5(float* dy, long ldy, float* x, float* masks, long period, long n, float* sum, long lds)
    {
        Vec c0_0 = Vector512.Load(sum), c0_1 = Vector512.Load(sum + 16),
            c0_2 = Vector512.Load(sum + 32), c0_3 = Vector512.Load(sum + 48),
            c0_4 = Vector512.Load(sum + 64);
        Vec next = Vector512.Load(x);
        for (long p = 0, at = 0; p < n; p += 16, at = at + 16 == period ? 0 : at + 16)
        {
            Vec here = next;
            next = Vector512.Load(x + p + 16);
            Vec b0 = here & Vector512.Load(masks + at), b1 = Slid(here, next, x + p, 1) & Vector512.Load(masks + at + period),
                b2 = Slid(here, next, x + p, 2) & Vector512.Load(masks + at + (2 * period)),
                b3 = Slid(here, next, x + p, 3) & Vector512.Load(masks + at + (3 * period)),
                b4 = Slid(here, next, x + p, 4) & Vector512.Load(masks + at + (4 * period));
            Vec d = Vector512.Load(dy + p);
            c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(d, b1, c0_1);
            c0_2 = Vector512.FusedMultiplyAdd(d, b2, c0_2); c0_3 = Vector512.FusedMultiplyAdd(d, b3, c0_3);
            c0_4 = Vector512.FusedMultiplyAdd(d, b4, c0_4);
        }

        c0_0.Store(sum); c0_1.Store(sum + 16); c0_2.Store(sum + 32);
        c0_3.Store(sum + 48); c0_4.Store(sum + 64);
    }

    /// <summary>8 output channels by 1 neighbouring taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows8x1(float* dy, long ldy, float* x, float* masks, long period, long n, float* sum, long lds)
    {
        float* d1 = dy + ldy;
        float* d2 = dy + (2 * ldy);
        float* d3 = dy + (3 * ldy);
        float* d4 = dy + (4 * ldy);
        float* d5 = dy + (5 * ldy);
        float* d6 = dy + (6 * ldy);
        float* d7 = dy + (7 * ldy);
        Vec c0_0 = Vector512.Load(sum), c1_0 = Vector512.Load(sum + lds),
            c2_0 = Vector512.Load(sum + (2 * lds)), c3_0 = Vector512.Load(sum + (3 * lds)),
            c4_0 = Vector512.Load(sum + (4 * lds)), c5_0 = Vector512.Load(sum + (5 * lds)),
            c6_0 = Vector512.Load(sum + (6 * lds)), c7_0 = Vector512.Load(sum + (7 * lds));
        for (long p = 0, at = 0; p < n; p += 16, at = at + 16 == period ? 0 : at + 16)
        {
            Vec b0 = Vector512.Load(x + p) & Vector512.Load(masks + at);
            Vec d = Vector512.Load(dy + p);
            c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0);
            d = Vector512.Load(d1 + p);
            c1_0 = Vector512.FusedMultiplyAdd(d, b0, c1_0);
            d = Vector512.Load(d2 + p);
            c2_0 = Vector512.FusedMultiplyAdd(d, b0, c2_0);
            d = Vector512.Load(d3 + p);
            c3_0 = Vector512.FusedMultiplyAdd(d, b0, c3_0);
            d = Vector512.Load(d4 + p);
            c4_0 = Vector512.FusedMultiplyAdd(d, b0, c4_0);
            d = Vector512.Load(d5 + p);
            c5_0 = Vector512.FusedMultiplyAdd(d, b0, c5_0);
            d = Vector512.Load(d6 + p);
            c6_0 = Vector512.FusedMultiplyAdd(d, b0, c6_0);
            d = Vector512.Load(d7 + p);
            c7_0 = Vector512.FusedMultiplyAdd(d, b0, c7_0);
        }

        c0_0.Store(sum);
        c1_0.Store(sum + lds);
        c2_0.Store(sum + (2 * lds));
        c3_0.Store(sum + (3 * lds));
        c4_0.Store(sum + (4 * lds));
        c5_0.Store(sum + (5 * lds));
        c6_0.Store(sum + (6 * lds));
        c7_0.Store(sum + (7 * lds));
    }

    /// <summary>4 output channels by 1 neighbouring taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4x1(float* dy, long ldy, float* x, float* masks, long period, long n, float* sum, long lds)
    {
        float* d1 = dy + ldy;
        float* d2 = dy + (2 * ldy);
        float* d3 = dy + (3 * ldy);
        Vec c0_0 = Vector512.Load(sum), c1_0 = Vector512.Load(sum + lds),
            c2_0 = Vector512.Load(sum + (2 * lds)), c3_0 = Vector512.Load(sum + (3 * lds));
        for (long p = 0, at = 0; p < n; p += 16, at = at + 16 == period ? 0 : at + 16)
        {
            Vec b0 = Vector512.Load(x + p) & Vector512.Load(masks + at);
            Vec d = Vector512.Load(dy + p);
            c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0);
            d = Vector512.Load(d1 + p);
            c1_0 = Vector512.FusedMultiplyAdd(d, b0, c1_0);
            d = Vector512.Load(d2 + p);
            c2_0 = Vector512.FusedMultiplyAdd(d, b0, c2_0);
            d = Vector512.Load(d3 + p);
            c3_0 = Vector512.FusedMultiplyAdd(d, b0, c3_0);
        }

        c0_0.Store(sum);
        c1_0.Store(sum + lds);
        c2_0.Store(sum + (2 * lds));
        c3_0.Store(sum + (3 * lds));
    }

    /// <summary>2 output channels by 1 neighbouring taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows2x1(float* dy, long ldy, float* x, float* masks, long period, long n, float* sum, long lds)
    {
        float* d1 = dy + ldy;
        Vec c0_0 = Vector512.Load(sum), c1_0 = Vector512.Load(sum + lds);
        for (long p = 0, at = 0; p < n; p += 16, at = at + 16 == period ? 0 : at + 16)
        {
            Vec b0 = Vector512.Load(x + p) & Vector512.Load(masks + at);
            Vec d = Vector512.Load(dy + p);
            c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0);
            d = Vector512.Load(d1 + p);
            c1_0 = Vector512.FusedMultiplyAdd(d, b0, c1_0);
        }

        c0_0.Store(sum);
        c1_0.Store(sum + lds);
    }

    /// <summary>1 output channels by 1 neighbouring taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows1x1(float* dy, long ldy, float* x, float* masks, long period, long n, float* sum, long lds)
    {
        Vec c0_0 = Vector512.Load(sum);
        for (long p = 0, at = 0; p < n; p += 16, at = at + 16 == period ? 0 : at + 16)
        {
            Vec b0 = Vector512.Load(x + p) & Vector512.Load(masks + at);
            Vec d = Vector512.Load(dy + p);
            c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0);
        }

        c0_0.Store(sum);
    }
}
