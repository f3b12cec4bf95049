using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Register tiles of a convolution over flat padded planes: tap q of the input lies at offset[q].</summary>
internal static unsafe partial class FlatTiles
{
    /// <summary>8 output channels by 48 flat pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows8x3(float* a, float* x, int* offset, long k, float* y, long ldy)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c0_2 = Vec.Zero, c1_0 = Vec.Zero, c1_1 = Vec.Zero, c1_2 = Vec.Zero,
            c2_0 = Vec.Zero, c2_1 = Vec.Zero, c2_2 = Vec.Zero, c3_0 = Vec.Zero, c3_1 = Vec.Zero, c3_2 = Vec.Zero,
            c4_0 = Vec.Zero, c4_1 = Vec.Zero, c4_2 = Vec.Zero, c5_0 = Vec.Zero, c5_1 = Vec.Zero, c5_2 = Vec.Zero,
            c6_0 = Vec.Zero, c6_1 = Vec.Zero, c6_2 = Vec.Zero, c7_0 = Vec.Zero, c7_1 = Vec.Zero, c7_2 = Vec.Zero;
        for (long q = 0; q < k; q++)
        {
            float* p = x + offset[q];
            Vec b0 = Vector512.Load(p); Vec b1 = Vector512.Load(p + 16); Vec b2 = Vector512.Load(p + 32);
            Vec w = Vector512.Create(a[0]);
            c0_0 = Vector512.FusedMultiplyAdd(w, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(w, b1, c0_1);
            c0_2 = Vector512.FusedMultiplyAdd(w, b2, c0_2);
            w = Vector512.Create(a[1]);
            c1_0 = Vector512.FusedMultiplyAdd(w, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(w, b1, c1_1);
            c1_2 = Vector512.FusedMultiplyAdd(w, b2, c1_2);
            w = Vector512.Create(a[2]);
            c2_0 = Vector512.FusedMultiplyAdd(w, b0, c2_0); c2_1 = Vector512.FusedMultiplyAdd(w, b1, c2_1);
            c2_2 = Vector512.FusedMultiplyAdd(w, b2, c2_2);
            w = Vector512.Create(a[3]);
            c3_0 = Vector512.FusedMultiplyAdd(w, b0, c3_0); c3_1 = Vector512.FusedMultiplyAdd(w, b1, c3_1);
            c3_2 = Vector512.FusedMultiplyAdd(w, b2, c3_2);
            w = Vector512.Create(a[4]);
            c4_0 = Vector512.FusedMultiplyAdd(w, b0, c4_0); c4_1 = Vector512.FusedMultiplyAdd(w, b1, c4_1);
            c4_2 = Vector512.FusedMultiplyAdd(w, b2, c4_2);
            w = Vector512.Create(a[5]);
            c5_0 = Vector512.FusedMultiplyAdd(w, b0, c5_0); c5_1 = Vector512.FusedMultiplyAdd(w, b1, c5_1);
            c5_2 = Vector512.FusedMultiplyAdd(w, b2, c5_2);
            w = Vector512.Create(a[6]);
            c6_0 = Vector512.FusedMultiplyAdd(w, b0, c6_0); c6_1 = Vector512.FusedMultiplyAdd(w, b1, c6_1);
            c6_2 = Vector512.FusedMultiplyAdd(w, b2, c6_2);
            w = Vector512.Create(a[7]);
            c7_0 = Vector512.FusedMultiplyAdd(w, b0, c7_0); c7_1 = Vector512.FusedMultiplyAdd(w, b1, c7_1);
            c7_2 = Vector512.FusedMultiplyAdd(w, b2, c7_2);
            a += 8;
        }

        c0_0.Store(y); c0_1.Store(y + 16); c0_2.Store(y + 32);
        c1_0.Store(y + ldy); c1_1.Store(y + ldy + 16); c1_2.Store(y + ldy + 32);
        c2_0.Store(y + (2 * ldy)); c2_1.Store(y + (2 * ldy) + 16); c2_2.Store(y + (2 * ldy) + 32);
        c3_0.Store(y + (3 * ldy)); c3_1.Store(y + (3 * ldy) + 16); c3_2.Store(y + (3 * ldy) + 32);
        c4_0.Store(y + (4 * ldy)); c4_1.Store(y + (4 * ldy) + 16); c4_2.Store(y + (4 * ldy) + 32);
        c5_0.Store(y + (5 * ldy)); c5_1.Store(y + (5 * ldy) + 16); c5_2.Store(y + (5 * ldy) + 32);
        c6_0.Store(y + (6 * ldy)); c6_1.Store(y + (6 * ldy) + 16); c6_2.Store(y + (6 * ldy) + 32);
        c7_0.Store(y + (7 * ldy)); c7_1.Store(y + (7 * ldy) + 16); c7_2.Store(y + (7 * ldy) + 32);
    }

    /// <summary>6 output channels by 64 flat pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows6x4(float* a, float* x, int* offset, long k, float* y, long ldy)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c0_2 = Vec.Zero, c0_3 = Vec.Zero,
            c1_0 = Vec.Zero, c1_1 = Vec.Zero, c1_2 = Vec.Zero, c1_3 = Vec.Zero,
            c2_0 = Vec.Zero, c2_1 = Vec.Zero, c2_2 = Vec.Zero, c2_3 = Vec.Zero,
            c3_0 = Vec.Zero, c3_1 = Vec.Zero, c3_2 = Vec.Zero, c3_3 = Vec.Zero,
            c4_0 = Vec.Zero, c4_1 = Vec.Zero, c4_2 = Vec.Zero, c4_3 = Vec.Zero,
            c5_0 = Vec.Zero, c5_1 = Vec.Zero, c5_2 = Vec.Zero, c5_3 = Vec.Zero;
        for (long q = 0; q < k; q++)
        {
            float* p = x + offset[q];
            Vec b0 = Vector512.Load(p); Vec b1 = Vector512.Load(p + 16); Vec b2 = Vector512.Load(p + 32);
            Vec b3 = Vector512.Load(p + 48);
            Vec w = Vector512.Create(a[0]);
            c0_0 = Vector512.FusedMultiplyAdd(w, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(w, b1, c0_1);
            c0_2 = Vector512.FusedMultiplyAdd(w, b2, c0_2); c0_3 = Vector512.FusedMultiplyAdd(w, b3, c0_3);
            w = Vector512.Create(a[1]);
            c1_0 = Vector512.FusedMultiplyAdd(w, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(w, b1, c1_1);
            c1_2 = Vector512.FusedMultiplyAdd(w, b2, c1_2); c1_3 = Vector512.FusedMultiplyAdd(w, b3, c1_3);
            w = Vector512.Create(a[2]);
            c2_0 = Vector512.FusedMultiplyAdd(w, b0, c2_0); c2_1 = Vector512.FusedMultiplyAdd(w, b1, c2_1);
            c2_2 = Vector512.FusedMultiplyAdd(w, b2, c2_2); c2_3 = Vector512.FusedMultiplyAdd(w, b3, c2_3);
            w = Vector512.Create(a[3]);
            c3_0 = Vector512.FusedMultiplyAdd(w, b0, c3_0); c3_1 = Vector512.FusedMultiplyAdd(w, b1, c3_1);
            c3_2 = Vector512.FusedMultiplyAdd(w, b2, c3_2); c3_3 = Vector512.FusedMultiplyAdd(w, b3, c3_3);
            w = Vector512.Create(a[4]);
            c4_0 = Vector512.FusedMultiplyAdd(w, b0, c4_0); c4_1 = Vector512.FusedMultiplyAdd(w, b1, c4_1);
            c4_2 = Vector512.FusedMultiplyAdd(w, b2, c4_2); c4_3 = Vector512.FusedMultiplyAdd(w, b3, c4_3);
            w = Vector512.Create(a[5]);
            c5_0 = Vector512.FusedMultiplyAdd(w, b0, c5_0); c5_1 = Vector512.FusedMultiplyAdd(w, b1, c5_1);
            c5_2 = Vector512.FusedMultiplyAdd(w, b2, c5_2); c5_3 = Vector512.FusedMultiplyAdd(w, b3, c5_3);
            a += 6;
        }

        c0_0.Store(y); c0_1.Store(y + 16); c0_2.Store(y + 32);
        c0_3.Store(y + 48);
        c1_0.Store(y + ldy); c1_1.Store(y + ldy + 16); c1_2.Store(y + ldy + 32);
        c1_3.Store(y + ldy + 48);
        c2_0.Store(y + (2 * ldy)); c2_1.Store(y + (2 * ldy) + 16); c2_2.Store(y + (2 * ldy) + 32);
        c2_3.Store(y + (2 * ldy) + 48);
        c3_0.Store(y + (3 * ldy)); c3_1.Store(y + (3 * ldy) + 16); c3_2.Store(y + (3 * ldy) + 32);
        c3_3.Store(y + (3 * ldy) + 48);
        c4_0.Store(y + (4 * ldy)); c4_1.Store(y + (4 * ldy) + 16); c4_2.Store(y + (4 * ldy) + 32);
        c4_3.Store(y + (4 * ldy) + 48);
        c5_0.Store(y + (5 * ldy)); c5_1.Store(y + (5 * ldy) + 16); c5_2.Store(y + (5 * ldy) + 32);
        c5_3.Store(y + (5 * ldy) + 48);
    }

    /// <summary>4 output channels by 96 flat pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4x6(float* a, float* x, int* offset, long k, float* y, long ldy)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c0_2 = Vec.Zero, c0_3 = Vec.Zero, c0_4 = Vec.Zero, c0_5 = Vec.Zero,
            c1_0 = Vec.Zero, c1_1 = Vec.Zero, c1_2 = Vec.Zero, c1_3 = Vec.Zero, c1_4 = Vec.Zero, c1_5 = Vec.Zero,
            c2_0 = Vec.Zero, c2_1 = Vec.Zero, c2_2 = Vec.Zero, c2_3 = Vec.Zero, c2_4 = Vec.Zero, c2_5 = Vec.Zero,
            c3_0 = Vec.Zero, c3_1 = Vec.Zero, c3_2 = Vec.Zero, c3_3 = Vec.Zero, c3_4 = Vec.Zero, c3_5 = Vec.Zero;
        for (long q = 0; q < k; q++)
        {
            float* p = x + offset[q];
            Vec b0 = Vector512.Load(p); Vec b1 = Vector512.Load(p + 16); Vec b2 = Vector512.Load(p + 32);
            Vec b3 = Vector512.Load(p + 48); Vec b4 = Vector512.Load(p + 64); Vec b5 = Vector512.Load(p + 80);
            Vec w = Vector512.Create(a[0]);
            c0_0 = Vector512.FusedMultiplyAdd(w, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(w, b1, c0_1);
            c0_2 = Vector512.FusedMultiplyAdd(w, b2, c0_2); c0_3 = Vector512.FusedMultiplyAdd(w, b3, c0_3);
            c0_4 = Vector512.FusedMultiplyAdd(w, b4, c0_4); c0_5 = Vector512.FusedMultiplyAdd(w, b5, c0_5);
            w = Vector512.Create(a[1]);
            c1_0 = Vector512.FusedMultiplyAdd(w, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(w, b1, c1_1);
            c1_2 = Vector512.FusedMultiplyAdd(w, b2, c1_2); c1_3 = Vector512.FusedMultiplyAdd(w, b3, c1_3);
            c1_4 = Vector512.FusedMultiplyAdd(w, b4, c1_4); c1_5 = Vector512.FusedMultiplyAdd(w, b5, c1_5);
            w = Vector512.Create(a[2]);
            c2_0 = Vector512.FusedMultiplyAdd(w, b0, c2_0); c2_1 = Vector512.FusedMultiplyAdd(w, b1, c2_1);
            c2_2 = Vector512.FusedMultiplyAdd(w, b2, c2_2); c2_3 = Vector512.FusedMultiplyAdd(w, b3, c2_3);
            c2_4 = Vector512.FusedMultiplyAdd(w, b4, c2_4); c2_5 = Vector512.FusedMultiplyAdd(w, b5, c2_5);
            w = Vector512.Create(a[3]);
            c3_0 = Vector512.FusedMultiplyAdd(w, b0, c3_0); c3_1 = Vector512.FusedMultiplyAdd(w, b1, c3_1);
            c3_2 = Vector512.FusedMultiplyAdd(w, b2, c3_2); c3_3 = Vector512.FusedMultiplyAdd(w, b3, c3_3);
            c3_4 = Vector512.FusedMultiplyAdd(w, b4, c3_4); c3_5 = Vector512.FusedMultiplyAdd(w, b5, c3_5);
            a += 4;
        }

        c0_0.Store(y); c0_1.Store(y + 16); c0_2.Store(y + 32);
        c0_3.Store(y + 48); c0_4.Store(y + 64); c0_5.Store(y + 80);
        c1_0.Store(y + ldy); c1_1.Store(y + ldy + 16); c1_2.Store(y + ldy + 32);
        c1_3.Store(y + ldy + 48); c1_4.Store(y + ldy + 64); c1_5.Store(y + ldy + 80);
        c2_0.Store(y + (2 * ldy)); c2_1.Store(y + (2 * ldy) + 16); c2_2.Store(y + (2 * ldy) + 32);
        c2_3.Store(y + (2 * ldy) + 48); c2_4.Store(y + (2 * ldy) + 64); c2_5.Store(y + (2 * ldy) + 80);
        c3_0.Store(y + (3 * ldy)); c3_1.Store(y + (3 * ldy) + 16); c3_2.Store(y + (3 * ldy) + 32);
        c3_3.Store(y + (3 * ldy) + 48); c3_4.Store(y + (3 * ldy) + 64); c3_5.Store(y + (3 * ldy) + 80);
    }
}
