using MiniTorch.Ir;

namespace MiniTorch.Passes.Autodiff;

/// <summary>Gradients that depend on which element was taken.</summary>
public static class Routes
{
    /// <summary>
    /// A largest element's cotangent goes to its first position alone, to all in equal shares, or whole to each.
    /// </summary>
    /// <param name="op">The reduction.</param>
    /// <param name="key">What is largest where the element is taken: x for a maximum, −x for a minimum.</param>
    /// <param name="x">The operand.</param>
    /// <param name="y">The reduction's value.</param>
    /// <param name="dy">The cotangent of the reduction.</param>
    public static Cotangent Extreme(Extreme op, Expr key, Expr x, Expr y, Expr dy) =>
        x.Type.Count == 0 ? new Zero() : op.Ties == Ties.First ? First(op, key, dy) : Shared(op, x, y, dy);

    /// <summary>The equals are what the value equals, or the NaNs where one is NaN; a share is dy by their number.</summary>
    private static Cotangent Shared(Extreme op, Expr x, Expr y, Expr dy)
    {
        var kept = Dims.Range(0, x.Type.Rank).Without(op.Axes);
        Expr Spread(Expr e) => Prim.Broadcast(e, x.Shape, kept);
        var equal = Prim.Or(Prim.Eq(x, Spread(y)), Prim.Ne(x, x));
        var share = op.Ties == Ties.All ? dy : dy / Prim.Sum(Prim.Cast(equal, x.Type.Element), op.Axes);
        return Prim.Select(equal, Spread(share), Prim.Like(dy, 0));
    }

    private static Expr First(Extreme op, Expr key, Expr dy)
    {
        var (rows, undo) = Rows(op, key);
        var last = rows.Type.Rank - 1;
        var lead = Dims.Range(0, last);
        var taken = Prim.Broadcast(Prim.ArgMax(rows, last), rows.Shape, lead);
        var mask = Prim.Eq(Prim.Iota(ElementType.I32[[.. rows.Shape]], last), taken);
        return undo(Prim.Select(mask, Prim.Broadcast(dy, rows.Shape, lead), Prim.Like(dy, 0)));
    }

    /// <summary>dxᵢ = dy · Π_{j≠i} xⱼ, which is right with zeros among them; over n elements it takes n² products.</summary>
    public static Cotangent Product(ReduceProd op, Expr x, Expr dy)
    {
        if (x.Type.Count == 0) return new Zero();
        var (rows, undo) = Rows(op, x);
        var last = rows.Type.Rank - 1;
        var lead = Dims.Range(0, last);
        var square = rows.Shape.Then([rows.Shape[last]]);
        var table = ElementType.I32[[.. square]];
        var diagonal = Prim.Eq(Prim.Iota(table, last), Prim.Iota(table, last + 1));
        var others = Prim.Select(diagonal, Prim.Like(x, 1), Prim.Broadcast(rows, square, lead.Then([last + 1])));
        return undo(Prim.Broadcast(dy, rows.Shape, lead) * Prim.ReduceProd(others, [last + 1]));
    }

    /// <summary>The operand with its reduced axes last and merged, and the way back.</summary>
    private static (Expr Rows, Func<Expr, Expr> Undo) Rows(Reduction op, Expr x)
    {
        var axes = Dims.Of(op.Axes.Order());
        var kept = Dims.Range(0, x.Type.Rank).Without(axes);
        var perm = kept.Then(axes);
        var turned = x.Shape.At(perm);
        var merged = x.Shape.At(kept).Then([(int)x.Shape.At(axes).Product]);
        return (Prim.Reshape(Prim.Transpose(x, perm), merged),
            g => Prim.Transpose(Prim.Reshape(g, turned), Transposes.Inverse(perm)));
    }
}
