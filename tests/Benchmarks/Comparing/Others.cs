using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>Works of one op or a few: products, pooling, rows, maps, reductions and moves.</summary>
internal static class Others
{
    /// <summary>Products of square matrices, and of one and of eight rows with one.</summary>
    internal static IEnumerable<Work> Dots =>
    [
        .. new[] { 256, 512, 1024, 2048 }.Select(n => Dot("products of square matrices", $"dot {n}", n, n, n <= 512 ? 1 : 0.97)),
        .. new[] { 1, 8 }.Select(rows => Dot("products of few rows", $"{rows}×1024 by 1024×1024", rows, 1024, 1)),
    ];

    private static Work Dot(string family, string name, int rows, int n, double mark) =>
        Works.Forward(family, name, [new("x", F32[rows, n], 1), new("y", F32[n, n], 2)],
            e => Prim.MatMul(e[0], e[1]), new("dot", new { }), new(mark));

    /// <summary>Pooling, forward and with backward.</summary>
    internal static IEnumerable<Work> Pools =>
    [
        .. Pool("max", 2, 2, 0, x => Pooling.Max(x, 2)),
        .. Pool("max", 3, 2, 1, x => Pooling.Max(x, 3, 2, 1)),
        .. Pool("average", 4, 4, 0, x => Pooling.Average(x, 4)),
        .. Pool("average", 2, 2, 0, x => Pooling.Average(x, 2)),
    ];

    private static IEnumerable<Work> Pool(string kind, int size, int stride, int pad, Func<Expr, Expr> f)
    {
        Drawn[] x = [new("x", F32[64, 32, 28, 28], 1)];
        var name = $"{kind} {size}×{size}, stride {stride}, 64×32×28²";
        var mark = kind == "max" ? 20 : 5;
        Peer Peer(bool any, bool onnx) => new("pool", new { kind, size, stride, pad, any }, onnx);
        yield return Works.Forward("pooling", name, x, e => f(e[0]), Peer(false, true), new(mark, 2));
        yield return Works.Backward("pooling", name, x, e => f(e[0]), Peer(false, false), new(mark));
        yield return Works.Forward("pooling", $"{name}, theirs in any layout", x, e => f(e[0]), Peer(true, false), new(0));
        yield return Works.Backward("pooling", $"{name}, theirs in any layout", x, e => f(e[0]), Peer(true, false), new(0));
    }

    /// <summary>What is normalised along rows, forward and with backward.</summary>
    internal static IEnumerable<Work> Rows =>
    [
        .. Row("softmax", [256, 1000], [], e => Activations.Softmax(e[0], 1)),
        .. Row("log-softmax", [256, 1000], [], e => Activations.LogSoftmax(e[0], 1)),
        .. Row("layer norm", [512, 768], [new("w", F32[768], 2), new("b", F32[768], 3)], LayerNorm),
    ];

    private static IEnumerable<Work> Row(string kind, Dims x, Drawn[] others, Func<Expr[], Expr> f)
    {
        Drawn[] inputs = [new("x", F32[[.. x]], 1), .. others];
        var peer = new Peer("rows", new { kind }, Onnx: others.Length == 0);
        yield return Works.Forward("softmax and layer norm", $"{kind} {Works.Text(x)}", inputs, f, peer, new(1.5));
        yield return Works.Backward("softmax and layer norm", $"{kind} {Works.Text(x)}", inputs, f, peer, new(1.5));
    }

    private static Expr LayerNorm(Expr[] inputs)
    {
        var x = inputs[0];
        Expr Spread(Expr e) => Prim.Broadcast(e, x.Shape, [0]);
        Expr Mean(Expr e) => Prim.Sum(e, [1]) / x.Shape[1];
        var centred = x - Spread(Mean(x));
        var scale = 1 / Prim.Sqrt(Mean(centred * centred) + 1e-5);
        return centred * Spread(scale) * Prim.Broadcast(inputs[1], x.Shape, [1]) + Prim.Broadcast(inputs[2], x.Shape, [1]);
    }

    /// <summary>Elementwise functions, and chains of them. Of a thousand numbers a call takes longest: no floor there.</summary>
    /// <remarks>
    /// An exponential over the whole range takes 12 vector instructions: one to keep to the range, four to reduce, six of
    /// polynomial, one to scale; what a sigmoid multiplies is divided by one more than that.
    /// </remarks>
    internal static IEnumerable<Work> Maps =>
    [
        .. from size in new[] { (1 << 10, "1K"), (1 << 16, "64K"), (1 << 22, "4M") }
           from map in new (string Kind, string Name, Func<Expr, Expr> F, int Instructions, int Mark)[]
           {
               ("relu", "relu", Activations.Relu, 1, 0), ("exp", "exp", Prim.Exp, 12, 0),
               ("chain", "sigmoid(x²+x)·x", x => Activations.Sigmoid(x * x + x) * x, 17, 3),
           }
           select Map(map.Kind, $"{map.Name} {size.Item2}", [new("x", F32[size.Item1], 1)], e => map.F(e[0]), map.Mark,
               size.Item1 > 1 << 10 ? map.Instructions : 0),
        Map("gelu", "gelu(x+b) 128×3072", [new("x", F32[128, 3072], 1), new("b", F32[3072], 2)], Gelu, 3, 20),
        Map("norm", "relu of batch norm 64×32×28²",
            [new("x", F32[64, 32, 28, 28], 1), .. new[] { "m", "d", "w", "b" }.Select((name, i) => new Drawn(name, F32[32], i + 2))],
            BatchNorm, 3, 4),
    ];

