using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Operators that pool regions [x₁ y₁ x₂ y₂] of images [N, C, H, W].</summary>
/// <remarks>Source: Girshick, "Fast R-CNN", 2015; He et al., "Mask R-CNN", 2017.</remarks>
internal static class Regions
{
    private const long MaxElements = 1 << 26, MaxRegions = 256;

    /// <summary>The family.</summary>
    public static readonly Operator[] All = [Operator.Of("RoiAlign", RoiAlign), Operator.Of("MaxRoiPool", MaxRoiPool)];

    /// <summary>Cells along an axis of each region: how many, of how many samples, where these lie [R, samples].</summary>
    private readonly record struct Cells(int Count, int Samples, Expr At, int Size);

    private static Expr RoiAlign(Node n)
    {
        var (regions, images, samples) = (n[1], Prim.Cast(n[2], ElementType.I64), n.Int("sampling_ratio", 0));
        if (samples > 0) return Aligned(n, regions, images, samples, samples);
        if (regions.Shape[0] > MaxRegions) throw n.Unsupported($"samples each of {regions.Shape[0]} regions in its own way");
        var known = n.Value(1);
        var each = Enumerable.Range(0, regions.Shape[0]).Select(r => Aligned(n, One(regions, r), One(images, r),
            Fitting(n, known, r, 1, "output_height"), Fitting(n, known, r, 0, "output_width"))).ToArray();
        return each.Length == 1 ? each[0] : each.Length > 0 ? Prim.Concat(0, [.. each]) : Aligned(n, regions, images, 1, 1);
    }

    private static Expr One(Expr x, int i) => Along.Slice(x, 0, i, i + 1);

    private static bool Half(Node n) =>
        n.Opset >= 16 && n.Text("coordinate_transformation_mode", "half_pixel") == "half_pixel";

    private static long Fitting(Node n, Tensor regions, int r, int axis, string output)
    {
        var length = (regions.At(4 * r + axis + 2) - regions.At(4 * r + axis)) * n.Float("spatial_scale", 1);
        return (long)Math.Clamp(Math.Ceiling((Half(n) ? length : Math.Max(length, 1)) / n.Int(output, 1)), 1, int.MaxValue);
    }

    private static Expr Aligned(Node n, Expr regions, Expr images, long down, long across)
    {
        var x = n[0];
        var (rows, columns) = (Over(n, regions, 1, "output_height", down), Over(n, regions, 0, "output_width", across));
        if ((double)regions.Shape[0] * rows.At.Shape[1] * columns.At.Shape[1] * x.Shape[1] > MaxElements)
            throw n.Unsupported($"samples {regions.Shape[0]} regions at {rows.At.Shape[1]} × {columns.At.Shape[1]} places");
        var last = Prim.Transpose(x, [0, 2, 3, 1]);
        var flat = Prim.Reshape(last, Sizes.Of([last.Shape.Slice(0, 3).Product, x.Shape[1]], n));
        var corners = Corners(rows).SelectMany(r => Corners(columns).Select(c => Corner(flat, images, r, c, x.Shape)));
        var cells = Dims.Create([regions.Shape[0], rows.Count, rows.Samples, columns.Count, columns.Samples, x.Shape[1]]);
        Expr Split(Expr e) => Prim.Reshape(e, cells);
        var pooled = n.Text("mode", "avg") == "max" ? Prim.ReduceMax(Split(corners.Aggregate(Prim.Max)), [2, 4])
            : Prim.Sum(Split(corners.Aggregate((y, z) => y + z)), [2, 4]) / (double)(down * across);
        return Along.Move(pooled, 3, 1);
    }

    /// <summary>Samples lie at the middles of equal parts of the region.</summary>
    private static Cells Over(Node n, Expr regions, int axis, string output, long samples)
    {
        var (count, scale, half) = (n.Int(output, 1), n.Float("spatial_scale", 1), Half(n));
        if (count <= 0 || count > int.MaxValue / samples) throw n.Refuse($"{count} × {samples} samples are asked for");
        var start = Along.At(regions, 1, axis) * scale - (half ? 0.5 : 0);
        var length = Along.At(regions, 1, axis + 2) * scale - (half ? 0.5 : 0) - start;
        var part = (half ? length : Prim.Max(length, Prim.Like(length, 1))) / (double)(count * samples);
        var type = regions.Type.With([regions.Shape[0], (int)(count * samples)]);
        Expr Spread(Expr e) => Along.Spread(e, type.Shape, 0);
        var at = Spread(start) + (Prim.Iota(type, 1) + 0.5) * Spread(part);
        return new((int)count, (int)samples, at, n[0].Shape[3 - axis]);
    }

