using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using Xunit;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Frontend.Tests.Given;

namespace MiniTorch.Frontend.Tests;

/// <summary>An embedding looks words up; what it is as a product, what it learns, what a sum of it forgets.</summary>
public sealed class EmbeddingTests
{
    /// <summary>A table and sentences of numbers of its rows.</summary>
    private sealed record Case(Tensor Table, Tensor Words)
    {
        internal Expr W => Prim.Input("w", Table.Type);

        internal Expr X => Prim.Input("x", Words.Type);

        internal double[] Of(Expr e) => Value(e, ("w", Table), ("x", Words)).ToDoubles();

        /// <summary>1 at the word's number, else 0, as a last axis.</summary>
        internal Expr OneHot()
        {
            var shape = Words.Type.Shape.Then([Table.Type[0]]);
            var index = Prim.Broadcast(X, shape, Dims.Range(0, Words.Type.Rank));
            return Prim.Cast(Prim.Eq(index, Prim.Iota(new(ElementType.I32, shape), shape.Count - 1)), ElementType.F64);
        }
    }

    private static Case Drawn(int seed)
    {
        var (draw, random) = (new Draw(seed), new Random(seed));
        var (rows, words) = (draw.Int(1, 6), new TensorType(ElementType.I32, draw.Ints(draw.Int(1, 2), 1, 5)));
        var numbers = Enumerable.Range(0, (int)words.Count).Select(_ => random.Next(rows)).ToArray();
        return new(Random(ElementType.F64[rows, draw.Int(1, 4)], seed), Tensor.Of<int>(words, numbers));
    }

    [Fact]
    public void A_lookup_is_the_product_of_one_hot_rows_with_the_table() => Check.Holds(Seeds, seed =>
    {
        var c = Drawn(seed);
        return c.Of(Prim.Gather(c.W, c.X)).SequenceEqual(c.Of(Prim.MatMul(c.OneHot(), c.W)));
    });

    [Fact]
    public void The_layer_is_the_lookup() => Check.Holds(Seeds, seed =>
    {
        var c = Drawn(seed);
        var y = Embedding(c.Table.Type[0], c.Table.Type[1]).Apply(c.X, Mode.Evaluation).Value;
        var table = Tensor.FromDoubles(c.Table.Type.With(ElementType.F32), c.Table.ToDoubles());
        return Value(y, ("embedding1.weight", table), ("x", c.Words)).ToDoubles()
            .SequenceEqual(c.Of(Prim.Cast(Prim.Gather(c.W, c.X), ElementType.F32)));
    });

    [Fact]
    public void A_row_gets_the_sum_of_what_its_places_got() => Check.Holds(Seeds, seed =>
    {
        var c = Drawn(seed);
        var y = Prim.Gather(c.W, c.X);
        var weights = Prim.Constant(Random(y.Type, seed + 1));
        var gradient = c.Of(Backward.Grad(Functional.Sum(y * weights), c.W)[0]);
        var (width, d) = (c.Table.Type[1], Value(weights).ToDoubles());
        var expected = new double[gradient.Length];
        for (var i = 0; i < d.Length; i++) expected[(int)c.Words.At(i / width) * width + i % width] += d[i];
        return expected.Zip(gradient).All(p => Near(p.Item1, p.Item2, 1e-12));
    });

    [Fact]
    public void A_sum_over_the_words_forgets_their_order() => Check.Holds(Seeds, seed =>
    {
        var c = Drawn(seed);
        var flat = c with { Words = Tensor.Of<int>(ElementType.I32[(int)c.Words.Type.Count], c.Words.As<int>().ToArray()) };
        var order = Shuffle.Order(flat.Words.Type[0], seed, 0);
        var permuted = flat with { Words = Tensor.Of<int>(flat.Words.Type, [.. order.Select(i => (int)flat.Words.At(i))]) };
        double[] Sum(Case of) => of.Of(Functional.Sum(Prim.Gather(of.W, of.X), 0));
        return Sum(flat).Zip(Sum(permuted)).All(p => Near(p.Item1, p.Item2, 1e-12));
    });

    [Fact]
    public void A_convolution_of_two_words_in_a_row_does_not()
    {
        var table = Tensor.Of([3, 1], 1, 2, 4);
        double[] Features(params int[] words)
        {
            var (length, kernel) = (words.Length, Prim.Constant(Tensor.Of([1, 1, 2], 10, 1)));
            var rows = Prim.Gather(Prim.Constant(table), Prim.Constant(Tensor.Of<int>(ElementType.I32[length], words)));
            var pairs = Functional.Conv(Prim.Reshape(rows, [1, 1, length]), kernel, Padding.Valid);
            return Value(Prim.ReduceMax(pairs, [2])).ToDoubles();
        }
        Assert.Equal([24], Features(0, 1, 2));
        Assert.Equal([42], Features(0, 2, 1));
    }
}
