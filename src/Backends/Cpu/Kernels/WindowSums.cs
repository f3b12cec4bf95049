using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Masks = MiniTorch.Backends.Cpu.Lanes;

namespace MiniTorch.Backends.Cpu.Kernels;

internal static unsafe partial class WindowKernels
{
    /// <summary>Wider windows take the general way.</summary>
    internal const int ColumnFloats = 4096;

    /// <summary>Rows of a window are added first, for as many windows as a buffer in the nearest cache holds, then columns.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumTiles(void* state, int part, int thread)
    {
        WindowSpec s = Share(state, part, out long first, out long last);
        bool line = s.In.Length == 1;
        int height = line ? 1 : s.Size[0], width = s.Size[^1], outH = line ? 1 : s.Out[0], outW = s.Out[^1], pitch = s.In[^1];
        int some = Math.Max(1, ColumnFloats / width), rows = Math.Max(1, some / outW);
        float* column = stackalloc float[ColumnFloats + 64];
        float* y = (float*)((Job*)state)->Y + (first * s.OutCells);
        long told = first;
        for (long outer = first; outer < last; outer++)
        {
            float* x = ((Job*)state)->X + (outer * s.InCells);
            for (int r = 0; r < outH; r += rows)
            {
                int together = Math.Min(rows, outH - r);
                for (int q = 0; q < outW; q += some)
                {
                    int windows = Math.Min(some, outW - q), n = windows * width;
                    float* from = x + ((long)r * height * pitch) + (q * width);
                    AddRows(from, pitch, height, n, together, column);
                    AddColumns(column, width, together * windows, y);
                    y += together * windows;
                }
            }

            Tell(state, s, ref told, outer + 1, last);
        }
    }

    /// <summary>Halves of an even width are folded onto each other in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddColumns(float* x, int width, int n, float* y)
    {
        for (; width % 4 == 0 && width > 4; width /= 2) AddPairs(x, n * (width / 2), x);
        if (width == 4)
        {
            AddFours(x, n, y);
            return;
        }

        if (width == 2)
        {
            AddPairs(x, n, y);
            return;
        }

        for (int q = 0; q < n; q++, x += width)
        {
            float sum = *x;
            for (int t = 1; t < width; t++)
            {
                sum += x[t];
            }

            y[q] = sum;
        }
    }

    /// <summary>y[i] = x[2i] + x[2i + 1]; what is written of x is read before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddPairs(float* x, int n, float* y)
    {
        int i = 0;
        for (; i + Lanes <= n; i += Lanes) Pairs.Sums(Vector512.Load(x + (2 * i)), Vector512.Load(x + (2 * i) + Lanes)).Store(y + i);
        for (; i < n; i++) y[i] = x[2 * i] + x[(2 * i) + 1];
    }

    /// <summary>y[i] = (x[4i] + x[4i + 1]) + (x[4i + 2] + x[4i + 3]).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFours(float* x, int n, float* y)
    {
        int i = 0;
        for (; i + Lanes <= n; i += Lanes, x += 4 * Lanes)
        {
            Vector512<float> low = Pairs.Sums(Vector512.Load(x), Vector512.Load(x + Lanes));
            Pairs.Sums(low, Pairs.Sums(Vector512.Load(x + (2 * Lanes)), Vector512.Load(x + (3 * Lanes)))).Store(y + i);
        }

        for (; i < n; i++, x += 4) y[i] = x[0] + x[1] + (x[2] + x[3]);
    }

