using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>
/// GridSample and AffineGrid: x [N, C, d…] at places [N, o…, r], each from −1 to 1 along an axis, the last axis first.
/// </summary>
internal static class GridSampling
{
    private const double A = -0.75;

    /// <summary>The family.</summary>
    public static readonly Operator[] All = [Operator.Of("GridSample", GridSample), Operator.Of("AffineGrid", AffineGrid)];

    /// <summary>Whole positions along an axis with the weight of what lies there.</summary>
    private readonly record struct Tap(Expr At, Expr Weight);

    private static Expr GridSample(Node n)
    {
        var (x, grid) = (n[0], Prim.Cast(n[1], n[0].Type.Element));
        var (axes, last) = (x.Type.Rank - 2, grid.Type.Rank - 1);
        if (axes is < 1 or > 3 || grid.Type.Rank != x.Type.Rank || grid.Shape[last] != axes || !x.Type.Element.IsFloat)
            throw n.Refuse($"{x.Type} is sampled at {n[1].Type}; an image of one to three axes takes places of as many");
        var sizes = x.Shape.Slice(2, axes);
        var taps = sizes.Select((d, a) => Taps(Along.At(grid, last, axes - 1 - a), d, n)).ToArray();
        return Sampled(x, sizes, taps);
    }

    private static Tap[] Taps(Expr place, int size, Node n)
    {
        var corners = n.Flag("align_corners");
        var at = corners ? (place + 1) * ((size - 1) / 2.0) : ((place + 1) * size - 1) * 0.5;
        Func<Expr, Expr> inside = n.Text("padding_mode", "zeros") switch
        {
            "zeros" => p => p,
            "border" => p => Clamped(p, size),
            "reflection" => p => Clamped(corners ? Reflected(p, 0, size - 1) : Reflected(p, -0.5, size - 0.5), size),
            var other => throw n.Refuse($"'{other}' is no way to pad"),
        };
        return n.Text("mode", "linear") switch
        {
            "nearest" => [new(Nearest(inside(at)), Prim.Full(at.Type, 1))],
            "linear" or "bilinear" => Linear(inside(at)),
            "cubic" or "bicubic" => [.. Cubic(at).Select(t => t with { At = inside(t.At) })],
            var other => throw n.Refuse($"'{other}' is no mode"),
        };
    }

    /// <summary>Halves go to the even neighbour.</summary>
    private static Expr Nearest(Expr p)
    {
        var up = Prim.Floor(p + 0.5);
        var odd = Prim.Ne(Prim.Floor(up * 0.5) * 2.0, up);
        return Prim.Select(Prim.And(Prim.Eq(up - p, Prim.Like(p, 0.5)), odd), up - 1, up);
    }

    private static Tap[] Linear(Expr p)
    {
        var low = Prim.Floor(p);
        return [new(low, 1 - (p - low)), new(low + 1, p - low)];
    }

    private static Tap[] Cubic(Expr p)
    {
        var low = Prim.Floor(p);
        var t = p - low;
        return [new(low - 1, Far(t + 1)), new(low, Near(t)), new(low + 1, Near(1 - t)), new(low + 2, Far(2 - t))];
    }

    private static Expr Near(Expr d) => ((A + 2) * d - (A + 3)) * d * d + 1;

    private static Expr Far(Expr d) => ((A * d - 5 * A) * d + 8 * A) * d - 4 * A;

    private static Expr Clamped(Expr p, int size) => Prim.Min(Prim.Max(p, Prim.Like(p, 0)), Prim.Like(p, size - 1));

    /// <summary>Thrown back at both ends until it is between them.</summary>
    private static Expr Reflected(Expr p, double low, double high)
    {
        if (!(high > low)) return p * 0;
        var q = Prim.Abs(p - low);
        var flips = Prim.Floor(q / (high - low));
        var rest = q - flips * (high - low);
        return Prim.Select(Prim.Eq(Prim.Floor(flips * 0.5) * 2.0, flips), rest + low, high - rest);
    }

    /// <summary>Over every choice of a tap for each axis: the element there (0 outside) times the weights.</summary>
    private static Expr Sampled(Expr x, Dims sizes, Tap[][] taps)
    {
        var (count, channels, output) = (x.Shape[0], x.Shape[1], taps[0][0].At.Shape);
        var flat = Prim.Transpose(Prim.Reshape(x, [count, channels, (int)sizes.Product]), [0, 2, 1]);
        var sum = Choices(taps).Select(Term).Aggregate((y, z) => y + z);
        return Along.Move(sum, sum.Type.Rank - 1, 1);

        Expr Term(Tap[] chosen)
        {
            var value = Prim.Gather(flat, Index(chosen.Select(t => t.At).ToArray(), sizes), 1);
            var weight = chosen.Select(t => t.Weight).Aggregate((v, w) => v * w);
            return value * Prim.Broadcast(weight, value.Shape, Dims.Range(0, output.Count));
        }
    }

    private static IEnumerable<Tap[]> Choices(Tap[][] taps) =>
        taps.Aggregate((IEnumerable<Tap[]>)[[]], (all, axis) => all.SelectMany(c => axis.Select(t => (Tap[])[.. c, t])));

    /// <summary>The row-major place of whole positions; −1, which gathers 0, where one is outside.</summary>
    private static Expr Index(Expr[] at, Dims sizes)
    {
        var strides = sizes.Strides();
        var inside = at.Select((p, a) => Prim.And(p >= 0, p <= (double)(sizes[a] - 1))).Aggregate(Prim.And);
        var place = at.Select((p, a) => Prim.Cast(p, ElementType.I64) * (double)strides[a]).Aggregate((p, q) => p + q);
        return Prim.Select(inside, place, Prim.Like(place, -1));
    }

    /// <summary>theta [N, r, r + 1] on the places of a known size [N, C, d…], each followed by 1: [N, d…, r].</summary>
    private static Expr AffineGrid(Node n)
    {
        var (theta, size) = (n[0], Sizes.Of(n.Longs(1), n));
        var sizes = size.Slice(2, size.Count - 2);
        if (theta.Type.Rank != 3 || theta.Shape[1] != sizes.Count || theta.Shape[2] != sizes.Count + 1)
            throw n.Refuse($"{theta.Type} does not move places of {sizes.Count} numbers");
        var type = new TensorType(theta.Type.Element, sizes.Then([1]));
        var places = sizes.Select((d, a) => Place(Prim.Iota(type, a), d, n.Flag("align_corners"))).Reverse();
        var homogeneous = Prim.Concat(sizes.Count, [.. places, Prim.Full(type, 1)]);
        return Along.Move(Prim.Dot(homogeneous, theta, [sizes.Count], [2], [], []), sizes.Count, 0);
    }

    private static Expr Place(Expr i, int size, bool corners) =>
        !corners ? (2 * i + 1) / size - 1 : size > 1 ? 2 * i / (size - 1) - 1 : i;
}
