using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

internal static unsafe partial class FlatTiles
{
    /// <summary>2 output channels by 6 vectors of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows2x6(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c0_1 = c0_0, c0_2 = c0_0, c0_3 = c0_0, c0_4 = c0_0, c0_5 = c0_0,
            c1_0 = Vector512.Create(a[1]), c1_1 = c1_0, c1_2 = c1_0, c1_3 = c1_0, c1_4 = c1_0, c1_5 = c1_0;
        float* x0 = x + at[0].X, x1 = x + at[1].X, x2 = x + at[2].X, x3 = x + at[3].X, x4 = x + at[4].X, x5 = x + at[5].X;
        a += 2;
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
                a += 2;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to); c1_0.Store(to + ldy);
        to = y + at[1].Y; c0_1.Store(to); c1_1.Store(to + ldy);
        to = y + at[2].Y; c0_2.Store(to); c1_2.Store(to + ldy);
        to = y + at[3].Y; c0_3.Store(to); c1_3.Store(to + ldy);
        to = y + at[4].Y; c0_4.Store(to); c1_4.Store(to + ldy);
        to = y + at[5].Y; c0_5.Store(to); c1_5.Store(to + ldy);
    }

    /// <summary>2 output channels by 2 vectors of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows2x2(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c0_1 = c0_0, c1_0 = Vector512.Create(a[1]), c1_1 = c1_0;
        float* x0 = x + at[0].X, x1 = x + at[1].X;
        a += 2;
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
                a += 2;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to); c1_0.Store(to + ldy);
        to = y + at[1].Y; c0_1.Store(to); c1_1.Store(to + ldy);
    }

    /// <summary>2 output channels by 1 vector of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows2x1(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c1_0 = Vector512.Create(a[1]);
        float* x0 = x + at[0].X;
        a += 2;
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
                c1_0 = Vector512.FusedMultiplyAdd(w, b0, c1_0);
                a += 2;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to); c1_0.Store(to + ldy);
    }

    /// <summary>1 output channel by 6 vectors of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows1x6(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c0_1 = c0_0, c0_2 = c0_0, c0_3 = c0_0, c0_4 = c0_0, c0_5 = c0_0;
        float* x0 = x + at[0].X, x1 = x + at[1].X, x2 = x + at[2].X, x3 = x + at[3].X, x4 = x + at[4].X, x5 = x + at[5].X;
        a++;
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
                c0_5 = Vector512.FusedMultiplyAdd(w, b5, c0_5);
                a++;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to);
        to = y + at[1].Y; c0_1.Store(to);
        to = y + at[2].Y; c0_2.Store(to);
        to = y + at[3].Y; c0_3.Store(to);
        to = y + at[4].Y; c0_4.Store(to);
        to = y + at[5].Y; c0_5.Store(to);
    }

    /// <summary>1 output channel by 2 vectors of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows1x2(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]), c0_1 = c0_0;
        float* x0 = x + at[0].X, x1 = x + at[1].X;
        a++;
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
                c0_1 = Vector512.FusedMultiplyAdd(w, b1, c0_1);
                a++;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to);
        to = y + at[1].Y; c0_1.Store(to);
    }

    /// <summary>1 output channel by 1 vector of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows1x1(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        Vec c0_0 = Vector512.Create(a[0]);
        float* x0 = x + at[0].X;
        a++;
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
                Vec w = Vector512.Create(a[0]); c0_0 = Vector512.FusedMultiplyAdd(w, b0, c0_0);
                a++;
            }
        }

        float* to = y + at[0].Y; c0_0.Store(to);
    }
}
