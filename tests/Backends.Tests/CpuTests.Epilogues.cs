using System.Globalization;
using System.Runtime.InteropServices;
using MiniTorch.Backends.Cpu;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
using Xunit;

namespace MiniTorch.Tests;

/// <content>Convolutions and products that the loop after them finishes.</content>
public sealed partial class CpuTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Convolutions_with_bias_activation_and_shortcut_are_what_they_mean(int seed)
    {
        var draw = new Draw(seed);
        for (var i = 0; i < 25; i++)
        {
            var (batch, inputs, outputs) = (draw.Int(1, 3), draw.Int(1, 20), draw.Int(1, 40));
            var (high, wide, kernel) = (draw.Int(1, 17), draw.Int(1, 30), draw.Int(1, 3));
            Window[] windows = [new(draw.Int(1, 2), kernel - 1, kernel), new(1, kernel, kernel - 1)];
            var y = Prim.Conv(F32("x", batch, inputs, high, wide), F32("w", outputs, inputs, kernel, kernel), windows);
            Agree(Finished(y, Prim.Broadcast(F32("b", outputs), y.Shape, [1])));
        }
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Sums_with_a_number_for_each_channel_are_part_of_a_convolution(int seed)
    {
        var draw = new Draw(seed);
        for (var i = 0; i < 20; i++)
        {
            var (batch, channels, groups, size) = (draw.Int(1, 3), draw.Int(1, 3), draw.Int(1, 20), draw.Int(1, 40));
            var window = new Window(draw.Int(1, 2), draw.Int(0, 1), draw.Int(0, 1));
            var kernel = draw.Int(0, 3) == 0 ? Math.Min(size, 2) : Math.Min(size, 3);
            var y = Prim.Conv(F32("x", batch, channels * groups, size, size), F32("w", channels * groups, channels, kernel, kernel),
                [window, window], groups);
            var b = Prim.Broadcast(F32("b", channels * groups), y.Shape, [1]);
            var sum = draw.Int(0, 1) == 0 ? y + b : b + y;
            Expr[] results = draw.Int(0, 3) switch
            {
                0 => [sum],
                1 => [Prim.Max(sum, Prim.Like(sum, 0))],
                2 => [sum, Prim.Tanh(sum)],
                var _ => [y, sum * y],
            };
            Agree(Graph.Of([.. results.Select(r => Prim.Reshape(r, [(int)y.Type.Count]))]));
        }
    }

    [Theory, InlineData("0"), InlineData("-0"), InlineData("0.25"), InlineData("NaN")]
    public void A_kernel_takes_the_greater_of_two_numbers_as_a_loop_does(string least)
    {
        var y = Prim.Conv(F32("x", 2, 2, 6, 20), F32("w", 3, 2, 3, 3), [new(1, 1, 1), new(1, 1, 1)]);
        y += Prim.Broadcast(F32("b", 3), y.Shape, [1]);
        var most = Prim.Max(y, Prim.Like(y, double.Parse(least, CultureInfo.InvariantCulture)));
        float[] x = [.. Enumerable.Range(0, 480).Select(i =>
            i is 100 ? float.NaN : i is 200 ? float.NegativeInfinity : i % 300 > 250 ? 1 : 0)];
        float[] w = [.. Enumerable.Repeat(-1f, 54)], b = [-0f, 0f, 3f];
        Assert.Equal(Computed(Graph.Of([most, y])), Computed(Graph.Of([most])));

        uint[] Computed(Graph graph)
        {
            using var run = Cpu.Compile(graph, 1);
            foreach (var (name, values) in new[] { ("x", x), ("w", w), ("b", b) }) run.Write(name, MemoryMarshal.AsBytes(values.AsSpan()));
            run.Run();
            var result = new uint[most.Type.Count];
            run.Read(0, MemoryMarshal.AsBytes(result.AsSpan()));
            return result;
        }
    }

    [Theory, InlineData(20, 12, 2), InlineData(33, 25, 2), InlineData(48, 100, 1)]
    public void Sums_with_a_number_for_each_channel_are_part_of_transformed_tiles(int channels, int size, int rank)
    {
        var (x, w) = (F32("x", [2, channels, .. Dims.Repeat(size, rank)]), F32("w", [channels + 7, channels, .. Dims.Repeat(3, rank)]));
        var y = Prim.Conv(x, w, Enumerable.Repeat(new Window(1, 1, 1), rank).ToArray());
        var sum = y + Prim.Broadcast(F32("b", channels + 7), y.Shape, [1]);
        foreach (Expr[] results in new Expr[][] { [sum], [Prim.Max(sum, Prim.Like(sum, 0))], [sum, sum * 0.5], [y, sum * y] })
        {
            var graph = Graph.Of([.. results.Select(r => Prim.Reshape(r, [(int)y.Type.Count]))]);
            Assert.Contains(Planner.Of(graph, new CpuTarget(1)).Steps, s => s.Estimate.Algorithm == "winograd");
            Agree(graph);
        }
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Products_with_bias_activation_and_shortcut_are_what_they_mean(int seed)
    {
        var draw = new Draw(seed);
        for (var i = 0; i < 25; i++)
        {
            var (m, n, k) = (draw.Int(1, 70), draw.Int(1, 200), draw.Int(1, 90));
            var batched = draw.Int(0, 1) == 1;
            var (x, w) = batched ? (F32("x", 3, m, k), F32("w", 3, k, n)) : (F32("x", m, k), F32("w", k, n));
            var y = batched ? Prim.Dot(x, w, [2], [1], [0], [0]) : Prim.MatMul(x, w);
            Agree(Finished(y, Prim.Broadcast(F32("b", n), y.Shape, [y.Type.Rank - 1])));
        }
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Sums_of_windows_with_a_loop_after_them_are_what_they_mean(int seed)
    {
        var draw = new Draw(seed);
        for (var i = 0; i < 25; i++)
        {
            var (batch, channels, size) = (draw.Int(1, 3), draw.Int(1, 9), draw.Int(1, 4));
            var x = F32("x", batch, channels, size * draw.Int(1, 9), size * draw.Int(1, 9));
            var y = draw.Int(0, 2) switch
            {
                0 => Prim.WindowSum(x, [size, size], [new(size), new(size)]),
                1 => Prim.WindowSum(x, [size, size], [new(1, size - 1, size - 1, size), new(1, size - 1, size - 1, size)]),
                var _ => Prim.WindowSum(x, [size, 1], [new(1, 1, size), new(2, 1, 1)]),
            };
            if (draw.Once(2)) y *= 0.25;
            else if (draw.Once(2)) y = Prim.Select(Prim.Input("kept", ElementType.Pred[[.. y.Shape]]), y, Prim.Like(y, 0));
            Agree(draw.Once(4) ? Graph.Of([y]) : Finished(y, Prim.Broadcast(F32("b", channels), y.Shape, [1])));
        }
    }

    [Fact]
    public void A_convolution_and_the_loop_after_it_are_one_step()
    {
        var y = Prim.Conv(F32("x", 2, 16, 14, 14), F32("w", 32, 16, 3, 3), [new(1, 1, 1), new(1, 1, 1)]);
        using var run = Cpu.Compile(Graph.Of([Prim.Max(y, Prim.Like(y, 0))]), 1);
        Assert.Single(run.Plan.Steps);
    }

    // A flat result, so that it is compared by the scale of the sums in it.
    private static Graph Finished(Expr y, Expr bias)
    {
        var finished = Prim.Max(y + bias, Prim.Like(y, 0)) * 0.5 + Prim.Tanh(Prim.Input("shortcut", y.Type));
        return Graph.Of([Prim.Reshape(finished, [(int)y.Type.Count])]);
    }
}
