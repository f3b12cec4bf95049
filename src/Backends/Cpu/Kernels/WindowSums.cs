using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MiniTorch.Backends.Cpu.Kernels;

internal static unsafe partial class WindowKernels
{
    /// <summary>Wider windows take the general way.</summary>
    internal const int ColumnFloats = 4096;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumTiles(void* state, int part, int thread)
    {
        WindowSpec s = Share(state, part, out long first, out long last);
        bool line = s.In.Length == 1;
        int height = line ? 1 : s.Size[0], width = s.Size[^1], outH = line ? 1 : s.Out[0], outW = s.Out[^1];
        int pitch = s.In[^1], some = Math.Max(1, ColumnFloats / width);
        float* column = stackalloc float[ColumnFloats + 16];
        float* y = (float*)((Job*)state)->Y + (first * s.OutCells);
        long told = first;
        for (long outer = first; outer < last; outer++)
        {
            float* x = ((Job*)state)->X + (outer * s.InCells);
            for (int r = 0; r < outH; r++, x += (long)height * pitch, y += outW)
            {
                for (int q = 0; q < outW; q += some)
                {
                    int windows = Math.Min(some, outW - q);
                    AddRows(x + (q * width), pitch, height, windows * width, column);
                    AddColumns(column, width, windows, y + q);
                }
            }

            Tell(s, ref told, outer + 1, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddColumns(float* x, int width, int n, float* y)
    {
        if (width == 4 && n >= 4 && Sse.IsSupported)
        {
            float* c = stackalloc float[16];
            for (int q = 0; q < n; q += 4)
            {
                int at = Math.Min(q, n - 4);
                Packing.Transpose4(x + (at * 4), 4, c, 4);
                Vector128<float> sum = Vector128.Load(c) + Vector128.Load(c + 4);
                (sum + Vector128.Load(c + 8) + Vector128.Load(c + 12)).Store(y + at);
            }

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRows(float* x, int pitch, int height, int n, float* sum)
    {
        for (int q = 0; n >= 16 && q < n; q += 16)
        {
            int at = Math.Min(q, n - 16);
            Vector512<float> total = Vector512.Load(x + at);
            for (int r = 1; r < height; r++)
            {
                total += Vector512.Load(x + ((long)r * pitch) + at);
            }

            total.Store(sum + at);
        }

        for (int i = 0; n < 16 && i < n; i++)
        {
            float total = x[i];
            for (int r = 1; r < height; r++)
            {
                total += x[((long)r * pitch) + i];
            }

            sum[i] = total;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRepeats(void* state, int part, int thread)
    {
        WindowSpec s = Share(state, part, out long first, out long last);
        bool line = s.In.Length == 1;
        int height = line ? 1 : s.Size[0], width = s.Size[^1], outH = line ? 1 : s.Out[0], outW = s.Out[^1];
        int inH = line ? 1 : s.In[0], inW = s.In[^1], whole = Math.Min(inW, outW / width);
        float* y = (float*)((Job*)state)->Y + (first * s.OutCells);
        long told = first;
        for (long outer = first; outer < last; outer++)
        {
            float* x = ((Job*)state)->X + (outer * s.InCells);
            for (int r = 0; r < outH; r++, y += outW)
            {
                if (r % height != 0)
                {
                    Packing.Copy(y - outW, y, outW);
                    continue;
                }

                if (r / height >= inH)
                {
                    new Span<float>(y, outW).Clear();
                    continue;
                }

                float* from = x + ((long)(r / height) * inW);
                for (int q = 0; q < whole; q++)
                {
                    Repeat(from[q], y + (q * width), width);
                }

                for (int q = whole * width; q < outW; q++)
                {
                    y[q] = q / width < inW ? from[q / width] : 0;
                }
            }

            Tell(s, ref told, outer + 1, last);
        }
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

            Tell(s, ref told, outer + 1, last);
        }
    }
}
