using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using Xunit;
using static MiniTorch.Ir.Prim;

namespace MiniTorch.Passes.Tests;

/// <summary>⟨dy, A x⟩ = ⟨Aᵀ dy, x⟩, exactly, for every linear op and random shapes.</summary>
public sealed class AdjointTests
{
    private static readonly ElementType F = ElementType.F64;

    private static readonly (string Name, Func<Random, Expr> Make)[] Linear =
    [
        ("neg", r => -X(r)), ("broadcast", r => Broadcast(X(r, 2), [3, 4, 2], [2, 0])), ("transpose", r => Transpose(X(r), [2, 0, 1])),
        ("reverse", r => Reverse(X(r), [0, 2])), ("reduce_sum", r => Sum(X(r), [r.Next(3)])),
        ("reshape", r => X(r) is var x ? Reshape(x, [(int)x.Type.Count]) : x),
        ("pad", r => Pad(X(r), Scalar(F, 0.0), [r.Next(3), -1, 0], [0, r.Next(2), 2], [r.Next(3), 0, 1])),
        ("slice", r => X(r) is var x ? Slice(x, [1, 0, 1], x.Shape, [1 + r.Next(2), 2, 1]) : x),
        ("concat", r => Concat(1, X(r, 7), X(r, 7), X(r, 7))),
        ("window_sum", r => WindowSum(Input("x", F[2, Size(r), Size(r)]), [2, 1 + r.Next(2)], [Random(r), Random(r)])),
        ("gather", r => Gather(Input("x", F[2, 5, 3]), Index(r, 2, 4), 1)),
        ("scatter_add", r => ScatterAdd(Input("x", F[2, 4, 3]), Index(r, 2, 4), 5, 1)),
    ];

    public static TheoryData<string> LinearOps => [.. Linear.Select(l => l.Name)];

    [Theory]
    [MemberData(nameof(LinearOps))]
    public void Adjoint_identity(string name)
    {
        for (var seed = 0; seed < 20; seed++) Holds(Linear.First(l => l.Name == name).Make(new Random(seed)), "x", seed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Convolution_gradients_are_its_adjoints(int rank)
    {
        var seen = 0;
        for (var seed = 0; seen < 60; seed++)
        {
            var y = Convolution(new Random(seed * 10 + rank), rank);
            if (y.Type.IsUnknown) continue;
            Holds(y, "x", seed);
            Holds(y, "w", seed);
            seen++;
        }
    }

    [Fact]
    public void Dot_gradients_are_its_adjoints()
    {
        Expr x = Input("x", F[3, 2, 4, 5]), w = Input("w", F[4, 6, 3, 5]);
        var y = Dot(x, w, [3, 2], [3, 0], [0], [2]);
        Assert.Equal(F[3, 2, 6], y.Type);
        Holds(y, "x", 1);
        Holds(y, "w", 2);
    }

    private static Expr Convolution(Random r, int rank)
    {
        var groups = 1 + r.Next(2);
        var (inputs, outputs) = (groups * (1 + r.Next(2)), groups * (1 + r.Next(3)));
        var x = Input("x", F[[1 + r.Next(2), inputs, .. Enumerable.Range(0, rank).Select(_ => 1 + r.Next(rank == 3 ? 4 : 7))]]);
        var w = Input("w", F[[outputs, inputs / groups, .. Enumerable.Range(0, rank).Select(_ => 1 + r.Next(3))]]);
        return Conv(x, w, Enumerable.Range(0, rank).Select(_ => Random(r)), groups);
    }

    private static void Holds(Expr y, string by, int seed)
    {
        if (y.Type.IsUnknown) return;
        var g = Graph.Of([y]);
        var x = g.Inputs.First(i => ((Input)i.Op).Name == by);
        var dy = Derivatives.Random(y.Type, seed + 50);
        var back = Graph.Of(Backward.Vjp([g.Outputs[0].Value], [Constant(dy)], [x]).Select(e => (Output)e), g.Inputs);
        var at = Generators.Inputs.For(g, seed);
        Assert.Equal(Derivatives.Pairing(Derivatives.Run(g, at), [dy]), Derivatives.Pairing(Derivatives.Run(back, at), [at[by]]));
    }

    private static Expr X(Random r, int seed = 0) => seed == 7 ? Input("x", F[2, 3, 2])
        : seed == 2 ? Input("x", F[2, 3]) : Input("x", F[2 + r.Next(2), 2 + r.Next(3), 2 + r.Next(2)]);

    private static int Size(Random r) => 3 + r.Next(4);

    private static Expr Index(Random r, params int[] shape) => Constant(Tensor.Of<int>(ElementType.I32[shape],
        [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => r.Next(-1, 7))]));

    private static Window Random(Random r) => new(1 + r.Next(3), r.Next(-1, 4), r.Next(-1, 4), 1 + r.Next(2), 1 + r.Next(2));
}
