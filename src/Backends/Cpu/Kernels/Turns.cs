using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Transposes and copies of elements of four bytes, whatever they stand for.</summary>
internal static unsafe class Turns
{
    private const int Side = 8;

    /// <summary><c>to[i * write + j] = from[i + j * read]</c> for i below rows and j below columns, in tiles of eight by eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block(float* from, long read, float* to, long write, int rows, int columns)
    {
        int high = Avx.IsSupported ? rows / Side * Side : 0, wide = columns / Side * Side;
        for (int j = 0; j < wide; j += Side)
        {
            for (int i = 0; i < high; i += Side) Tile(from + i + (j * read), read, to + (i * write) + j, write);
        }

        for (int i = 0; i < rows; i++)
        {
            for (int j = i < high ? wide : 0; j < columns; j++) to[(i * write) + j] = from[i + (j * read)];
        }
    }

    /// <summary><c>to[i] = from[i * step]</c> for i below n; step is ±1 or 2 for vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Line(float* from, long step, float* to, long n)
    {
        long i = 0;
        if (step == 1)
        {
            for (; i + 16 <= n; i += 16) Vector512.Load(from + i).Store(to + i);
        }
        else if (step == -1)
        {
            for (; i + 8 <= n; i += 8)
            {
                Vector256.Shuffle(Vector256.Load(from - i - 7), Vector256.Create(7, 6, 5, 4, 3, 2, 1, 0)).Store(to + i);
            }
        }
        else if (step == 2)
        {
            // The last of thirty-two floats read is one past the last that is wanted.
            for (; i + 17 <= n; i += 16) Pairs.Even(from + (2 * i)).Store(to + i);
        }

        for (; i < n; i++) to[i] = from[i * step];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile(float* x, long read, float* y, long write)
    {
        Vector256<float> a = Vector256.Load(x), b = Vector256.Load(x + read);
        Vector256<float> c = Vector256.Load(x + (2 * read)), d = Vector256.Load(x + (3 * read));
        x += 4 * read;
        Vector256<float> e = Vector256.Load(x), f = Vector256.Load(x + read);
        Vector256<float> g = Vector256.Load(x + (2 * read)), h = Vector256.Load(x + (3 * read));
        Four(a, b, c, d, out Vector256<float> p0, out Vector256<float> p1, out Vector256<float> p2, out Vector256<float> p3);
        Four(e, f, g, h, out Vector256<float> q0, out Vector256<float> q1, out Vector256<float> q2, out Vector256<float> q3);
        Avx.Permute2x128(p0, q0, 0x20).Store(y);
        Avx.Permute2x128(p1, q1, 0x20).Store(y + write);
        Avx.Permute2x128(p2, q2, 0x20).Store(y + (2 * write));
        Avx.Permute2x128(p3, q3, 0x20).Store(y + (3 * write));
        y += 4 * write;
        Avx.Permute2x128(p0, q0, 0x31).Store(y);
        Avx.Permute2x128(p1, q1, 0x31).Store(y + write);
        Avx.Permute2x128(p2, q2, 0x31).Store(y + (2 * write));
        Avx.Permute2x128(p3, q3, 0x31).Store(y + (3 * write));
    }

    /// <summary>Columns of four rows, in each half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d,
        out Vector256<float> p0, out Vector256<float> p1, out Vector256<float> p2, out Vector256<float> p3)
    {
        Vector256<float> ab = Avx.UnpackLow(a, b), cd = Avx.UnpackLow(c, d), hab = Avx.UnpackHigh(a, b), hcd = Avx.UnpackHigh(c, d);
        p0 = Avx.Shuffle(ab, cd, 0b01_00_01_00);
        p1 = Avx.Shuffle(ab, cd, 0b11_10_11_10);
        p2 = Avx.Shuffle(hab, hcd, 0b01_00_01_00);
        p3 = Avx.Shuffle(hab, hcd, 0b11_10_11_10);
    }
}
