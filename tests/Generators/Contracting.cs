using MiniTorch.Ir;

namespace MiniTorch.Generators;

/// <summary>Steps that make products, convolutions, windows and indexing.</summary>
internal static class Contracting
{
    /// <summary>Bilinear and linear: dot, conv, window_sum.</summary>
    internal static readonly Step[] Products = [Dots, Dots, Convs, Convs, Convs, WindowSums, WindowSums];

    /// <summary>Reading and writing by indices that are known when the graph is built.</summary>
    internal static readonly Step[] Indexing = [Gathers(Fixed), Gathers(Fixed), Scatters(Fixed), Scatters(Fixed)];

    /// <summary>Indices that follow from data: the largest of a window or of an axis, a cast, another node.</summary>
    internal static readonly Step[] Choosing =
        [Gathers(Chosen), Scatters(Chosen), Scatters(Chosen), WindowArgMaxes, MaxPools, MaxPools];

    private static bool Counts(Pool p, TensorType t) => p.IsMixed ? t.Element.IsNumber : t.Element.IsFloat;

    private static (Expr, int)? Dots(Pool p)
    {
        if (p.Number() is not { } x) return null;
        var axes = p.Draw.Shuffled(Dims.Range(0, x.Type.Rank));
        var batch = axes.Slice(0, p.Draw.Int(0, Math.Min(axes.Count, 2)));
        var contract = axes.Without(Dims.Range(0, batch.Count));
        contract = contract.Slice(0, p.Draw.Int(0, contract.Count));
        var free = p.Draw.Ints(p.Draw.Int(0, 2), 1, 3);
        var paired = batch.Then(contract);
        var places = p.Draw.Shuffled(Dims.Range(0, paired.Count + free.Count));
        var sizes = x.Shape.At(paired).Then(free);
        var y = p.Like(x.Type.With(Dims.Range(0, places.Count).Map((i, _) => sizes[places.IndexOf(i)])));
        var made = Prim.Dot(x, y, contract, places.Slice(batch.Count, contract.Count), batch, places.Slice(0, batch.Count));
        return (made, p.Degree(x) + p.Degree(y));
    }

    private static (Expr, int)? Convs(Pool p)
    {
        var spatial = p.Draw.Once(12) ? 0 : p.Draw.Int(1, 3);
        var x = p.Pick(t => Counts(p, t) && t.Rank == spatial + 2) ?? Shaped(p, spatial + 2);
        if (x is null) return null;
        var channels = x.Shape[1];
        var groups = p.Draw.One(Enumerable.Range(1, Math.Max(channels, 1)).Where(g => channels % g == 0).ToList());
        var kernel = p.Draw.Ints(spatial, 1, 3);
        var windows = kernel.Select((k, i) => p.Draw.Window(x.Shape[i + 2], k)).ToList();
        var w = p.Like(x.Type.With(Dims.Create([groups * p.Draw.Int(1, 2), channels / groups]).Then(kernel)));
        return (Prim.Conv(x, w, windows, groups), p.Degree(x) + p.Degree(w));
    }

    private static Expr? Shaped(Pool p, int rank) =>
        p.Number() is not { } any ? null
            : p.Like(any.Type.With(Dims.Create([p.Draw.Int(1, 2), p.Draw.Int(1, 4)]).Then(p.Draw.Ints(rank - 2, 1, 5))));

    private static (Expr X, Dims Size, List<Window> Windows)? Windowed(Pool p)
    {
        if (p.Number() is not { } x) return null;
        var size = p.Draw.Ints(p.Draw.Int(0, Math.Min(x.Type.Rank, 3)), 1, 3);
        return (x, size, size.Select((k, i) => p.Draw.Window(x.Shape[x.Type.Rank - size.Count + i], k)).ToList());
    }

    private static (Expr, int)? WindowSums(Pool p) =>
        Windowed(p) is var (x, size, windows) ? (Prim.WindowSum(x, size, windows), p.Degree(x)) : null;

    private static (Expr, int)? WindowArgMaxes(Pool p) =>
        Windowed(p) is var (x, size, windows) ? (Prim.WindowArgMax(x, size, windows), 1) : null;

    private static (Expr, int)? MaxPools(Pool p)
    {
        if (Windowed(p) is not var (x, size, windows)) return null;
        var lead = x.Type.Rank - size.Count;
        var cells = (int)x.Shape.Slice(lead, size.Count).Product;
        var flat = Prim.Reshape(x, x.Shape.Slice(0, lead).Then([cells]));
        return (Prim.Gather(flat, Prim.WindowArgMax(x, size, windows), lead), p.Degree(x));
    }

    private static Step Gathers(Func<Pool, Dims, int, int, Expr?> index) => p =>
    {
        if (p.Pick(t => t.Rank > 0 && (p.IsMixed || t.Element.IsFloat)) is not { } x) return null;
        var batch = p.Draw.Int(0, Math.Min(x.Type.Rank - 1, 2));
        var shape = x.Shape.Slice(0, batch);
        return index(p, shape, p.Draw.Int(0, 2), x.Shape[batch]) is { } i ? (Prim.Gather(x, i, batch), p.Degree(x)) : null;
    };

    private static Step Scatters(Func<Pool, Dims, int, int, Expr?> index) => p =>
    {
        if (p.Number() is not { } update) return null;
        var shape = update.Shape.Slice(0, p.Draw.Int(0, Math.Min(update.Type.Rank, 3)));
        var size = p.Draw.Int(p.Draw.Once(8) ? 0 : 1, 4);
        return index(p, shape, 0, size) is { } i
            ? (Prim.ScatterAdd(update, i, size, p.Draw.Int(0, shape.Count)), p.Degree(update)) : null;
    };

    private static Expr Fixed(Pool p, Dims lead, int more, int limit)
    {
        var type = new TensorType(p.Draw.One([ElementType.I32, ElementType.I64]), lead.Then(p.Draw.Ints(more, 1, 3)));
        if (type.Rank > 0 && p.Draw.Once(4)) return Prim.Iota(type, p.Draw.Int(0, type.Rank - 1));
        var values = Enumerable.Range(0, (int)type.Count)
            .Select(_ => (double)p.Draw.Int(p.Draw.Once(9) ? -1 : 0, limit - (p.Draw.Once(9) ? 0 : 1)));
        return Prim.Constant(Tensor.FromDoubles(type, values.ToArray()));
    }

    private static Expr? Chosen(Pool p, Dims lead, int more, int limit)
    {
        if (p.Pick(t => IsIndex(t, lead, more)) is { } known) return known;
        var floats = p.Pick(t => t.Element.IsFloat && t.Rank >= lead.Count && t.Shape.Slice(0, lead.Count) == lead
            && (more > 0 || t.Rank == lead.Count));
        return floats is null ? null : Prim.Cast(floats, p.Draw.One([ElementType.I32, ElementType.I64]));
    }

    private static bool IsIndex(TensorType t, Dims lead, int more) =>
        t.Element.Kind is ElementKind.I32 or ElementKind.I64 && t.Rank >= lead.Count
        && t.Shape.Slice(0, lead.Count) == lead && (more > 0 || t.Rank == lead.Count);
}