    /// <summary>So many times n columns of so many rows, one below the other; the last vector of a row begins earlier.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRows(float* x, int pitch, int height, int n, int times, float* sum)
    {
        for (; times > 0; times--, x += (long)height * pitch, sum += n)
        {
            for (int q = 0; n >= Lanes && q < n; q += Lanes)
            {
                int at = Math.Min(q, n - Lanes);
                float* row = x + at;
                Vector512<float> total = Vector512.Load(row);
                for (int r = 1; r < height; r++)
                {
                    row += pitch;
                    total += Vector512.Load(row);
                }

                total.Store(sum + at);
            }

            for (int i = 0; n < Lanes && i < n; i++)
            {
                float total = x[i];
                for (int r = 1; r < height; r++) total += x[((long)r * pitch) + i];
                sum[i] = total;
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRepeats(void* state, int part, int thread)
    {
        WindowSpec s = Share(state, part, out long first, out long last);
        bool line = s.In.Length == 1;
        int height = line ? 1 : s.Size[0], width = s.Size[^1], outH = line ? 1 : s.Out[0], outW = s.Out[^1];
        int inH = line ? 1 : s.In[0], inW = s.In[^1];
        bool wide = s.RepeatsRows;
        int* places = stackalloc int[ColumnFloats + Lanes];
        for (int at = 0; wide && at < outW; at += Lanes) Places(Math.Min(at, outW - Lanes) % width, width, places + at);
        float* all = (float*)((Job*)state)->Y, y = all + (first * s.OutCells);
        long told = first;
        fixed (int* whole = s.Places)
        for (long outer = first; outer < last; outer++)
        {
            float* x = ((Job*)state)->X + (outer * s.InCells);
            for (int r = 0, rows; r < outH; r += rows, y += rows * outW)
            {
                rows = Math.Min(height, outH - r);
                float* from = x + ((long)(r / height) * inW);
                if (r / height >= inH) new Span<float>(y, rows * outW).Clear();
                else if (whole != null) RepeatLines(from, whole, y, s.Mask == 0 ? null : (byte*)s.Mask + (y - all), rows * outW);
                else if (wide) RepeatLine(from, places, width, y, s.Mask == 0 ? null : (byte*)s.Mask + (y - all), outW, rows);
                else RepeatCells(from, inW, width, y, outW, rows);
            }

            Tell(state, s, ref told, outer + 1, last);
        }
    }

    /// <summary>Which cell each lane repeats, where the first is so many lanes into its cell.</summary>
    private static void Places(int into, int width, int* places)
    {
        for (int lane = 0; lane < Lanes; lane++) places[lane] = (into + lane) / width;
    }

    /// <summary>All rows that repeat a row of at most a vector of cells, whatever row a lane is in; the last begins earlier.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RepeatLines(float* x, int* places, float* y, byte* mask, int n)
    {
        Vector512<float> cells = Vector512.Load(x);
        for (int at = 0; at < n; at += Lanes)
        {
            int column = Math.Min(at, n - Lanes);
            Vector512<float> spread = Stretch.At(x, cells, cells, Vector512.Load(places + column));
            (mask == null ? spread : Kept(spread, mask + column)).Store(y + column);
        }
    }

    /// <summary>What lies where a byte is not zero; zero elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Kept(Vector512<float> x, byte* mask) => Vector512.ConditionalSelect(
        Vector512.GreaterThan(Masks.Widen(Vector128.Load(mask)), Vector512<int>.Zero).AsSingle(), x, Vector512<float>.Zero);

    /// <summary>Rows of repeated cells, equal but for masks, vector by vector: each is spread once, and the last begins earlier.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RepeatLine(float* x, int* places, int width, float* y, byte* mask, int outW, int rows)
    {
        for (int at = 0; at < outW; at += Lanes)
        {
            int column = Math.Min(at, outW - Lanes);
            float* from = x + (column / width), to = y + column;
            Vector512<float> cells = Vector512.Load(from), spread = Stretch.At(from, cells, cells, Vector512.Load(places + at));
            for (int r = 0; r < rows && mask == null; r++, to += outW) spread.Store(to);
            byte* bits = mask + column;
            for (int r = 0; r < rows && mask != null; r++, to += outW, bits += outW) Kept(spread, bits).Store(to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RepeatCells(float* x, int inW, int width, float* y, int outW, int rows)
    {
        int whole = Math.Min(inW, outW / width);
        for (int q = 0; q < whole; q++) Repeat(x[q], y + (q * width), width);
        for (int q = whole * width; q < outW; q++) y[q] = q / width < inW ? x[q / width] : 0;
        for (int r = 1; r < rows; r++) Packing.Copy(y, y + ((long)r * outW), outW);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Repeat(float value, float* y, int n)
    {
        if (n == 4)
        {
            Vector128.Create(value).Store(y);
            return;
        }

        for (int t = 0; t < n; t++)
        {
            y[t] = value;
        }
    }

    private static void SumAny(void* state, int part, int thread)
    {
        WindowSpec s = Share(state, part, out long first, out long last);
        long told = first;
        for (long outer = first; outer < last; outer++)
        {
            float* x = ((Job*)state)->X + (outer * s.InCells);
            float* y = (float*)((Job*)state)->Y + (outer * s.OutCells);
            for (int p = 0; p < s.OutCells; p++)
            {
                float sum = 0;
                for (int t = 0; t < s.SizeCells; t++)
                {
                    int cell = Cell(s, p, t);
                    sum += cell < 0 ? 0 : x[cell];
                }

                y[p] = sum;
            }

            Tell(state, s, ref told, outer + 1, last);
        }
    }
}
