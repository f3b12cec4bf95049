using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Register tiles of dot products of planes, four rows.</summary>
internal static unsafe partial class PlaneTiles
{
    /// <summary>4 output channels by 5 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4x5(in PlaneRun run, float* dy, float* x, int* column, float* sum, long* place)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c0_2 = Vec.Zero, c0_3 = Vec.Zero, c0_4 = Vec.Zero, c1_0 = Vec.Zero,
            c1_1 = Vec.Zero, c1_2 = Vec.Zero, c1_3 = Vec.Zero, c1_4 = Vec.Zero, c2_0 = Vec.Zero, c2_1 = Vec.Zero,
            c2_2 = Vec.Zero, c2_3 = Vec.Zero, c2_4 = Vec.Zero, c3_0 = Vec.Zero, c3_1 = Vec.Zero, c3_2 = Vec.Zero,
            c3_3 = Vec.Zero, c3_4 = Vec.Zero;
        long ldy = run.DyRow;
        long n = run.Flat;
        for (int image = 0; image < run.Images; image++, dy += run.DyImage, x += run.XImage)
        {
            float* x0 = x + column[0]; float* x1 = x + column[1]; float* x2 = x + column[2]; float* x3 = x + column[3];
            float* x4 = x + column[4]; float* d1 = dy + ldy; float* d2 = dy + (2 * ldy); float* d3 = dy + (3 * ldy);
            for (long p = 0; p < n; p += 16)
            {
                Vec b0 = Vector512.Load(x0 + p); Vec b1 = Vector512.Load(x1 + p); Vec b2 = Vector512.Load(x2 + p);
                Vec b3 = Vector512.Load(x3 + p); Vec b4 = Vector512.Load(x4 + p);
                Vec d = Vector512.Load(dy + p); c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(d, b1, c0_1); c0_2 = Vector512.FusedMultiplyAdd(d, b2, c0_2);
                c0_3 = Vector512.FusedMultiplyAdd(d, b3, c0_3); c0_4 = Vector512.FusedMultiplyAdd(d, b4, c0_4);
                d = Vector512.Load(d1 + p); c1_0 = Vector512.FusedMultiplyAdd(d, b0, c1_0);
                c1_1 = Vector512.FusedMultiplyAdd(d, b1, c1_1); c1_2 = Vector512.FusedMultiplyAdd(d, b2, c1_2);
                c1_3 = Vector512.FusedMultiplyAdd(d, b3, c1_3); c1_4 = Vector512.FusedMultiplyAdd(d, b4, c1_4);
                d = Vector512.Load(d2 + p); c2_0 = Vector512.FusedMultiplyAdd(d, b0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(d, b1, c2_1); c2_2 = Vector512.FusedMultiplyAdd(d, b2, c2_2);
                c2_3 = Vector512.FusedMultiplyAdd(d, b3, c2_3); c2_4 = Vector512.FusedMultiplyAdd(d, b4, c2_4);
                d = Vector512.Load(d3 + p); c3_0 = Vector512.FusedMultiplyAdd(d, b0, c3_0);
                c3_1 = Vector512.FusedMultiplyAdd(d, b1, c3_1); c3_2 = Vector512.FusedMultiplyAdd(d, b2, c3_2);
                c3_3 = Vector512.FusedMultiplyAdd(d, b3, c3_3); c3_4 = Vector512.FusedMultiplyAdd(d, b4, c3_4);
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
        to = sum + place[3];
        *to += Vector512.Sum(c0_3); to[lds] += Vector512.Sum(c1_3); to[2 * lds] += Vector512.Sum(c2_3);
        to[3 * lds] += Vector512.Sum(c3_3);
        to = sum + place[4];
        *to += Vector512.Sum(c0_4); to[lds] += Vector512.Sum(c1_4); to[2 * lds] += Vector512.Sum(c2_4);
        to[3 * lds] += Vector512.Sum(c3_4);
    }

    /// <summary>4 output channels by 4 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4x4(in PlaneRun run, float* dy, float* x, int* column, float* sum, long* place)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c0_2 = Vec.Zero, c0_3 = Vec.Zero, c1_0 = Vec.Zero, c1_1 = Vec.Zero,
            c1_2 = Vec.Zero, c1_3 = Vec.Zero, c2_0 = Vec.Zero, c2_1 = Vec.Zero, c2_2 = Vec.Zero, c2_3 = Vec.Zero,
            c3_0 = Vec.Zero, c3_1 = Vec.Zero, c3_2 = Vec.Zero, c3_3 = Vec.Zero;
        long ldy = run.DyRow;
        long n = run.Flat;
        for (int image = 0; image < run.Images; image++, dy += run.DyImage, x += run.XImage)
        {
            float* x0 = x + column[0]; float* x1 = x + column[1]; float* x2 = x + column[2]; float* x3 = x + column[3];
            float* d1 = dy + ldy; float* d2 = dy + (2 * ldy); float* d3 = dy + (3 * ldy);
            for (long p = 0; p < n; p += 16)
            {
                Vec b0 = Vector512.Load(x0 + p); Vec b1 = Vector512.Load(x1 + p); Vec b2 = Vector512.Load(x2 + p);
                Vec b3 = Vector512.Load(x3 + p);
                Vec d = Vector512.Load(dy + p); c0_0 = Vector512.FusedMultiplyAdd(d, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(d, b1, c0_1); c0_2 = Vector512.FusedMultiplyAdd(d, b2, c0_2);
                c0_3 = Vector512.FusedMultiplyAdd(d, b3, c0_3);
                d = Vector512.Load(d1 + p); c1_0 = Vector512.FusedMultiplyAdd(d, b0, c1_0);
                c1_1 = Vector512.FusedMultiplyAdd(d, b1, c1_1); c1_2 = Vector512.FusedMultiplyAdd(d, b2, c1_2);
                c1_3 = Vector512.FusedMultiplyAdd(d, b3, c1_3);
                d = Vector512.Load(d2 + p); c2_0 = Vector512.FusedMultiplyAdd(d, b0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(d, b1, c2_1); c2_2 = Vector512.FusedMultiplyAdd(d, b2, c2_2);
                c2_3 = Vector512.FusedMultiplyAdd(d, b3, c2_3);
                d = Vector512.Load(d3 + p); c3_0 = Vector512.FusedMultiplyAdd(d, b0, c3_0);
                c3_1 = Vector512.FusedMultiplyAdd(d, b1, c3_1); c3_2 = Vector512.FusedMultiplyAdd(d, b2, c3_2);
                c3_3 = Vector512.FusedMultiplyAdd(d, b3, c3_3);
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
        to = sum + place[3];
        *to += Vector512.Sum(c0_3); to[lds] += Vector512.Sum(c1_3); to[2 * lds] += Vector512.Sum(c2_3);
        to[3 * lds] += Vector512.Sum(c3_3);
    }
}
