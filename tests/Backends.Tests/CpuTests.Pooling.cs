using MiniTorch.Backends.Cpu;
using MiniTorch.Generators;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Tests;

/// <content>Maxima of windows: their positions, their values, and the way back.</content>
public sealed partial class CpuTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Maxima_of_windows_their_positions_and_their_gradient_are_what_they_mean(int rank)
    {
        var draw = new Draw(rank);
        for (var i = 0; i < 60; i++)
        {
            var size = draw.Ints(rank, 1, 4);
            var plane = size.Select((k, a) => draw.Int(k, a == rank - 1 ? 75 : 7)).ToArray();
            var windows = size.Select((k, a) => draw.Window(plane[a], k) with { Base = 1 }).ToArray();
            for (var a = 0; a < rank; a++)
                windows[a] = windows[a] with { Hi = windows[a].Hi + Math.Max(0, Missing(plane[a], size[a], windows[a])) };
            Agree(Pool(F32("x", [draw.Int(1, 3), draw.Int(1, 20), .. plane]), size, windows));
        }
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Maxima_of_tiles_their_positions_and_their_gradient_are_what_they_mean(int rank)
    {
        var draw = new Draw(rank);
        for (var i = 0; i < 60; i++)
        {
            var size = Dims.Of(Enumerable.Range(0, rank).Select(a => a == rank - 1 || draw.Once(2) ? 2 : draw.Int(1, 3)));
            var plane = size.Select((k, a) => draw.Int(k, a == rank - 1 ? 75 : 7)).ToArray();
            Agree(Pool(F32("x", [draw.Int(1, 3), draw.Int(1, 20), .. plane]), size, [.. size.Select(k => new Window(k))]));
        }
    }

    [Theory, InlineData(7, 2, 1), InlineData(9, 1, 3), InlineData(12, 3, 3), InlineData(33, 1, 1)]
    [InlineData(3, 20, 1), InlineData(2, 31, 17)]
    public void Maxima_of_wide_windows_are_what_they_mean(int size, int stride, int dilation)
    {
        var draw = new Draw(size);
        foreach (var width in new[] { 40, 64, 75, 100 })
        {
            var across = new Window(stride, draw.Int(0, size - 1), draw.Int(0, size - 1)) { Dilation = dilation };
            Agree(Pool(F32("x", 2, 3, 5, width), [2, size], [new(1), across]));
        }
    }

    [Theory, InlineData(2, 2), InlineData(3, 2), InlineData(4, 2), InlineData(3, 3), InlineData(2, 3), InlineData(5, 3)]
    public void Maxima_of_windows_up_to_twice_as_long_as_they_are_apart_are_what_they_mean(int size, int stride)
    {
        var draw = new Draw((7 * size) + stride);
        foreach (var width in new[] { 16, 17, 28, 31, 33, 64, 75 })
        {
            Window Some() => new(stride, draw.Int(-2, size - 1), draw.Int(-2, size - 1));
            Agree(Pool(F32("x", 2, 3, width), [size], [Some()]));
            Agree(Pool(F32("x", 2, 3, draw.Int(5 + size, 19), width), [size, size], [Some(), Some()]));
            Agree(Pool(F32("x", 2, 3, draw.Int(5, 19), width), [1, size], [new(1), Some()]));
        }
    }

    [Fact]
    public void A_maximum_and_its_position_are_one_step()
    {
        var graph = Pool(F32("x", 2, 3, 8, 8), [2, 2], [new(2), new(2)]);
        using var both = Cpu.Compile(graph, 1);
        Assert.Contains(both.Plan.Steps, s => s.Results is [{ Op: WindowArgMax }, { Op: Gather }]);
        using var one = Cpu.Compile(Graph.Of([graph.Outputs[0].Value]), 1);
        Assert.Equal(2, one.Plan.Steps.Length);
        Assert.Single(one.Plan.Steps[^1].Results);
    }

    // Among equals, infinities and no number the first wins; a window of nothing but padding has the value 0.
    private static Graph Pool(Expr x, Dims size, Window[] windows)
    {
        var coarse = Prim.Floor(x * 2);
        var odd = coarse / Prim.Select(Prim.Abs(x) > 1.5, Prim.Like(x, 0), Prim.Like(x, 1) + (x * 0));
        var flat = x.Shape.Slice(2, size.Count).Product;
        Expr[] Of(Expr v)
        {
            var at = Prim.WindowArgMax(v, size, windows);
            var most = Prim.Gather(Prim.Reshape(v, [x.Shape[0], x.Shape[1], (int)flat]), at, 2);
            return [most, at, Prim.ScatterAdd(Prim.Input("u", most.Type), at, (int)flat, 2)];
        }
        return Graph.Of([.. Of(odd), .. Of(coarse)[..2]]);
    }
}
