using FsCheck.Fluent;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Analysis;
using MiniTorch.Passes.Evaluation;
using Xunit;

namespace MiniTorch.Passes.Tests;

public class ReceptiveFieldTests
{
    private const int Tried = 12;

    [Fact]
    public void No_dependence_lies_outside_the_field() => Check.Holds(Graphs.Any(), g =>
    {
        var values = Inputs.For(g, 7);
        return g.Inputs.All(x => Enumerable.Range(0, (int)Math.Min(x.Type.Count, Tried))
            .All(i => IsInside(g, x, values, Spread(x, i))));
    }, count: 150);

    // some elements of an input, the last among them
    private static long Spread(Expr x, int i) => x.Type.Count <= Tried ? i : (x.Type.Count - 1) * i / (Tried - 1);

    private static bool IsInside(Graph g, Expr x, IReadOnlyDictionary<string, Tensor> values, long at)
    {
        var name = ((Input)x.Op).Name;
        var moved = Enumerable.Range(0, (int)x.Type.Count).Select(i => values[name].At(i) + (i == at ? 1 : 0)).ToArray();
        var other = values.ToDictionary(v => v.Key, v => v.Key == name ? Tensor.FromDoubles(x.Type, moved) : v.Value);
        var (one, two) = (Nodes(g, values), Nodes(g, other));
        var fields = ReceptiveField.Of(g, x);
        return Enumerable.Range(0, g.Nodes.Length).All(n => Enumerable.Range(0, (int)g.Nodes[n].Type.Count).All(e =>
            one[n].At(e).Equals(two[n].At(e)) || Holds(fields, g.Nodes[n], e, x.Shape, at)));
    }

    private static bool Holds(
        IReadOnlyDictionary<Expr, ReceptiveField> fields, Expr node, long element, Dims shape, long at) =>
        fields.TryGetValue(node, out var field)
        && field.At(Place(node.Shape, element)).Zip(Place(shape, at), (r, p) => r.Lo <= p && p <= r.Hi).All(b => b);

    private static IReadOnlyList<Tensor> Nodes(Graph g, IReadOnlyDictionary<string, Tensor> values) =>
        Evaluator.Nodes(g, values).Match(v => v, e => throw new InvalidOperationException($"{e}"));

    private static int[] Place(Dims shape, long at) =>
        [.. shape.Strides().Select((s, i) => shape[i] == 0 ? 0 : (int)(at / s % shape[i]))];

    [Fact]
    public void The_field_of_stacked_convolutions_and_pools_is_tight() => Check.Holds(Arb.From(Stacks()), g =>
    {
        var x = g.Inputs[0];
        var values = Inputs.For(g, 3).ToDictionary(v => v.Key, v => Tensor.FromDoubles(
            v.Value.Type, [.. Enumerable.Range(0, (int)v.Value.Type.Count).Select(i => 1 + i * 0.001)]));
        var (y, field) = (g.Outputs[0].Value, ReceptiveField.Of(g, x)[g.Outputs[0].Value]);
        var reached = Enumerable.Range(0, (int)y.Type.Count).Select(_ => new List<int[]>()).ToList();
        var was = Nodes(g, values)[g.Index[y]];
        for (var at = 0; at < x.Type.Count; at++)
        {
            var moved = Enumerable.Range(0, (int)x.Type.Count).Select(i => values["x"].At(i) + (i == at ? 1e6 : 0));
            var other = new Dictionary<string, Tensor>(values) { ["x"] = Tensor.FromDoubles(x.Type, [.. moved]) };
            var now = Nodes(g, other)[g.Index[y]];
            for (var e = 0; e < y.Type.Count; e++)
                if (!was.At(e).Equals(now.At(e))) reached[e].Add(Place(x.Shape, at));
        }
        return reached.Select((r, e) => field.At(Place(y.Shape, e)).Select((f, axis) =>
            f == (r.Min(p => p[axis]), r.Max(p => p[axis]))).All(b => b)).All(b => b);
    }, count: 40);

    // no padding: nothing is cut at the ends, so every element shows its whole field
    private static FsCheck.Gen<Graph> Stacks() => Gen.Choose(0, int.MaxValue - 1).Select(seed =>
    {
        var draw = new Draw(seed);
        var x = Prim.Input("x", ElementType.F64[1, 2, 24]);
        var (y, layer) = (x, 0);
        while (y.Shape[2] > 4 && layer < 4) y = Layer(draw, y, layer++);
        return Graph.Of([y], [x]);
    });

    private static Expr Layer(Draw draw, Expr x, int i)
    {
        var (k, window) = (draw.Int(1, 3), new Window(draw.Int(1, 2)));
        if (draw.Once(2))
        {
            var w = Prim.Input($"w{i}", ElementType.F64[2, 2, k]);
            var conv = Prim.Conv(x, w, [window with { Dilation = draw.Int(1, 2) }]);
            return conv.Type.IsUnknown ? x + 1.0 : conv;
        }
        return draw.Once(2) ? Prim.WindowSum(x, [k], [window]) : Prim.Gather(x, Prim.WindowArgMax(x, [k], [window]), 2);
    }

    [Fact]
    public void A_field_says_sizes_steps_and_places()
    {
        var x = Prim.Input("x", ElementType.F32[1, 3, 32, 32]);
        var conv = Prim.Conv(x, Prim.Input("w", ElementType.F32[8, 3, 3, 3]), [new(1, 1, 1), new(1, 1, 1)]);
        var places = Prim.WindowArgMax(conv, [2, 2], [new(2), new(2)]);
        var pool = Prim.Gather(Prim.Reshape(conv, [1, 8, 1024]), places, 2);
        var again = Prim.Conv(pool, Prim.Input("v", ElementType.F32[8, 8, 3, 3]), [new(1, 1, 1), new(1, 1, 1)]);
        var fields = ReceptiveField.Of(Graph.Of([again]), x);
        string Of(Expr e) => string.Join(';', fields.Where(f => f.Key.Op.Equals(e.Op) && f.Key.Type == e.Type)
            .Select(f => $"{f.Value.Brief} {f.Value}"));
        Assert.Equal("[1, all, 3, 3] [i,j,k,l] ← [0, all 3, k−1 … k+1, l−1 … l+1]", Of(conv));
        Assert.Equal("[1, all, 4 by 2, 4 by 2] [i,j,k,l] ← [0, all 3, 2k−1 … 2k+2, 2l−1 … 2l+2]", Of(pool));
        Assert.Equal("[1, all, 8 by 2, 8 by 2] [i,j,k,l] ← [0, all 3, 2k−3 … 2k+4, 2l−3 … 2l+4]", Of(again));
        Assert.Equal([(0, 0), (0, 2), (0, 4), (27, 31)], fields.Values.Last().At(0, 5, 0, 15).AsEnumerable());
    }

    [Fact]
    public void A_reshape_that_splits_or_joins_axes_keeps_their_places()
    {
        var x = Prim.Input("x", ElementType.F32[6, 4]);
        var (split, joined) = (Prim.Reshape(x, [2, 3, 4]), Prim.Reshape(x, [24]));
        Assert.Equal("[i,j,k] ← [3i+j, k]", $"{ReceptiveField.Of(Graph.Of([split]), x).Values.Last()}");
        var field = ReceptiveField.Of(Graph.Of([joined]), x).Values.Last();
        Assert.Equal([(3, 3), (0, 3)], field.At(14).AsEnumerable());
    }
}
