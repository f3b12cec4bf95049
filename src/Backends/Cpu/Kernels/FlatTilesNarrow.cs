using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

internal static unsafe partial class FlatTiles
{
    /// <summary>8 output channels by 2 vectors of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows8x2(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c0_1 = c0_0, c1_0 = Vector512.Create(a[1]), c1_1 = c1_0,
            c2_0 = Vector512.Create(a[2]), c2_1 = c2_0, c3_0 = Vector512.Create(a[3]), c3_1 = c3_0, c4_0 = Vector512.Create(a[4]),
            c4_1 = c4_0, c5_0 = Vector512.Create(a[5]), c5_1 = c5_0, c6_0 = Vector512.Create(a[6]), c6_1 = c6_0,
            c7_0 = Vector512.Create(a[7]), c7_1 = c7_0;
        float* x0 = x + at[0].X, x1 = x + at[1].X;
        a += 8;
        int* offset = f->Offset;
        float* masks = f->Masks;
        long each = f->Each, pitch = f->MaskPitch;
        for (int group = f->Groups; group > 0; group--, masks += pitch, offset += each)
        {
            Vec m0 = Vector512.Load(masks + at[0].Column), m1 = Vector512.Load(masks + at[1].Column);
            for (long q = 0; q < each; q++)
            {
                long p = offset[q];
                Vec b0 = Vector512.Load(x0 + p) & m0, b1 = Vector512.Load(x1 + p) & m1;
                Vec w = Vector512.Create(a[0]); c0_0 = Vector512.FusedMultiplyAdd(w, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(w, b1, c0_1); w = Vector512.Create(a[1]);
                c1_0 = Vector512.FusedMultiplyAdd(w, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(w, b1, c1_1);
                w = Vector512.Create(a[2]); c2_0 = Vector512.FusedMultiplyAdd(w, b0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(w, b1, c2_1); w = Vector512.Create(a[3]);
                c3_0 = Vector512.FusedMultiplyAdd(w, b0, c3_0); c3_1 = Vector512.FusedMultiplyAdd(w, b1, c3_1);
                w = Vector512.Create(a[4]); c4_0 = Vector512.FusedMultiplyAdd(w, b0, c4_0);
                c4_1 = Vector512.FusedMultiplyAdd(w, b1, c4_1); w = Vector512.Create(a[5]);
                c5_0 = Vector512.FusedMultiplyAdd(w, b0, c5_0); c5_1 = Vector512.FusedMultiplyAdd(w, b1, c5_1);
                w = Vector512.Create(a[6]); c6_0 = Vector512.FusedMultiplyAdd(w, b0, c6_0);
                c6_1 = Vector512.FusedMultiplyAdd(w, b1, c6_1); w = Vector512.Create(a[7]);
                c7_0 = Vector512.FusedMultiplyAdd(w, b0, c7_0); c7_1 = Vector512.FusedMultiplyAdd(w, b1, c7_1);
                a += 8;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to); c1_0.Store(to + ldy); c2_0.Store(to + (2 * ldy)); c3_0.Store(to + (3 * ldy));
        c4_0.Store(to + (4 * ldy)); c5_0.Store(to + (5 * ldy)); c6_0.Store(to + (6 * ldy)); c7_0.Store(to + (7 * ldy));
        to = y + at[1].Y; c0_1.Store(to); c1_1.Store(to + ldy); c2_1.Store(to + (2 * ldy)); c3_1.Store(to + (3 * ldy));
        c4_1.Store(to + (4 * ldy)); c5_1.Store(to + (5 * ldy)); c6_1.Store(to + (6 * ldy)); c7_1.Store(to + (7 * ldy));
    }

    /// <summary>8 output channels by 1 vector of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows8x1(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c1_0 = Vector512.Create(a[1]), c2_0 = Vector512.Create(a[2]),
            c3_0 = Vector512.Create(a[3]), c4_0 = Vector512.Create(a[4]), c5_0 = Vector512.Create(a[5]),
            c6_0 = Vector512.Create(a[6]), c7_0 = Vector512.Create(a[7]);
        float* x0 = x + at[0].X;
        a += 8;
        int* offset = f->Offset;
        float* masks = f->Masks;
        long each = f->Each, pitch = f->MaskPitch;
        for (int group = f->Groups; group > 0; group--, masks += pitch, offset += each)
        {
            Vec m0 = Vector512.Load(masks + at[0].Column);
            for (long q = 0; q < each; q++)
            {
                long p = offset[q];
                Vec b0 = Vector512.Load(x0 + p) & m0;
                Vec w = Vector512.Create(a[0]); c0_0 = Vector512.FusedMultiplyAdd(w, b0, c0_0); w = Vector512.Create(a[1]);
                c1_0 = Vector512.FusedMultiplyAdd(w, b0, c1_0); w = Vector512.Create(a[2]);
                c2_0 = Vector512.FusedMultiplyAdd(w, b0, c2_0); w = Vector512.Create(a[3]);
                c3_0 = Vector512.FusedMultiplyAdd(w, b0, c3_0); w = Vector512.Create(a[4]);
                c4_0 = Vector512.FusedMultiplyAdd(w, b0, c4_0); w = Vector512.Create(a[5]);
                c5_0 = Vector512.FusedMultiplyAdd(w, b0, c5_0); w = Vector512.Create(a[6]);
                c6_0 = Vector512.FusedMultiplyAdd(w, b0, c6_0); w = Vector512.Create(a[7]);
                c7_0 = Vector512.FusedMultiplyAdd(w, b0, c7_0);
                a += 8;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to); c1_0.Store(to + ldy); c2_0.Store(to + (2 * ldy)); c3_0.Store(to + (3 * ldy));
        c4_0.Store(to + (4 * ldy)); c5_0.Store(to + (5 * ldy)); c6_0.Store(to + (6 * ldy)); c7_0.Store(to + (7 * ldy));
    }

    /// <summary>6 output channels by 2 vectors of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows6x2(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c0_1 = c0_0, c1_0 = Vector512.Create(a[1]), c1_1 = c1_0,
            c2_0 = Vector512.Create(a[2]), c2_1 = c2_0, c3_0 = Vector512.Create(a[3]), c3_1 = c3_0, c4_0 = Vector512.Create(a[4]),
            c4_1 = c4_0, c5_0 = Vector512.Create(a[5]), c5_1 = c5_0;
        float* x0 = x + at[0].X, x1 = x + at[1].X;
        a += 6;
        int* offset = f->Offset;
        float* masks = f->Masks;
        long each = f->Each, pitch = f->MaskPitch;
        for (int group = f->Groups; group > 0; group--, masks += pitch, offset += each)
        {
            Vec m0 = Vector512.Load(masks + at[0].Column), m1 = Vector512.Load(masks + at[1].Column);
            for (long q = 0; q < each; q++)
            {
                long p = offset[q];
                Vec b0 = Vector512.Load(x0 + p) & m0, b1 = Vector512.Load(x1 + p) & m1;
                Vec w = Vector512.Create(a[0]); c0_0 = Vector512.FusedMultiplyAdd(w, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(w, b1, c0_1); w = Vector512.Create(a[1]);
                c1_0 = Vector512.FusedMultiplyAdd(w, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(w, b1, c1_1);
                w = Vector512.Create(a[2]); c2_0 = Vector512.FusedMultiplyAdd(w, b0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(w, b1, c2_1); w = Vector512.Create(a[3]);
                c3_0 = Vector512.FusedMultiplyAdd(w, b0, c3_0); c3_1 = Vector512.FusedMultiplyAdd(w, b1, c3_1);
                w = Vector512.Create(a[4]); c4_0 = Vector512.FusedMultiplyAdd(w, b0, c4_0);
                c4_1 = Vector512.FusedMultiplyAdd(w, b1, c4_1); w = Vector512.Create(a[5]);
                c5_0 = Vector512.FusedMultiplyAdd(w, b0, c5_0); c5_1 = Vector512.FusedMultiplyAdd(w, b1, c5_1);
                a += 6;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to); c1_0.Store(to + ldy); c2_0.Store(to + (2 * ldy)); c3_0.Store(to + (3 * ldy));
        c4_0.Store(to + (4 * ldy)); c5_0.Store(to + (5 * ldy));
        to = y + at[1].Y; c0_1.Store(to); c1_1.Store(to + ldy); c2_1.Store(to + (2 * ldy)); c3_1.Store(to + (3 * ldy));
        c4_1.Store(to + (4 * ldy)); c5_1.Store(to + (5 * ldy));
    }

    /// <summary>6 output channels by 1 vector of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows6x1(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c1_0 = Vector512.Create(a[1]), c2_0 = Vector512.Create(a[2]),
            c3_0 = Vector512.Create(a[3]), c4_0 = Vector512.Create(a[4]), c5_0 = Vector512.Create(a[5]);
        float* x0 = x + at[0].X;
        a += 6;
        int* offset = f->Offset;
        float* masks = f->Masks;
        long each = f->Each, pitch = f->MaskPitch;
        for (int group = f->Groups; group > 0; group--, masks += pitch, offset += each)
        {
            Vec m0 = Vector512.Load(masks + at[0].Column);
            for (long q = 0; q < each; q++)
            {
                long p = offset[q];
                Vec b0 = Vector512.Load(x0 + p) & m0;
                Vec w = Vector512.Create(a[0]); c0_0 = Vector512.FusedMultiplyAdd(w, b0, c0_0); w = Vector512.Create(a[1]);
                c1_0 = Vector512.FusedMultiplyAdd(w, b0, c1_0); w = Vector512.Create(a[2]);
                c2_0 = Vector512.FusedMultiplyAdd(w, b0, c2_0); w = Vector512.Create(a[3]);
                c3_0 = Vector512.FusedMultiplyAdd(w, b0, c3_0); w = Vector512.Create(a[4]);
                c4_0 = Vector512.FusedMultiplyAdd(w, b0, c4_0); w = Vector512.Create(a[5]);
                c5_0 = Vector512.FusedMultiplyAdd(w, b0, c5_0);
                a += 6;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to); c1_0.Store(to + ldy); c2_0.Store(to + (2 * ldy)); c3_0.Store(to + (3 * ldy));
        c4_0.Store(to + (4 * ldy)); c5_0.Store(to + (5 * ldy));
    }

    /// <summary>4 output channels by 2 vectors of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4x2(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c0_1 = c0_0, c1_0 = Vector512.Create(a[1]), c1_1 = c1_0,
            c2_0 = Vector512.Create(a[2]), c2_1 = c2_0, c3_0 = Vector512.Create(a[3]), c3_1 = c3_0;
        float* x0 = x + at[0].X, x1 = x + at[1].X;
        a += 4;
        int* offset = f->Offset;
        float* masks = f->Masks;
        long each = f->Each, pitch = f->MaskPitch;
        for (int group = f->Groups; group > 0; group--, masks += pitch, offset += each)
        {
            Vec m0 = Vector512.Load(masks + at[0].Column), m1 = Vector512.Load(masks + at[1].Column);
            for (long q = 0; q < each; q++)
            {
                long p = offset[q];
                Vec b0 = Vector512.Load(x0 + p) & m0, b1 = Vector512.Load(x1 + p) & m1;
                Vec w = Vector512.Create(a[0]); c0_0 = Vector512.FusedMultiplyAdd(w, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(w, b1, c0_1); w = Vector512.Create(a[1]);
                c1_0 = Vector512.FusedMultiplyAdd(w, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(w, b1, c1_1);
                w = Vector512.Create(a[2]); c2_0 = Vector512.FusedMultiplyAdd(w, b0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(w, b1, c2_1); w = Vector512.Create(a[3]);
                c3_0 = Vector512.FusedMultiplyAdd(w, b0, c3_0); c3_1 = Vector512.FusedMultiplyAdd(w, b1, c3_1);
                a += 4;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to); c1_0.Store(to + ldy); c2_0.Store(to + (2 * ldy)); c3_0.Store(to + (3 * ldy));
        to = y + at[1].Y; c0_1.Store(to); c1_1.Store(to + ldy); c2_1.Store(to + (2 * ldy)); c3_1.Store(to + (3 * ldy));
    }

    /// <summary>4 output channels by 1 vector of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4x1(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c1_0 = Vector512.Create(a[1]), c2_0 = Vector512.Create(a[2]),
            c3_0 = Vector512.Create(a[3]);
        float* x0 = x + at[0].X;
        a += 4;
        int* offset = f->Offset;
        float* masks = f->Masks;
        long each = f->Each, pitch = f->MaskPitch;
        for (int group = f->Groups; group > 0; group--, masks += pitch, offset += each)
        {
            Vec m0 = Vector512.Load(masks + at[0].Column);
            for (long q = 0; q < each; q++)
            {
                long p = offset[q];
                Vec b0 = Vector512.Load(x0 + p) & m0;
                Vec w = Vector512.Create(a[0]); c0_0 = Vector512.FusedMultiplyAdd(w, b0, c0_0); w = Vector512.Create(a[1]);
                c1_0 = Vector512.FusedMultiplyAdd(w, b0, c1_0); w = Vector512.Create(a[2]);
                c2_0 = Vector512.FusedMultiplyAdd(w, b0, c2_0); w = Vector512.Create(a[3]);
                c3_0 = Vector512.FusedMultiplyAdd(w, b0, c3_0);
                a += 4;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to); c1_0.Store(to + ldy); c2_0.Store(to + (2 * ldy)); c3_0.Store(to + (3 * ldy));
    }

    /// <summary>3 output channels by 2 vectors of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows3x2(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c0_1 = c0_0, c1_0 = Vector512.Create(a[1]), c1_1 = c1_0,
            c2_0 = Vector512.Create(a[2]), c2_1 = c2_0;
        float* x0 = x + at[0].X, x1 = x + at[1].X;
        a += 3;
        int* offset = f->Offset;
        float* masks = f->Masks;
        long each = f->Each, pitch = f->MaskPitch;
        for (int group = f->Groups; group > 0; group--, masks += pitch, offset += each)
        {
            Vec m0 = Vector512.Load(masks + at[0].Column), m1 = Vector512.Load(masks + at[1].Column);
            for (long q = 0; q < each; q++)
            {
                long p = offset[q];
                Vec b0 = Vector512.Load(x0 + p) & m0, b1 = Vector512.Load(x1 + p) & m1;
                Vec w = Vector512.Create(a[0]); c0_0 = Vector512.FusedMultiplyAdd(w, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(w, b1, c0_1); w = Vector512.Create(a[1]);
                c1_0 = Vector512.FusedMultiplyAdd(w, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(w, b1, c1_1);
                w = Vector512.Create(a[2]); c2_0 = Vector512.FusedMultiplyAdd(w, b0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(w, b1, c2_1);
                a += 3;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to); c1_0.Store(to + ldy); c2_0.Store(to + (2 * ldy));
        to = y + at[1].Y; c0_1.Store(to); c1_1.Store(to + ldy); c2_1.Store(to + (2 * ldy));
    }

    /// <summary>3 output channels by 1 vector of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows3x1(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c1_0 = Vector512.Create(a[1]), c2_0 = Vector512.Create(a[2]);
        float* x0 = x + at[0].X;
        a += 3;
        int* offset = f->Offset;
        float* masks = f->Masks;
        long each = f->Each, pitch = f->MaskPitch;
        for (int group = f->Groups; group > 0; group--, masks += pitch, offset += each)
        {
            Vec m0 = Vector512.Load(masks + at[0].Column);
            for (long q = 0; q < each; q++)
            {
                long p = offset[q];
                Vec b0 = Vector512.Load(x0 + p) & m0;
                Vec w = Vector512.Create(a[0]); c0_0 = Vector512.FusedMultiplyAdd(w, b0, c0_0); w = Vector512.Create(a[1]);
                c1_0 = Vector512.FusedMultiplyAdd(w, b0, c1_0); w = Vector512.Create(a[2]);
                c2_0 = Vector512.FusedMultiplyAdd(w, b0, c2_0);
                a += 3;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to); c1_0.Store(to + ldy); c2_0.Store(to + (2 * ldy));
    }
}
