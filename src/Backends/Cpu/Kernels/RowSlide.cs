using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Three lines of three taps over a plane of short rows: each row is permuted once and added to three output rows.</summary>
internal static unsafe class RowSlide
{
    /// <summary>Three lines of unit steps down a plane.</summary>
    public static bool Fits(ConvSpec s) => s.Rank == 2 && s.Kernel[0] == 3 && s.Kernel[1] == 3
        && s.Stride[0] == 1 && s.Dilation[0] == 1 && s.Base[0] == 1;

    /// <summary>Output rows of at most sixteen pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Once(in RowTaps row, int* lanes, float* x, long step, int height, int lo, int rows, float* w, float* y)
    {
        Vector512<int> i0 = Vector512.Load(lanes), i1 = Vector512.Load(lanes + 32), i2 = Vector512.Load(lanes + 64);
        Vec mask = Vector512.Load(lanes + 96).AsSingle(), done, next = Vec.Zero, last = Vec.Zero;
        Vec w0 = Vector512.Create(w[0]), w1 = Vector512.Create(w[1]), w2 = Vector512.Create(w[2]), w3 = Vector512.Create(w[3]);
        Vec w4 = Vector512.Create(w[4]), w5 = Vector512.Create(w[5]), w6 = Vector512.Create(w[6]), w7 = Vector512.Create(w[7]);
        Vec w8 = Vector512.Create(w[8]);
        float* edge = stackalloc float[16];
        int high = row.High, width = row.Pixels, left = rows * width;
        for (int line = -lo, r = -2; r < rows; line++, r++)
        {
            (done, next, last) = (next, last, Vec.Zero);
            if (line >= 0 && line < height)
            {
                float* p = x + (line * step);
                Vec a = Vector512.Load(p), b = Vector512.Load(p + high) & mask, t = Avx512F.PermuteVar16x32x2(a, i0, b);
                done = Vector512.FusedMultiplyAdd(t, w6, done);
                next = Vector512.FusedMultiplyAdd(t, w3, next);
                last = t * w0;
                t = Avx512F.PermuteVar16x32x2(a, i1, b);
                done = Vector512.FusedMultiplyAdd(t, w7, done);
                next = Vector512.FusedMultiplyAdd(t, w4, next);
                last = Vector512.FusedMultiplyAdd(t, w1, last);
                t = Avx512F.PermuteVar16x32x2(a, i2, b);
                done = Vector512.FusedMultiplyAdd(t, w8, done);
                next = Vector512.FusedMultiplyAdd(t, w5, next);
                last = Vector512.FusedMultiplyAdd(t, w2, last);
            }

            if (r < 0) continue;

            // A short row is stored whole where rows written later cover what it spills.
            done.Store(left >= 16 ? y : edge);
            if (left < 16) Packing.Copy(edge, y, width);
            y += width;
            left -= width;
        }
    }

    /// <summary>Output rows of more than sixteen pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Twice(in RowTaps row, int* lanes, float* x, long step, int height, int lo, int rows, float* w, float* y)
    {
        Vector512<int> i0 = Vector512.Load(lanes), i1 = Vector512.Load(lanes + 32), i2 = Vector512.Load(lanes + 64);
        Vector512<int> j0 = Vector512.Load(lanes + 16), j1 = Vector512.Load(lanes + 48), j2 = Vector512.Load(lanes + 80);
        Vec mask = Vector512.Load(lanes + 96).AsSingle(), done, next = Vec.Zero, last = Vec.Zero;
        Vec ready, soon = Vec.Zero, late = Vec.Zero;
        Vec w0 = Vector512.Create(w[0]), w1 = Vector512.Create(w[1]), w2 = Vector512.Create(w[2]), w3 = Vector512.Create(w[3]);
        Vec w4 = Vector512.Create(w[4]), w5 = Vector512.Create(w[5]), w6 = Vector512.Create(w[6]), w7 = Vector512.Create(w[7]);
        Vec w8 = Vector512.Create(w[8]);
        int high = row.High, width = row.Pixels;
        for (int line = -lo, r = -2; r < rows; line++, r++)
        {
            (done, next, last) = (next, last, Vec.Zero);
            (ready, soon, late) = (soon, late, Vec.Zero);
            if (line >= 0 && line < height)
            {
                float* p = x + (line * step);
                Vec a = Vector512.Load(p), b = Vector512.Load(p + high) & mask, t = Avx512F.PermuteVar16x32x2(a, i0, b);
                Vec u = Avx512F.PermuteVar16x32x2(a, j0, b);
                done = Vector512.FusedMultiplyAdd(t, w6, done);
                ready = Vector512.FusedMultiplyAdd(u, w6, ready);
                next = Vector512.FusedMultiplyAdd(t, w3, next);
                soon = Vector512.FusedMultiplyAdd(u, w3, soon);
                last = t * w0;
                late = u * w0;
                t = Avx512F.PermuteVar16x32x2(a, i1, b);
                u = Avx512F.PermuteVar16x32x2(a, j1, b);
                done = Vector512.FusedMultiplyAdd(t, w7, done);
                ready = Vector512.FusedMultiplyAdd(u, w7, ready);
                next = Vector512.FusedMultiplyAdd(t, w4, next);
                soon = Vector512.FusedMultiplyAdd(u, w4, soon);
                last = Vector512.FusedMultiplyAdd(t, w1, last);
                late = Vector512.FusedMultiplyAdd(u, w1, late);
                t = Avx512F.PermuteVar16x32x2(a, i2, b);
                u = Avx512F.PermuteVar16x32x2(a, j2, b);
                done = Vector512.FusedMultiplyAdd(t, w8, done);
                ready = Vector512.FusedMultiplyAdd(u, w8, ready);
                next = Vector512.FusedMultiplyAdd(t, w5, next);
                soon = Vector512.FusedMultiplyAdd(u, w5, soon);
                last = Vector512.FusedMultiplyAdd(t, w2, last);
                late = Vector512.FusedMultiplyAdd(u, w2, late);
            }

            if (r < 0) continue;
            done.Store(y);
            ready.Store(y + width - 16);
            y += width;
        }
    }
}
