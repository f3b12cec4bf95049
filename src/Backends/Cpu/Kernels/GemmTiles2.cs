using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Register tiles of the matrix product: C = A B, or C += onto A B; A of any strides, B in rows of unit stride.</summary>
internal static unsafe partial class GemmTiles
{
    /// <summary>12 rows by 32 columns; with each k two lines are asked for, at an address that goes on by a step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows12x2(
        float* a, long aRow, long aCol, float* b, long bRow, float* c, long ldc, long k, float onto, float* far, long step)
    {
        float* a1 = a + (3 * aRow);
        float* a2 = a + (6 * aRow);
        float* a3 = a + (9 * aRow);
        long two = 2 * aRow;
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c1_0 = Vec.Zero, c1_1 = Vec.Zero,
            c2_0 = Vec.Zero, c2_1 = Vec.Zero, c3_0 = Vec.Zero, c3_1 = Vec.Zero,
            c4_0 = Vec.Zero, c4_1 = Vec.Zero, c5_0 = Vec.Zero, c5_1 = Vec.Zero,
            c6_0 = Vec.Zero, c6_1 = Vec.Zero, c7_0 = Vec.Zero, c7_1 = Vec.Zero,
            c8_0 = Vec.Zero, c8_1 = Vec.Zero, c9_0 = Vec.Zero, c9_1 = Vec.Zero,
            c10_0 = Vec.Zero, c10_1 = Vec.Zero, c11_0 = Vec.Zero, c11_1 = Vec.Zero;
        for (; k > 0; k--)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(far);
                Sse.Prefetch0(far + 16);
            }

            Vec b0 = Vector512.Load(b); Vec b1 = Vector512.Load(b + 16);
            Vec x = Vector512.Create(*a);
            c0_0 = Vector512.FusedMultiplyAdd(x, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(x, b1, c0_1);
            x = Vector512.Create(a[aRow]);
            c1_0 = Vector512.FusedMultiplyAdd(x, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(x, b1, c1_1);
            x = Vector512.Create(a[two]);
            c2_0 = Vector512.FusedMultiplyAdd(x, b0, c2_0); c2_1 = Vector512.FusedMultiplyAdd(x, b1, c2_1);
            x = Vector512.Create(*a1);
            c3_0 = Vector512.FusedMultiplyAdd(x, b0, c3_0); c3_1 = Vector512.FusedMultiplyAdd(x, b1, c3_1);
            x = Vector512.Create(a1[aRow]);
            c4_0 = Vector512.FusedMultiplyAdd(x, b0, c4_0); c4_1 = Vector512.FusedMultiplyAdd(x, b1, c4_1);
            x = Vector512.Create(a1[two]);
            c5_0 = Vector512.FusedMultiplyAdd(x, b0, c5_0); c5_1 = Vector512.FusedMultiplyAdd(x, b1, c5_1);
            x = Vector512.Create(*a2);
            c6_0 = Vector512.FusedMultiplyAdd(x, b0, c6_0); c6_1 = Vector512.FusedMultiplyAdd(x, b1, c6_1);
            x = Vector512.Create(a2[aRow]);
            c7_0 = Vector512.FusedMultiplyAdd(x, b0, c7_0); c7_1 = Vector512.FusedMultiplyAdd(x, b1, c7_1);
            x = Vector512.Create(a2[two]);
            c8_0 = Vector512.FusedMultiplyAdd(x, b0, c8_0); c8_1 = Vector512.FusedMultiplyAdd(x, b1, c8_1);
            x = Vector512.Create(*a3);
            c9_0 = Vector512.FusedMultiplyAdd(x, b0, c9_0); c9_1 = Vector512.FusedMultiplyAdd(x, b1, c9_1);
            x = Vector512.Create(a3[aRow]);
            c10_0 = Vector512.FusedMultiplyAdd(x, b0, c10_0); c10_1 = Vector512.FusedMultiplyAdd(x, b1, c10_1);
            x = Vector512.Create(a3[two]);
            c11_0 = Vector512.FusedMultiplyAdd(x, b0, c11_0); c11_1 = Vector512.FusedMultiplyAdd(x, b1, c11_1);
            a += aCol; a1 += aCol; a2 += aCol; a3 += aCol; b += bRow; far += step;
        }

        bool add = onto != 0;

        Vec by = Vector512.Create(onto);

        Put(c, c0_0, by, add); Put(c + 16, c0_1, by, add);
        Put(c + ldc, c1_0, by, add); Put(c + ldc + 16, c1_1, by, add);
        Put(c + (2 * ldc), c2_0, by, add); Put(c + (2 * ldc) + 16, c2_1, by, add);
        Put(c + (3 * ldc), c3_0, by, add); Put(c + (3 * ldc) + 16, c3_1, by, add);
        Put(c + (4 * ldc), c4_0, by, add); Put(c + (4 * ldc) + 16, c4_1, by, add);
        Put(c + (5 * ldc), c5_0, by, add); Put(c + (5 * ldc) + 16, c5_1, by, add);
        Put(c + (6 * ldc), c6_0, by, add); Put(c + (6 * ldc) + 16, c6_1, by, add);
        Put(c + (7 * ldc), c7_0, by, add); Put(c + (7 * ldc) + 16, c7_1, by, add);
        Put(c + (8 * ldc), c8_0, by, add); Put(c + (8 * ldc) + 16, c8_1, by, add);
        Put(c + (9 * ldc), c9_0, by, add); Put(c + (9 * ldc) + 16, c9_1, by, add);
        Put(c + (10 * ldc), c10_0, by, add); Put(c + (10 * ldc) + 16, c10_1, by, add);
        Put(c + (11 * ldc), c11_0, by, add); Put(c + (11 * ldc) + 16, c11_1, by, add);
    }

    /// <summary>8 rows by 32 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows8x2(
        float* a, long aRow, long aCol, float* b, long bRow, float* c, long ldc, long k, float onto)
    {
        float* a1 = a + (3 * aRow);
        float* a2 = a + (6 * aRow);
        long two = 2 * aRow;
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c1_0 = Vec.Zero, c1_1 = Vec.Zero,
            c2_0 = Vec.Zero, c2_1 = Vec.Zero, c3_0 = Vec.Zero, c3_1 = Vec.Zero,
            c4_0 = Vec.Zero, c4_1 = Vec.Zero, c5_0 = Vec.Zero, c5_1 = Vec.Zero,
            c6_0 = Vec.Zero, c6_1 = Vec.Zero, c7_0 = Vec.Zero, c7_1 = Vec.Zero;
        for (; k > 0; k--)
        {
            Vec b0 = Vector512.Load(b); Vec b1 = Vector512.Load(b + 16);
            Vec x = Vector512.Create(*a);
            c0_0 = Vector512.FusedMultiplyAdd(x, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(x, b1, c0_1);
            x = Vector512.Create(a[aRow]);
            c1_0 = Vector512.FusedMultiplyAdd(x, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(x, b1, c1_1);
            x = Vector512.Create(a[two]);
            c2_0 = Vector512.FusedMultiplyAdd(x, b0, c2_0); c2_1 = Vector512.FusedMultiplyAdd(x, b1, c2_1);
            x = Vector512.Create(*a1);
            c3_0 = Vector512.FusedMultiplyAdd(x, b0, c3_0); c3_1 = Vector512.FusedMultiplyAdd(x, b1, c3_1);
            x = Vector512.Create(a1[aRow]);
            c4_0 = Vector512.FusedMultiplyAdd(x, b0, c4_0); c4_1 = Vector512.FusedMultiplyAdd(x, b1, c4_1);
            x = Vector512.Create(a1[two]);
            c5_0 = Vector512.FusedMultiplyAdd(x, b0, c5_0); c5_1 = Vector512.FusedMultiplyAdd(x, b1, c5_1);
            x = Vector512.Create(*a2);
            c6_0 = Vector512.FusedMultiplyAdd(x, b0, c6_0); c6_1 = Vector512.FusedMultiplyAdd(x, b1, c6_1);
            x = Vector512.Create(a2[aRow]);
            c7_0 = Vector512.FusedMultiplyAdd(x, b0, c7_0); c7_1 = Vector512.FusedMultiplyAdd(x, b1, c7_1);
            a += aCol; a1 += aCol; a2 += aCol; b += bRow;
        }

        bool add = onto != 0;

        Vec by = Vector512.Create(onto);

        Put(c, c0_0, by, add); Put(c + 16, c0_1, by, add);
        Put(c + ldc, c1_0, by, add); Put(c + ldc + 16, c1_1, by, add);
        Put(c + (2 * ldc), c2_0, by, add); Put(c + (2 * ldc) + 16, c2_1, by, add);
        Put(c + (3 * ldc), c3_0, by, add); Put(c + (3 * ldc) + 16, c3_1, by, add);
        Put(c + (4 * ldc), c4_0, by, add); Put(c + (4 * ldc) + 16, c4_1, by, add);
        Put(c + (5 * ldc), c5_0, by, add); Put(c + (5 * ldc) + 16, c5_1, by, add);
        Put(c + (6 * ldc), c6_0, by, add); Put(c + (6 * ldc) + 16, c6_1, by, add);
        Put(c + (7 * ldc), c7_0, by, add); Put(c + (7 * ldc) + 16, c7_1, by, add);
    }

    /// <summary>4 rows by 32 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4x2(
        float* a, long aRow, long aCol, float* b, long bRow, float* c, long ldc, long k, float onto)
    {
        float* a1 = a + (3 * aRow);
        long two = 2 * aRow;
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c1_0 = Vec.Zero, c1_1 = Vec.Zero,
            c2_0 = Vec.Zero, c2_1 = Vec.Zero, c3_0 = Vec.Zero, c3_1 = Vec.Zero;
        for (; k > 0; k--)
        {
            Vec b0 = Vector512.Load(b); Vec b1 = Vector512.Load(b + 16);
            Vec x = Vector512.Create(*a);
            c0_0 = Vector512.FusedMultiplyAdd(x, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(x, b1, c0_1);
            x = Vector512.Create(a[aRow]);
            c1_0 = Vector512.FusedMultiplyAdd(x, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(x, b1, c1_1);
            x = Vector512.Create(a[two]);
            c2_0 = Vector512.FusedMultiplyAdd(x, b0, c2_0); c2_1 = Vector512.FusedMultiplyAdd(x, b1, c2_1);
            x = Vector512.Create(*a1);
            c3_0 = Vector512.FusedMultiplyAdd(x, b0, c3_0); c3_1 = Vector512.FusedMultiplyAdd(x, b1, c3_1);
            a += aCol; a1 += aCol; b += bRow;
        }

        bool add = onto != 0;

        Vec by = Vector512.Create(onto);

        Put(c, c0_0, by, add); Put(c + 16, c0_1, by, add);
        Put(c + ldc, c1_0, by, add); Put(c + ldc + 16, c1_1, by, add);
        Put(c + (2 * ldc), c2_0, by, add); Put(c + (2 * ldc) + 16, c2_1, by, add);
        Put(c + (3 * ldc), c3_0, by, add); Put(c + (3 * ldc) + 16, c3_1, by, add);
    }

    /// <summary>2 rows by 32 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows2x2(
        float* a, long aRow, long aCol, float* b, long bRow, float* c, long ldc, long k, float onto)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c1_0 = Vec.Zero, c1_1 = Vec.Zero;
        for (; k > 0; k--)
        {
            Vec b0 = Vector512.Load(b); Vec b1 = Vector512.Load(b + 16);
            Vec x = Vector512.Create(*a);
            c0_0 = Vector512.FusedMultiplyAdd(x, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(x, b1, c0_1);
            x = Vector512.Create(a[aRow]);
            c1_0 = Vector512.FusedMultiplyAdd(x, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(x, b1, c1_1);
            a += aCol; b += bRow;
        }

        bool add = onto != 0;

        Vec by = Vector512.Create(onto);

        Put(c, c0_0, by, add); Put(c + 16, c0_1, by, add);
        Put(c + ldc, c1_0, by, add); Put(c + ldc + 16, c1_1, by, add);
    }

    /// <summary>1 rows by 32 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows1x2(
        float* a, long aRow, long aCol, float* b, long bRow, float* c, long ldc, long k, float onto)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero;
        for (; k > 0; k--)
        {
            Vec b0 = Vector512.Load(b); Vec b1 = Vector512.Load(b + 16);
            Vec x = Vector512.Create(*a);
            c0_0 = Vector512.FusedMultiplyAdd(x, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(x, b1, c0_1);
            a += aCol; b += bRow;
        }

        bool add = onto != 0;

        Vec by = Vector512.Create(onto);

        Put(c, c0_0, by, add); Put(c + 16, c0_1, by, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* c, Vec value, Vec by, bool add) => (add ? Vector512.Load(c) + (value * by) : value).Store(c);
}
