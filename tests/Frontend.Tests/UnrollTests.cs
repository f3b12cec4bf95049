using MiniTorch.Generators;
using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Frontend.Tests.Given;

namespace MiniTorch.Frontend.Tests;

/// <summary>Windows as rows: what unroll gives, and the three ways of one convolution.</summary>
public sealed class UnrollTests
{
    private static readonly ElementType F = ElementType.F64;

    [Fact]
    public void Unroll_of_1_to_6_by_3_is_the_lectures_table()
    {
        var u = Value(Unroll(Input("x", ElementType.F32[6]), 3), ("x", Tensor.Of([6], 1, 2, 3, 4, 5, 6)));
        Assert.Equal(ElementType.F32[6, 3], u.Type);
        Assert.Equal([1, 2, 3, 2, 3, 4, 3, 4, 5, 4, 5, 6, 5, 6, 0, 6, 0, 0], u.ToDoubles());
        var output = MatMul(Unroll(Input("x", ElementType.F32[6]), 3), Prim.Constant(Tensor.Of([3], 5, 2, 3)));
        Assert.Equal([18, 28, 38, 48, 37, 30], Value(output, ("x", Tensor.Of([6], 1, 2, 3, 4, 5, 6))).ToDoubles());
    }

    [Fact]
    public void Direct_unroll_zip_reduce_and_unroll_times_weight_are_equal() => Check.Holds(Seeds, seed =>
    {
        var random = new Random(seed);
        var (t, k) = (random.Next(1, 12), random.Next(1, 6));
        var (x, w) = (Input("x", F[t]), Input("w", F[k]));
        var direct = Prim.Reshape(Conv(Prim.Reshape(x, [1, 1, t]), Prim.Reshape(w, [1, 1, k]), Same), [t]);
        var u = Unroll(x, k);
        var zipped = Sum(u * Prim.Broadcast(w, u.Shape, [1]), 1);
        var product = Prim.Reshape(MatMul(u, Prim.Reshape(w, [k, 1])), [t]);
        (string, Tensor)[] given = [("x", Random(x.Type, seed)), ("w", Random(w.Type, seed + 1))];
        var loop = Loop([.. given[0].Item2.ToDoubles()], [.. given[1].Item2.ToDoubles()]);
        return new[] { direct, zipped, product }.All(way => AllNear(loop, Value(way, given).ToDoubles()));
    });

    [Fact]
    public void Unroll_channels_counts_its_columns_for_k_then_for_c() => Check.Holds(Seeds, seed =>
    {
        var random = new Random(seed);
        var (t, c, k) = (random.Next(1, 8), random.Next(1, 4), random.Next(1, 5));
        var x = Random(F[t, c], seed);
        var u = Value(UnrollChannels(Input("x", F[t, c]), k), ("x", x));
        var expected = from i in Enumerable.Range(0, t)
                       from cell in Enumerable.Range(0, k)
                       from channel in Enumerable.Range(0, c)
                       select i + cell < t ? x.At((i + cell) * c + channel) : 0;
        return u.Type == F[t, k * c] && u.ToDoubles().SequenceEqual(expected);
    });

