using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Regions made by views alone: x is contiguous, so each axis is [n / size, size] by its strides.</summary>
internal static class Folding
{
    internal static Either<IrError, Laid> Over(Expr x, Extent size) =>
        from k in size.Along(x.Type.Rank - 2, "size")
        from fits in Fits(x, k)
        select Of(x, k);

    /// <summary>The whole as one region.</summary>
    internal static Either<IrError, Laid> Global(Expr x)
    {
        var cells = x.Shape.Slice(2, x.Type.Rank - 2);
        return cells.Product > 0 ? Of(x, cells)
            : new IrError("pool.P3", $"{x.Type} has no cell to pool; give each axis at least one", x.Describe());
    }

    private static Laid Of(Expr x, Dims k)
    {
        var outputs = k.Map((size, i) => x.Shape[2 + i] / size);
        return new(x, x.Shape.Slice(0, 2).Then(outputs), _ => Folded(x, outputs, k), _ => new(k.Product));
    }

    private static Either<IrError, Dims> Fits(Expr x, Dims k)
    {
        for (var i = 0; i < k.Count; i++)
            if (k[i] < 1 || x.Shape[2 + i] % k[i] != 0 || x.Shape[2 + i] == 0)
                return new IrError("pool.P3", $"axis {2 + i} of {x.Type} does not fold by {k[i]}; "
                    + "crop or pad it to a multiple, or take windows", x.Describe());
        return k;
    }

    /// <summary>[N, C, n…] as [N, C, o, k, …], then the folds behind: [N, C, o…, k…].</summary>
    private static Expr Folded(Expr x, Dims outputs, Dims k)
    {
        var lead = x.Shape.Slice(0, 2);
        if (outputs.All(o => o == 1)) return Prim.Reshape(x, lead.Then(outputs).Then(k));
        var viewed = Prim.Reshape(x, lead.Then(Dims.Of(outputs.SelectMany((o, i) => new[] { o, k[i] }))));
        var outer = Dims.Range(0, k.Count).Map((a, _) => 2 + 2 * a);
        return Prim.Transpose(viewed, Dims.Create([0, 1]).Then(outer).Then(outer.Map((a, _) => a + 1)));
    }
}
