using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Register tiles of dot products of planes, few rows.</summary>
internal static unsafe partial class PlaneTiles
{
    /// <summary>4 output channels by 3 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4x3(in PlaneRun run, float* dy, float* x, int* column, float* sum, long* place)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c0_2 = Vec.Zero, c1_0 = Vec.Zero, c1_1 = Vec.Zero, c1_2 = Vec.Zero,
            c2_0 = Vec.Zero, c2_1 = Vec.Zero, c2_2 = Vec.Zero, c3_0 = Vec.Zero, c3_1 = Vec.Zero, c3_2 = Vec.Zero;
        long ldy = run.DyRow;
        long n = run.Flat;
        for (int image = 0; image < run.Images; image++, dy += run.DyImage, x += run.XImage)
        {
            float* x0 = x + column[0]; float* x1 = x + column[1]; float* x2 = x + column[2]; float* d1 = dy + ldy;
            float* d2 = dy + (2 * ldy); float* d3 = dy + (3 * ldy);
            for (long p = 0; p < n; p += 16)
            {
                Vec b0 = Vector512.Load(x0 + p); Vec b1 = Vector512.Load(x1 + p); Vec b2 = Vector512.Load(x2 + p);
                Vec d = Vector512.Load(dy + p); c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(d, b1, c0_1); c0_2 = Vector512.FusedMultiplyAdd(d, b2, c0_2);
                d = Vector512.Load(d1 + p); c1_0 = Vector512.FusedMultiplyAdd(d, b0, c1_0);
                c1_1 = Vector512.FusedMultiplyAdd(d, b1, c1_1); c1_2 = Vector512.FusedMultiplyAdd(d, b2, c1_2);
                d = Vector512.Load(d2 + p); c2_0 = Vector512.FusedMultiplyAdd(d, b0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(d, b1, c2_1); c2_2 = Vector512.FusedMultiplyAdd(d, b2, c2_2);
                d = Vector512.Load(d3 + p); c3_0 = Vector512.FusedMultiplyAdd(d, b0, c3_0);
                c3_1 = Vector512.FusedMultiplyAdd(d, b1, c3_1); c3_2 = Vector512.FusedMultiplyAdd(d, b2, c3_2);
            }
        }

        long lds = run.SumRow;
        float* to = sum + place[0];
        *to += Vector512.Sum(c0_0); to[lds] += Vector512.Sum(c1_0); to[2 * lds] += Vector512.Sum(c2_0);
        to[3 * lds] += Vector512.Sum(c3_0);
        to = sum + place[1];
        *to += Vector512.Sum(c0_1); to[lds] += Vector512.Sum(c1_1); to[2 * lds] += Vector512.Sum(c2_1);
        to[3 * lds] += Vector512.Sum(c3_1);
        to = sum + place[2];
        *to += Vector512.Sum(c0_2); to[lds] += Vector512.Sum(c1_2); to[2 * lds] += Vector512.Sum(c2_2);
        to[3 * lds] += Vector512.Sum(c3_2);
    }

    /// <summary>4 output channels by 2 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4x2(in PlaneRun run, float* dy, float* x, int* column, float* sum, long* place)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c1_0 = Vec.Zero, c1_1 = Vec.Zero, c2_0 = Vec.Zero, c2_1 = Vec.Zero,
            c3_0 = Vec.Zero, c3_1 = Vec.Zero;
        long ldy = run.DyRow;
        long n = run.Flat;
        for (int image = 0; image < run.Images; image++, dy += run.DyImage, x += run.XImage)
        {
            float* x0 = x + column[0]; float* x1 = x + column[1]; float* d1 = dy + ldy; float* d2 = dy + (2 * ldy);
            float* d3 = dy + (3 * ldy);
            for (long p = 0; p < n; p += 16)
            {
                Vec b0 = Vector512.Load(x0 + p); Vec b1 = Vector512.Load(x1 + p);
                Vec d = Vector512.Load(dy + p); c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(d, b1, c0_1);
                d = Vector512.Load(d1 + p); c1_0 = Vector512.FusedMultiplyAdd(d, b0, c1_0);
                c1_1 = Vector512.FusedMultiplyAdd(d, b1, c1_1);
                d = Vector512.Load(d2 + p); c2_0 = Vector512.FusedMultiplyAdd(d, b0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(d, b1, c2_1);
                d = Vector512.Load(d3 + p); c3_0 = Vector512.FusedMultiplyAdd(d, b0, c3_0);
                c3_1 = Vector512.FusedMultiplyAdd(d, b1, c3_1);
            }
        }

        long lds = run.SumRow;
        float* to = sum + place[0];
        *to += Vector512.Sum(c0_0); to[lds] += Vector512.Sum(c1_0); to[2 * lds] += Vector512.Sum(c2_0);
        to[3 * lds] += Vector512.Sum(c3_0);
        to = sum + place[1];
        *to += Vector512.Sum(c0_1); to[lds] += Vector512.Sum(c1_1); to[2 * lds] += Vector512.Sum(c2_1);
        to[3 * lds] += Vector512.Sum(c3_1);
    }

