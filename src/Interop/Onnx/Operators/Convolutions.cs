using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Convolutions and their transposes. Shape: x [N, C, …].</summary>
internal static class Convolutions
{
    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Of("Conv", n => Biased(Conv(n[0], n[1], n), n)),
        Operator.Of("ConvInteger", ConvInteger),
        Operator.Of("ConvTranspose", n => Biased(ConvTranspose(n), n)),
    ];

    private static Expr Conv(Expr x, Expr w, Node n)
    {
        var windows = Spatial.Of(n, Kernel(n)).Windows(x.Shape.Slice(2, x.Type.Rank - 2));
        return Prim.Conv(x, w, windows, Groups(n));
    }

    /// <summary>In i32, zero points taken off; the kernel's may be one for each output channel.</summary>
    private static Expr ConvInteger(Node n)
    {
        var (x, w) = (Prim.Cast(n[0], ElementType.I32), Prim.Cast(n[1], ElementType.I32));
        if (n.At(2) is { } zero) x -= Prim.Reshape(Prim.Cast(zero, ElementType.I32), []);
        if (n.At(3) is { } zeros)
            w -= zeros.Type.Count == 1 ? Prim.Reshape(Prim.Cast(zeros, ElementType.I32), [])
                : Prim.Broadcast(Prim.Cast(zeros, ElementType.I32), w.Shape, [0]);
        return Conv(x, w, n);
    }

    /// <summary>The input gradient of a convolution: the flipped kernel slides over an input spread by the stride.</summary>
    private static Expr ConvTranspose(Node n)
    {
        var (spatial, groups) = (Spatial.Of(n, Kernel(n)), Groups(n));
        var sizes = n[0].Shape.Slice(2, spatial.Axes);
        var extra = Spatial.Counts(n, "output_padding", spatial.Axes, 0, 0);
        var wanted = Wanted(n, spatial, sizes);
        var windows = Enumerable.Range(0, spatial.Axes).Select(i => Transposed(spatial, i, sizes[i], extra[i], wanted?[i]));
        return Prim.Conv(n[0], Flipped(n[1], groups, n), windows, groups);
    }

    /// <summary>The result's sizes where the padding follows from them.</summary>
    private static Dims? Wanted(Node n, Spatial spatial, Dims sizes)
    {
        if (n.Ints("output_shape") is { Length: > 0 } given)
            return given.Length == spatial.Axes || given.Length == spatial.Axes + 2
                ? Sizes.Of([.. given.TakeLast(spatial.Axes)], n)
                : throw n.Refuse($"output_shape must be {spatial.Axes} sizes, is [{string.Join(' ', given)}]");
        return spatial.Auto is "SAME_UPPER" or "SAME_LOWER" ? sizes.Map((s, i) => checked(s * spatial.Strides[i])) : null;
    }

    private static Window Transposed(Spatial s, int i, long n, int extra, int? wanted)
    {
        var (full, last) = ((n - 1) * s.Strides[i] + s.Spread(i) + extra, s.Spread(i) - 1);
        var (before, after) = wanted is not { } size ? (s.Lo[i], s.Hi[i])
            : full < size ? (0, checked((int)(full - size))) : s.Split(full - size);
        return new(1, checked((int)(last - before)), checked((int)(last - after + extra)), s.Strides[i], s.Dilations[i]);
    }

    /// <summary>The kernel [C, O/G, …] as [O, C/G, …], flipped along its spatial axes.</summary>
    private static Expr Flipped(Expr w, int groups, Node n)
    {
        var (inputs, outputs, spatial) = (w.Shape[0], w.Shape[1], w.Shape.Slice(2, w.Type.Rank - 2));
        if (inputs % groups != 0) throw n.Refuse($"{inputs} channels do not split into {groups} groups");
        var split = Prim.Reshape(w, Dims.Create([groups, inputs / groups, outputs]).Then(spatial));
        var swapped = Prim.Transpose(split, Dims.Create([0, 2, 1]).Then(Dims.Range(3, spatial.Count)));
        var merged = Prim.Reshape(swapped, Dims.Create([checked(groups * outputs), inputs / groups]).Then(spatial));
        return Prim.Reverse(merged, Dims.Range(2, spatial.Count));
    }

    private static Dims Kernel(Node n) => n[1].Type.Rank == n[0].Type.Rank && n[1].Type.Rank > 2
        ? n[1].Shape.Slice(2, n[1].Type.Rank - 2)
        : throw n.Refuse($"kernel {n[1].Type} must have the axes of {n[0].Type}, of which there are three or more");

    private static int Groups(Node n) => n.Int("group", 1) is > 0 and <= int.MaxValue and var groups ? (int)groups
        : throw n.Refuse("group must be from 1 up");

    private static Expr Biased(Expr y, Node n) =>
        n.At(2) is { } bias && !y.Type.IsUnknown ? y + Prim.Broadcast(bias, y.Shape, [1]) : y;
}
