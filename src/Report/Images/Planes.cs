using MiniTorch.Ir;

namespace MiniTorch.Report;

/// <summary>From numbers of any rank to the pixels of a plane.</summary>
internal static class Planes
{
    // between the slices of a volume, and after the last number of a strip
    private const int Gap = 0x808080;

    /// <summary>So many parts of equal length.</summary>
    internal static IEnumerable<double[]> Split(double[] values, int count) =>
        values.Length == 0 ? [] : values.Chunk(Math.Max(1, values.Length / Math.Max(1, count)));

    /// <summary>One map: a number, a signal, an image, or a volume as its slices side by side.</summary>
    internal static Pixels Of(double[] map, Dims cells, Tone tone)
    {
        var (rows, columns) = (cells.Count < 2 ? 1 : cells[^2], cells.Count < 1 ? 1 : cells[^1]);
        var slices = Split(map, map.Length / Math.Max(1, rows * columns)).Select(s => Shrunk(s, rows, columns)).ToList();
        return Beside([.. slices.Select(s => (s.Rows, s.Columns, s.Values.Select(tone.Colour).ToArray()))]);
    }

    /// <summary>Numbers in rows of so many.</summary>
    internal static Pixels Wrapped(double[] values, Tone tone, int width)
    {
        var columns = Math.Clamp(values.Length, 1, width);
        var rows = Math.Max(1, (values.Length + columns - 1) / columns);
        var pixels = values.Select(tone.Colour).Concat(Enumerable.Repeat(Gap, rows * columns - values.Length));
        return Images.Of(rows, columns, [.. pixels]);
    }

    /// <summary>[H, W], [C, H, W] or [C, T, H, W] from its least to its greatest; three channels are colours.</summary>
    internal static IEnumerable<Pixels> Photo(Tensor image)
    {
        var (values, shape) = (image.ToDoubles(), image.Type.Shape);
        var held = values.Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        var (lo, hi) = (held.Min(), held.Max());
        if (shape is [3, var h, var w]) return [Images.Rgb(values, h, w, lo, hi)];
        var (channels, cells) = shape.Count < 3 ? (1, shape) : (shape[0], Dims.Of(shape.Skip(1)));
        return Split(values, channels).Select(c => Of(c, cells, new Tone(lo, hi, false)));
    }

    private static Pixels Beside(List<(int Rows, int Columns, int[] Pixels)> slices)
    {
        if (slices.Count == 0) return Images.Of(1, 1, [Gap]);
        var (rows, width) = (slices[0].Rows, slices.Sum(s => s.Columns + 1) - 1);
        var (all, at) = (Enumerable.Repeat(Gap, rows * width).ToArray(), 0);
        foreach (var (_, columns, pixels) in slices)
        {
            for (var r = 0; r < rows; r++) pixels.AsSpan(r * columns, columns).CopyTo(all.AsSpan(r * width + at));
            at += columns + 1;
        }
        return Images.Of(rows, width, all);
    }

    /// <summary>Means of squares of neighbours, so that no side is longer than <see cref="Walls.Side"/>.</summary>
    internal static (int Rows, int Columns, double[] Values) Shrunk(double[] values, int rows, int columns)
    {
        // a signal is as long as it is
        var step = rows == 1 ? 1 : (Math.Max(rows, columns) + Walls.Side - 1) / Walls.Side;
        if (step <= 1) return (rows, columns, values);
        var (h, w) = ((rows + step - 1) / step, (columns + step - 1) / step);
        return (h, w, [.. from r in Enumerable.Range(0, h) from c in Enumerable.Range(0, w)
            select Mean(values, columns, r * step, Math.Min(rows, (r + 1) * step),
                c * step, Math.Min(columns, (c + 1) * step))]);
    }

    private static double Mean(double[] values, int columns, int top, int bottom, int left, int right)
    {
        var sum = 0.0;
        for (var r = top; r < bottom; r++)
            for (var c = left; c < right; c++) sum += values[r * columns + c];
        return sum / ((bottom - top) * (right - left));
    }
}
