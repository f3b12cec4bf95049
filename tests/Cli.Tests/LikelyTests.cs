using MiniTorch.Cli.Models;
using MiniTorch.Interop;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;
using Xunit;

namespace MiniTorch.Cli.Tests;

public class LikelyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Values_of_a_deep_network_stay_of_the_size_of_its_input(bool turned)
    {
        var x = Prim.Input("x", F32(8, 64));
        var y = Enumerable.Range(0, 30).Aggregate(x, (v, i) =>
            Prim.Tanh(Prim.Dot(v, turned ? Prim.Transpose(W(i), [1, 0]) : W(i), [1], [0], [], [])));
        var z = Enumerable.Range(30, 30).Aggregate(x, (v, i) => Prim.Dot(v, W(i), [1], [0], [], []));
        Assert.All(Run(Graph.Of([y, z])), t => Assert.InRange(Size(t), 1e-2, 1e2));
        static Expr W(int i) => Prim.Input($"w{i}", F32(64, 64));
    }

    [Fact]
    public void What_goes_under_a_root_with_a_number_added_is_positive()
    {
        var (x, variance) = (Prim.Input("x", F32(4, 16)), Prim.Input("v", F32(16)));
        var root = Prim.Sqrt(variance + Prim.Full(variance.Type, 1e-5));
        Assert.All(Run(Graph.Of([x / Prim.Broadcast(root, [4, 16], [1])])), t => Assert.True(double.IsFinite(Size(t))));
    }

    private static TensorType F32(params int[] shape) => new(ElementType.F32, Dims.Of(shape));

    private static IEnumerable<Tensor> Run(Graph g)
    {
        var values = Feed.Of(StoredModel.Of(g), Named.Of<Tensor>(), seed: 1, Likely.Of(g));
        return values.Bind(v => Evaluator.Run(g, v)).Match(r => r, e => throw new InvalidOperationException(e.Message));
    }

    private static double Size(Tensor t) =>
        Math.Sqrt(Enumerable.Range(0, (int)t.Type.Count).Sum(i => t.At(i) * t.At(i)) / t.Type.Count);
}
