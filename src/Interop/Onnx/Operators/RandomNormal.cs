using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>
/// Normal numbers, drawn while the model is read: by the node's seed, else by its name, so that a model that is read
/// again has the same and two nodes have others.
/// </summary>
internal static class RandomNormal
{
    private const long MaxDrawn = 1 << 24;

    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Of("RandomNormal", n => Drawn(n, Sizes.Of(n.Ints("shape") ?? throw n.Refuse("it has no shape"), n),
            n.Has("dtype") ? n.Element(n.Int("dtype")) : ElementType.F32)),
        Operator.Of("RandomNormalLike", n => Drawn(n, n[0].Shape,
            n.Has("dtype") ? n.Element(n.Int("dtype")) : n[0].Type.Element)),
    ];

    private static Expr Drawn(Node n, Dims shape, ElementType element)
    {
        if (!element.IsFloat) throw n.Refuse($"it draws numbers of {element}, which is no float");
        if (shape.Product > MaxDrawn) throw n.Unsupported($"draws numbers of shape {shape}");
        var (random, mean, scale) = (new MersenneTwister(Seed(n)), n.Float("mean", 0), n.Float("scale", 1));
        var values = new double[shape.Product];
        for (var i = 0; i < values.Length; i++) values[i] = mean + scale * Standard(random);
        return Prim.Constant(Tensor.FromDoubles(new(element, shape), values));
    }

    /// <summary>Source: Box and Muller, Annals of Mathematical Statistics 29(2), 1958.</summary>
    private static double Standard(MersenneTwister random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.Uniform())) * Math.Cos(2 * Math.PI * random.Uniform());

    private static uint Seed(Node n) => n.Has("seed") ? BitConverter.SingleToUInt32Bits((float)n.Float("seed", 0))
        : n.Where.Aggregate(2166136261, (hash, c) => unchecked((hash ^ c) * 16777619));
}
