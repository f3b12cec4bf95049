using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Copies of strided matrices into the panels that register tiles read.</summary>
internal static unsafe class Packing
{
    /// <summary><c>to[q * width + r] = from[r * row + q * column]</c> for r below rows; zero up to width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Panel(float* from, long row, long column, int rows, int length, float* to, int width)
    {
        if (row == 1)
        {
            Rows(from, column, rows, length, to, width);
            return;
        }

        int r = 0;
        if (column == 1)
        {
            Turns.Block(from, row, to, width, length, rows);
            r = rows;
        }

        for (; r < rows; r++)
        {
            float* source = from + (r * row);
            float* target = to + r;
            for (int q = 0; q < length; q++, source += column, target += width)
            {
                *target = *source;
            }
        }

        for (; r < width; r++)
        {
            for (int q = 0; q < length; q++)
            {
                to[((long)q * width) + r] = 0;
            }
        }
    }

    /// <summary>Rows of whole panels of 32 neighbours, row by row, as memory has them: each panel gets its share.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Panels(float* from, long row, int width, int length, float* to)
    {
        long panel = (long)length * 32, ahead = 4 * row;
        for (int q = 0; q < length; q++, from += row, to += 32)
        {
            float* target = to;
            for (int j = 0; j < width; j += 32, target += panel)
            {
                if (Sse.IsSupported)
                {
                    Sse.Prefetch0(from + j + ahead);
                    Sse.Prefetch0(from + j + ahead + 16);
                }

                Vector512.Load(from + j).Store(target);
                Vector512.Load(from + j + 16).Store(target + 16);
            }
        }
    }

    /// <summary>Copies n floats; the ranges do not overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* from, float* to, int n)
    {
        if (n >= 16)
        {
            for (int i = 0; i + 16 <= n; i += 16)
            {
                Vector512.Load(from + i).Store(to + i);
            }

            Vector512.Load(from + n - 16).Store(to + n - 16);
        }
        else if (n >= 8)
        {
            Vector256<float> low = Vector256.Load(from), high = Vector256.Load(from + n - 8);
            low.Store(to);
            high.Store(to + n - 8);
        }
        else if (n >= 4)
        {
            Vector128<float> low = Vector128.Load(from), high = Vector128.Load(from + n - 4);
            low.Store(to);
            high.Store(to + n - 4);
        }
        else
        {
            for (int i = 0; i < n; i++)
            {
                to[i] = from[i];
            }
        }
    }

    /// <summary>Adds n floats, so many times each, into a row.</summary>
    public static void Add(float* from, float* to, int n, float times)
    {
        Vector512<float> by = Vector512.Create(times);
        int i = 0;
        for (; i + 16 <= n; i += 16)
        {
            (Vector512.Load(to + i) + (by * Vector512.Load(from + i))).Store(to + i);
        }

        for (; i < n; i++)
        {
            to[i] += times * from[i];
        }
    }

    /// <summary>Four floats of each of four rows become four columns: <c>to[q * width + r]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose4(float* from, long row, float* to, long width)
    {
        Vector128<float> a = Vector128.Load(from), b = Vector128.Load(from + row);
        Vector128<float> c = Vector128.Load(from + (2 * row)), d = Vector128.Load(from + (3 * row));
        Vector128<float> ab = Sse.UnpackLow(a, b), cd = Sse.UnpackLow(c, d);
        Vector128<float> hab = Sse.UnpackHigh(a, b), hcd = Sse.UnpackHigh(c, d);
        Sse.MoveLowToHigh(ab, cd).Store(to);
        Sse.MoveHighToLow(cd, ab).Store(to + width);
        Sse.MoveLowToHigh(hab, hcd).Store(to + (2 * width));
        Sse.MoveHighToLow(hcd, hab).Store(to + (3 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(float* from, long column, int rows, int length, float* to, int width)
    {
        int q = rows < width && width % 16 == 0 ? Masked(from, column, rows, length, to, width) : 0;
        for (from += q * column, to += (long)q * width; q < length; q++, from += column, to += width)
        {
            Copy(from, to, rows);
            for (int r = rows; r < width; r++)
            {
                to[r] = 0;
            }
        }
    }

    /// <summary>Rows padded to whole vectors, as many as can be read beyond their end; how many those are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Masked(float* from, long column, int rows, int length, float* to, int width)
    {
        long held = ((length - 1) * column) + rows - width;
        int count = column <= 0 || held < 0 ? 0 : (int)Math.Min(length, (held / column) + 1);
        for (int r = 0; r < width; r += 16, from += 16, to += 16)
        {
            Vector512<float> kept = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(rows - r)).AsSingle();
            float* source = from, target = to;
            for (int q = 0; q < count; q++, source += column, target += width)
            {
                (Vector512.Load(source) & kept).Store(target);
            }
        }

        return count;
    }
}
