using MiniTorch.Ir;

namespace MiniTorch.Report;

/// <summary>
/// The kernels of a layer: each with its channels side by side. Of kernels over more channels than can be told apart the
/// first are shown, with how many are not; kernels of one cell are one picture, a row for each.
/// </summary>
internal static class KernelWall
{
    private const int Channels = 8, Side = 96;

    internal static IEnumerable<Block> Of(string name, Tensor weight, string before = "")
    {
        var shape = weight.Type.Shape;
        yield return Block.Heading($"{before}{KernelsPart.Words(shape)}");
        if (shape.Skip(2).All(k => k == 1) && shape[1] > 1) foreach (var block in Matrix(name, weight)) yield return block;
        else foreach (var block in Each(name, weight)) yield return block;
    }

    private static IEnumerable<Block> Each(string name, Tensor weight)
    {
        var (all, shown) = (weight.Type[1], weight.Type[1] <= 2 * Channels ? weight.Type[1] : Channels);
        if (shown < all) yield return Block.Text($"Of each kernel {shown} channels are shown; {all - shown} more are not.");
        yield return new Block(KernelImages.Of(name, Cut(weight, weight.Type[0], shown)));
    }

    private static IEnumerable<Block> Matrix(string name, Tensor weight)
    {
        var (rows, columns) = (Math.Min(weight.Type[0], Side), Math.Min(weight.Type[1], Side));
        yield return Block.Text("A row for each kernel, a column for each channel."
            + (rows < weight.Type[0] ? $" {weight.Type[0] - rows} more rows are not shown." : "")
            + (columns < weight.Type[1] ? $" {weight.Type[1] - columns} more columns are not shown." : ""));
        var part = Cut(weight, rows, columns);
        var matrix = Tensor.Adopt(part.Type.With([1, 1, rows, columns]), part.Bytes.ToArray());
        yield return new Block(KernelImages.Of(name, matrix));
    }

    // the first rows of the first two axes
    private static Tensor Cut(Tensor weight, int rows, int columns)
    {
        var shape = weight.Type.Shape;
        var type = weight.Type.With(Dims.Create([rows, columns]).Then(Dims.Of(shape.Skip(2))));
        var (whole, row) = ((int)(weight.Type.Bytes / Math.Max(1, shape[0])), (int)(type.Bytes / Math.Max(1, rows)));
        var bytes = new byte[type.Bytes];
        for (var r = 0; r < rows; r++) weight.Bytes.Slice(r * whole, row).CopyTo(bytes.AsSpan(r * row));
        return Tensor.Adopt(type, bytes);
    }
}
