using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>A vector times a matrix: the sum of its rows, each times a number.</summary>
/// <remarks>Each element sums its products in order of k by fused multiply-adds.</remarks>
internal static unsafe class RowSums
{
    /// <summary>Columns that are a unit of work.</summary>
    public const int Together = 512;

    /// <summary>The most columns that are summed together: so few that their sums stay in the first cache level.</summary>
    public const int Most = 4096;

    private const int Lanes = 16;

    /// <summary>Rows that are read at once, so that the sums are seldom loaded and stored; memory gives more of them more slowly.</summary>
    private const int Rows = 4;

    /// <summary>Whether a product is one row times a matrix whose rows are contiguous.</summary>
    public static bool Fits(in GemmSpec s) => s.M == 1 && s.BCol == 1 && s.N >= Lanes;

    /// <summary><c>y[j] = sum over k of x[k * step] w[k * stride + j]</c> for n columns.</summary>
    public static void Run(float* x, long step, float* w, long stride, float* y, int n, int k)
    {
        new Span<float>(y, n).Clear();
        int row = 0;
        for (; row + Rows <= k; row += Rows)
        {
            Four(x + (row * step), step, w + (row * stride), stride, y, n);
        }

        for (; row < k; row++)
        {
            One(x[row * step], w + (row * stride), y, n);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(float* x, long step, float* a, long stride, float* y, int n)
    {
        float* b = a + stride, c = b + stride, d = c + stride;
        float p = *x, q = x[step], r = x[2 * step], s = x[3 * step];
        Vector512<float> pp = Vector512.Create(p), qq = Vector512.Create(q), rr = Vector512.Create(r), ss = Vector512.Create(s);
        int j = 0;
        for (; j + Lanes <= n; j += Lanes)
        {
            Vector512<float> sum = Vector512.FusedMultiplyAdd(Vector512.Load(a + j), pp, Vector512.Load(y + j));
            sum = Vector512.FusedMultiplyAdd(Vector512.Load(b + j), qq, sum);
            sum = Vector512.FusedMultiplyAdd(Vector512.Load(c + j), rr, sum);
            Vector512.FusedMultiplyAdd(Vector512.Load(d + j), ss, sum).Store(y + j);
        }

        for (; j < n; j++)
        {
            float sum = MathF.FusedMultiplyAdd(b[j], q, MathF.FusedMultiplyAdd(a[j], p, y[j]));
            y[j] = MathF.FusedMultiplyAdd(d[j], s, MathF.FusedMultiplyAdd(c[j], r, sum));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(float x, float* a, float* y, int n)
    {
        Vector512<float> all = Vector512.Create(x);
        int j = 0;
        for (; j + Lanes <= n; j += Lanes)
        {
            Vector512.FusedMultiplyAdd(Vector512.Load(a + j), all, Vector512.Load(y + j)).Store(y + j);
        }

        for (; j < n; j++)
        {
            y[j] = MathF.FusedMultiplyAdd(a[j], x, y[j]);
        }
    }
}
