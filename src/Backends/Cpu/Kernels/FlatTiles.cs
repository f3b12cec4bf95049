using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// Register tiles of a convolution over planes: tap q of a pixel at x lies at <c>x + offset[q]</c>; taps come in groups whose
/// mask is zero where a row has ended. The first weights of a block are what its channels begin with.
/// </summary>
internal static unsafe partial class FlatTiles
{
    /// <summary>8 output channels by 3 vectors of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows8x3(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c0_1 = c0_0, c0_2 = c0_0, c1_0 = Vector512.Create(a[1]), c1_1 = c1_0, c1_2 = c1_0,
            c2_0 = Vector512.Create(a[2]), c2_1 = c2_0, c2_2 = c2_0, c3_0 = Vector512.Create(a[3]), c3_1 = c3_0, c3_2 = c3_0,
            c4_0 = Vector512.Create(a[4]), c4_1 = c4_0, c4_2 = c4_0, c5_0 = Vector512.Create(a[5]), c5_1 = c5_0, c5_2 = c5_0,
            c6_0 = Vector512.Create(a[6]), c6_1 = c6_0, c6_2 = c6_0, c7_0 = Vector512.Create(a[7]), c7_1 = c7_0, c7_2 = c7_0;
        float* x0 = x + at[0].X, x1 = x + at[1].X, x2 = x + at[2].X;
        a += 8;
        int* offset = f->Offset;
        float* masks = f->Masks;
        long each = f->Each, pitch = f->MaskPitch;
        for (int group = f->Groups; group > 0; group--, masks += pitch, offset += each)
        {
            Vec m0 = Vector512.Load(masks + at[0].Column), m1 = Vector512.Load(masks + at[1].Column),
                m2 = Vector512.Load(masks + at[2].Column);
            for (long q = 0; q < each; q++)
            {
                long p = offset[q];
                Vec b0 = Vector512.Load(x0 + p) & m0, b1 = Vector512.Load(x1 + p) & m1, b2 = Vector512.Load(x2 + p) & m2;
                Vec w = Vector512.Create(a[0]); c0_0 = Vector512.FusedMultiplyAdd(w, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(w, b1, c0_1); c0_2 = Vector512.FusedMultiplyAdd(w, b2, c0_2);
                w = Vector512.Create(a[1]); c1_0 = Vector512.FusedMultiplyAdd(w, b0, c1_0);
                c1_1 = Vector512.FusedMultiplyAdd(w, b1, c1_1); c1_2 = Vector512.FusedMultiplyAdd(w, b2, c1_2);
                w = Vector512.Create(a[2]); c2_0 = Vector512.FusedMultiplyAdd(w, b0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(w, b1, c2_1); c2_2 = Vector512.FusedMultiplyAdd(w, b2, c2_2);
                w = Vector512.Create(a[3]); c3_0 = Vector512.FusedMultiplyAdd(w, b0, c3_0);
                c3_1 = Vector512.FusedMultiplyAdd(w, b1, c3_1); c3_2 = Vector512.FusedMultiplyAdd(w, b2, c3_2);
                w = Vector512.Create(a[4]); c4_0 = Vector512.FusedMultiplyAdd(w, b0, c4_0);
                c4_1 = Vector512.FusedMultiplyAdd(w, b1, c4_1); c4_2 = Vector512.FusedMultiplyAdd(w, b2, c4_2);
                w = Vector512.Create(a[5]); c5_0 = Vector512.FusedMultiplyAdd(w, b0, c5_0);
                c5_1 = Vector512.FusedMultiplyAdd(w, b1, c5_1); c5_2 = Vector512.FusedMultiplyAdd(w, b2, c5_2);
                w = Vector512.Create(a[6]); c6_0 = Vector512.FusedMultiplyAdd(w, b0, c6_0);
                c6_1 = Vector512.FusedMultiplyAdd(w, b1, c6_1); c6_2 = Vector512.FusedMultiplyAdd(w, b2, c6_2);
                w = Vector512.Create(a[7]); c7_0 = Vector512.FusedMultiplyAdd(w, b0, c7_0);
                c7_1 = Vector512.FusedMultiplyAdd(w, b1, c7_1); c7_2 = Vector512.FusedMultiplyAdd(w, b2, c7_2);
                a += 8;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to); c1_0.Store(to + ldy); c2_0.Store(to + (2 * ldy)); c3_0.Store(to + (3 * ldy));
        c4_0.Store(to + (4 * ldy)); c5_0.Store(to + (5 * ldy)); c6_0.Store(to + (6 * ldy)); c7_0.Store(to + (7 * ldy));
        to = y + at[1].Y; c0_1.Store(to); c1_1.Store(to + ldy); c2_1.Store(to + (2 * ldy)); c3_1.Store(to + (3 * ldy));
        c4_1.Store(to + (4 * ldy)); c5_1.Store(to + (5 * ldy)); c6_1.Store(to + (6 * ldy)); c7_1.Store(to + (7 * ldy));
        to = y + at[2].Y; c0_2.Store(to); c1_2.Store(to + ldy); c2_2.Store(to + (2 * ldy)); c3_2.Store(to + (3 * ldy));
        c4_2.Store(to + (4 * ldy)); c5_2.Store(to + (5 * ldy)); c6_2.Store(to + (6 * ldy)); c7_2.Store(to + (7 * ldy));
    }

    /// <summary>6 output channels by 3 vectors of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows6x3(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c0_1 = c0_0, c0_2 = c0_0, c1_0 = Vector512.Create(a[1]), c1_1 = c1_0, c1_2 = c1_0,
            c2_0 = Vector512.Create(a[2]), c2_1 = c2_0, c2_2 = c2_0, c3_0 = Vector512.Create(a[3]), c3_1 = c3_0, c3_2 = c3_0,
            c4_0 = Vector512.Create(a[4]), c4_1 = c4_0, c4_2 = c4_0, c5_0 = Vector512.Create(a[5]), c5_1 = c5_0, c5_2 = c5_0;
        float* x0 = x + at[0].X, x1 = x + at[1].X, x2 = x + at[2].X;
        a += 6;
        int* offset = f->Offset;
        float* masks = f->Masks;
        long each = f->Each, pitch = f->MaskPitch;
        for (int group = f->Groups; group > 0; group--, masks += pitch, offset += each)
        {
            Vec m0 = Vector512.Load(masks + at[0].Column), m1 = Vector512.Load(masks + at[1].Column),
                m2 = Vector512.Load(masks + at[2].Column);
            for (long q = 0; q < each; q++)
            {
                long p = offset[q];
                Vec b0 = Vector512.Load(x0 + p) & m0, b1 = Vector512.Load(x1 + p) & m1, b2 = Vector512.Load(x2 + p) & m2;
                Vec w = Vector512.Create(a[0]); c0_0 = Vector512.FusedMultiplyAdd(w, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(w, b1, c0_1); c0_2 = Vector512.FusedMultiplyAdd(w, b2, c0_2);
                w = Vector512.Create(a[1]); c1_0 = Vector512.FusedMultiplyAdd(w, b0, c1_0);
                c1_1 = Vector512.FusedMultiplyAdd(w, b1, c1_1); c1_2 = Vector512.FusedMultiplyAdd(w, b2, c1_2);
                w = Vector512.Create(a[2]); c2_0 = Vector512.FusedMultiplyAdd(w, b0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(w, b1, c2_1); c2_2 = Vector512.FusedMultiplyAdd(w, b2, c2_2);
                w = Vector512.Create(a[3]); c3_0 = Vector512.FusedMultiplyAdd(w, b0, c3_0);
                c3_1 = Vector512.FusedMultiplyAdd(w, b1, c3_1); c3_2 = Vector512.FusedMultiplyAdd(w, b2, c3_2);
                w = Vector512.Create(a[4]); c4_0 = Vector512.FusedMultiplyAdd(w, b0, c4_0);
                c4_1 = Vector512.FusedMultiplyAdd(w, b1, c4_1); c4_2 = Vector512.FusedMultiplyAdd(w, b2, c4_2);
                w = Vector512.Create(a[5]); c5_0 = Vector512.FusedMultiplyAdd(w, b0, c5_0);
                c5_1 = Vector512.FusedMultiplyAdd(w, b1, c5_1); c5_2 = Vector512.FusedMultiplyAdd(w, b2, c5_2);
                a += 6;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to); c1_0.Store(to + ldy); c2_0.Store(to + (2 * ldy)); c3_0.Store(to + (3 * ldy));
        c4_0.Store(to + (4 * ldy)); c5_0.Store(to + (5 * ldy));
        to = y + at[1].Y; c0_1.Store(to); c1_1.Store(to + ldy); c2_1.Store(to + (2 * ldy)); c3_1.Store(to + (3 * ldy));
        c4_1.Store(to + (4 * ldy)); c5_1.Store(to + (5 * ldy));
        to = y + at[2].Y; c0_2.Store(to); c1_2.Store(to + ldy); c2_2.Store(to + (2 * ldy)); c3_2.Store(to + (3 * ldy));
        c4_2.Store(to + (4 * ldy)); c5_2.Store(to + (5 * ldy));
    }

    /// <summary>4 output channels by 5 vectors of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4x5(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c0_1 = c0_0, c0_2 = c0_0, c0_3 = c0_0, c0_4 = c0_0, c1_0 = Vector512.Create(a[1]),
            c1_1 = c1_0, c1_2 = c1_0, c1_3 = c1_0, c1_4 = c1_0, c2_0 = Vector512.Create(a[2]), c2_1 = c2_0, c2_2 = c2_0,
            c2_3 = c2_0, c2_4 = c2_0, c3_0 = Vector512.Create(a[3]), c3_1 = c3_0, c3_2 = c3_0, c3_3 = c3_0, c3_4 = c3_0;
        float* x0 = x + at[0].X, x1 = x + at[1].X, x2 = x + at[2].X, x3 = x + at[3].X, x4 = x + at[4].X;
        a += 4;
        int* offset = f->Offset;
        float* masks = f->Masks;
        long each = f->Each, pitch = f->MaskPitch;
        for (int group = f->Groups; group > 0; group--, masks += pitch, offset += each)
        {
            Vec m0 = Vector512.Load(masks + at[0].Column), m1 = Vector512.Load(masks + at[1].Column),
                m2 = Vector512.Load(masks + at[2].Column), m3 = Vector512.Load(masks + at[3].Column),
                m4 = Vector512.Load(masks + at[4].Column);
            for (long q = 0; q < each; q++)
            {
                long p = offset[q];
                Vec b0 = Vector512.Load(x0 + p) & m0, b1 = Vector512.Load(x1 + p) & m1, b2 = Vector512.Load(x2 + p) & m2,
                    b3 = Vector512.Load(x3 + p) & m3, b4 = Vector512.Load(x4 + p) & m4;
                Vec w = Vector512.Create(a[0]); c0_0 = Vector512.FusedMultiplyAdd(w, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(w, b1, c0_1); c0_2 = Vector512.FusedMultiplyAdd(w, b2, c0_2);
                c0_3 = Vector512.FusedMultiplyAdd(w, b3, c0_3); c0_4 = Vector512.FusedMultiplyAdd(w, b4, c0_4);
                w = Vector512.Create(a[1]); c1_0 = Vector512.FusedMultiplyAdd(w, b0, c1_0);
                c1_1 = Vector512.FusedMultiplyAdd(w, b1, c1_1); c1_2 = Vector512.FusedMultiplyAdd(w, b2, c1_2);
                c1_3 = Vector512.FusedMultiplyAdd(w, b3, c1_3); c1_4 = Vector512.FusedMultiplyAdd(w, b4, c1_4);
                w = Vector512.Create(a[2]); c2_0 = Vector512.FusedMultiplyAdd(w, b0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(w, b1, c2_1); c2_2 = Vector512.FusedMultiplyAdd(w, b2, c2_2);
                c2_3 = Vector512.FusedMultiplyAdd(w, b3, c2_3); c2_4 = Vector512.FusedMultiplyAdd(w, b4, c2_4);
                w = Vector512.Create(a[3]); c3_0 = Vector512.FusedMultiplyAdd(w, b0, c3_0);
                c3_1 = Vector512.FusedMultiplyAdd(w, b1, c3_1); c3_2 = Vector512.FusedMultiplyAdd(w, b2, c3_2);
                c3_3 = Vector512.FusedMultiplyAdd(w, b3, c3_3); c3_4 = Vector512.FusedMultiplyAdd(w, b4, c3_4);
                a += 4;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to); c1_0.Store(to + ldy); c2_0.Store(to + (2 * ldy)); c3_0.Store(to + (3 * ldy));
        to = y + at[1].Y; c0_1.Store(to); c1_1.Store(to + ldy); c2_1.Store(to + (2 * ldy)); c3_1.Store(to + (3 * ldy));
        to = y + at[2].Y; c0_2.Store(to); c1_2.Store(to + ldy); c2_2.Store(to + (2 * ldy)); c3_2.Store(to + (3 * ldy));
        to = y + at[3].Y; c0_3.Store(to); c1_3.Store(to + ldy); c2_3.Store(to + (2 * ldy)); c3_3.Store(to + (3 * ldy));
        to = y + at[4].Y; c0_4.Store(to); c1_4.Store(to + ldy); c2_4.Store(to + (2 * ldy)); c3_4.Store(to + (3 * ldy));
    }

    /// <summary>3 output channels by 6 vectors of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows3x6(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c0_1 = c0_0, c0_2 = c0_0, c0_3 = c0_0, c0_4 = c0_0, c0_5 = c0_0,
            c1_0 = Vector512.Create(a[1]), c1_1 = c1_0, c1_2 = c1_0, c1_3 = c1_0, c1_4 = c1_0, c1_5 = c1_0,
            c2_0 = Vector512.Create(a[2]), c2_1 = c2_0, c2_2 = c2_0, c2_3 = c2_0, c2_4 = c2_0, c2_5 = c2_0;
        float* x0 = x + at[0].X, x1 = x + at[1].X, x2 = x + at[2].X, x3 = x + at[3].X, x4 = x + at[4].X, x5 = x + at[5].X;
        a += 3;
        int* offset = f->Offset;
        float* masks = f->Masks;
        long each = f->Each, pitch = f->MaskPitch;
        for (int group = f->Groups; group > 0; group--, masks += pitch, offset += each)
        {
            Vec m0 = Vector512.Load(masks + at[0].Column), m1 = Vector512.Load(masks + at[1].Column),
                m2 = Vector512.Load(masks + at[2].Column), m3 = Vector512.Load(masks + at[3].Column),
                m4 = Vector512.Load(masks + at[4].Column), m5 = Vector512.Load(masks + at[5].Column);
            for (long q = 0; q < each; q++)
            {
                long p = offset[q];
                Vec b0 = Vector512.Load(x0 + p) & m0, b1 = Vector512.Load(x1 + p) & m1, b2 = Vector512.Load(x2 + p) & m2,
                    b3 = Vector512.Load(x3 + p) & m3, b4 = Vector512.Load(x4 + p) & m4, b5 = Vector512.Load(x5 + p) & m5;
                Vec w = Vector512.Create(a[0]); c0_0 = Vector512.FusedMultiplyAdd(w, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(w, b1, c0_1); c0_2 = Vector512.FusedMultiplyAdd(w, b2, c0_2);
                c0_3 = Vector512.FusedMultiplyAdd(w, b3, c0_3); c0_4 = Vector512.FusedMultiplyAdd(w, b4, c0_4);
                c0_5 = Vector512.FusedMultiplyAdd(w, b5, c0_5); w = Vector512.Create(a[1]);
                c1_0 = Vector512.FusedMultiplyAdd(w, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(w, b1, c1_1);
                c1_2 = Vector512.FusedMultiplyAdd(w, b2, c1_2); c1_3 = Vector512.FusedMultiplyAdd(w, b3, c1_3);
                c1_4 = Vector512.FusedMultiplyAdd(w, b4, c1_4); c1_5 = Vector512.FusedMultiplyAdd(w, b5, c1_5);
                w = Vector512.Create(a[2]); c2_0 = Vector512.FusedMultiplyAdd(w, b0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(w, b1, c2_1); c2_2 = Vector512.FusedMultiplyAdd(w, b2, c2_2);
                c2_3 = Vector512.FusedMultiplyAdd(w, b3, c2_3); c2_4 = Vector512.FusedMultiplyAdd(w, b4, c2_4);
                c2_5 = Vector512.FusedMultiplyAdd(w, b5, c2_5);
                a += 3;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to); c1_0.Store(to + ldy); c2_0.Store(to + (2 * ldy));
        to = y + at[1].Y; c0_1.Store(to); c1_1.Store(to + ldy); c2_1.Store(to + (2 * ldy));
        to = y + at[2].Y; c0_2.Store(to); c1_2.Store(to + ldy); c2_2.Store(to + (2 * ldy));
        to = y + at[3].Y; c0_3.Store(to); c1_3.Store(to + ldy); c2_3.Store(to + (2 * ldy));
        to = y + at[4].Y; c0_4.Store(to); c1_4.Store(to + ldy); c2_4.Store(to + (2 * ldy));
        to = y + at[5].Y; c0_5.Store(to); c1_5.Store(to + ldy); c2_5.Store(to + (2 * ldy));
    }
}
