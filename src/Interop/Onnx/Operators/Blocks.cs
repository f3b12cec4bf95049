using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Operators on blocks of an image and on square matrices.</summary>
internal static class Blocks
{
    private const int MaxRows = 8;
    private const long MaxElements = 1 << 24;

    /// <summary>The family.</summary>
    public static readonly Operator[] All = [Operator.Of("Col2Im", Col2Im), Operator.Of("Det", Det)];

    /// <summary>Adds the columns [N, C · block, L] to where their blocks lie in an image [N, C, d…].</summary>
    private static Expr Col2Im(Node n)
    {
        var (image, block) = (Sizes.Of(n.Longs(1), n), Sizes.Of(n.Longs(2), n));
        var (x, axes) = (n[0], image.Count);
        long[] Each(string name, int count) => n.Ints(name) switch
        {
            null => [.. Enumerable.Repeat(name == "pads" ? 0L : 1L, count)],
            var given when given.Length == count && given.All(g => g >= (name == "pads" ? 0 : 1) && g <= 1 << 30) => given,
            _ => throw n.Refuse($"its {name} do not fit {axes} axes"),
        };
        var (dilations, pads, strides) = (Each("dilations", axes), Each("pads", 2 * axes), Each("strides", axes));
        var steps = Dims.Of(image.Select((d, a) =>
            (int)((d + pads[a] + pads[a + axes] - dilations[a] * (block[a] - 1) - 1) / strides[a] + 1)));
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

    /// <summary>
    /// The determinant by Laplace's expansion, a row after the other, of each choice of columns once: r · 2ʳ products.
    /// Differentiable where a matrix is singular too, which elimination is not.
    /// </summary>
    private static Expr Det(Node n)
    {
        var (x, rank) = (n[0], n[0].Type.Rank);
        var rows = x.Shape[rank - 1];
        if (rows != x.Shape[rank - 2]) throw n.Refuse($"{x.Type} holds no square matrices");
        if (rows > MaxRows) throw n.Unsupported($"takes matrices of {rows} rows");
        var none = Prim.Full(x.Type.With(x.Shape.Slice(0, rank - 2)), 1);
        var minors = new Dictionary<int, Expr> { [0] = none };
        foreach (var columns in Enumerable.Range(1, (1 << rows) - 1))
            minors[columns] = Enumerable.Range(0, rows).Where(c => (columns >> c & 1) == 1)
                .Select(c => Term(columns, c)).Aggregate((y, z) => y + z);
        return minors[(1 << rows) - 1];

        Expr Term(int columns, int c)
        {
            var row = System.Numerics.BitOperations.PopCount((uint)columns) - 1;
            var product = Along.At(Along.At(x, rank - 2, row), rank - 2, c) * minors[columns & ~(1 << c)];
            return System.Numerics.BitOperations.PopCount((uint)(columns >> c + 1)) % 2 == 0 ? product : -product;
        }
    }
}
