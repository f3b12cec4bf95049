using FsCheck;
using FsCheck.Fluent;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;
using Xunit;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Frontend.Tests.Given;
using Check = MiniTorch.Generators.Check;

namespace MiniTorch.Frontend.Tests;

/// <summary>Translation of features: equivariance of convolution, invariance after pooling.</summary>
public sealed class TranslationTests
{
    private static readonly ElementType F = ElementType.F64;

    /// <summary>A convolution of whole numbers, of which binary64 loses nothing, and a shift of its input.</summary>
    private sealed record Case(Expr X, Expr W, int Stride, int Dilation, Dims Shift, int Seed);

    private static Gen<Case> Cases(int strides) => Gen.Choose(0, int.MaxValue - 1).Select(seed =>
    {
        var draw = new Draw(seed);
        var rank = draw.Int(1, 3);
        Dims Each(int lo, int hi) => Dims.Of(Enumerable.Range(0, rank).Select(_ => draw.Int(lo, hi)));
        var size = Each(8, rank == 3 ? 8 : 12);
        var (channels, stride) = (draw.Int(1, 2), draw.Int(1, strides));
        return new Case(Prim.Input("x", new TensorType(F, Dims.Create([1, channels]).Then(size))),
            Prim.Input("w", new TensorType(F, Dims.Create([draw.Int(1, 2), channels]).Then(Each(1, 3)))),
            stride, draw.Int(1, 2), Each(0, 1).Map((s, _) => s * stride), seed);
    });

    private static Dictionary<string, Tensor> Values(Case c)
    {
        var random = new Random(c.Seed);
        Tensor Whole(TensorType t) =>
            Tensor.FromDoubles(t, [.. Enumerable.Range(0, (int)t.Count).Select(_ => (double)random.Next(-9, 10))]);
        return new() { ["x"] = Whole(c.X.Type), ["w"] = Whole(c.W.Type) };
    }

    private static Expr Shift(Expr x, Dims by)
    {
        var (lead, none) = (Dims.Create([0, 0]), Dims.Repeat(0, x.Type.Rank));
        return Prim.Pad(x, Prim.Like(x, 0), lead.Then(by), lead.Then(by.Map((s, _) => -s)), none);
    }

    /// <summary>Without the first cells of each spatial axis.</summary>
    private static Expr From(Expr y, Dims start) =>
        Prim.Slice(y, Dims.Create([0, 0]).Then(start), y.Shape, Dims.Repeat(1, y.Type.Rank));

    private static bool Same(Expr one, Expr other, Dictionary<string, Tensor> at) =>
        Ok(Evaluator.Run(Graph.Of([one, other]), at)) is var both && both[0].Equals(both[1]);

    [Fact]
    public void Conv_of_a_shift_is_the_shift_of_conv_away_from_the_border() => Check.Holds(Arb.From(Cases(1)), c =>
    {
        Expr Convolved(Expr x) => Conv(x, c.W, Valid, 1, c.Dilation);
        var (one, other) = (Convolved(Shift(c.X, c.Shift)), Shift(Convolved(c.X), c.Shift));
        return Same(From(one, c.Shift), From(other, c.Shift), Values(c));
    }, 40);

    [Fact]
    public void A_stride_keeps_it_for_shifts_of_whole_strides() => Check.Holds(Arb.From(Cases(3)), c =>
    {
        var moved = c.Shift.Map((s, _) => s / c.Stride);
        var (one, other) = (Conv(Shift(c.X, c.Shift), c.W, Valid, c.Stride, c.Dilation),
            Shift(Conv(c.X, c.W, Valid, c.Stride, c.Dilation), moved));
        return Same(From(one, moved), From(other, moved), Values(c));
    }, 40);

    [Fact]
    public void A_pool_of_a_shift_by_its_stride_is_the_shift_of_the_pool() => Check.Holds(Arb.From(Cases(2)), c =>
    {
        var (size, moved) = (c.Stride + 1, c.Shift.Map((s, _) => s / c.Stride));
        Expr Pool(Expr x) => Pooling.Max(x, size, c.Stride);
        return Same(From(Pool(Shift(c.X, c.Shift)), moved), From(Shift(Pool(c.X), moved), moved), Values(c));
    }, 40);

    [Fact]
    public void The_largest_of_all_does_not_see_where_a_feature_is() => Check.Holds(Arb.From(Cases(1)), c =>
    {
        var axes = Dims.Range(2, c.X.Type.Rank - 2);
        // four zeros before: every window that reads a cell of x, whose kernel may spread over five, is there before the shift
        var far = Prim.Pad(c.X, Prim.Like(c.X, 0), Dims.Repeat(0, 2).Then(Dims.Repeat(4, axes.Count)),
            Dims.Repeat(0, 2).Then(Dims.Repeat(5, axes.Count)), Dims.Repeat(0, c.X.Type.Rank));
        Expr Largest(Expr x) => Prim.ReduceMax(Conv(x, c.W, Functional.Same, 1, c.Dilation), axes);
        return Same(Largest(far), Largest(Shift(far, c.Shift)), Values(c));
    }, 30);

    /// <summary>
    /// A pattern of ±1 and the kernel that equals it: the sum of products is the number of cells there, less elsewhere, so
    /// one cell is left by the bias. It is in one window of the pool for as many places as the window has.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Conv_and_pool_do_not_see_a_shift_within_a_window(int rank)
    {
        var random = new Random(rank);
        var (k, window, size) = (Dims.Repeat(2, rank), 2, Dims.Repeat(8, rank));
        var pattern = Tensor.FromDoubles(new TensorType(F, Dims.Repeat(1, 2).Then(k)),
            [.. Enumerable.Range(0, (int)k.Product).Select(_ => random.Next(2) * 2.0 - 1)]);
        var x = Prim.Input("x", new TensorType(F, Dims.Repeat(1, 2).Then(size)));
        var found = Activations.Relu(Conv(x, Prim.Constant(pattern), Functional.Same) - (k.Product - 1));
        var pooled = Graph.Of([Pooling.Max(found, window)]);
        var maps = Places(4, rank)
            .Select(at => (Window: at.Map((p, _) => p / window), Map: Pooled(pooled, x.Type, pattern, at))).ToList();
        Assert.All(maps, m => Assert.Equal(1, m.Map.ToDoubles().Sum()));
        foreach (var one in maps)
            foreach (var other in maps)
                Assert.Equal(one.Window == other.Window, one.Map.Equals(other.Map));
    }

    private static Tensor Pooled(Graph graph, TensorType x, Tensor pattern, Dims at)
    {
        var (value, lead) = (new double[x.Count], Dims.Repeat(0, 2));
        foreach (var p in Places(2, at.Count))
            value[Offset(x.Shape, lead.Then(at.Map((a, i) => a + p[i])))] =
                pattern.At(Offset(pattern.Type.Shape, lead.Then(p)));
        return Ok(Evaluator.Run(graph, new Dictionary<string, Tensor> { ["x"] = Tensor.FromDoubles(x, value) }))[0];
    }

    private static long Offset(Dims shape, Dims at) => shape.Strides().Select((s, i) => s * at[i]).Sum();

    private static IEnumerable<Dims> Places(int side, int rank) => Enumerable.Range(0, (int)Math.Pow(side, rank))
        .Select(n => Dims.Of(Enumerable.Range(0, rank).Select(axis => n / (int)Math.Pow(side, axis) % side)));
}
