using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Rows whose cells lie apart: every n-th cell taken, rows laid between one another.</summary>
internal static unsafe class Strides
{
    /// <summary><c>to[i] = from[i * stride]</c>, reading no cell before the first or after the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Take(float* from, int stride, float* to, int n)
    {
        int i = 0;
        if (stride == 2 && n > 8)
        {
            Vector512<int> even = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 0, 2, 4, 6, 8, 10, 12, 14);
            Vector512<int> odd = Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15, 1, 3, 5, 7, 9, 11, 13, 15);
            for (; i + 8 < n; i += 8)
            {
                Vector512.Shuffle(Vector512.Load(from + (2 * i)), even).GetLower().Store(to + i);
            }

            Vector512.Shuffle(Vector512.Load(from + (2 * n) - 17), odd).GetLower().Store(to + n - 8);
            return;
        }

        for (; i < n; i++)
        {
            to[i] = from[(long)i * stride];
        }
    }

    /// <summary><c>to[2 * i] = even[i]</c> and <c>to[2 * i + 1] = odd[i]</c> for n cells of to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weave(float* even, float* odd, float* to, int n)
    {
        Vector512<int> order = Vector512.Create(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
        int i = 0;
        for (; i + 16 <= n; i += 16)
        {
            Vector512<float> both = Vector512.Create(Vector256.Load(even + (i / 2)), Vector256.Load(odd + (i / 2)));
            Vector512.Shuffle(both, order).Store(to + i);
        }

        for (; i < n; i++)
        {
            to[i] = i % 2 == 0 ? even[i / 2] : odd[i / 2];
        }
    }

    /// <summary><c>to[i * stride] = from[i]</c>.</summary>
    public static void Put(float* from, float* to, int stride, int n)
    {
        for (int i = 0; i < n; i++)
        {
            to[(long)i * stride] = from[i];
        }
    }
}