    /// <summary>The elements on both sides and their weights; none for what is more than 1 outside.</summary>
    private static (Expr At, Expr Weight)[] Corners(Cells cells)
    {
        var (p, edge) = (cells.At, Prim.Like(cells.At, cells.Size - 1));
        var at = Prim.Min(Prim.Max(p, Prim.Like(p, 0)), edge);
        var low = Prim.Floor(at);
        var inside = Prim.And(p >= -1, p <= (double)cells.Size);
        Expr Weight(Expr w) => Prim.Select(inside, w, Prim.Like(w, 0));
        return [(low, Weight(1 - (at - low))), (Prim.Min(low + 1, edge), Weight(at - low))];
    }

    /// <summary>One of the four elements around each sample times its weight: [R, rows, columns, C].</summary>
    private static Expr Corner(Expr flat, Expr images, (Expr At, Expr Weight) row, (Expr At, Expr Weight) column, Dims x)
    {
        var shape = Dims.Create([row.At.Shape[0], row.At.Shape[1], column.At.Shape[1]]);
        Expr Rows(Expr e) => Prim.Broadcast(e, shape, [0, 1]);
        Expr Columns(Expr e) => Prim.Broadcast(e, shape, [0, 2]);
        Expr Whole(Expr e) => Prim.Cast(e, ElementType.I64);
        var line = Along.Spread(images, shape, 0) * (double)x[2] + Rows(Whole(row.At));
        var place = line * (double)x[3] + Columns(Whole(column.At));
        var value = Prim.Gather(flat, place);
        var weight = Prim.Cast(Rows(row.Weight) * Columns(column.Weight), value.Type.Element);
        return value * Prim.Broadcast(weight, value.Shape, [0, 1, 2]);
    }

    /// <summary>The largest of each cell's elements, 0 where it has none. Regions are [image x₁ y₁ x₂ y₂].</summary>
    private static Expr MaxRoiPool(Node n)
    {
        var (x, regions) = (n[0], n[1]);
        var pooled = n.Ints("pooled_shape") is [> 0, > 0] p ? p : throw n.Refuse("it has no pooled shape");
        var shape = Sizes.Of([regions.Shape[0], x.Shape[1], pooled[0], x.Shape[2], x.Shape[3]], n);
        if (shape.Product > MaxElements) throw n.Unsupported($"pools {regions.Shape[0]} regions of {x.Type}");
        var images = Prim.Gather(x, Prim.Cast(Along.At(regions, 1, 0), ElementType.I64));
        var rows = Masked(images, 2, Inside(n, regions, 2, (int)pooled[0], x.Shape[2]));
        var cells = Masked(rows, 3, Inside(n, regions, 1, (int)pooled[1], x.Shape[3]));
        return Prim.Select(cells > double.NegativeInfinity, cells, Prim.Like(cells, 0));
    }

    /// <summary>The largest along an axis of those that are inside [R, cells, size]; the axis becomes the cells.</summary>
    private static Expr Masked(Expr x, int axis, Expr inside)
    {
        var to = x.Shape.Slice(0, axis).Then([inside.Shape[1]]).Then(x.Shape.Slice(axis, x.Type.Rank - axis));
        var values = Prim.Broadcast(x, to, Dims.Range(0, to.Count).Without([axis]));
        return Prim.ReduceMax(Prim.Select(Prim.Broadcast(inside, to, [0, axis, axis + 1]), values,
            Prim.Like(x, double.NegativeInfinity)), [axis + 1]);
    }

    private static Expr Inside(Node n, Expr regions, int axis, int cells, int size)
    {
        var type = regions.Type.With([regions.Shape[0], cells, size]);
        Expr Whole(int column) => Prim.Broadcast(
            Prim.Floor(Along.At(regions, 1, column) * n.Float("spatial_scale", 1) + 0.5), type.Shape, [0]);
        var (start, end) = (Whole(axis), Whole(axis + 2));
        var part = Prim.Max(end - start + 1, Prim.Like(start, 1)) / cells;
        var (cell, at) = (Prim.Iota(type, 1), Prim.Iota(type, 2) - start);
        return Prim.And(at >= Prim.Floor(cell * part), at < -Prim.Floor(-((cell + 1) * part)));
    }
}
