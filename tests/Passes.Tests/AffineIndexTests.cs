using FsCheck.Fluent;
using MiniTorch.Ir;
using MiniTorch.Passes.Analysis;
using Xunit;
using Check = MiniTorch.Generators.Check;

namespace MiniTorch.Passes.Tests;

/// <summary>A gather by an index that follows from the place reads what the index says, and no more.</summary>
public sealed class AffineIndexTests
{
    [Fact]
    public void Windows_laid_out_reach_what_the_same_windows_summed_reach() =>
        Check.Holds(Gen.Choose(1, 1_000_000).ToArbitrary(), seed =>
        {
            var draw = new System.Random(seed);
            var rank = draw.Next(1, 4);
            var (n, k) = (Some(draw, rank, 7), Some(draw, rank, 3));
            var windows = k.Select(_ =>
                new Window(draw.Next(1, 4), draw.Next(-1, 3), draw.Next(-1, 3), draw.Next(1, 3), draw.Next(1, 3))).ToArray();
            var x = Prim.Input("x", ElementType.F32[[2, .. n]]);
            var (sums, laid) = (Prim.WindowSum(x, k, windows), Unfolding.Of(x, k, windows));
            if (sums.Type.IsUnknown) return laid.Type.IsUnknown;
            return Places(sums.Shape).All(at => Field(sums, at).SequenceEqual(Field(Prim.Sum(laid, Dims.Range(1 + rank, rank)), at)));
        });

    [Fact]
    public void A_layer_of_the_soft_maximum_reads_its_window() => Assert.Equal(
        "[i,j,k] ← [i, 2j−1 … 2j+1, 3k … 3k+3]",
        Told(Prim.Log(Prim.Sum(Prim.Exp(Unfolding.Of(X, [3, 2], [new(2, 1, 1), new(3, 0, 0, 1, 3)])), [3, 4]))));

    [Fact]
    public void A_fold_reads_its_region() => Assert.Equal("[i,j,k] ← [i, 2j … 2j+1, 3k … 3k+2]", Told(
        Prim.ReduceMax(Prim.Transpose(Prim.Reshape(X, [2, 3, 2, 3, 3]), [0, 1, 3, 2, 4]), [3, 4])));

    [Fact]
    public void An_index_from_data_or_not_affine_reaches_the_whole_axis()
    {
        var row = Prim.Iota(ElementType.I32[4], 0);
        Assert.Equal("[i,j,k] ← [all 2, j, k]", Told(Prim.Gather(X, Prim.Input("i", ElementType.I32[4]))));
        Assert.Equal("[i,j,k] ← [all 2, j, k]", Told(Prim.Gather(X, row * row)));
        Assert.Equal("[i,j,k] ← [1−i, j, k]", Told(Prim.Gather(X, Prim.Scalar(ElementType.I32, 1L) - row)));
    }

    [Fact]
    public void An_index_that_wraps_reaches_the_whole_axis() => Assert.Equal("[i,j,k] ← [all 2, j, k]",
        Told(Prim.Gather(X, Prim.Iota(ElementType.I32[4], 0) * Prim.Scalar(ElementType.I32, 1_500_000_000L))));

    private static Expr X => Prim.Input("x", ElementType.F32[2, 6, 9]);

    private static string Told(Expr y) => $"{Field(y)}";

    private static ReceptiveField Field(Expr y)
    {
        var g = Graph.Of([y]);
        return ReceptiveField.Of(g, g.Inputs.First(i => i.Op is Input { Name: "x" }))[g.Outputs[0].Value];
    }

    private static IEnumerable<(int, int)> Field(Expr y, int[] at) => Field(y).At(at);

    private static Dims Some(System.Random draw, int count, int most) =>
        Dims.Of(Enumerable.Range(0, count).Select(_ => draw.Next(1, most + 1)));

    private static IEnumerable<int[]> Places(Dims shape) => Enumerable.Range(0, (int)shape.Product)
        .Select(i => shape.Strides().Select((s, a) => (int)(i / s % shape[a])).ToArray());
}
