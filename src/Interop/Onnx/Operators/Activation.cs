using MiniTorch.Frontend;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Activations. Of a kink the derivative is that of the side on which 0 lies, as PyTorch takes it.</summary>
internal static class Activation
{
    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Unary("Relu", Activations.Relu),
        Operator.Unary("Sigmoid", Activations.Sigmoid),
        Operator.Unary("Softplus", Activations.Softplus),
        Operator.Unary("Softsign", Softsign),
        Operator.Unary("Mish", x => x * Prim.Tanh(Activations.Softplus(x))),
        Operator.Of("Swish", n => n[0] * Activations.Sigmoid(n.Float("alpha", 1) * n[0])),
        Operator.Of("LeakyRelu", n => LeakyRelu(n[0], n.Float("alpha", 0.01f))),
        Operator.Of("PRelu", PRelu),
        Operator.Of("Elu", n => Elu(n[0], n.Float("alpha", 1))),
        Operator.Of("Selu", Selu),
        Operator.Of("Celu", Celu),
        Operator.Of("Gelu", Gelu),
        Operator.Of("HardSigmoid", n => Ramp(n[0], n.Float("alpha", 0.2f), n.Float("beta", 0.5))),
        Operator.Unary("HardSwish", x => x * Ramp(x, 1.0 / 6, 0.5)),
        Operator.Of("ThresholdedRelu", n => ThresholdedRelu(n[0], n.Float("alpha", 1))),
        Operator.Of("Shrink", Shrink),
        Operator.Of("Softmax", n => Along(n, Activations.Softmax)),
        Operator.Of("LogSoftmax", n => Along(n, Activations.LogSoftmax)),
        Operator.Of("Hardmax", n => Along(n, Hardmax)),
    ];

    /// <summary>x / (1 + |x|).</summary>
    internal static Expr Softsign(Expr x) => x / (1 + Prim.Abs(x));

    /// <summary>x above 0, α·x below.</summary>
    internal static Expr LeakyRelu(Expr x, double alpha) => Above(x, x, alpha * x);

    /// <summary>x above 0, α·(eˣ − 1) below.</summary>
    internal static Expr Elu(Expr x, double alpha) => Above(x, x, Saturating(x, alpha, 1));

    /// <summary>x above α, else 0.</summary>
    internal static Expr ThresholdedRelu(Expr x, double alpha) => Prim.Select(x > alpha, x, Prim.Like(x, 0));

    private static Expr Above(Expr x, Expr positive, Expr other) => Prim.Select(x > 0, positive, other);

    /// <summary>α·(e^(x/scale) − 1) below 0, where it is wanted; nothing overflows above.</summary>
    private static Expr Saturating(Expr x, double alpha, double scale) =>
        alpha * (Prim.Exp(Prim.Min(Prim.Like(x, 0), x) / scale) - 1);

    /// <summary>γ·x above 0, γ·α·(eˣ − 1) below. Source: Klambauer et al., NIPS 2017.</summary>
    private static Expr Selu(Node n)
    {
        var (alpha, gamma) = n.Opset < 6 ? (1.6732f, 1.0507f) : (1.67326319f, 1.05070102f);
        return n.Float("gamma", gamma) * Above(n[0], n[0], Saturating(n[0], n.Float("alpha", alpha), 1));
    }

    private static Expr Celu(Node n)
    {
        var alpha = n.Float("alpha", 1);
        return alpha != 0 ? Above(n[0], n[0], Saturating(n[0], alpha, alpha)) : throw n.Refuse("its alpha must not be 0");
    }

    /// <summary>The slope repeats to the shape of x, never the other way round.</summary>
    private static Expr PRelu(Node n)
    {
        var (x, slope) = (n[0], n[1]);
        var fitted = n.Opset < 7 && slope.Type.Rank == 1 && x.Type.Rank > 1 && slope.Shape[0] == x.Shape[1]
            ? Prim.Broadcast(slope, x.Shape, [1])
            : Repeating.To(slope, x.Shape);
        return Above(x, x, fitted * x);
    }

    /// <summary>x·Φ(x), or with Φ by a tanh. Source: Hendrycks and Gimpel, 2016.</summary>
    private static Expr Gelu(Node n) => n.Text("approximate", "none") switch
    {
        "none" => 0.5 * n[0] * (1 + Prim.Erf(n[0] * Math.Sqrt(0.5))),
        "tanh" => 0.5 * n[0] * (1 + Prim.Tanh(Math.Sqrt(2 / Math.PI) * (n[0] + 0.044715 * (n[0] * n[0] * n[0])))),
        var other => throw n.Refuse($"its approximation is '{other}', not none or tanh"),
    };

    /// <summary>α·x + β held between 0 and 1.</summary>
    internal static Expr Ramp(Expr x, double alpha, double beta) =>
        Prim.Max(Prim.Min(alpha * x + beta, Prim.Like(x, 1)), Prim.Like(x, 0));

    private static Expr Shrink(Node n)
    {
        var (x, lambda, bias) = (n[0], n.Float("lambd", 0.5), n.Float("bias", 0));
        if (x.Type.Element.IsFloat)
            return Prim.Select(x < -lambda, x + bias, Prim.Select(x > lambda, x - bias, Prim.Like(x, 0)));
        var shrunk = Prim.Cast(x, ElementType.F64);
        return Prim.Cast(Prim.Select(shrunk < -lambda, shrunk + bias,
            Prim.Select(shrunk > lambda, shrunk - bias, Prim.Like(shrunk, 0))), x.Type.Element);
    }

    /// <summary>1 at the first largest element along an axis, else 0.</summary>
    private static Expr Hardmax(Expr x, int axis)
    {
        var at = Prim.Broadcast(Prim.ArgMax(x, axis), x.Shape, Dims.Range(0, x.Type.Rank).Without([axis]));
        return Prim.Select(Prim.Eq(Prim.Iota(new(ElementType.I32, x.Shape), axis), at), Prim.Like(x, 1), Prim.Like(x, 0));
    }

    /// <summary>Along one axis; before operator set 13 along all from the axis on, as one.</summary>
    private static Expr Along(Node n, Func<Expr, int, Expr> f)
    {
        var x = n[0];
        if (n.Opset >= 13) return f(x, n.Axis(n.Int("axis", -1), x.Type.Rank));
        var given = n.Int("axis", 1);
        var axis = given == x.Type.Rank ? x.Type.Rank : n.Axis(given, x.Type.Rank);
        var (rows, columns) = (x.Shape.Slice(0, axis).Product, x.Shape.Slice(axis, x.Type.Rank - axis).Product);
        return Prim.Reshape(f(Prim.Reshape(x, [(int)rows, (int)columns]), 1), x.Shape);
    }
}