    private static Work Map(string kind, string name, Drawn[] inputs, Func<Expr[], Expr> f, int mark, int instructions) =>
        Works.Forward("elementwise", name, inputs, f, new Peer("map", new { kind }), new(mark)) with { Instructions = instructions };

    /// <summary>½·v·(1 + tanh(√(2/π)·(v + 0.044715·v³))) of v = x + b.</summary>
    private static Expr Gelu(Expr[] inputs)
    {
        var v = inputs[0] + Prim.Broadcast(inputs[1], inputs[0].Shape, [1]);
        return 0.5 * v * (Prim.Tanh(Math.Sqrt(2 / Math.PI) * (v + 0.044715 * (v * v * v))) + 1);
    }

    /// <summary>(x − m) / √(d² + ε) · w + b by channels, below 0 cut off.</summary>
    private static Expr BatchNorm(Expr[] inputs)
    {
        Expr Spread(Expr e) => Prim.Broadcast(e, inputs[0].Shape, [1]);
        var scale = inputs[3] / Prim.Sqrt(inputs[2] * inputs[2] + 1e-5);
        return Activations.Relu((inputs[0] - Spread(inputs[1])) * Spread(scale) + Spread(inputs[4]));
    }

    /// <summary>Sums, maxima, and what only moves numbers.</summary>
    internal static IEnumerable<Work> Moves =>
    [
        Move("sum", [1024, 1024], [0], Prim.Sum), Move("sum", [1024, 1024], [1], Prim.Sum),
        Move("sum", [1024, 1024], [0, 1], Prim.Sum), Move("sum", [64, 128, 784], [0, 2], Prim.Sum),
        Move("sum", [32, 64, 28, 28], [1], Prim.Sum), Move("sum", [100000, 3], [0], Prim.Sum),
        Move("max", [1024, 1024], [1], Prim.ReduceMax), Move("max", [1024, 1024], [0], Prim.ReduceMax),
        Move("max", [100000, 3], [1], Prim.ReduceMax),
        Move("transpose", [1024, 1024], [1, 0], Prim.Transpose),
        Move("transpose", [32, 64, 28, 28], [0, 2, 3, 1], Prim.Transpose),
        Move("transpose", [32, 28, 28, 64], [0, 3, 1, 2], Prim.Transpose),
        Move("transpose", [128, 3, 32, 32], [0, 2, 3, 1], Prim.Transpose),
        Move("transpose", [128, 32, 32, 3], [0, 3, 1, 2], Prim.Transpose),
        Works.Forward("reductions and moves", "gather 50×50 rows of 5000×128", Words(new("x", F32[5000, 128], 1)),
            e => Prim.Gather(e[0], e[1]), new("gather", new { }), new(1)),
        Works.Forward("reductions and moves", "scatter-add 50×50 rows to 5000×128", Words(new("x", F32[50, 50, 128], 1)),
            e => Prim.ScatterAdd(Prim.Reshape(e[0], [2500, 128]), Prim.Reshape(e[1], [2500]), 5000),
            new("scatter_add", new { size = 5000 }), new(1)),
        Works.Forward("reductions and moves", "concat of three 50×100 by columns",
            [new("x", F32[50, 100], 1), new("y", F32[50, 100], 2), new("z", F32[50, 100], 3)],
            e => Prim.Concat(1, [.. e]), new("concat", new { axis = 1 }), new(1)),
        Works.Forward("reductions and moves", "concat of two 16×64×56² by channels",
            [new("x", F32[16, 64, 56, 56], 1), new("y", F32[16, 64, 56, 56], 2)],
            e => Prim.Concat(1, [.. e]), new("concat", new { axis = 1 }), new(1)),
    ];

    private static Drawn[] Words(Drawn x) => [x, new("i", I32[50, 50], 2, Below: 5000)];

    private static Work Move(string kind, Dims x, Dims axes, Func<Expr, Dims, Expr> f) =>
        Works.Forward("reductions and moves", $"{kind} {Works.Text(x)} {(kind == "transpose" ? "to" : "over")} {string.Join(' ', axes)}",
            [new("x", F32[[.. x]], 1)], e => f(e[0], axes), new("move", new { kind, axes = axes.ToArray() }), new(1));
}
