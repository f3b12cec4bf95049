using MiniTorch.Backends.Cpu;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
using MiniTorch.Passes.Rewrite;
using Xunit;

namespace MiniTorch.Tests;

/// <content>Values between convolutions in blocks of sixteen channels.</content>
public sealed partial class CpuTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Convolutions_that_keep_blocks_between_them_are_what_they_mean(int seed)
    {
        var (draw, kept) = (new Draw(seed), 0);
        for (var i = 0; i < 12; i++)
        {
            var (batch, high, wide) = (draw.Int(1, 3), draw.Int(1, 21), draw.Int(1, 40));
            Window[] windows = [new(1, draw.Int(1, 2), 1), new(1, 1, draw.Int(0, 2))];
            var first = Layer(F32("x", batch, draw.Int(20, 40), high, wide), "u", 16 * draw.Int(2, 4), windows);
            var second = Layer(first, "v", 16 * draw.Int(2, 4), [Same, Same]);
            var third = Layer(second + Prim.Tanh(F32("shortcut", [.. second.Shape])), "w", draw.Int(20, 60), windows);
            Expr[] results = draw.Int(0, 1) == 0 ? [third] : [third, Prim.Sum(first, [0, 2, 3])];
            var graph = Layouts.For(new Everywhere()).Run(Graph.Of([.. results.Select(Flat)]))
                .IfLeft(() => throw new InvalidOperationException());
            kept += Planner.Of(graph, new CpuTarget(1)).Steps.Count(s => s.Operands.Any(o => o.View.Lanes > 1));
            Agree(graph);
        }
        Assert.InRange(kept, 4, 24);
    }

    private static Window Same => new(1, 1, 1);

    private static Expr Layer(Expr x, string name, int outputs, Window[] windows)
    {
        var y = Prim.Conv(x, F32(name, outputs, x.Shape[1], 3, 3), windows);
        y += Prim.Broadcast(F32($"{name}_bias", outputs), y.Shape, [1]);
        return Prim.Max(y, Prim.Like(y, 0)) * 0.2;
    }

    private static Output Flat(Expr x) => (Output)Prim.Reshape(x, [(int)x.Type.Count]);

    /// <summary>Blocks wherever a kernel takes them.</summary>
    private sealed class Everywhere : ILayoutCosts
    {
        public bool Takes(Expr conv, bool reads) => new CpuTarget(1).Blocked(conv, reads);

        public double Saved(Expr conv, bool reads) => 1;

        public double Conversion(TensorType value) => 1e-9;
    }
}
