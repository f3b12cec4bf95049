using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Blocks of an image put back where they were.</summary>
internal static class Blocks
{
    private const long MaxElements = 1 << 24;

    /// <summary>The family.</summary>
    public static readonly Operator[] All = [Operator.Of("Col2Im", Col2Im)];

    /// <summary>Adds the columns [N, C · block, L] to where their blocks lie in an image [N, C, d…].</summary>
    private static Expr Col2Im(Node n)
    {
        var (image, block) = (Sizes.Of(n.Longs(1), n), Sizes.Of(n.Longs(2), n));
        var (x, axes) = (n[0], image.Count);
        var (dilations, strides) = (Spatial.Counts(n, "dilations", axes, 1, 1), Spatial.Counts(n, "strides", axes, 1, 1));
        var pads = Spatial.Counts(n, "pads", 2 * axes, 0, 0);
        var steps = Dims.Of(image.Select((d, a) => checked(
            (int)(((long)d + pads[a] + pads[a + axes] - Window.Spread(block[a], dilations[a])) / strides[a] + 1))));
        if (block.Count != axes || x.Type.Rank != 3 || x.Shape[1] % block.Product != 0 || x.Shape[2] != steps.Product)
            throw n.Refuse($"{x.Type} is not {steps.Product} columns of blocks {block} of an image {image}");
        if (block.Product * steps.Product > MaxElements) throw n.Unsupported($"adds {steps.Product} blocks {block}");
        var (inBlock, step, places) = (block.Strides(), steps.Strides(), image.Strides());
        var cells = Enumerable.Range(0, (int)(block.Product * steps.Product));
        var index = cells.Select(i => Place(i / steps.Product, i % steps.Product));
        var columns = Prim.Reshape(x, [x.Shape[0], (int)(x.Shape[1] / block.Product), (int)block.Product, x.Shape[2]]);
        var rows = Prim.ScatterAdd(Prim.Transpose(columns, [2, 3, 0, 1]),
            Prim.Reshape(Leaves.Longs([.. index]), [(int)block.Product, x.Shape[2]]), (int)image.Product);
        return Prim.Reshape(Prim.Transpose(rows, [1, 2, 0]), columns.Shape.Slice(0, 2).Then(image));

        long Place(long cell, long at)
        {
            var positions = Enumerable.Range(0, axes).Select(a =>
                at / step[a] % steps[a] * strides[a] + cell / inBlock[a] % block[a] * dilations[a] - pads[a]).ToArray();
            return positions.Select((p, a) => p >= 0 && p < image[a]).All(inside => inside)
                ? positions.Select((p, a) => p * places[a]).Sum() : -1;
        }
    }
}
