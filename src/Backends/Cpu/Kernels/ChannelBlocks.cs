using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Sixteen channels of a row of pixels, plane by plane or side by side.</summary>
internal static unsafe class ChannelBlocks
{
    /// <summary><c>to[q * column + r] = from[r * row + q]</c> for sixteen r and q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(float* from, long row, float* to, long column)
    {
        for (int q = 0; q < 16; q += 4, from += 4, to += 4 * column)
        {
            if (Avx512F.IsSupported)
            {
                Four(from, row, to, column);
                continue;
            }

            for (int r = 0; r < 16; r += 4)
            {
                if (Sse.IsSupported)
                {
                    Packing.Transpose4(from + (r * row), row, to + r, column);
                }
                else
                {
                    Scalars(from + (r * row), row, to + r, column);
                }
            }
        }
    }

    /// <summary>Four pixels of sixteen planes: 4×4 transposes in the four quarters of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(float* from, long row, float* to, long column)
    {
        Vector512<float> a = Quarters(from, row), b = Quarters(from + row, row);
        Vector512<float> c = Quarters(from + (2 * row), row), d = Quarters(from + (3 * row), row);
        Vector512<double> ab = Avx512F.UnpackLow(a, b).AsDouble(), cd = Avx512F.UnpackLow(c, d).AsDouble();
        Vector512<double> hab = Avx512F.UnpackHigh(a, b).AsDouble(), hcd = Avx512F.UnpackHigh(c, d).AsDouble();
        Avx512F.UnpackLow(ab, cd).AsSingle().Store(to);
        Avx512F.UnpackHigh(ab, cd).AsSingle().Store(to + column);
        Avx512F.UnpackLow(hab, hcd).AsSingle().Store(to + (2 * column));
        Avx512F.UnpackHigh(hab, hcd).AsSingle().Store(to + (3 * column));
    }

    /// <summary>Four floats of every fourth row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quarters(float* from, long row) => Vector512.Create(
        Vector256.Create(Vector128.Load(from), Vector128.Load(from + (4 * row))),
        Vector256.Create(Vector128.Load(from + (8 * row)), Vector128.Load(from + (12 * row))));

    private static void Scalars(float* from, long row, float* to, long column)
    {
        for (int i = 0; i < 16; i++)
        {
            to[(i / 4 * column) + (i % 4)] = from[(i % 4 * row) + (i / 4)];
        }
    }
}