    /// <summary>4 output channels by 1 column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4x1(in PlaneRun run, float* dy, float* x, int* column, float* sum, long* place)
    {
        Vec c0_0 = Vec.Zero, c1_0 = Vec.Zero, c2_0 = Vec.Zero, c3_0 = Vec.Zero;
        long ldy = run.DyRow;
        long n = run.Flat;
        for (int image = 0; image < run.Images; image++, dy += run.DyImage, x += run.XImage)
        {
            float* x0 = x + column[0]; float* d1 = dy + ldy; float* d2 = dy + (2 * ldy); float* d3 = dy + (3 * ldy);
            for (long p = 0; p < n; p += 16)
            {
                Vec b0 = Vector512.Load(x0 + p);
                Vec d = Vector512.Load(dy + p); c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0);
                d = Vector512.Load(d1 + p); c1_0 = Vector512.FusedMultiplyAdd(d, b0, c1_0);
                d = Vector512.Load(d2 + p); c2_0 = Vector512.FusedMultiplyAdd(d, b0, c2_0);
                d = Vector512.Load(d3 + p); c3_0 = Vector512.FusedMultiplyAdd(d, b0, c3_0);
            }
        }

        long lds = run.SumRow;
        float* to = sum + place[0];
        *to += Vector512.Sum(c0_0); to[lds] += Vector512.Sum(c1_0); to[2 * lds] += Vector512.Sum(c2_0);
        to[3 * lds] += Vector512.Sum(c3_0);
    }

    /// <summary>2 output channels by 9 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows2x9(in PlaneRun run, float* dy, float* x, int* column, float* sum, long* place)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c0_2 = Vec.Zero, c0_3 = Vec.Zero, c0_4 = Vec.Zero, c0_5 = Vec.Zero,
            c0_6 = Vec.Zero, c0_7 = Vec.Zero, c0_8 = Vec.Zero, c1_0 = Vec.Zero, c1_1 = Vec.Zero, c1_2 = Vec.Zero,
            c1_3 = Vec.Zero, c1_4 = Vec.Zero, c1_5 = Vec.Zero, c1_6 = Vec.Zero, c1_7 = Vec.Zero, c1_8 = Vec.Zero;
        long ldy = run.DyRow;
        long n = run.Flat;
        for (int image = 0; image < run.Images; image++, dy += run.DyImage, x += run.XImage)
        {
            float* x0 = x + column[0]; float* x1 = x + column[1]; float* x2 = x + column[2]; float* x3 = x + column[3];
            float* x4 = x + column[4]; float* x5 = x + column[5]; float* x6 = x + column[6]; float* x7 = x + column[7];
            float* x8 = x + column[8]; float* d1 = dy + ldy;
            for (long p = 0; p < n; p += 16)
            {
                Vec b0 = Vector512.Load(x0 + p); Vec b1 = Vector512.Load(x1 + p); Vec b2 = Vector512.Load(x2 + p);
                Vec b3 = Vector512.Load(x3 + p); Vec b4 = Vector512.Load(x4 + p); Vec b5 = Vector512.Load(x5 + p);
                Vec b6 = Vector512.Load(x6 + p); Vec b7 = Vector512.Load(x7 + p); Vec b8 = Vector512.Load(x8 + p);
                Vec d = Vector512.Load(dy + p); c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(d, b1, c0_1); c0_2 = Vector512.FusedMultiplyAdd(d, b2, c0_2);
                c0_3 = Vector512.FusedMultiplyAdd(d, b3, c0_3); c0_4 = Vector512.FusedMultiplyAdd(d, b4, c0_4);
                c0_5 = Vector512.FusedMultiplyAdd(d, b5, c0_5); c0_6 = Vector512.FusedMultiplyAdd(d, b6, c0_6);
                c0_7 = Vector512.FusedMultiplyAdd(d, b7, c0_7); c0_8 = Vector512.FusedMultiplyAdd(d, b8, c0_8);
                d = Vector512.Load(d1 + p); c1_0 = Vector512.FusedMultiplyAdd(d, b0, c1_0);
                c1_1 = Vector512.FusedMultiplyAdd(d, b1, c1_1); c1_2 = Vector512.FusedMultiplyAdd(d, b2, c1_2);
                c1_3 = Vector512.FusedMultiplyAdd(d, b3, c1_3); c1_4 = Vector512.FusedMultiplyAdd(d, b4, c1_4);
                c1_5 = Vector512.FusedMultiplyAdd(d, b5, c1_5); c1_6 = Vector512.FusedMultiplyAdd(d, b6, c1_6);
                c1_7 = Vector512.FusedMultiplyAdd(d, b7, c1_7); c1_8 = Vector512.FusedMultiplyAdd(d, b8, c1_8);
            }
        }

        long lds = run.SumRow;
        float* to = sum + place[0];
        *to += Vector512.Sum(c0_0); to[lds] += Vector512.Sum(c1_0);
        to = sum + place[1];
        *to += Vector512.Sum(c0_1); to[lds] += Vector512.Sum(c1_1);
        to = sum + place[2];
        *to += Vector512.Sum(c0_2); to[lds] += Vector512.Sum(c1_2);
        to = sum + place[3];
        *to += Vector512.Sum(c0_3); to[lds] += Vector512.Sum(c1_3);
        to = sum + place[4];
        *to += Vector512.Sum(c0_4); to[lds] += Vector512.Sum(c1_4);
        to = sum + place[5];
        *to += Vector512.Sum(c0_5); to[lds] += Vector512.Sum(c1_5);
        to = sum + place[6];
        *to += Vector512.Sum(c0_6); to[lds] += Vector512.Sum(c1_6);
        to = sum + place[7];
        *to += Vector512.Sum(c0_7); to[lds] += Vector512.Sum(c1_7);
        to = sum + place[8];
        *to += Vector512.Sum(c0_8); to[lds] += Vector512.Sum(c1_8);
    }

    /// <summary>2 output channels by 3 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows2x3(in PlaneRun run, float* dy, float* x, int* column, float* sum, long* place)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c0_2 = Vec.Zero, c1_0 = Vec.Zero, c1_1 = Vec.Zero, c1_2 = Vec.Zero;
        long ldy = run.DyRow;
        long n = run.Flat;
        for (int image = 0; image < run.Images; image++, dy += run.DyImage, x += run.XImage)
        {
            float* x0 = x + column[0]; float* x1 = x + column[1]; float* x2 = x + column[2]; float* d1 = dy + ldy;
            for (long p = 0; p < n; p += 16)
            {
                Vec b0 = Vector512.Load(x0 + p); Vec b1 = Vector512.Load(x1 + p); Vec b2 = Vector512.Load(x2 + p);
                Vec d = Vector512.Load(dy + p); c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(d, b1, c0_1); c0_2 = Vector512.FusedMultiplyAdd(d, b2, c0_2);
                d = Vector512.Load(d1 + p); c1_0 = Vector512.FusedMultiplyAdd(d, b0, c1_0);
                c1_1 = Vector512.FusedMultiplyAdd(d, b1, c1_1); c1_2 = Vector512.FusedMultiplyAdd(d, b2, c1_2);
            }
        }

        long lds = run.SumRow;
        float* to = sum + place[0];
        *to += Vector512.Sum(c0_0); to[lds] += Vector512.Sum(c1_0);
        to = sum + place[1];
        *to += Vector512.Sum(c0_1); to[lds] += Vector512.Sum(c1_1);
        to = sum + place[2];
        *to += Vector512.Sum(c0_2); to[lds] += Vector512.Sum(c1_2);
    }

    /// <summary>2 output channels by 1 column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows2x1(in PlaneRun run, float* dy, float* x, int* column, float* sum, long* place)
    {
        Vec c0_0 = Vec.Zero, c1_0 = Vec.Zero;
        long ldy = run.DyRow;
        long n = run.Flat;
        for (int image = 0; image < run.Images; image++, dy += run.DyImage, x += run.XImage)
        {
            float* x0 = x + column[0]; float* d1 = dy + ldy;
            for (long p = 0; p < n; p += 16)
            {
                Vec b0 = Vector512.Load(x0 + p);
                Vec d = Vector512.Load(dy + p); c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0);
                d = Vector512.Load(d1 + p); c1_0 = Vector512.FusedMultiplyAdd(d, b0, c1_0);
            }
        }

        long lds = run.SumRow;
        float* to = sum + place[0];
        *to += Vector512.Sum(c0_0); to[lds] += Vector512.Sum(c1_0);
    }

    /// <summary>1 output channel by 9 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows1x9(in PlaneRun run, float* dy, float* x, int* column, float* sum, long* place)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c0_2 = Vec.Zero, c0_3 = Vec.Zero, c0_4 = Vec.Zero, c0_5 = Vec.Zero,
            c0_6 = Vec.Zero, c0_7 = Vec.Zero, c0_8 = Vec.Zero;
        long n = run.Flat;
        for (int image = 0; image < run.Images; image++, dy += run.DyImage, x += run.XImage)
        {
            float* x0 = x + column[0]; float* x1 = x + column[1]; float* x2 = x + column[2]; float* x3 = x + column[3];
            float* x4 = x + column[4]; float* x5 = x + column[5]; float* x6 = x + column[6]; float* x7 = x + column[7];
            float* x8 = x + column[8];
            for (long p = 0; p < n; p += 16)
            {
                Vec d = Vector512.Load(dy + p); c0_0 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x0 + p), c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x1 + p), c0_1);
                c0_2 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x2 + p), c0_2);
                c0_3 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x3 + p), c0_3);
                c0_4 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x4 + p), c0_4);
                c0_5 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x5 + p), c0_5);
                c0_6 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x6 + p), c0_6);
                c0_7 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x7 + p), c0_7);
                c0_8 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x8 + p), c0_8);
            }
        }

        sum[place[0]] += Vector512.Sum(c0_0);
        sum[place[1]] += Vector512.Sum(c0_1);
        sum[place[2]] += Vector512.Sum(c0_2);
        sum[place[3]] += Vector512.Sum(c0_3);
        sum[place[4]] += Vector512.Sum(c0_4);
        sum[place[5]] += Vector512.Sum(c0_5);
        sum[place[6]] += Vector512.Sum(c0_6);
        sum[place[7]] += Vector512.Sum(c0_7);
        sum[place[8]] += Vector512.Sum(c0_8);
    }

    /// <summary>1 output channel by 3 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows1x3(in PlaneRun run, float* dy, float* x, int* column, float* sum, long* place)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c0_2 = Vec.Zero;
        long n = run.Flat;
        for (int image = 0; image < run.Images; image++, dy += run.DyImage, x += run.XImage)
        {
            float* x0 = x + column[0]; float* x1 = x + column[1]; float* x2 = x + column[2];
            for (long p = 0; p < n; p += 16)
            {
                Vec d = Vector512.Load(dy + p); c0_0 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x0 + p), c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x1 + p), c0_1);
                c0_2 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x2 + p), c0_2);
            }
        }

        sum[place[0]] += Vector512.Sum(c0_0);
        sum[place[1]] += Vector512.Sum(c0_1);
        sum[place[2]] += Vector512.Sum(c0_2);
    }

    /// <summary>1 output channel by 1 column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows1x1(in PlaneRun run, float* dy, float* x, int* column, float* sum, long* place)
    {
        Vec c0_0 = Vec.Zero;
        long n = run.Flat;
        for (int image = 0; image < run.Images; image++, dy += run.DyImage, x += run.XImage)
        {
            float* x0 = x + column[0];
            for (long p = 0; p < n; p += 16)
            {
                Vec d = Vector512.Load(dy + p); c0_0 = Vector512.FusedMultiplyAdd(d, Vector512.Load(x0 + p), c0_0);
            }
        }

        sum[place[0]] += Vector512.Sum(c0_0);
    }
}
