using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Activations as expressions over primitives.</summary>
public static class Activations
{
    /// <summary>max(x, 0); its derivative at 0 is 0.</summary>
    public static Expr Relu(Expr x) => Prim.Max(x, Prim.Like(x, 0));

    /// <summary>
    /// 1 where x > 0, else 0: the derivative of <see cref="Relu"/>. Its own derivative is 0 wherever there is one.
    /// </summary>
    /// <remarks>Source: the lectures' "step(x) = x > 0 = argmax{0, x}".</remarks>
    public static Expr Step(Expr x) => Prim.Select(x > 0, Prim.Like(x, 1), Prim.Like(x, 0));

    /// <summary>1/(1 + e⁻ˣ) as ½·tanh(½x) + ½, which neither overflows nor loses its gradient.</summary>
    public static Expr Sigmoid(Expr x) => 0.5 * Prim.Tanh(0.5 * x) + 0.5;

    /// <summary>exp(x − max) / Σ exp(x − max) along an axis.</summary>
    public static Expr Softmax(Expr x, int axis) => Softmax(x, [axis]);

    /// <summary>exp(x − max) / Σ exp(x − max) over several axes together.</summary>
    public static Expr Softmax(Expr x, Dims axes) => Along(x, axes, (shifted, spread) =>
    {
        var e = Prim.Exp(shifted);
        return e / spread(Prim.Sum(e, axes));
    });

    /// <summary>x − max − log Σ exp(x − max) along an axis.</summary>
    public static Expr LogSoftmax(Expr x, int axis) => Along(x, [axis], (shifted, spread) =>
        shifted - spread(Prim.Log(Prim.Sum(Prim.Exp(shifted), [axis]))));

    /// <summary>
    /// max + log Σ exp(x − max) over axes, which the result no longer has: the soft maximum. Its gradient is the
    /// softmax.
    /// </summary>
    public static Expr LogSumExp(Expr x, Dims axes)
    {
        if (x.Type.IsUnknown) return x;
        var most = Prim.StopGradient(Prim.ReduceMax(x, axes));
        var spread = Prim.Broadcast(most, x.Shape, Dims.Range(0, x.Type.Rank).Without(axes));
        return Prim.Log(Prim.Sum(Prim.Exp(x - spread), axes)) + most;
    }

    /// <summary>
    /// log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|). −|x| is the lesser of −x and x, whose derivative at 0 is 1 where that
    /// of max(x, 0) is 0, so that the sum's is ½.
    /// </summary>
    public static Expr Softplus(Expr x) => Relu(x) + Prim.Log(1 + Prim.Exp(Prim.Min(-x, x)));

    /// <summary>The maximum is subtracted so that nothing overflows; it cancels, so no gradient flows through it.</summary>
    private static Expr Along(Expr x, Dims axes, Func<Expr, Func<Expr, Expr>, Expr> form)
    {
        if (x.Type.IsUnknown) return x;
        var kept = Dims.Range(0, x.Type.Rank).Without(axes);
        Expr Spread(Expr e) => Prim.Broadcast(e, x.Shape, kept);
        return form(x - Spread(Prim.StopGradient(Prim.ReduceMax(x, axes))), Spread);
    }
}
