using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>
/// Resize and Upsample: one axis after the other, each result a weighted sum of elements at positions known beforehand.
/// </summary>
internal static class Resizing
{
    private const long MaxElements = 1 << 24;

    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Of("Resize", n => n.Opset < 11 ? Simple(n, [.. n.Value(1).ToDoubles()]) : Resize(n)),
        Operator.Of("Upsample", n => Simple(n, UpScales(n))),
    ];

    private static double[] UpScales(Node n) => n.Opset switch
    {
        < 7 => [1, 1, n.Float("height_scale", 1), n.Float("width_scale", 1)],
        < 9 => n.Floats("scales") ?? throw n.Refuse("it has no scales"),
        _ => n.Value(1).ToDoubles(),
    };

    /// <summary>Before version 11: positions by the scale alone; the nearest rounds down, up where it takes fewer.</summary>
    private static Expr Simple(Node n, double[] scales)
    {
        var rank = n[0].Type.Rank;
        if (scales.Length != rank) throw n.Refuse($"{scales.Length} scales are given for {n[0].Type}");
        return scales.Select((s, a) => (Scale: s, Axis: a)).Aggregate(n[0], (x, a) =>
            Axis(x, a.Axis, Stretch.By(x.Shape[a.Axis], a.Scale, n), new("asymmetric", a.Scale < 1 ? "ceil" : "floor"), n));
    }

    private static Expr Resize(Node n)
    {
        var rank = n[0].Type.Rank;
        var axes = n.Axes(n.Ints("axes") ?? [.. Enumerable.Range(0, rank).Select(a => (long)a)], rank);
        var stretches = Stretches(n, axes);
        var mode = n.Text("coordinate_transformation_mode", "half_pixel");
        var how = new Interpolation(mode, n.Text("nearest_mode", "round_prefer_floor"))
        {
            A = n.Float("cubic_coeff_a", -0.75),
            Inside = n.Flag("exclude_outside"),
            Antialias = n.Flag("antialias"),
            Beyond = n.Float("extrapolation_value", 0),
        };
        var roi = how.Crops ? n.Value(1).ToDoubles() : [];
        if (how.Crops && roi.Length != 2 * axes.Count)
            throw n.Refuse($"its region has {roi.Length} numbers for {axes.Count} axes");
        return axes.Index().Aggregate(n[0], (x, a) => Axis(x, a.Item, stretches[a.Index],
            how.Crops ? how with { From = roi[a.Index], To = roi[a.Index + axes.Count] } : how, n));
    }

    private static Stretch[] Stretches(Node n, Dims axes)
    {
        var sizes = axes.Select(a => n[0].Shape[a]).ToArray();
        if (n.At(3) is not null && n.Longs(3) is { Length: > 0 } wanted)
            return wanted.Length == axes.Count ? Wanted(sizes, wanted, n)
                : throw n.Refuse($"{wanted.Length} sizes are given for {axes.Count} axes");
        var scales = n.Value(2).ToDoubles();
        if (scales.Length != axes.Count) throw n.Refuse($"{scales.Length} scales are given for {axes.Count} axes");
        return [.. sizes.Select((s, i) => Stretch.By(s, scales[i], n))];
    }

    /// <summary>The sizes themselves, or those of one scale for all that keeps within (or reaches) them.</summary>
    private static Stretch[] Wanted(int[] sizes, long[] wanted, Node n)
    {
        var ratios = sizes.Select((s, i) => (double)wanted[i] / s);
        double? scale = n.Text("keep_aspect_ratio_policy", "stretch") switch
        {
            "not_larger" => ratios.Min(),
            "not_smaller" => ratios.Max(),
            _ => null,
        };
        return [.. sizes.Select((s, i) => scale is { } one ? Stretch.To(s, Math.Floor(one * s + 0.5), one, n)
            : Stretch.To(s, wanted[i], null, n))];
    }

    private static Expr Axis(Expr x, int axis, Stretch stretch, Interpolation how, Node n)
    {
        if (stretch.IsNone && !how.Crops) return x;
        if (stretch.Length > Sizes.MaxUnrolled) throw n.Unsupported($"makes {stretch.Length} of an axis");
        if (how.Antialias && stretch.Size > Sizes.MaxUnrolled) throw n.Unsupported($"weighs {stretch.Size} of an axis");
        if (stretch.Size == 0 && stretch.Length > 0) throw n.Refuse($"axis {axis} has nothing to make {stretch.Length} of");
        if (stretch.Length == 0) return Along.Slice(x, axis, 0, 0);
        var places = Enumerable.Range(0, stretch.Length).Select(i => how.Place(i, stretch, n)).ToArray();
        var y = n.Text("mode", "nearest") switch
        {
            "nearest" => Along.Take(x, axis, [.. places.Select(p => how.Nearest(p, stretch.Size, n))]),
            "linear" or "bilinear" => Weighted(x, axis, [.. places.Select(p => how.Linear(p, stretch))], n),
            "cubic" => Weighted(x, axis, [.. places.Select(p => how.Cubic(p, stretch))], n),
            var mode => throw n.Refuse($"'{mode}' is no mode"),
        };
        return how.Crops ? Beyond(y, axis, [.. places.Select(p => p >= 0 && p <= stretch.Size - 1)], how.Beyond) : y;
    }

    private static Expr Beyond(Expr y, int axis, bool[] inside, double value)
    {
        var held = inside.Select(i => i ? 1.0 : 0.0).ToArray();
        var known = Prim.Constant(Tensor.FromDoubles(ElementType.Pred[inside.Length], held));
        return Prim.Select(Along.Spread(known, y.Shape, axis), y, Prim.Like(y, value));
    }

    /// <summary>Whole numbers are weighted as f32 and cut back to whole ones.</summary>
    private static Expr Weighted(Expr x, int axis, Tap[][] rows, Node n)
    {
        var element = x.Type.Element;
        var work = element == ElementType.F64 ? element : ElementType.F32;
        var y = Along.Move(Rows(Along.Move(Prim.Cast(x, work), axis, 0), rows, n), 0, axis);
        return Prim.Cast(element == ElementType.U8 ? Prim.Min(Prim.Max(y, Prim.Like(y, 0)), Prim.Like(y, 255)) : y, element);
    }

    /// <summary>Few elements a row are gathered and added; many are a matrix product.</summary>
    private static Expr Rows(Expr x, Tap[][] rows, Node n)
    {
        var (element, taps) = (x.Type.Element, rows.Select(r => r.Length).DefaultIfEmpty(0).Max());
        if (taps <= 6) return Enumerable.Range(0, taps).Select(Term).Aggregate((y, z) => y + z);
        if ((long)rows.Length * x.Shape[0] > MaxElements)
            throw n.Unsupported($"makes {rows.Length} of {x.Shape[0]}, each of {taps}");
        var matrix = new double[rows.Length * x.Shape[0]];
        foreach (var (row, i) in rows.Select((r, i) => (r, i)))
            foreach (var tap in row) matrix[i * x.Shape[0] + tap.At] = tap.Weight;
        return Prim.Dot(Prim.Constant(Tensor.FromDoubles(element[rows.Length, x.Shape[0]], matrix)), x, [1], [0], [], []);

        Expr Term(int t)
        {
            var y = Along.Take(x, 0, [.. rows.Select(r => r[Math.Min(t, r.Length - 1)].At)]);
            var weights = rows.Select(r => t < r.Length ? r[t].Weight : 0).ToArray();
            return y * Along.Spread(Prim.Constant(Tensor.FromDoubles(element[rows.Length], weights)), y.Shape, 0);
        }
    }
}
