using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Register tiles of the matrix product: C = A B, or C += onto A B; A of any strides, B in rows of unit stride.</summary>
internal static unsafe partial class GemmTiles
{
    /// <summary>12 rows by 16 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows12x1(
        float* a, long aRow, long aCol, float* b, long bRow, float* c, long ldc, long k, float onto)
    {
        float* a1 = a + (3 * aRow);
        float* a2 = a + (6 * aRow);
        float* a3 = a + (9 * aRow);
        long two = 2 * aRow;
        Vec c0_0 = Vec.Zero, c1_0 = Vec.Zero, c2_0 = Vec.Zero, c3_0 = Vec.Zero,
            c4_0 = Vec.Zero, c5_0 = Vec.Zero, c6_0 = Vec.Zero, c7_0 = Vec.Zero,
            c8_0 = Vec.Zero, c9_0 = Vec.Zero, c10_0 = Vec.Zero, c11_0 = Vec.Zero;
        for (; k > 0; k--)
        {
            Vec b0 = Vector512.Load(b);
            Vec x = Vector512.Create(*a);
            c0_0 = Vector512.FusedMultiplyAdd(x, b0, c0_0);
            x = Vector512.Create(a[aRow]);
            c1_0 = Vector512.FusedMultiplyAdd(x, b0, c1_0);
            x = Vector512.Create(a[two]);
            c2_0 = Vector512.FusedMultiplyAdd(x, b0, c2_0);
            x = Vector512.Create(*a1);
            c3_0 = Vector512.FusedMultiplyAdd(x, b0, c3_0);
            x = Vector512.Create(a1[aRow]);
            c4_0 = Vector512.FusedMultiplyAdd(x, b0, c4_0);
            x = Vector512.Create(a1[two]);
            c5_0 = Vector512.FusedMultiplyAdd(x, b0, c5_0);
            x = Vector512.Create(*a2);
            c6_0 = Vector512.FusedMultiplyAdd(x, b0, c6_0);
            x = Vector512.Create(a2[aRow]);
            c7_0 = Vector512.FusedMultiplyAdd(x, b0, c7_0);
            x = Vector512.Create(a2[two]);
            c8_0 = Vector512.FusedMultiplyAdd(x, b0, c8_0);
            x = Vector512.Create(*a3);
            c9_0 = Vector512.FusedMultiplyAdd(x, b0, c9_0);
            x = Vector512.Create(a3[aRow]);
            c10_0 = Vector512.FusedMultiplyAdd(x, b0, c10_0);
            x = Vector512.Create(a3[two]);
            c11_0 = Vector512.FusedMultiplyAdd(x, b0, c11_0);
            a += aCol; a1 += aCol; a2 += aCol; a3 += aCol; b += bRow;
        }

        bool add = onto != 0;

        Vec by = Vector512.Create(onto);

        Put(c, c0_0, by, add);
        Put(c + ldc, c1_0, by, add);
        Put(c + (2 * ldc), c2_0, by, add);
        Put(c + (3 * ldc), c3_0, by, add);
        Put(c + (4 * ldc), c4_0, by, add);
        Put(c + (5 * ldc), c5_0, by, add);
        Put(c + (6 * ldc), c6_0, by, add);
        Put(c + (7 * ldc), c7_0, by, add);
        Put(c + (8 * ldc), c8_0, by, add);
        Put(c + (9 * ldc), c9_0, by, add);
        Put(c + (10 * ldc), c10_0, by, add);
        Put(c + (11 * ldc), c11_0, by, add);
    }

    /// <summary>8 rows by 16 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows8x1(
        float* a, long aRow, long aCol, float* b, long bRow, float* c, long ldc, long k, float onto)
    {
        float* a1 = a + (3 * aRow);
        float* a2 = a + (6 * aRow);
        long two = 2 * aRow;
        Vec c0_0 = Vec.Zero, c1_0 = Vec.Zero, c2_0 = Vec.Zero, c3_0 = Vec.Zero,
            c4_0 = Vec.Zero, c5_0 = Vec.Zero, c6_0 = Vec.Zero, c7_0 = Vec.Zero;
        for (; k > 0; k--)
        {
            Vec b0 = Vector512.Load(b);
            Vec x = Vector512.Create(*a);
            c0_0 = Vector512.FusedMultiplyAdd(x, b0, c0_0);
            x = Vector512.Create(a[aRow]);
            c1_0 = Vector512.FusedMultiplyAdd(x, b0, c1_0);
            x = Vector512.Create(a[two]);
            c2_0 = Vector512.FusedMultiplyAdd(x, b0, c2_0);
            x = Vector512.Create(*a1);
            c3_0 = Vector512.FusedMultiplyAdd(x, b0, c3_0);
            x = Vector512.Create(a1[aRow]);
            c4_0 = Vector512.FusedMultiplyAdd(x, b0, c4_0);
            x = Vector512.Create(a1[two]);
            c5_0 = Vector512.FusedMultiplyAdd(x, b0, c5_0);
            x = Vector512.Create(*a2);
            c6_0 = Vector512.FusedMultiplyAdd(x, b0, c6_0);
            x = Vector512.Create(a2[aRow]);
            c7_0 = Vector512.FusedMultiplyAdd(x, b0, c7_0);
            a += aCol; a1 += aCol; a2 += aCol; b += bRow;
        }

        bool add = onto != 0;

        Vec by = Vector512.Create(onto);

        Put(c, c0_0, by, add);
        Put(c + ldc, c1_0, by, add);
        Put(c + (2 * ldc), c2_0, by, add);
        Put(c + (3 * ldc), c3_0, by, add);
        Put(c + (4 * ldc), c4_0, by, add);
        Put(c + (5 * ldc), c5_0, by, add);
        Put(c + (6 * ldc), c6_0, by, add);
        Put(c + (7 * ldc), c7_0, by, add);
    }

    /// <summary>4 rows by 16 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4x1(
        float* a, long aRow, long aCol, float* b, long bRow, float* c, long ldc, long k, float onto)
    {
        float* a1 = a + (3 * aRow);
        long two = 2 * aRow;
        Vec c0_0 = Vec.Zero, c1_0 = Vec.Zero, c2_0 = Vec.Zero, c3_0 = Vec.Zero;
        for (; k > 0; k--)
        {
            Vec b0 = Vector512.Load(b);
            Vec x = Vector512.Create(*a);
            c0_0 = Vector512.FusedMultiplyAdd(x, b0, c0_0);
            x = Vector512.Create(a[aRow]);
            c1_0 = Vector512.FusedMultiplyAdd(x, b0, c1_0);
            x = Vector512.Create(a[two]);
            c2_0 = Vector512.FusedMultiplyAdd(x, b0, c2_0);
            x = Vector512.Create(*a1);
            c3_0 = Vector512.FusedMultiplyAdd(x, b0, c3_0);
            a += aCol; a1 += aCol; b += bRow;
        }

        bool add = onto != 0;

        Vec by = Vector512.Create(onto);

        Put(c, c0_0, by, add);
        Put(c + ldc, c1_0, by, add);
        Put(c + (2 * ldc), c2_0, by, add);
        Put(c + (3 * ldc), c3_0, by, add);
    }

    /// <summary>2 rows by 16 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows2x1(
        float* a, long aRow, long aCol, float* b, long bRow, float* c, long ldc, long k, float onto)
    {
        Vec c0_0 = Vec.Zero, c1_0 = Vec.Zero;
        for (; k > 0; k--)
        {
            Vec b0 = Vector512.Load(b);
            Vec x = Vector512.Create(*a);
            c0_0 = Vector512.FusedMultiplyAdd(x, b0, c0_0);
            x = Vector512.Create(a[aRow]);
            c1_0 = Vector512.FusedMultiplyAdd(x, b0, c1_0);
            a += aCol; b += bRow;
        }

        bool add = onto != 0;

        Vec by = Vector512.Create(onto);

        Put(c, c0_0, by, add);
        Put(c + ldc, c1_0, by, add);
    }

    /// <summary>1 rows by 16 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows1x1(
        float* a, long aRow, long aCol, float* b, long bRow, float* c, long ldc, long k, float onto)
    {
        Vec c0_0 = Vec.Zero;
        for (; k > 0; k--)
        {
            Vec b0 = Vector512.Load(b);
            Vec x = Vector512.Create(*a);
            c0_0 = Vector512.FusedMultiplyAdd(x, b0, c0_0);
            a += aCol; b += bRow;
        }

        bool add = onto != 0;

        Vec by = Vector512.Create(onto);

        Put(c, c0_0, by, add);
    }
}
