using MiniTorch.Backends.Cpu;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
using Xunit;

namespace MiniTorch.Tests;

/// <content>Steps that go on with each plane of their result: pooling after a convolution, a bias's gradient.</content>
public sealed partial class CpuTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Convolutions_with_bias_activation_and_pooling_are_what_they_mean(int seed)
    {
        var draw = new Draw(seed);
        var joined = 0;
        for (var i = 0; i < 25; i++)
        {
            var (inputs, outputs, size) = (draw.Int(1, 5), draw.Int(1, 18), draw.Int(6, 33));
            var (pad, window) = (draw.Int(0, 2), draw.Int(1, 4));
            Window[] windows = [new(1, pad, 2), new(draw.Int(1, 2), pad, 2)];
            var y = Prim.Conv(Whole("x", draw.Int(1, 11), inputs, size, size), Whole("w", outputs, inputs, 3, 2), windows);
            if (draw.Once(2)) y += Prim.Broadcast(Whole("b", outputs), y.Shape, [1]);
            var before = y;
            if (draw.Once(2)) y = draw.Once(2) ? Prim.Max(y, Prim.Like(y, 0)) : Prim.Select(y > 0, y, y * 0.25);
            Window[] over = [new(window), new(draw.Int(1, window), draw.Int(0, window - 1), window)];
            Expr[] pooled = draw.Once(2) ? [Prim.WindowSum(y, [window, window], over) * 0.25] : Maxima(y, window, over);
            var graph = Graph.Of(draw.Int(0, 3) switch { 0 => [.. pooled, Prim.Tanh(y)], 1 => [.. pooled, before], var _ => pooled });
            using var run = Cpu.Compile(graph, 1);
            joined += run.Plan.Steps.Count(s => s.Then > 0);
            Agree(graph);
        }
        Assert.True(joined > 4, $"{joined} joined");
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void What_only_pooling_reads_and_what_asks_whether_it_is_positive_is_held_by_images(int seed)
    {
        var draw = new Draw(seed);
        var (held, masked) = (0, 0);
        for (var i = 0; i < 20; i++)
        {
            var (images, inputs, outputs, window) = (draw.Int(4, 19), draw.Int(1, 4), draw.Int(1, 9), draw.Int(2, 4));
            var (size, spread) = (window * draw.Int(2, 9), new Window(1, window - 1, window - 1, window));
            var y = Prim.Conv(Whole("x", images, inputs, size, size), Whole("w", outputs, inputs, 3, 2), [new(1, 1, 1), new(1, 1, 0)]);
            if (draw.Once(2)) y += Prim.Broadcast(Whole("b", outputs), y.Shape, [1]);
            if (draw.Once(2)) y += Whole("r", [.. y.Shape]);
            if (draw.Once(2)) y = Prim.Max(y, Prim.Like(y, 0));
            Window[] over = [new(window), new(window)];
            Expr[] pooled = draw.Once(2) ? [Prim.WindowSum(y, [window, window], over) * 0.25] : Maxima(y, window, over);
            var dy = Prim.WindowSum(pooled[0], [window, window], [spread, spread]);
            var graph = Graph.Of(draw.Once(2) ? [Prim.Select(y > 0, dy, Prim.Like(dy, 0))] : pooled);
            using var run = Cpu.Compile(graph, 1);
            Assert.Empty(PlanCheck.Violations(run.Plan));
            held += run.Plan.Steps.Count(s => s.Holds);
            masked += run.Plan.Steps.Count(s => s.Holds && s.Body.Any(n => n.Op is Gt));
            Agree(graph);
        }
        Assert.True(held > 4, $"{held} held");
        Assert.True(masked > 1, $"{masked} asked");
    }

    [Theory]
    [InlineData(0, 2, 4, 1), InlineData(2, 0, 4, 1), InlineData(2, 2, 0, 1), InlineData(0, 2, 2, 2), InlineData(0, 0, 2, 1)]
    public void Convolutions_of_nothing_and_what_pools_them_are_what_they_mean(int images, int inputs, int outputs, int groups)
    {
        var y = Prim.Conv(F32("x", images, inputs, 8, 8), F32("w", outputs, inputs / groups, 3, 2), [new(1, 1, 1), new(1, 1, 0)], groups);
        Agree(Graph.Of([Prim.WindowSum(Prim.Max(y, Prim.Like(y, 0)), [2, 2], [new(2), new(2)])]));
        Agree(Graph.Of([.. Maxima(y, 2, [new(2), new(2)])]));
        Agree(Graph.Of([Prim.Sum(y, [0, 2, 3]), y]));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Sums_of_channels_beside_the_gradient_that_they_sum_are_what_they_mean(int seed)
    {
        var draw = new Draw(seed);
        var joined = 0;
        for (var i = 0; i < 20; i++)
        {
            var (channels, size) = (draw.Int(1, 9), draw.Int(1, 4));
            var u = F32("u", draw.Int(1, 9), channels, draw.Int(1, 9), draw.Int(1, 9));
            Window spread = new(1, size - 1, size - 1, size);
            var dy = draw.Int(0, 2) switch
            {
                0 => Prim.WindowSum(u, [size, size], [spread, spread]) * 0.5,
                1 => Prim.Conv(u, F32("w", channels, channels, 3, 3), [new(1, 1, 1), new(1, 1, 1)]),
                var _ => Scattered(u, size),
            };
            if (draw.Once(2)) dy = Prim.Select(F32("p", [.. dy.Shape]) > 0, dy, Prim.Like(dy, 0));
            var graph = Graph.Of([Prim.Reshape(dy, [(int)dy.Type.Count]), Prim.Sum(dy, [0, 2, 3])]);
            using var run = Cpu.Compile(graph, 1);
            joined += run.Plan.Steps.Count(s => s.Then > 0 && s.Root.Op is ReduceSum);
            Agree(graph);
        }
        Assert.True(joined > 4, $"{joined} joined");
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_convolution_its_bias_activation_and_pooling_are_one_step(bool maxima)
    {
        var y = Prim.Conv(F32("x", 4, 4, 28, 28), F32("w", 8, 4, 3, 3), [new(1, 1, 1), new(1, 1, 1)]);
        y = Prim.Max(y + Prim.Broadcast(F32("b", 8), y.Shape, [1]), Prim.Like(y, 0));
        using var run = Cpu.Compile(
            Graph.Of([maxima ? Maxima(y, 2, [new(2), new(2)])[0] : Prim.WindowSum(y, [2, 2], [new(2), new(2)])]), 1);
        var step = Assert.Single(run.Plan.Steps);
        Assert.Equal(2, step.Stages.Count);
        Assert.Empty(PlanCheck.Violations(run.Plan));
        Assert.Contains(maxima ? "conv+add+max+reshape+window_argmax+gather(" : "conv+add+max+window_sum(", run.Plan.ToString());
    }

    // Small whole numbers, whose sums are exact without transforms: maxima are the evaluator's.
    private static Expr Whole(string name, params int[] shape) => Prim.Floor(F32(name, shape) * 4.0);

    private static Expr[] Maxima(Expr y, int size, Window[] over)
    {
        var at = Prim.WindowArgMax(y, [size, size], over);
        return [Prim.Gather(Prim.Reshape(y, [y.Shape[0], y.Shape[1], y.Shape[2] * y.Shape[3]]), at, 2), at];
    }

    private static Expr Scattered(Expr u, int size)
    {
        Dims shape = [u.Shape[0], u.Shape[1], u.Shape[2] * size, u.Shape[3] * size];
        var at = Prim.WindowArgMax(F32("c", [.. shape]), [size, size], [new(size), new(size)]);
        return Prim.Reshape(Prim.ScatterAdd(u, at, shape[2] * shape[3], 2), shape);
    }
}
