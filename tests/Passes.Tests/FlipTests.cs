using FsCheck;
using FsCheck.Fluent;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;
using Xunit;
using static MiniTorch.Ir.Prim;
using Check = MiniTorch.Generators.Check;

namespace MiniTorch.Passes.Tests;

/// <summary>Convolution and cross-correlation are each other's flip, and each other's gradient, in N dimensions.</summary>
public sealed class FlipTests
{
    private static readonly ElementType F = ElementType.F64;

    private sealed record Case(Tensor X, Tensor W, int Seed)
    {
        internal int Rank => X.Type.Rank - 2;

        internal Dims Spatial => Dims.Range(2, Rank);
    }

    private static Tensor Whole(Random random, TensorType type) =>
        Tensor.FromDoubles(type, [.. Enumerable.Range(0, (int)type.Count).Select(_ => (double)random.Next(-9, 10))]);

    private static Gen<Case> Cases(int most = 2) => Gen.Choose(0, int.MaxValue - 1).Select(seed =>
    {
        var (draw, random) = (new Draw(seed), new Random(seed));
        var rank = draw.Int(1, 3);
        Dims Each(int lo, int hi) => Dims.Of(Enumerable.Range(0, rank).Select(_ => draw.Int(lo, hi)));
        var (n, c, o) = (draw.Int(1, most), draw.Int(1, most), draw.Int(1, most));
        var (x, w) = (Dims.Create([n, c]).Then(Each(1, 5)), Dims.Create([o, c]).Then(Each(1, 3)));
        return new Case(Whole(random, new(F, x)), Whole(random, new(F, w)), seed);
    });

    /// <summary>The lecture's convolution: as long as the input, anchored at the first corner.</summary>
    private static Expr FromFirst(Expr x, Expr w) => Conv(x, w, w.Shape.Skip(2).Select(k => new Window(Hi: k - 1)));

    private static Expr Full(Expr x, Expr w) => Conv(x, w, w.Shape.Skip(2).Select(k => new Window(Lo: k - 1, Hi: k - 1)));

    private static Tensor Value(Expr e) =>
        Evaluator.Run(Graph.Of([e]), new Dictionary<string, Tensor>())
            .Match(r => r[0], e => throw new InvalidOperationException($"{e}"));

    private static Tensor Gradient(Case c, Tensor d)
    {
        var x = Input("x", c.X.Type);
        return Value(Backward.Vjp([FromFirst(x, Constant(c.W))], [Constant(d)], [x])[0]);
    }

    [Fact]
    public void The_input_gradient_is_the_same_convolution_seen_from_the_far_corner() => Check.Holds(Arb.From(Cases()), c =>
    {
        var y = Dims.Create([c.X.Type[0], c.W.Type[0]]).Then(c.X.Type.Shape.Slice(2, c.Rank));
        var d = Whole(new Random(c.Seed), c.X.Type.With(y));
        var swapped = Transpose(Constant(c.W), Dims.Create([1, 0]).Then(c.Spatial));
        return Gradient(c, d).Equals(Value(Reverse(FromFirst(Reverse(Constant(d), c.Spatial), swapped), c.Spatial)));
    }, 100);

    [Fact]
    public void Convolution_term_by_term_is_cross_correlation_with_the_flip() => Check.Holds(Arb.From(Cases(1)), c =>
    {
        var y = Value(Full(Constant(c.X), Reverse(Constant(c.W), c.Spatial)));
        return Enumerable.Range(0, (int)y.Type.Count).All(i => y.At(i) == Term(c, Place(y.Type.Shape, i)));
    }, 60);

    /// <summary>Σ_k w[k] · x[i − k].</summary>
    private static double Term(Case c, Dims at) => Enumerable.Range(0, (int)c.W.Type.Count).Sum(k =>
    {
        var place = Place(c.W.Type.Shape, k) is var kernel ? at.Map((p, axis) => axis < 2 ? 0 : p - kernel[axis]) : at;
        return c.W.At(k) * (place.Zip(c.X.Type.Shape).All(p => p.Item1 >= 0 && p.Item1 < p.Item2)
            ? c.X.At(c.X.Type.Shape.Strides().Select((s, axis) => s * place[axis]).Sum()) : 0);
    });

    private static Dims Place(Dims shape, long at)
    {
        var strides = shape.Strides();
        return shape.Map((size, axis) => (int)(at / strides[axis] % size));
    }

    [Fact]
    public void Convolution_commutes_and_cross_correlation_commutes_up_to_a_flip() => Check.Holds(Arb.From(Cases(1)), c =>
    {
        Expr f = Constant(c.X), g = Constant(c.W);
        Expr Flip(Expr e) => Reverse(e, c.Spatial);
        return Value(Full(f, Flip(g))).Equals(Value(Full(g, Flip(f)))) && Value(Full(f, g)).Equals(Value(Flip(Full(g, f))));
    }, 60);

    [Fact]
    public void A_flip_in_the_plane_is_two_quarter_turns()
    {
        var w = Constant(Whole(new Random(1), F[2, 3, 3, 4]));
        Expr Turn(Expr e) => Reverse(Transpose(e, [0, 1, 3, 2]), [3]);
        Assert.Equal(Value(Reverse(w, [2, 3])), Value(Turn(Turn(w))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_dump_of_a_gradient_shows_the_flip_and_the_far_corner(int rank)
    {
        Expr Cube(string name, int side) => Input(name, new TensorType(F, Dims.Repeat(1, 2).Then(Dims.Repeat(side, rank))));
        var (x, w) = (Cube("x", 6), Cube("w", 3));
        var (y, d) = (FromFirst(x, w), Input("d", x.Type));
        var text = Pipelines.Default.Run(Graph.Of([y, Backward.Vjp([y], [d], [x])[0]])).Graph.ToString();
        Assert.Contains($"conv x w {{window=[{Windows("p0:2", rank)}]}}", text);
        Assert.Contains($"%reverse.0 = reverse w {{axes={Dims.Range(2, rank)}}}", text);
        Assert.Contains($"conv d %reverse.0 {{window=[{Windows("p2:0", rank)}]}}", text);
    }

    private static string Windows(string one, int count) => string.Join(' ', Enumerable.Repeat(one, count));
}
