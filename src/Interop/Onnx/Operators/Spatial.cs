using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>The attributes of a kernel that slides over the axes after the first two, read and checked.</summary>
/// <param name="Kernel">Its size along each axis.</param>
/// <param name="Strides">Steps between neighbouring results.</param>
/// <param name="Dilations">Steps between neighbouring kernel cells.</param>
/// <param name="Lo">Cells that the attribute <c>pads</c> puts before each axis.</param>
/// <param name="Hi">Those after.</param>
/// <param name="Auto">The attribute <c>auto_pad</c>.</param>
internal sealed record Spatial(Dims Kernel, Dims Strides, Dims Dilations, Dims Lo, Dims Hi, string Auto)
{
    /// <summary>The attributes of a node over operand 0, for a kernel whose size is known, or is an attribute.</summary>
    public static Spatial Of(Node n, Dims? kernel = null)
    {
        var axes = n[0].Type.Rank - 2;
        if (axes < 1) throw n.Refuse($"{n[0].Type} has no axes after batch and channels");
        var size = Counts(n, "kernel_shape", axes, 1, 1, must: kernel is null);
        if (kernel is { } k && n.Has("kernel_shape") && k != size)
            throw n.Refuse($"kernel_shape is {size}, the kernel is {k}");
        var auto = n.Text("auto_pad", "NOTSET");
        if (auto is not ("NOTSET" or "VALID" or "SAME_UPPER" or "SAME_LOWER")) throw n.Refuse($"auto_pad is '{auto}'");
        var pads = auto == "NOTSET" ? Counts(n, "pads", 2 * axes, 0, 0) : Dims.Repeat(0, 2 * axes);
        return new(kernel ?? size, Counts(n, "strides", axes, 1, 1), Counts(n, "dilations", axes, 1, 1),
            pads.Slice(0, axes), pads.Slice(axes, axes), auto);
    }

    /// <summary>How many axes the kernel slides over.</summary>
    public int Axes => Kernel.Count;

    /// <summary>The length that the kernel covers along axis i.</summary>
    public long Spread(int i) => Window.Spread(Kernel[i], Dilations[i]);

    /// <summary>The windows over cells of these sizes.</summary>
    /// <param name="sizes">The axes' lengths.</param>
    /// <param name="ceil">Whether a last window that is only partly inside counts.</param>
    public Window[] Windows(Dims sizes, bool ceil = false) =>
        [.. Enumerable.Range(0, Axes).Select(i => Auto.StartsWith("SAME", StringComparison.Ordinal) ? Same(i, sizes[i])
            : ceil && Auto == "NOTSET" ? Partly(i, sizes[i]) : new(Strides[i], Lo[i], Hi[i], 1, Dilations[i]))];

    /// <summary>
    /// n cells, and ⌈n / stride⌉ results; the odd cell of padding is the last for SAME_UPPER, the first for SAME_LOWER.
    /// </summary>
    private Window Same(int i, long n)
    {
        var results = (n + Strides[i] - 1) / Strides[i];
        var (before, after) = Split(Math.Max(0, (results - 1) * Strides[i] + Spread(i) - n));
        return new(Strides[i], before, after, 1, Dilations[i]);
    }

    /// <summary>Padding in two, as even as it can be.</summary>
    public (int Before, int After) Split(long total)
    {
        var (less, more) = (checked((int)(total / 2)), checked((int)(total - total / 2)));
        return Auto == "SAME_UPPER" ? (less, more) : (more, less);
    }

    /// <summary>As many windows as begin inside the cells or the padding before them.</summary>
    private Window Partly(int i, long n)
    {
        var (stride, room) = (Strides[i], n + Lo[i] + Hi[i] - Spread(i));
        var last = room <= 0 ? 0 : (room + stride - 1) / stride;
        if (last * stride >= n + Lo[i]) last--;
        return new(stride, Lo[i], checked((int)(last * stride + Spread(i) - n - Lo[i])), 1, Dilations[i]);
    }

    /// <summary>Whole numbers of an attribute, of which there must be as many, none below the least.</summary>
    internal static Dims Counts(Node n, string name, int count, int absent, int least, bool must = false)
    {
        if (n.Ints(name) is not { } given || (given.Length == 0 && !must))
            return must ? throw n.Refuse($"attribute '{name}' is missing") : Dims.Repeat(absent, count);
        if (given.Length != count || given.Any(v => v < least || v > int.MaxValue))
            throw n.Refuse($"{name} must be {count} whole numbers from {least} up, is [{string.Join(' ', given)}]");
        return Dims.Of(given.Select(v => (int)v));
    }
}
