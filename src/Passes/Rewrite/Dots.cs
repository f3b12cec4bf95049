using MiniTorch.Ir;
using static MiniTorch.Passes.Rewrite.Sample;
using static MiniTorch.Passes.Rewrite.Soundness;

namespace MiniTorch.Passes.Rewrite;

/// <summary>Products of arrays take transposed operands as they are.</summary>
public static class Dots
{
    /// <summary>Transposes around dot.</summary>
    public static readonly IReadOnlyList<Rule> Rules =
    [
        Rule.On<Dot>("dot-left-transposed", "dot(transpose x, y) contracts other axes of x", Exact, n =>
            n is (Dot d, [(Transpose t, [var x]), var y]) && Movement.IsRising(t.Perm.At(d.LeftFree(x.Type.Rank)))
                ? Prim.Dot(x, y, t.Perm.At(d.LeftContract), d.RightContract, t.Perm.At(d.LeftBatch), d.RightBatch) : null,
            () => [Prim.Dot(Prim.Transpose(X, [1, 0]), Y, [1], [0], [], []), Prim.Dot(Prim.Transpose(X, [1, 0]), Y, [0], [1], [], [])]),
        Rule.On<Dot>("dot-right-transposed", "dot(x, transpose y) contracts other axes of y", Exact, n =>
            n is (Dot d, [var x, (Transpose t, [var y])]) && Movement.IsRising(t.Perm.At(d.RightFree(y.Type.Rank)))
                ? Prim.Dot(x, y, d.LeftContract, t.Perm.At(d.RightContract), d.LeftBatch, t.Perm.At(d.RightBatch)) : null,
            () => [Prim.Dot(X, Prim.Transpose(Y, [1, 0]), [1], [0], [], []), Prim.Dot(X, Prim.Transpose(Y, [1, 0]), [0], [1], [], [])]),
        Rule.On<Transpose>("transpose-dot", "(x · y) with its free axes changed round = y · x", Real, n =>
            n is (Transpose t, [(Dot d, [var x, var y])]) && t.Perm == Round(d, x.Type.Rank, y.Type.Rank)
                ? Prim.Dot(y, x, d.RightContract, d.LeftContract, d.RightBatch, d.LeftBatch) : null,
            () => [Prim.Transpose(Prim.Dot(U, V, [1], [1], [], []), [1, 0])]),
    ];

    /// <summary>Batch axes, then the right's free axes, then the left's.</summary>
    private static Dims Round(Dot d, int left, int right)
    {
        var (batch, x, y) = (d.LeftBatch.Count, d.LeftFree(left).Count, d.RightFree(right).Count);
        return Dims.Range(0, batch).Then(Dims.Range(batch + x, y)).Then(Dims.Range(batch, x));
    }
}
