using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using Xunit;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Frontend.Tests.Given;

namespace MiniTorch.Frontend.Tests;

/// <summary>Pooling: regions laid in several ways, reduced by any differentiable function.</summary>
public sealed class PoolingTests
{
    private static readonly ElementType F = ElementType.F64;

    private static readonly (string Name, Reducer Reducer, Func<double[], double> Of)[] Reducers =
    [
        ("max", Reducer.Max(), c => c.Max()), ("max split", Reducer.Max(Ties.Split), c => c.Max()),
        ("average", Reducer.Average(), c => c.Average()),
        ("log-sum-exp", Reducer.LogSumExp(), c => Math.Log(c.Sum(Math.Exp))),
        ("log-sum-exp 3", Reducer.LogSumExp(3), c => Math.Log(c.Sum(v => Math.Exp(3 * v))) / 3),
        ("softmax-weighted", Reducer.SoftmaxWeighted(), c => c.Sum(v => v * Math.Exp(v)) / c.Sum(Math.Exp)),
        ("softmax-weighted -2", Reducer.SoftmaxWeighted(-2), c => c.Sum(v => v * Math.Exp(-2 * v)) / c.Sum(v => Math.Exp(-2 * v))),
        ("Lp 1", Reducer.Lp(1), c => c.Sum(Math.Abs)), ("Lp 2", Reducer.Lp(), c => Math.Sqrt(c.Sum(v => v * v))),
        ("Lp 3.5", Reducer.Lp(3.5), c => Math.Pow(c.Sum(v => Math.Pow(Math.Abs(v), 3.5)), 1 / 3.5)),
        ("own", Reducer.Of("Spread", (u, axes) => Prim.ReduceMax(u, axes) - Prim.ReduceMin(u, axes)), c => c.Max() - c.Min()),
    ];

    public static TheoryData<string> Names => [.. Reducers.Select(r => r.Name)];

    private static (string Name, Reducer Reducer, Func<double[], double> Of) Named(string name) => Reducers.First(r => r.Name == name);

    [Theory, MemberData(nameof(Names))]
    public void Folds_windows_and_a_loop_agree(string name) => Check.Holds(Seeds, seed =>
    {
        var (draw, rank) = (new Random(seed), seed % 3 + 1);
        var k = Some(draw, rank, 3);
        var n = k.Map((size, _) => size * draw.Next(1, 4));
        var x = Random(F[[2, 2, .. n]], seed);
        var (_, reducer, of) = Named(name);
        var loop = Loop(x, k, k, Dims.Repeat(0, rank), Dims.Repeat(1, rank), of);
        return new[] { PoolRegions.Fold(k), PoolRegions.Windows(k) }.All(regions =>
            AllNear(loop, Value(Pooling.Of(Input("x", x.Type), regions, reducer), ("x", x)).ToDoubles()));
    }, 40);

    [Theory, MemberData(nameof(Names))]
    public void Windows_that_overlap_are_dilated_or_padded_are_what_a_loop_gives(string name) => Check.Holds(Seeds, seed =>
    {
        var (draw, rank) = (new Random(seed), seed % 2 + 1);
        var (k, s, d) = (Some(draw, rank, 3), Some(draw, rank, 3), Some(draw, rank, 2));
        var p = k.Map((size, i) => name is "average" or "own" ? 0 : draw.Next(0, size / 2 + 1));
        var n = k.Map((size, i) => (size - 1) * d[i] + 1 + draw.Next(0, 5));
        var x = Random(F[[1, 2, .. n]], seed);
        var (_, reducer, of) = Named(name);
        var y = Pooling.Of(Input("x", x.Type), PoolRegions.Windows(k, s, p, d), reducer);
        return AllNear(Loop(x, k, s, p, d, of), Value(y, ("x", x)).ToDoubles());
    }, 40);

