using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Transposes and copies of elements of four bytes, whatever they stand for.</summary>
internal static unsafe class Turns
{
    private const int Side = 8;
    private const int Line16 = 16;

    /// <summary>Rows that are woven.</summary>
    internal const int Few = 4;

    /// <summary><c>to[i * write + j] = from[i + j * read]</c> for i below rows and j below columns, in tiles that registers hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block(float* from, long read, float* to, long write, int rows, int columns)
    {
        if (columns == write && columns is >= 2 and <= Few && Avx512F.IsSupported)
        {
            Woven(from, read, to, rows, columns);
            return;
        }

        if (rows == read && rows is >= 2 and <= Few && Avx512F.IsSupported)
        {
            Unwoven(from, rows, to, write, columns);
            return;
        }

        int high = Avx512F.IsSupported ? rows / Line16 * Line16 : 0, wide = high == 0 ? 0 : columns / Line16 * Line16;
        for (int j = 0; j < wide; j += Line16)
        {
            for (int i = 0; i < high; i += Line16) Whole(from + i + (j * read), read, to + (i * write) + j, write);
        }

        if (wide < columns) Eights(from + (wide * read), read, to + wide, write, high, columns - wide);
        if (high < rows) Eights(from + high, read, to + (high * write), write, rows - high, columns);
    }

    /// <summary>Two to four rows become one, an element of each in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Woven(float* from, long read, float* to, int count, int rows)
    {
        float* second = from + read, third = rows > 2 ? second + read : second, fourth = rows > 3 ? third + read : third;
        int i = 0;
        for (; i + Line16 <= count; i += Line16)
        {
            Vector512<float> a = Vector512.Load(from + i), b = Vector512.Load(second + i);
            Vector512<float> c = Vector512.Load(third + i), d = Vector512.Load(fourth + i);
            for (int line = 0; line < rows; line++, to += Line16) Taken(a, b, c, d, Weaving[(rows * Few) + line]).Store(to);
        }

        for (; i < count; i++, to += rows)
        {
            for (int row = 0; row < rows; row++) to[row] = from[i + (row * read)];
        }
    }

    /// <summary>One row becomes two to four, an element to each in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Unwoven(float* from, int rows, float* to, long write, int count)
    {
        int i = 0, third = rows > 2 ? 2 * Line16 : Line16, fourth = rows > 3 ? 3 * Line16 : third;
        for (; i + Line16 <= count; i += Line16, from += rows * Line16)
        {
            Vector512<float> a = Vector512.Load(from), b = Vector512.Load(from + Line16);
            Vector512<float> c = Vector512.Load(from + third), d = Vector512.Load(from + fourth);
            for (int row = 0; row < rows; row++) Taken(a, b, c, d, Unweaving[(rows * Few) + row]).Store(to + i + (row * write));
        }

        for (; i < count; i++, from += rows)
        {
            for (int row = 0; row < rows; row++) to[i + (row * write)] = from[row];
        }
    }

    /// <summary>The elements of four vectors at places from 0 to 63.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Taken(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, Vector512<int> places) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(places, Vector512.Create((2 * Line16) - 1)).AsSingle(),
            Avx512F.PermuteVar16x32x2(c, places, d), Avx512F.PermuteVar16x32x2(a, places, b));

    /// <summary>At rows times <see cref="Few"/> and a line of the woven row: where its elements are in a vector of each row.</summary>
    private static readonly Vector512<int>[] Weaving = Tables((rows, line, lane) =>
        (((line * Line16) + lane) % rows * Line16) + (((line * Line16) + lane) / rows));

    /// <summary>At rows times <see cref="Few"/> and a row: where its elements are in lines of the woven row.</summary>
    internal static readonly Vector512<int>[] Unweaving = Tables((rows, row, lane) => (lane * rows) + row);

    private static Vector512<int>[] Tables(Func<int, int, int, int> place) =>
    [
        .. Enumerable.Range(0, (Few + 1) * Few).Select(at => Vector512.Create<int>(
            [.. Enumerable.Range(0, Line16).Select(lane => at < Few ? 0 : place(at / Few, at % Few, lane))])),
    ];

    /// <summary>A tile of whole cache lines: each is read once and written once, however they lie.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Whole(float* x, long read, float* y, long write)
    {
        Rows4(x, read, out var a0, out var a1, out var a2, out var a3);
        Rows4(x + (4 * read), read, out var b0, out var b1, out var b2, out var b3);
        Rows4(x + (8 * read), read, out var c0, out var c1, out var c2, out var c3);
        Rows4(x + (12 * read), read, out var d0, out var d1, out var d2, out var d3);
        Columns4(a0, b0, c0, d0, y, 4 * write);
        Columns4(a1, b1, c1, d1, y + write, 4 * write);
        Columns4(a2, b2, c2, d2, y + (2 * write), 4 * write);
        Columns4(a3, b3, c3, d3, y + (3 * write), 4 * write);
    }

    /// <summary>Quarter q of pk is column 4q + k of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rows4(
        float* x, long read, out Vector512<float> p0, out Vector512<float> p1, out Vector512<float> p2, out Vector512<float> p3)
    {
        Vector512<float> a = Vector512.Load(x), b = Vector512.Load(x + read);
        Vector512<float> c = Vector512.Load(x + (2 * read)), d = Vector512.Load(x + (3 * read));
        Vector512<float> ab = Avx512F.UnpackLow(a, b), cd = Avx512F.UnpackLow(c, d);
        Vector512<float> hab = Avx512F.UnpackHigh(a, b), hcd = Avx512F.UnpackHigh(c, d);
        p0 = Avx512F.Shuffle(ab, cd, 0b01_00_01_00);
        p1 = Avx512F.Shuffle(ab, cd, 0b11_10_11_10);
        p2 = Avx512F.Shuffle(hab, hcd, 0b01_00_01_00);
        p3 = Avx512F.Shuffle(hab, hcd, 0b11_10_11_10);
    }

    /// <summary>Quarter q of each of four becomes line q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns4(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* y, long write)
    {
        Vector512<float> ab = Avx512F.Shuffle4x128(a, b, 0x44), cd = Avx512F.Shuffle4x128(c, d, 0x44);
        Vector512<float> hab = Avx512F.Shuffle4x128(a, b, 0xEE), hcd = Avx512F.Shuffle4x128(c, d, 0xEE);
        Avx512F.Shuffle4x128(ab, cd, 0x88).Store(y);
        Avx512F.Shuffle4x128(ab, cd, 0xDD).Store(y + write);
        Avx512F.Shuffle4x128(hab, hcd, 0x88).Store(y + (2 * write));
        Avx512F.Shuffle4x128(hab, hcd, 0xDD).Store(y + (3 * write));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eights(float* from, long read, float* to, long write, int rows, int columns)
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
