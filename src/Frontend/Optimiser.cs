using System.Globalization;
using LanguageExt;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Frontend;

/// <summary>A state of an optimiser for one parameter: its name's suffix and its next value. It begins at zero.</summary>
/// <param name="Suffix">As <c>adam_m</c>; the input is <c>conv1.weight/adam_m</c>.</param>
/// <param name="Next">Its value after the step.</param>
public readonly record struct StateUpdate(string Suffix, Expr Next);

/// <summary>An update rule as expressions: from a parameter, its gradient, its states and the step's number, counted from 1.</summary>
/// <param name="Name">As printed.</param>
/// <param name="States">The suffixes of its states.</param>
/// <param name="Update">The parameter's next value and the states' next values.</param>
public sealed record Optimiser(
    string Name, Seq<string> States, Func<Expr, Expr, Func<string, Expr>, Expr, (Expr Next, Seq<StateUpdate> States)> Update)
{
    /// <summary>p − lr·d, with momentum d = μ·d + g (Nesterov: g + μ·d), and weight decay added to g.</summary>
    /// <remarks>Source: Sutskever et al., ICML 2013, in PyTorch's form.</remarks>
    public static Optimiser Sgd(Schedule lr, double momentum = 0, bool nesterov = false, double weightDecay = 0) =>
        new(Text($"SGD(lr: {lr}, momentum: {momentum}, nesterov: {nesterov}, weight decay: {weightDecay})"),
            momentum == 0 ? LanguageExt.Seq<string>.Empty : Seq1("sgd_momentum"),
            (p, g, state, t) => SgdStep(p, weightDecay == 0 ? g : g + p * weightDecay, state, Scalar(lr.At(t), p), momentum, nesterov));

    /// <summary>Adam with bias correction. Source: Kingma and Ba, ICLR 2015, algorithm 1.</summary>
    public static Optimiser Adam(Schedule lr, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8) =>
        new(Text($"Adam(lr: {lr}, betas: {beta1} {beta2}, epsilon: {epsilon})"), Seq("adam_m", "adam_v"),
            (p, g, state, t) => AdamStep(p, g, state, t, lr.At(t), beta1, beta2, epsilon));

    /// <summary>Adam whose weight decay acts on the parameter itself. Source: Loshchilov and Hutter, ICLR 2019.</summary>
    public static Optimiser AdamW(
        Schedule lr, double weightDecay = 0.01, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8) =>
        new(Text($"AdamW(lr: {lr}, weight decay: {weightDecay}, betas: {beta1} {beta2}, epsilon: {epsilon})"), Seq("adam_m", "adam_v"),
            (p, g, state, t) => AdamStep(p * Scalar(1 - lr.At(t) * weightDecay, p), g, state, t, lr.At(t), beta1, beta2, epsilon));

    private static (Expr, Seq<StateUpdate>) SgdStep(Expr p, Expr g, Func<string, Expr> state, Expr lr, double momentum, bool nesterov)
    {
        if (momentum == 0) return (p - g * lr, LanguageExt.Seq<StateUpdate>.Empty);
        var velocity = state("sgd_momentum") * momentum + g;
        var direction = nesterov ? g + velocity * momentum : velocity;
        return (p - direction * lr, Seq1(new StateUpdate("sgd_momentum", velocity)));
    }

    private static (Expr, Seq<StateUpdate>) AdamStep(
        Expr p, Expr g, Func<string, Expr> state, Expr t, Expr lr, double beta1, double beta2, double epsilon)
    {
        var m = state("adam_m") * beta1 + g * (1 - beta1);
        var v = state("adam_v") * beta2 + g * g * (1 - beta2);
        var step = lr / (1 - Prim.Pow(Prim.Like(t, beta1), t));
        var spread = Prim.Sqrt(1 / (1 - Prim.Pow(Prim.Like(t, beta2), t)));
        var next = p - Scalar(step, p) * m / (Prim.Sqrt(v) * Scalar(spread, p) + epsilon);
        return (next, Seq(new StateUpdate("adam_m", m), new StateUpdate("adam_v", v)));
    }

    private static Expr Scalar(Expr t, Expr like) => Prim.Cast(t, like.Type.Element);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
