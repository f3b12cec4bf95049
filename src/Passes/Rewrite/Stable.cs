using MiniTorch.Ir;
using static MiniTorch.Passes.Rewrite.Sample;
using static MiniTorch.Passes.Rewrite.Soundness;

namespace MiniTorch.Passes.Rewrite;

/// <summary>Forms that neither overflow nor cancel, in place of those that do.</summary>
public static class Stable
{
    /// <summary>Log-softmax, the sigmoid and its logarithm.</summary>
    public static readonly IReadOnlyList<Rule> Rules =
    [
        Rule.On<Log>("log-softmax", "log(exp z / s) = z - log s", AssumesFinite,
            n => n is (Log, [(Div, [(Exp, [var z]), var s])]) ? Known.Fit(z - Prim.Log(s), n) : null,
            () => [Prim.Log(Softmax(U)), Prim.Log(Prim.Exp(U) / R)]),
        Rule.On<Div>("sigmoid", "1 / (1 + exp(-x)) = 0.5 tanh(0.5 x) + 0.5", Real,
            n => Known.Is(n.Args[0], 1) && n.Args[1] is { Op: Add } d && Known.Beside(d, 1) is (Exp, [var u])
                ? Known.Fit(Prim.Tanh((u is (Neg, [var x]) ? x : -u) * 0.5) * 0.5 + 0.5, n) : null,
            () => [Sigmoid(U), 1 / (1 + Prim.Exp(U)), 1 / (Prim.Exp(-U) + 1)]),
        Rule.On<Log>("log-sigmoid", "log(0.5 tanh v + 0.5) = min(2v, 0) - log(1 + exp(-|2v|))", Real,
            n => n.Args[0] is { Op: Add } a && Half(a) is { Op: Mul } m && Half(m) is (Tanh, [var v]) ? LogSigmoid(v * 2, n) : null,
            () => [Prim.Log(Prim.Tanh(U * 0.5) * 0.5 + 0.5), Prim.Log(0.5 + 0.5 * Prim.Tanh(U))]),
        Rule.On<Log>("log-logistic", "log(1 / (1 + exp(-x))) = min(x, 0) - log(1 + exp(-|x|))", Real,
            n => n is (Log, [(Div, [var one, { Op: Add } d])]) && Known.Is(one, 1) && Known.Beside(d, 1) is (Exp, [var u])
                ? LogSigmoid(u is (Neg, [var x]) ? x : -u, n) : null,
            () => [Prim.Log(Sigmoid(U)), Prim.Log(1 / (1 + Prim.Exp(U)))]),
    ];

    private static Expr Sigmoid(Expr x) => 1 / (1 + Prim.Exp(-x));

    private static Expr? Half(Expr n) => Known.Beside(n, 0.5);

    private static Expr LogSigmoid(Expr x, Expr n) =>
        Known.Fit(Prim.Min(x, Prim.Like(x, 0)) - Prim.Log(1 + Prim.Exp(-Prim.Abs(x))), n);

    private static Expr Softmax(Expr x)
    {
        var e = Prim.Exp(x - Prim.Broadcast(Prim.ReduceMax(x, [1]), x.Shape, [0]));
        return e / Prim.Broadcast(Prim.Sum(e, [1]), x.Shape, [0]);
    }
}
