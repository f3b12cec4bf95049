using System.Collections.Immutable;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Operators whose number of results follows from values, which must be known.</summary>
internal static class Selecting
{
    /// <summary>The family.</summary>
    public static readonly Operator[] All =
        [Operator.Many("Unique", Unique), Operator.Of("NonMaxSuppression", NonMaxSuppression)];

    /// <summary>The different elements (parts along an axis), where each is first, which one is where, how often.</summary>
    private static ImmutableArray<Expr?> Unique(Node n)
    {
        var x = n.Has("axis") ? n[0] : Prim.Reshape(n[0], Sizes.Of([n[0].Type.Count], n));
        var axis = n.Axis(n.Int("axis", 0), x.Type.Rank);
        var order = Order(n.Value(0), x.Shape, axis);
        var groups = Enumerable.Range(0, x.Shape[axis]).Order(order).Aggregate(new List<List<int>>(), (all, i) =>
        {
            if (all.Count > 0 && order.Compare(all[^1][0], i) == 0) all[^1].Add(i);
            else all.Add([i]);
            return all;
        });
        var found = n.Flag("sorted", true) ? groups : [.. groups.OrderBy(g => g.Min())];
        var firsts = found.Select(g => (long)g.Min()).ToArray();
        var which = new long[x.Shape[axis]];
        foreach (var (group, number) in found.Select((g, i) => (g, i)))
            foreach (var i in group) which[i] = number;
        var counts = found.Select(g => (long)g.Count).ToArray();
        return [Along.Take(x, axis, firsts), Leaves.Longs(firsts), Leaves.Longs(which), Leaves.Longs(counts)];
    }

    /// <summary>Parts along an axis in the order of their first element that differs.</summary>
    private static Comparer<int> Order(Tensor value, Dims shape, int axis)
    {
        var (inner, size) = (shape.Slice(axis + 1, shape.Count - axis - 1).Product, shape[axis]);
        var outer = shape.Slice(0, axis).Product;
        long Place(long part, int i) => (part / inner * size + i) * inner + part % inner;
        int Compare(long a, long b) => value.Type.Element.IsFloat
            ? value.At(a).CompareTo(value.At(b)) : value.LongAt(a).CompareTo(value.LongAt(b));
        return Comparer<int>.Create((i, j) =>
        {
            for (var part = 0L; part < outer * inner; part++)
                if (Compare(Place(part, i), Place(part, j)) is not 0 and var order) return order;
            return 0;
        });
    }

    /// <summary>The best boxes of each image and class that overlap no better one too much: [image, class, box].</summary>
    private static Expr NonMaxSuppression(Node n)
    {
        var (boxes, scores) = (n.Value(0), n.Value(1));
        var (images, classes, count) = (n[1].Shape[0], n[1].Shape[1], n[1].Shape[2]);
        if (n[0].Shape != Dims.Create([images, count, 4]))
            throw n.Refuse($"boxes {n[0].Type} do not belong to scores {n[1].Type}");
        var (most, overlap, least) = (n.Number(2, 0), n.Number(3, 0), n.Number(4, double.NegativeInfinity));
        var corners = Enumerable.Range(0, images * count).Select(b => Box(boxes, b, n.Flag("center_point_box"))).ToArray();
        var chosen = Enumerable.Range(0, images * classes).SelectMany(c =>
            Best(corners.AsMemory(c / classes * count, count), i => scores.At((long)c * count + i), most, overlap, least)
                .SelectMany(box => (long[])[c / classes, c % classes, box])).ToArray();
        return Prim.Reshape(Leaves.Longs(chosen), [chosen.Length / 3, 3]);
    }

    private readonly record struct Rectangle(double Y1, double X1, double Y2, double X2)
    {
        public double Area => Math.Max(0, Y2 - Y1) * Math.Max(0, X2 - X1);

        /// <summary>The area of both over that of either.</summary>
        public double Overlap(Rectangle b)
        {
            var both = new Rectangle(Math.Max(Y1, b.Y1), Math.Max(X1, b.X1), Math.Min(Y2, b.Y2), Math.Min(X2, b.X2)).Area;
            return both <= 0 ? 0 : both / (Area + b.Area - both);
        }
    }

    private static Rectangle Box(Tensor boxes, int i, bool centred)
    {
        var (a, b, c, d) = (boxes.At(4L * i), boxes.At(4L * i + 1), boxes.At(4L * i + 2), boxes.At(4L * i + 3));
        return centred ? new(b - d / 2, a - c / 2, b + d / 2, a + c / 2)
            : new(Math.Min(a, c), Math.Min(b, d), Math.Max(a, c), Math.Max(b, d));
    }

    private static List<int> Best(
        ReadOnlyMemory<Rectangle> boxes, Func<int, double> score, double most, double overlap, double least)
    {
        var kept = new List<int>();
        foreach (var i in Enumerable.Range(0, boxes.Length).Where(i => score(i) > least).OrderByDescending(score))
            if (kept.Count < most && kept.All(k => boxes.Span[k].Overlap(boxes.Span[i]) <= overlap)) kept.Add(i);
        return kept;
    }
}