    [Fact]
    public void Unroll_channels_times_weight_is_convolution() => Check.Holds(Seeds, seed =>
    {
        var random = new Random(seed);
        var (t, c, k, o) = (random.Next(1, 8), random.Next(1, 4), random.Next(1, 5), random.Next(1, 4));
        var (x, w) = (Input("x", F[t, c]), Input("w", F[k * c, o]));
        var kernel = Prim.Transpose(Prim.Reshape(w, [k, c, o]), [2, 1, 0]);
        var direct = Conv(Prim.Reshape(Prim.Transpose(x, [1, 0]), [1, c, t]), kernel, Same);
        (string, Tensor)[] given = [("x", Random(x.Type, seed)), ("w", Random(w.Type, seed + 1))];
        return AllNear(Value(MatMul(UnrollChannels(x, k), w), given).ToDoubles(),
            Value(Prim.Transpose(Prim.Reshape(direct, [o, t]), [1, 0]), given).ToDoubles());
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Unfold_lays_out_the_cells_of_every_window(int rank) => Check.Holds(Seeds, seed =>
    {
        var draw = new Random(seed);
        var (n, size) = (Sizes(draw, rank, 5), Sizes(draw, rank, 3));
        var windows = size.Select(_ => Any(draw)).ToArray();
        var x = Random(F[[2, 2, .. n]], seed);
        var u = Unfold(Input("x", x.Type), size, windows, outside: 7);
        if (u.Type.IsUnknown) return u.Error.Map(e => e.Rule).IfNone("") == "window.W4";
        var expected = u.Shape.Slice(0, 2 + rank) is var lead
            ? Places(u.Shape).Select(at => Cell(x, n, at, windows, rank)) : [];
        return lead.Slice(0, 2) == [2, 2] && u.Shape.Slice(2 + rank, rank) == size
            && Value(u, ("x", x)).ToDoubles().SequenceEqual(expected);
    }, 60);

    [Fact]
    public void The_gradient_of_unfold_is_a_scatter_add_by_the_index_of_each_gather()
    {
        var x = Input("x", F[2, 3, 5, 6]);
        var u = Unfold(x, [2, 3], [new(2, 1, 0), new(1, 0, 2, 1, 2)]);
        var g = Graph.Of([u, Grad(Sum(u * Input("dy", u.Type)), x)[0]]);
        Assert.Equal(2, g.Nodes.Count(n => n.Op is Gather));
        Assert.Equal(g.Nodes.Where(n => n.Op is Gather).Select(n => n.Args[1]).Reverse(),
            g.Nodes.Where(n => n.Op is ScatterAdd).Select(n => n.Args[1]));
    }

    [Fact]
    public void One_cell_at_every_place_is_laid_out_by_a_view() => Assert.Equal(["reshape", "reshape", "transpose"],
        Graph.Of([Unfold(Input("x", F[2, 3, 5, 6]), [1, 1], [Window.Unit, Window.Unit])]).Nodes.Skip(1).Select(n => n.Op.Mnemonic));

    [Fact]
    public void The_gradient_of_unfold_counts_the_windows_that_hold_a_cell()
    {
        var x = Input("x", F[1, 1, 5]);
        Assert.Equal([1, 2, 3, 2, 1], Value(Grad(Sum(Unfold(x, [3], [Window.Unit])), x)[0]).ToDoubles());
    }

    [Fact]
    public void Mistakes_are_the_windows_and_unrolls_own()
    {
        Assert.Equal("window.W4", Unfold(Input("x", F[1, 1, 2]), [3], [Window.Unit]).Error.Map(e => e.Rule));
        Assert.Equal("window.W4", Unroll(Input("x", F[0]), 3).Error.Map(e => e.Rule));
        Assert.Equal("unroll.U1", UnrollChannels(Input("x", F[4]), 3).Error.Map(e => e.Rule));
    }

    private static double[] Loop(double[] x, double[] w) =>
        [.. x.Select((_, i) => w.Select((v, k) => i + k < x.Length ? v * x[i + k] : 0).Sum())];

    private static Dims Sizes(Random draw, int count, int most) => Dims.Of(Enumerable.Range(0, count).Select(_ => draw.Next(1, most + 1)));

    private static Window Any(Random draw) =>
        new(draw.Next(1, 4), draw.Next(-1, 3), draw.Next(-1, 3), draw.Next(1, 3), draw.Next(1, 3));

    private static IEnumerable<int[]> Places(Dims shape) => Enumerable.Range(0, (int)shape.Product)
        .Select(i => shape.Strides().Select((s, a) => (int)(i / s % shape[a])).ToArray());

    private static double Cell(Tensor x, Dims n, int[] at, Window[] windows, int rank)
    {
        var place = (long)at[0] * x.Type[1] + at[1];
        for (var a = 0; a < rank; a++)
        {
            var w = windows[a];
            var p = at[2 + a] * w.Stride + at[2 + rank + a] * w.Dilation - w.Lo;
            if (p < 0 || p % w.Base != 0 || p / w.Base >= n[a]) return 7;
            place = place * n[a] + p / w.Base;
        }
        return x.At(place);
    }

    private static bool AllNear(double[] expected, double[] actual) =>
        expected.Length == actual.Length && expected.Zip(actual).All(p => Near(p.Item1, p.Item2, 1e-12));
}
