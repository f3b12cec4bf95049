using System.Collections.Immutable;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Dropout: nothing when a model is used; in training, a mask that is drawn while the model is read.</summary>
internal static class Dropout
{
    private const long MaxDrawn = 1 << 24;

    /// <summary>The family.</summary>
    public static readonly Operator[] All = [Operator.Many("Dropout", Of)];

    private static ImmutableArray<Expr?> Of(Node n)
    {
        var training = n.Opset >= 12 ? n.Number(2, 0) != 0 : n.Opset < 7 && !n.Flag("is_test");
        var ratio = !training ? 0 : n.Opset >= 12 ? n.Number(1, 0.5) : n.Float("ratio", 0.5);
        if (ratio is not (>= 0 and < 1)) throw n.Refuse($"its ratio is {ratio}, not from 0 to below 1");
        var kept = ratio > 0 ? Drawn(n, ratio) : Prim.Full(new(ElementType.Pred, n[0].Shape), 1);
        var dropped = ratio > 0 ? Prim.Select(kept, n[0] * (1 / (1 - ratio)), Prim.Like(n[0], 0)) : n[0];
        return [dropped, n.Wants(1) ? Prim.Cast(kept, n.Opset < 10 ? n[0].Type.Element : ElementType.Pred) : null];
    }

    /// <summary>The elements that stay: where ONNX's reference, which is NumPy, draws at least the ratio.</summary>
    private static Expr Drawn(Node n, double ratio)
    {
        var type = new TensorType(ElementType.Pred, n[0].Shape);
        if (type.Count > MaxDrawn) throw n.Unsupported($"draws a mask of type {type}");
        var random = new MersenneTwister(unchecked((uint)n.Int("seed", 0)));
        var mask = new byte[type.Count];
        for (var i = 0; i < mask.Length; i++) mask[i] = random.Uniform() >= ratio ? (byte)1 : (byte)0;
        return Prim.Constant(Tensor.Adopt(type, mask));
    }
}
