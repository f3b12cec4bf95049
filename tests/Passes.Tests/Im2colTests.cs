using FsCheck.Fluent;
using LanguageExt;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;
using MiniTorch.Passes.Rewrite;
using Xunit;
using Check = MiniTorch.Generators.Check;

namespace MiniTorch.Passes.Tests;

/// <summary>Convolution ⇒ unfold · dot: the vector form of a convolution.</summary>
public sealed class Im2colTests
{
    private static readonly ElementType F = ElementType.F64;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_convolution_is_a_product_of_its_windows_over_the_rationals(int rank) =>
        Check.Holds(Gen.Choose(1, 1_000_000).ToArbitrary(), seed =>
        {
            var y = Convolution(new System.Random(seed), rank);
            if (y.Type.IsUnknown) return true;
            var (before, after) = (Graph.Of([y]), Run(Graph.Of([y])));
            return !after.Nodes.Any(n => n.Op is Conv) && Rationals(before).SequenceEqual(Rationals(after));
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Gradients_of_the_vector_form_are_those_of_the_convolution(int rank) =>
        Check.Holds(Gen.Choose(1, 1_000_000).ToArbitrary(), seed =>
        {
            var y = Convolution(new System.Random(seed), rank);
            if (y.Type.IsUnknown) return true;
            var (x, w) = (y.Args[0], y.Args[1]);
            var other = Im2col.Rules.Single().At(y)!;
            return Rationals(Graph.Of(Gradient(y, x, w))).SequenceEqual(Rationals(Graph.Of(Gradient(other, x, w))));
        }, 50);

    [Fact]
    public void No_convolution_is_left_of_a_gradient_and_the_default_pipeline_makes_no_vector_form()
    {
        Expr x = Prim.Input("x", F[2, 4, 5, 6]), w = Prim.Input("w", F[6, 2, 3, 3]);
        var y = Prim.Conv(x, w, [new(2, 1, 1), new(1, 0, 2, 1, 2)], 2);
        var g = Graph.Of([y, .. Gradient(y, x, w)]);
        Assert.DoesNotContain(Run(g).Nodes, n => n.Op is Conv);
        Assert.Equal(3, Pipelines.Default.Run(g).Graph.Nodes.Count(n => n.Op is Conv));
    }

    [Fact]
    public void The_text_of_a_line_is_windows_times_weight()
    {
        Expr x = Prim.Input("x", ElementType.F32[1, 2, 6]), w = Prim.Input("w", ElementType.F32[3, 2, 3]);
        Assert.Equal("""
            graph main(x: f32[1,2,6], w: f32[3,2,3])
              %pad.0 = pad x 0.0 {lo=[0 0 0] hi=[0 0 2]} : f32[1,2,8]
              %iota.0 = iota {axis=0} : i32[6,3]
              %iota.1 = iota {axis=1} : i32[6,3]
              %add.0 = add %iota.0 %iota.1 : i32[6,3]
              %broadcast.0 = broadcast %add.0 {to=[1 2 6 3] axes=[2 3]} : i32[1,2,6,3]
              %gather.0 = gather %pad.0 %broadcast.0 {batch=2} : f32[1,2,6,3]
              %dot.0 = dot %gather.0 w {contract=[1:1 3:2]} : f32[1,6,3]
              %transpose.0 = transpose %dot.0 {perm=[0 2 1]} : f32[1,3,6]
              return %transpose.0

            """.ReplaceLineEndings("\n"), $"{Run(Graph.Of([Prim.Conv(x, w, [new(1, 0, 2)])]))}");
    }

    [Fact]
    public void A_convolution_whose_windows_are_too_many_to_lay_out_stays()
    {
        var y = Prim.Conv(Prim.Input("x", F[1, 1, 30_000, 30_000]), Prim.Input("w", F[1, 1, 3, 3]), [Window.Unit, Window.Unit]);
        Assert.Contains(Run(Graph.Of([y])).Nodes, n => n.Op is Conv);
    }

    private static Graph Run(Graph g) => ((Pipeline)Im2col.Pass).Run(g).Graph;

    private static Expr[] Gradient(Expr y, Expr x, Expr w) => [.. Backward.Vjp([y], [Prim.Input("dy", y.Type)], [x, w])];

    private static Expr Convolution(System.Random random, int rank)
    {
        var (groups, each) = (random.Next(1, 3), random.Next(1, 3));
        int[] n = Sizes(random, rank, 5), k = Sizes(random, rank, 3);
        var x = Prim.Input("x", F[[random.Next(1, 3), groups * each, .. n]]);
        var w = Prim.Input("w", F[[groups * random.Next(1, 3), each, .. k]]);
        return Prim.Conv(x, w, k.Select(_ => new Window(random.Next(1, 4), random.Next(-1, 3), random.Next(-1, 3),
            random.Next(1, 3), random.Next(1, 3))), groups);
    }

    private static int[] Sizes(System.Random random, int count, int most) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(1, most + 1))];

    private static IEnumerable<Rational> Rationals(Graph g) =>
        Evaluator<Rational, Evaluation.Exact>.Run(g, (name, i) => Rational.Of(1 + (i * 7 + name.Length * 3) % 11, 4))
            .Match(v => v.SelectMany(r => r.Floats), e => throw new InvalidOperationException($"{e}"));
}
