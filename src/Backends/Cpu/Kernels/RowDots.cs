using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>A matrix times a vector: dots of rows that lie one element after the other with one vector.</summary>
/// <remarks>A row's products are summed in an order that its length and its place among the rows decide.</remarks>
internal static unsafe class RowDots
{
    /// <summary>Rows that are read at once: as many sums as cover an addition's latency.</summary>
    public const int Together = 8;

    private const int Lanes = 16;

    /// <summary>Whether a product is one row times columns that are contiguous.</summary>
    public static bool Fits(in GemmSpec s) => s.M == 1 && s.BRow == 1 && s.ACol == 1 && s.K >= Lanes;

    /// <summary><c>y[i] = sum over k of rows[i * stride + k] x[k]</c> for n rows.</summary>
    public static void Run(float* rows, long stride, float* x, float* y, int n, int k)
    {
        for (; n >= Together; n -= Together, rows += Together * stride, y += Together)
        {
            Eight(rows, stride, x, y, k);
        }

        for (; n > 0; n--, rows += stride, y++)
        {
            *y = One(rows, x, k);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight(float* a, long stride, float* x, float* y, int k)
    {
        float* b = a + stride, c = b + stride, d = c + stride, e = d + stride, f = e + stride, g = f + stride, h = g + stride;
        Vector512<float> p = default, q = default, r = default, s = default, t = default, u = default, v = default, w = default;
        int i = 0;
        for (; i + Lanes <= k; i += Lanes)
        {
            Vector512<float> z = Vector512.Load(x + i);
            p = Vector512.FusedMultiplyAdd(Vector512.Load(a + i), z, p);
            q = Vector512.FusedMultiplyAdd(Vector512.Load(b + i), z, q);
            r = Vector512.FusedMultiplyAdd(Vector512.Load(c + i), z, r);
            s = Vector512.FusedMultiplyAdd(Vector512.Load(d + i), z, s);
            t = Vector512.FusedMultiplyAdd(Vector512.Load(e + i), z, t);
            u = Vector512.FusedMultiplyAdd(Vector512.Load(f + i), z, u);
            v = Vector512.FusedMultiplyAdd(Vector512.Load(g + i), z, v);
            w = Vector512.FusedMultiplyAdd(Vector512.Load(h + i), z, w);
        }

        int rest = k - i;
        x += i;
        y[0] = Vector512.Sum(p) + Rest(a + i, x, rest);
        y[1] = Vector512.Sum(q) + Rest(b + i, x, rest);
        y[2] = Vector512.Sum(r) + Rest(c + i, x, rest);
        y[3] = Vector512.Sum(s) + Rest(d + i, x, rest);
        y[4] = Vector512.Sum(t) + Rest(e + i, x, rest);
        y[5] = Vector512.Sum(u) + Rest(f + i, x, rest);
        y[6] = Vector512.Sum(v) + Rest(g + i, x, rest);
        y[7] = Vector512.Sum(w) + Rest(h + i, x, rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float One(float* a, float* x, int k)
    {
        Vector512<float> p = default, q = default, r = default, s = default;
        int i = 0;
        for (; i + (4 * Lanes) <= k; i += 4 * Lanes)
        {
            p = Vector512.FusedMultiplyAdd(Vector512.Load(a + i), Vector512.Load(x + i), p);
            q = Vector512.FusedMultiplyAdd(Vector512.Load(a + i + Lanes), Vector512.Load(x + i + Lanes), q);
            r = Vector512.FusedMultiplyAdd(Vector512.Load(a + i + (2 * Lanes)), Vector512.Load(x + i + (2 * Lanes)), r);
            s = Vector512.FusedMultiplyAdd(Vector512.Load(a + i + (3 * Lanes)), Vector512.Load(x + i + (3 * Lanes)), s);
        }

        for (; i + Lanes <= k; i += Lanes)
        {
            p = Vector512.FusedMultiplyAdd(Vector512.Load(a + i), Vector512.Load(x + i), p);
        }

        return Vector512.Sum(p + q + (r + s)) + Rest(a + i, x + i, k - i);
    }

    /// <summary>Fewer products than a vector has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Rest(float* a, float* x, int n)
    {
        float sum = 0;
        for (int i = 0; i < n; i++)
        {
            sum = MathF.FusedMultiplyAdd(a[i], x[i], sum);
        }

        return sum;
    }
}
