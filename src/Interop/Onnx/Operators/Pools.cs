using System.Collections.Immutable;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Reductions of sliding windows, or of all that they could cover. Shape: x [N, C, …].</summary>
internal static class Pools
{
    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Many("MaxPool", MaxPool),
        Operator.Of("AveragePool", AveragePool),
        Operator.Of("LpPool", LpPool),
        Operator.Of("MaxUnpool", MaxUnpool),
        Operator.Of("GlobalMaxPool", n => Global(n, Prim.ReduceMax)),
        Operator.Of("GlobalAveragePool", n => Global(n, (x, axes) => Prim.Sum(x, axes) / x.Shape.At(axes).Product)),
        Operator.Of("GlobalLpPool", n => Norm(n, n[0], x => Global(n, x, Prim.Sum))),
    ];

    /// <summary>The largest of each window, first of equals, and its place in the whole operand.</summary>
    private static ImmutableArray<Expr?> MaxPool(Node n)
    {
        var (spatial, x) = (Spatial.Of(n), n[0]);
        var at = Prim.WindowArgMax(x, spatial.Kernel, Windows(n, spatial));
        if (at.Type.IsUnknown) return [at, at];
        var cells = Cells(x);
        var flat = Prim.Reshape(x, Dims.Create([x.Shape[0], x.Shape[1], checked((int)cells.Product)]));
        var y = Prim.Gather(flat, at, 2);
        return [MayMiss(spatial, cells) ? Prim.Select(at < 0, Least(x), y) : y, n.Wants(1) ? Places(n, x, at, cells) : null];
    }

    /// <summary>((n · C + c) · cells) + the place among the cells, row-major or column-major.</summary>
    private static Expr Places(Node n, Expr x, Expr at, Dims cells)
    {
        var type = ElementType.I64[[.. at.Shape]];
        var plane = Prim.Iota(type, 0) * x.Shape[1] + Prim.Iota(type, 1);
        var place = Prim.Cast(at, ElementType.I64);
        return plane * cells.Product + (n.Flag("storage_order") ? ColumnMajor(place, cells) : place);
    }

    private static Expr ColumnMajor(Expr place, Dims cells)
    {
        var column = place * 0;
        foreach (var i in Enumerable.Range(0, cells.Count).Reverse())
        {
            var rest = place / cells[i];
            column += (place - rest * cells[i]) * cells.Slice(0, i).Product;
            place = rest;
        }
        return column;
    }

    /// <summary>The mean of each window, the padding counted or not.</summary>
    private static Expr AveragePool(Node n)
    {
        var (spatial, x) = (Spatial.Of(n), n[0]);
        var windows = Windows(n, spatial);
        var sum = Prim.WindowSum(x, spatial.Kernel, windows);
        if (sum.Type.IsUnknown) return sum;
        var whole = windows.All(w => w is { Lo: <= 0, Hi: <= 0 });
        return whole ? sum / spatial.Kernel.Product : sum / Count(n, spatial, windows, sum);
    }

    /// <summary>How many cells each window covers, of the input's or of the padded input's.</summary>
    private static Expr Count(Node n, Spatial spatial, Window[] windows, Expr sum)
    {
        var cells = Cells(n[0]);
        if (n.Flag("count_include_pad"))
        {
            var (lo, hi) = spatial.Auto == "NOTSET" ? (spatial.Lo, spatial.Hi)
                : (Dims.Of(windows.Select(w => w.Lo)), Dims.Of(windows.Select(w => w.Hi)));
            cells = cells.Map((c, i) => c + lo[i] + hi[i]);
            windows = [.. windows.Select((w, i) => w with { Lo = w.Lo - lo[i], Hi = w.Hi - hi[i] })];
        }
        var ones = Prim.Full(new(n[0].Type.Element, cells), 1);
        var count = Prim.WindowSum(ones, spatial.Kernel, windows);
        if (MayMiss(spatial, cells)) count = Prim.Max(count, Prim.Like(count, 1));
        return Prim.Broadcast(count, sum.Shape, Dims.Range(2, spatial.Axes));
    }

    private static Expr LpPool(Node n)
    {
        var spatial = Spatial.Of(n);
        return Norm(n, n[0], x => Prim.WindowSum(x, spatial.Kernel, Windows(n, spatial)));
    }

    /// <summary>(Σ |x|ᵖ)^(1/p), whose derivative is taken as 0 where the sum is 0.</summary>
    private static Expr Norm(Node n, Expr x, Func<Expr, Expr> sum)
    {
        var p = n.Opset >= 2 ? n.Int("p", 2) : n.Float("p", 2);
        if (!(p > 0)) throw n.Refuse($"p is {p}, it must be above 0");
        if (p == 1) return sum(Prim.Abs(x));
        var total = sum(p == 2 ? x * x : Prim.Pow(Prim.Abs(x), Prim.Like(x, p)));
        if (total.Type.IsUnknown) return total;
        var positive = total > 0;
        var safe = Prim.Select(positive, total, Prim.Like(x, 1));
        return Prim.Select(positive, p == 2 ? Prim.Sqrt(safe) : Prim.Pow(safe, Prim.Like(x, 1 / p)), total);
    }

    /// <summary>
    /// Each value to its place; a place that several windows share takes their mean, which are the same value.
    /// </summary>
    private static Expr MaxUnpool(Node n)
    {
        var (x, spatial) = (n[0], Spatial.Of(n));
        var inner = Cells(x).Map((c, i) =>
            checked((int)((c - 1L) * spatial.Strides[i] + spatial.Kernel[i] - spatial.Lo[i] - spatial.Hi[i])));
        var shape = Sizes.Of([.. x.Shape.Slice(0, 2).Then(inner).Select(s => (long)s)], n);
        var place = Prim.Reshape(n[1], [checked((int)x.Type.Count)]);
        Expr Scatter(Expr v) => Prim.ScatterAdd(Prim.Reshape(v, place.Shape), place, checked((int)shape.Product));
        var y = Scatter(x);
        if (Enumerable.Range(0, spatial.Axes).Any(i => spatial.Strides[i] < spatial.Kernel[i]))
            y /= Prim.Max(Scatter(Prim.Full(x.Type, 1)), Prim.Like(x, 1));
        return Grown(n, Prim.Reshape(y, shape));
    }

    private static Expr Grown(Node n, Expr y)
    {
        if (n.LongsAt(2) is not { } wanted) return y;
        var to = Sizes.Of(wanted, n);
        if (to.Count != y.Type.Rank) throw n.Refuse($"output_shape {to} must have {y.Type.Rank} sizes");
        var none = Dims.Repeat(0, to.Count);
        return Prim.Pad(y, Prim.Like(y, 0), none, to.Map((t, i) => t - y.Shape[i]), none);
    }

    private static Expr Global(Node n, Func<Expr, Dims, Expr> reduce) => Global(n, n[0], reduce);

    private static Expr Global(Node n, Expr x, Func<Expr, Dims, Expr> reduce)
    {
        if (x.Type.Rank < 2) throw n.Refuse($"{x.Type} has no channels");
        var y = reduce(x, Dims.Range(2, x.Type.Rank - 2));
        return y.Type.IsUnknown ? y : Prim.Reshape(y, x.Shape.Map((s, i) => i < 2 ? s : 1));
    }

    private static Window[] Windows(Node n, Spatial spatial) => spatial.Windows(Cells(n[0]), n.Flag("ceil_mode"));

    private static Dims Cells(Expr x) => x.Shape.Slice(2, x.Type.Rank - 2);

    /// <summary>Whether a window may have no cell inside: it lies in the padding, or steps over the cells.</summary>
    private static bool MayMiss(Spatial s, Dims cells) => Enumerable.Range(0, s.Axes)
        .Any(i => s.Lo[i] >= s.Spread(i) || s.Hi[i] >= s.Spread(i) || s.Dilations[i] > cells[i]);

    private static Expr Least(Expr x) => x.Type.Element.IsFloat ? Prim.Like(x, double.NegativeInfinity)
        : Prim.Scalar(x.Type.Element, x.Type.Element.Kind switch
        {
            ElementKind.U8 => 0L,
            ElementKind.I32 => int.MinValue,
            _ => long.MinValue,
        });
}
