using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Some rows of an image, padded, sixteen channels side by side; and back to planes.</summary>
internal static unsafe class WinogradStrips
{
    /// <summary>The part of a strip that the image fills: rows and columns of the strip.</summary>
    public readonly record struct Area(int FirstRow, int LastRow, int Rows, int FirstColumn, int LastColumn, int Columns)
    {
        /// <summary>Of a strip whose first cell is at a row and a column of the image, which may lie outside.</summary>
        public static Area Of(int height, int width, int row, int column, int rows, int columns)
        {
            (int first, int last) = (Math.Clamp(-row, 0, rows), Math.Clamp(height - row, 0, rows));
            (int from, int until) = (Math.Clamp(-column, 0, columns), Math.Clamp(width - column, 0, columns));
            return new(first, Math.Max(first, last), rows, from, Math.Max(from, until), columns);
        }
    }

    /// <summary>Zeros around the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pad(float* strip, in Area a)
    {
        int pitch = a.Columns * 16;
        for (int row = 0; row < a.Rows; row++, strip += pitch)
        {
            bool inside = row >= a.FirstRow && row < a.LastRow;
            new Span<float>(strip, (inside ? a.FirstColumn : a.Columns) * 16).Clear();
            if (inside)
            {
                new Span<float>(strip + (a.LastColumn * 16), (a.Columns - a.LastColumn) * 16).Clear();
            }
        }
    }

    /// <summary>Reads rows of up to sixteen planes; x is at the strip's first cell, <paramref name="end"/> after its last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read(float* x, long row, long channel, int channels, float* end, float* strip, in Area a, float* spare)
    {
        int pitch = a.Columns * 16, last = a.LastColumn;
        float* limit = end - Math.Max(0, 15 * channel) - 16;
        for (int r = a.FirstRow; r < a.LastRow; r++)
        {
            float* from = x + (r * row), to = strip + ((long)r * pitch);
            for (int start = a.FirstColumn; start < last; start += 16)
            {
                // The last pixels of a long row are read together with some before them.
                int q = Math.Max(a.FirstColumn, Math.Min(start, last - 16)), width = Math.Min(16, last - q);
                if (channels == 16 && width == 16)
                {
                    ChannelBlocks.Transpose(from + q, channel, to + (q * 16), 16);
                }
                else if (channels == 16 && from + q <= limit)
                {
                    ChannelBlocks.Transpose(from + q, channel, spare, 16);
                    Packing.Copy(spare, to + (q * 16), width * 16);
                }
                else
                {
                    Gather(from + q, channel, channels, width, to + (q * 16), spare);
                }
            }
        }
    }

    /// <summary>Reads rows of a block of sixteen channels; x is at the strip's first cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ReadBlocked(float* x, long row, float* strip, in Area a)
    {
        int pitch = a.Columns * 16, first = a.FirstColumn * 16, count = (a.LastColumn - a.FirstColumn) * 16;
        for (int r = a.FirstRow; r < a.LastRow && count > 0; r++)
        {
            Packing.Copy(x + (r * row) + first, strip + ((long)r * pitch) + first, count);
        }
    }

    /// <summary>Writes pixels that lie one after the other to up to sixteen planes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(float* from, int pixels, float* y, long channel, int channels, float* spare)
    {
        for (int start = 0; start < pixels; start += 16)
        {
            int q = Math.Max(0, Math.Min(start, pixels - 16)), width = Math.Min(16, pixels - q);
            if (channels == 16 && width == 16)
            {
                ChannelBlocks.Transpose(from + (q * 16), 16, y + q, channel);
                continue;
            }

            ChannelBlocks.Transpose(from + (q * 16), 16, spare, 16);
            for (int k = 0; k < channels; k++)
            {
                Packing.Copy(spare + (k * 16), y + (k * channel) + q, width);
            }
        }
    }

    /// <summary>Channels that lack are zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(float* from, long channel, int channels, int width, float* to, float* spare)
    {
        for (int c = 0; c < channels; c++)
        {
            Packing.Copy(from + (c * channel), spare + (c * 16), width);
        }

        new Span<float>(spare + (channels * 16), (16 - channels) * 16).Clear();
        ChannelBlocks.Transpose(spare, 16, spare + 256, 16);
        Packing.Copy(spare + 256, to, width * 16);
    }
}