    [Theory, MemberData(nameof(Names))]
    public void The_gradient_of_each_reduction_is_its_difference(string name)
    {
        PoolRegions[] all = [PoolRegions.Windows(3, 2, 1), PoolRegions.Fold((2, 3)), PoolRegions.Global, PoolRegions.Adaptive((3, 2))];
        foreach (var regions in all)
        {
            var x = Input("x", F[1, 2, 4, 6]);
            var g = Graph.Of([Pooling.Of(x, regions, Named(name).Reducer)]);
            var check = Ok(GradCheck.Of(g, new Dictionary<string, Tensor> { ["x"] = Random(x.Type, 5) },
                cotangents: [Random(g.Outputs[0].Value.Type, 7)]));
            Assert.True(check.Passes, $"{name} over {regions}: {check}");
        }
    }

    [Fact]
    public void View_4_2_has_strides_2_1_and_folds_8_cells_by_2()
    {
        Assert.Equal([2L, 1], F[4, 2].Shape.Strides());
        var folded = Value(Pooling.Fold(Input("x", F[1, 1, 8]), 2), ("x", Tensor.FromDoubles(F[1, 1, 8], [1, 2, 3, 4, 5, 6, 7, 8])));
        Assert.Equal(F[1, 1, 4, 2], folded.Type);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], folded.ToDoubles());
    }

    [Fact]
    public void Summing_neighbouring_rows_of_10_by_10_gives_5_by_10()
    {
        var x = Random(F[10, 10], 3);
        var rows = Value(Sum(Prim.Reshape(Input("x", x.Type), [5, 2, 10]), 1), ("x", x));
        Assert.Equal(F[5, 10], rows.Type);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => x.At(i / 10 * 20 + i % 10) + x.At(i / 10 * 20 + 10 + i % 10)), rows.ToDoubles());
        var windows = Pooling.Reduce(Prim.Reshape(Input("x", x.Type), [1, 1, 10, 10]), (2, 1), Prim.Sum);
        Assert.Equal(rows.ToDoubles(), Value(windows, ("x", x)).ToDoubles());
    }

    [Fact]
    public void Each_adaptive_region_runs_from_the_floor_to_the_ceiling() => Check.Holds(Seeds, seed =>
    {
        var draw = new Random(seed);
        var (n, o) = (draw.Next(1, 12), draw.Next(1, 8));
        var x = Random(F[1, 1, n], seed);
        var y = Value(Pooling.Of(Input("x", x.Type), PoolRegions.Adaptive(o), Reducer.LogSumExp()), ("x", x)).ToDoubles();
        return AllNear([.. Enumerable.Range(0, o).Select(i =>
            Math.Log(x.ToDoubles()[(i * n / o)..(((i + 1) * n + o - 1) / o)].Sum(Math.Exp)))], y);
    });

    [Fact]
    public void Adaptive_to_1_is_global_and_to_the_size_of_x_is_x()
    {
        var x = Random(F[2, 3, 5, 4], 1);
        foreach (var (_, reducer, _) in Reducers.Where(r => r.Name != "own"))
            Assert.True(AllNear(Pooled(x, PoolRegions.Global, reducer), Pooled(x, PoolRegions.Adaptive(1), reducer)));
        Assert.Equal(x.ToDoubles(), Pooled(x, PoolRegions.Adaptive((5, 4)), Reducer.Max()));
    }

    [Fact]
    public void Soft_reductions_lie_between_the_mean_and_the_maximum_or_above_it() => Check.Holds(Seeds, seed =>
    {
        var x = Random(F[1, 1, 4, 6], seed, scale: 3);
        double[] Of(Reducer r) => Pooled(x, PoolRegions.Windows(2), r);
        var (max, mean) = (Of(Reducer.Max()), Of(Reducer.Average()));
        return AllBelow(max, Of(Reducer.LogSumExp(5))) && AllBelow(Of(Reducer.LogSumExp(5)), [.. max.Select(m => m + Math.Log(4) / 5)])
            && AllBelow(mean, Of(Reducer.SoftmaxWeighted())) && AllBelow(Of(Reducer.SoftmaxWeighted()), max)
            && AllNear(max, Of(Reducer.SoftmaxWeighted(1e4)), 1e-2) && AllBelow(Of(Reducer.Lp(4)), Of(Reducer.Lp(2)));
    });

    [Fact]
    public void Reductions_do_not_overflow_and_their_gradients_are_numbers()
    {
        foreach (var size in new[] { 0.0, 1000, -1000, 1e200 })
            foreach (var (name, reducer, _) in Reducers)
            {
                var x = Input("x", F[1, 1, 4]);
                var (y, at) = (Pooling.Of(x, PoolRegions.Windows(2), reducer), Tensor.FromDoubles(x.Type, [size, size, 0, size]));
                Assert.All(Value(y, ("x", at)).ToDoubles().Concat(Value(Grad(Sum(y), x)[0], ("x", at)).ToDoubles()),
                    v => Assert.True(double.IsFinite(v), $"{name} at {size}: {v}"));
            }
    }

    [Theory]
    [InlineData(Ties.First, new[] { 1.0, 0, 0, 1 })]
    [InlineData(Ties.Split, new[] { 0.5, 0.5, 0, 1 })]
    [InlineData(Ties.All, new[] { 1.0, 1, 0, 1 })]
    public void Ties_in_a_window_are_treated_as_asked(Ties ties, double[] expected)
    {
        var x = Input("x", F[1, 1, 4]);
        var at = Tensor.FromDoubles(x.Type, [3, 3, 1, 2]);
        Assert.Equal(expected, Value(Grad(Sum(Pooling.Max(x, 2, ties: ties)), x)[0], ("x", at)).ToDoubles());
        Assert.Equal(expected, Value(Grad(Sum(Pooling.Of(x, PoolRegions.Fold(2), Reducer.Max(ties))), x)[0], ("x", at)).ToDoubles());
    }

    [Fact]
    public void Max_pooling_is_a_gather_by_window_argmax_unless_ties_say_otherwise()
    {
        var x = Input("x", F[1, 1, 4]);
        Assert.Equal(["reshape", "window_argmax", "gather"], Mnemonics(Pooling.Max(Input("x", F[1, 1, 4, 4]), 2)));
        Assert.Equal(["iota", "mul", "iota", "add", "broadcast", "gather", "reduce_max"], Mnemonics(Pooling.Max(x, 2, ties: Ties.All)));
        Assert.Equal(["reshape", "reduce_sum", "mul"], Mnemonics(Pooling.Of(x, PoolRegions.Fold(2), Reducer.Average())));
    }

    [Fact]
    public void Each_mistake_has_its_rule()
    {
        Expr x = Input("x", F[1, 1, 7]), plane = Input("x", F[1, 1, 4, 4]);
        (string Rule, Expr Y)[] cases =
        [
            ("pool.P1", Pooling.Max(Input("x", F[4, 4]), 2)), ("pool.P2", Pooling.Max(x, 3, padding: 2)),
            ("pool.P2", Pooling.Average(x, 3, padding: -1)), ("pool.P3", Pooling.Fold(x, 2)),
            ("pool.P3", Pooling.Of(Input("x", F[1, 1, 0]), PoolRegions.Global, Reducer.Max())),
            ("pool.P4", Pooling.Of(x, PoolRegions.Adaptive(0), Reducer.Max())),
            ("pool.P5", Pooling.Of(x, PoolRegions.Windows(2), Reducer.LogSumExp(0))),
            ("pool.P6", Pooling.Of(x, PoolRegions.Windows(2), Reducer.Lp(0.5))),
            ("pool.P7", Pooling.Reduce(x, 2, (u, _) => u)), ("extent.E1", Pooling.Max(plane, (2, 2, 2))),
            ("window.W4", Pooling.Max(plane, 40)), ("window.W3", Pooling.Max(plane, 2, 0)),
        ];
        Assert.All(cases, c => Assert.Equal(c.Rule, Assert.Single(Errors(Graph.Check([(Output)c.Y]))).Rule));
    }

    [Fact]
    public void Layers_print_themselves_and_are_called_by_what_they_do()
    {
        var model = Layers.MaxPool((2, 3), ceil: true, ties: Ties.Split) >>> Layers.AveragePool(2, 1, 1, countPadding: false)
            >>> Layers.LogSumExpPool(2, sharpness: 3) >>> Layers.LpPool(1, 3) >>> Layers.SoftmaxWeightedPool(1)
            >>> Layers.Pool(1, Prim.Sum) >>> Layers.Pool(PoolRegions.Fold(1), Reducer.Average()) >>> Layers.AdaptiveMaxPool((3, 2))
            >>> Layers.AdaptiveAveragePool(2) >>> Layers.GlobalMaxPool >>> Layers.GlobalAveragePool;
        Assert.Equal("MaxPool((2, 3), ceil, ties: split) >>> AveragePool(2, stride: 1, padding: 1, count padding: no) >>> "
            + "LogSumExpPool(2, sharpness: 3) >>> LpPool(1, power: 3) >>> SoftmaxWeightedPool(1) >>> Pool(1) >>> "
            + "AveragePool(fold: 1) >>> AdaptiveMaxPool((3, 2)) >>> AdaptiveAveragePool(2) >>> GlobalMaxPool >>> GlobalAveragePool",
            model.ToString());
        Assert.Equal(F[2, 3, 1, 1], Ok(model.Forward(F[2, 3, 11, 11])).Outputs[0].Value.Type);
        Assert.Equal("pool.P1 at adaptive_max_pool1", Errors((Layers.Flatten >>> Layers.AdaptiveMaxPool(2)).Forward(F[2, 3, 4]))
            .Map(e => $"{e.Rule} at {e.Where}").Single());
    }

    private static string[] Mnemonics(Expr y) =>
        [.. Graph.Of([y]).Nodes.Where(n => n.Op is not (Ir.Input or Constant)).Select(n => n.Op.Mnemonic)];

    private static double[] Pooled(Tensor x, PoolRegions regions, Reducer reducer) =>
        Value(Pooling.Of(Input("x", x.Type), regions, reducer), ("x", x)).ToDoubles();

    /// <summary>Windows over the last axes, padding left out, by nested counting.</summary>
    private static double[] Loop(Tensor x, Dims k, Dims s, Dims p, Dims d, Func<double[], double> of)
    {
        var n = x.Type.Shape.Slice(2, k.Count);
        var o = k.Map((size, i) => (n[i] + 2 * p[i] - (size - 1) * d[i] - 1) / s[i] + 1);
        return [.. from channel in Enumerable.Range(0, x.Type[0] * x.Type[1])
                   from at in Places(o)
                   select of([.. from cell in Places(k)
                                 let place = Dims.Of(at.Select((v, i) => v * s[i] + cell[i] * d[i] - p[i]))
                                 where place.Select((v, i) => v >= 0 && v < n[i]).All(inside => inside)
                                 select x.At(channel * n.Product + place.Zip(n.Strides(), (v, step) => v * step).Sum())])];
    }

    private static IEnumerable<Dims> Places(Dims shape) => Enumerable.Range(0, (int)shape.Product)
        .Select(i => Dims.Of(shape.Strides().Select((s, a) => (int)(i / s % shape[a]))));

    private static Dims Some(Random draw, int count, int most) => Dims.Of(Enumerable.Range(0, count).Select(_ => draw.Next(1, most + 1)));

    private static bool AllNear(double[] expected, double[] actual, double tolerance = 1e-12) =>
        expected.Length == actual.Length && expected.Zip(actual).All(p => Near(p.Item1, p.Item2, tolerance));

    private static bool AllBelow(double[] low, double[] high) => low.Zip(high).All(p => p.Item1 <= p.Item2 + 1e-12);
}
