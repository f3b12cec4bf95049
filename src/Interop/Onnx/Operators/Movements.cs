using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Operators that move or repeat elements and compute none.</summary>
internal static class Movements
{
    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Of("Reshape", Reshape),
        Operator.Of("Transpose", Transpose),
        Operator.Of("Flatten", Flatten),
        Operator.Of("Squeeze", Squeeze),
        Operator.Of("Unsqueeze", Unsqueeze),
        Operator.Of("Expand", n => Repeating.To(n[0], Repeating.Common(n[0].Shape, Sizes.Of(n.Longs(1), n)))),
        Operator.Of("Tile", Tile),
        Operator.Of("Concat", Concat),
        Operator.Of("DepthToSpace", DepthToSpace),
        Operator.Of("SpaceToDepth", SpaceToDepth),
    ];

    /// <summary>0 keeps a size unless allowzero, −1 takes what the others leave.</summary>
    private static Expr Reshape(Node n)
    {
        var (x, asked) = (n[0], n.Ints("shape") ?? n.Longs(1));
        var sizes = asked.Select((s, i) => s != 0 || n.Flag("allowzero") ? s : Kept(i)).ToArray();
        return Prim.Reshape(x, Sizes.Of(Solved(sizes, x.Type.Count, n), n));
        long Kept(int i) => i < x.Type.Rank ? x.Shape[i]
            : throw n.Refuse($"size {i} is to be kept, and the operand is {x.Type}");
    }

    private static long[] Solved(long[] sizes, long count, Node n)
    {
        var open = Array.IndexOf(sizes, -1);
        if (open < 0) return sizes;
        var rest = sizes.Where((_, i) => i != open).Aggregate(1L, (p, s) => p * s);
        if (rest == 0 || count % rest != 0)
            throw n.Refuse($"{count} elements do not divide into the shape [{string.Join(' ', sizes)}]");
        return [.. sizes.Select((s, i) => i == open ? count / rest : s)];
    }

    private static Expr Transpose(Node n)
    {
        var rank = n[0].Type.Rank;
        var perm = n.Ints("perm") is { } given ? n.Axes(given, rank) : Dims.Of(Enumerable.Range(0, rank).Reverse());
        return Prim.Transpose(n[0], perm);
    }

    private static Expr Flatten(Node n)
    {
        var (shape, rank) = (n[0].Shape, n[0].Type.Rank);
        var axis = n.Int("axis", 1) == rank ? rank : n.Axis(n.Int("axis", 1), rank);
        return Prim.Reshape(n[0], Sizes.Of([shape.Slice(0, axis).Product, shape.Slice(axis, rank - axis).Product], n));
    }

    private static long[]? Axes(Node n) => n.Ints("axes") ?? n.LongsAt(1);

    private static Expr Squeeze(Node n)
    {
        var shape = n[0].Shape;
        var axes = Axes(n) is { } given ? n.Axes(given, shape.Count)
            : Dims.Of(Enumerable.Range(0, shape.Count).Where(a => shape[a] == 1));
        return axes.All(a => shape[a] == 1) ? Prim.Reshape(n[0], shape.Without(axes))
            : throw n.Refuse($"axes {axes} of {n[0].Type} are not all of size 1");
    }

    private static Expr Unsqueeze(Node n)
    {
        var given = Axes(n) ?? throw n.Refuse("it has no axes");
        var rank = n[0].Type.Rank + given.Length;
        var sizes = n[0].Shape.ToList();
        foreach (var axis in n.Axes(given, rank).Order()) sizes.Insert(axis, 1);
        return Prim.Reshape(n[0], Dims.Of(sizes));
    }

    private static Expr Tile(Node n)
    {
        var x = n[0];
        var times = n.Opset < 6 ? Once(n) : n.Longs(1);
        if (times.Length != x.Type.Rank) throw n.Refuse($"{times.Length} repeats are given for {x.Type}");
        var repeats = Sizes.Of(times, n);
        var to = Sizes.Of([.. times.Select((t, a) => t * x.Shape[a])], n);
        var blocks = Dims.Of(repeats.SelectMany((t, a) => (int[])[t, x.Shape[a]]));
        return Prim.Reshape(Prim.Broadcast(x, blocks, Dims.Of(Enumerable.Range(0, x.Type.Rank).Select(a => 2 * a + 1))), to);
    }

    /// <summary>Version 1 repeats along one axis.</summary>
    private static long[] Once(Node n)
    {
        var axis = n.Axis(n.Longs(2)[0], n[0].Type.Rank);
        return [.. n[0].Shape.Select((_, a) => a == axis ? n.Longs(1)[0] : 1)];
    }

    private static Expr Concat(Node n)
    {
        var axis = n.Axis(n.Opset < 4 ? n.Int("axis", 1) : n.Int("axis"), n[0].Type.Rank);
        return n.Inputs == 1 ? n[0] : Prim.Concat(axis, n.All);
    }

    private static int BlockSize(Node n) => n.Int("blocksize") is > 0 and <= int.MaxValue and var b ? (int)b
        : throw n.Refuse("its block size must be above 0");

    /// <summary>DCR: channel = (block row, block column, depth); CRD: (depth, block row, block column).</summary>
    private static Expr DepthToSpace(Node n)
    {
        var (x, b) = (n[0], BlockSize(n));
        var (count, depth, h, w) = (x.Shape[0], x.Shape[1] / ((long)b * b), x.Shape[2], x.Shape[3]);
        var crd = n.Text("mode", "DCR") == "CRD";
        var parts = Sizes.Of(crd ? [count, depth, b, b, h, w] : [count, b, b, depth, h, w], n);
        var spread = Prim.Transpose(Prim.Reshape(x, parts), crd ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]);
        return Prim.Reshape(spread, Sizes.Of([count, depth, (long)h * b, (long)w * b], n));
    }

    private static Expr SpaceToDepth(Node n)
    {
        var (x, b) = (n[0], BlockSize(n));
        var (count, depth, h, w) = (x.Shape[0], x.Shape[1], x.Shape[2] / b, x.Shape[3] / b);
        var blocks = Prim.Transpose(Prim.Reshape(x, [count, depth, h, b, w, b]), [0, 3, 5, 1, 2, 4]);
        return Prim.Reshape(blocks, Sizes.Of([count, (long)depth * b * b, h, w], n));
    }
}
