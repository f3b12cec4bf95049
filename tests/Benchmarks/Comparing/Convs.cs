using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>Convolutions with a bias, of every kind.</summary>
internal static class Convs
{
    private const string Plain = "convolutions 3×3", Other = "other convolutions", Tiny = "convolutions of few channels";

    /// <summary>All of them, forward and with backward.</summary>
    internal static IEnumerable<Work> All =>
    [
        .. Of(Tiny, "", [16, 1, 28, 28], 4, 3, 2, 2),
        .. Of(Tiny, "", [16, 4, 28, 28], 8, 3, 2, 2),
        .. Of(Plain, "", [64, 16, 28, 28], 32, 3, 1.5, 0),
        .. Of(Plain, "", [32, 64, 56, 56], 64, 3, 1.5, 1.4),
        .. Of(Plain, "", [16, 128, 28, 28], 128, 3, 1.5, 1.4),
        .. Of(Plain, "", [32, 256, 14, 14], 256, 3, 1.5, 1.4),
        .. Of(Other, "", [16, 64, 28, 28], 128, 1, 1, 0),
        .. Of(Other, "", [64, 6, 14, 14], 16, 5, 1, 0),
        .. Of(Other, "", [8, 3, 112, 112], 64, 7, 1, 0, stride: 2),
        .. Of(Other, "", [16, 32, 28, 28], 32, 3, 1, 0, dilation: 2),
        .. Of(Other, "grouped ", [16, 64, 28, 28], 64, 3, 1, 0, groups: 4),
        .. Of(Other, "depthwise ", [16, 64, 28, 28], 64, 3, 1.5, 0, groups: 64),
        .. Of(Other, "depthwise ", [16, 64, 28, 28], 64, 3, 1.5, 0, stride: 2, groups: 64),
        .. Of(Other, "1-D ", [32, 50, 100], 100, 3, 1.5, 0),
        .. Of(Other, "1-D ", [32, 50, 100], 100, 4, 1.5, 0),
        .. Of(Other, "1-D ", [32, 50, 100], 100, 5, 1.5, 0),
        .. Of(Other, "3-D ", [4, 16, 16, 16, 16], 32, 3, 1, 0),
    ];

    private static IEnumerable<Work> Of(
        string family, string kind, Dims x, int outputs, int k, double forward, double backward, int stride = 1,
        int dilation = 1, int groups = 1)
    {
        var (rank, pad) = (x.Count - 2, dilation * (k / 2));
        var w = Dims.Create([outputs, x[1] / groups]).Then(Dims.Repeat(k, rank));
        Drawn[] inputs =
        [
            new("x", F32[[.. x]], 1), new("w", F32[[.. w]], 2, 1 / Math.Sqrt(w.Skip(1).Aggregate(1, (p, n) => p * n))),
            new("b", F32[outputs], 3),
        ];
        var windows = Enumerable.Repeat(new Window(stride, pad, pad, 1, dilation), rank).ToArray();
        var name = $"{kind}{string.Join('×', Enumerable.Repeat(k, rank))} {Works.Text(x)} → {outputs}"
            + (stride > 1 ? $", stride {stride}" : "") + (dilation > 1 ? $", dilation {dilation}" : "");
        int[] Each(int n) => [.. Enumerable.Repeat(n, rank)];
        var peer = new Peer("conv",
            new { stride = Each(stride), pad = Each(pad), dilation = Each(dilation), groups }, Onnx: true);
        yield return Works.Forward(family, name, inputs, e => Conv(e, windows, groups), peer, new(forward));
        yield return Works.Backward(family, name, inputs, e => Conv(e, windows, groups), peer, new(backward));
    }

    private static Expr Conv(Expr[] inputs, Window[] windows, int groups) =>
        Prim.Conv(inputs[0], inputs[1], windows, groups) is var y ? y + Functional.AlongChannels(inputs[2], y) : y;
}
