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
        var (x, slide) = (n[0], Slide.Of(n, Sizes.Of(n.Longs(1), n), Sizes.Of(n.Longs(2), n)));
        var (image, block, count) = (slide.Image, slide.Block, slide.Steps.Product);
        if (x.Type.Rank != 3 || x.Shape[1] % block.Product != 0 || x.Shape[2] != count)
            throw n.Refuse($"{x.Type} is not {count} columns of blocks {block} of an image {image}");
        if (block.Product * count > MaxElements) throw n.Unsupported($"adds {count} blocks {block}");
        var columns = Prim.Reshape(x, [x.Shape[0], (int)(x.Shape[1] / block.Product), (int)block.Product, x.Shape[2]]);
        var places = Prim.Reshape(Leaves.Longs(slide.Places()), [(int)block.Product, x.Shape[2]]);
        var rows = Prim.ScatterAdd(Prim.Transpose(columns, [2, 3, 0, 1]), places, (int)image.Product);
        return Prim.Reshape(Prim.Transpose(rows, [1, 2, 0]), columns.Shape.Slice(0, 2).Then(image));
    }

    /// <summary>A block that slides over an image and the padding around it.</summary>
    private sealed record Slide(Dims Image, Dims Block, Dims Strides, Dims Dilations, Dims Pads)
    {
        /// <summary>The slide that a node's attributes tell.</summary>
        public static Slide Of(Node n, Dims image, Dims block)
        {
            var axes = image.Count;
            return block.Count == axes
                ? new(image, block, Spatial.Counts(n, "strides", axes, 1, 1), Spatial.Counts(n, "dilations", axes, 1, 1),
                    Spatial.Counts(n, "pads", 2 * axes, 0, 0))
                : throw n.Refuse($"a block {block} does not slide over an image {image}");
        }

        /// <summary>How often it stands along each axis.</summary>
        public Dims Steps => Image.Map((d, a) => checked((int)(((long)d + Pads[a] + Pads[a + Image.Count]
            - Window.Spread(Block[a], Dilations[a])) / Strides[a] + 1)));

        /// <summary>For each cell of the block, then each step: the row-major place in the image, −1 outside.</summary>
        public long[] Places()
        {
            var (inBlock, step, places, steps) = (Block.Strides(), Steps.Strides(), Image.Strides(), Steps);
            var index = new long[Block.Product * steps.Product];
            for (var i = 0; i < index.Length; i++)
            {
                var (cell, at) = (i / steps.Product, i % steps.Product);
                for (var a = 0; a < Image.Count && index[i] >= 0; a++)
                {
                    var p = at / step[a] % steps[a] * Strides[a] + cell / inBlock[a] % Block[a] * Dilations[a] - Pads[a];
                    index[i] = p >= 0 && p < Image[a] ? index[i] + p * places[a] : -1;
                }
            }
            return index;
        }
    }
}
