using System.Collections.Immutable;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators.Recurrent;

/// <summary>The weights of one direction. Shape: G gates, H hidden, I input, all in the operator's order of gates.</summary>
/// <param name="W">For the input, [G·H, I].</param>
/// <param name="R">For the state before, [G·H, H].</param>
/// <param name="Wb">Bias beside W, [G·H].</param>
/// <param name="Rb">Bias beside R, [G·H].</param>
/// <param name="P">Peepholes, [3·H], null where there are none.</param>
internal sealed record Weights(Expr W, Expr R, Expr Wb, Expr Rb, Expr? P)
{
    /// <summary>Gate i of a matrix or a bias.</summary>
    public Expr Part(Expr x, int i) => Parts(x, i, 1);

    /// <summary>Gates from i on of a matrix or a bias.</summary>
    public Expr Parts(Expr x, int i, int count) => Steps.Part(x, i * Hidden, (i + count) * Hidden);

    /// <summary>H.</summary>
    public int Hidden => R.Shape[1];
}

/// <summary>
/// One step: from x·Wᵀ of this moment [B, G·H] and the states before [B, H], the states after; the first is the result.
/// Source: ONNX, Operators.md, RNN, GRU, LSTM.
/// </summary>
internal delegate ImmutableArray<Expr> Cell(Weights weights, Func<Expr, Expr>[] f, Expr xw, ImmutableArray<Expr> states);

/// <summary>The steps of the three recurrent operators.</summary>
internal static class Cells
{
    /// <summary>h' = f(xWᵀ + Wb + hRᵀ + Rb).</summary>
    public static ImmutableArray<Expr> Rnn(Weights w, Func<Expr, Expr>[] f, Expr xw, ImmutableArray<Expr> states) =>
        [f[0](xw + Biased(states[0], w.R, w.Wb + w.Rb))];

    /// <summary>z, r = f(xWᵀ + Wb + hRᵀ + Rb); n = g(xWₙᵀ + (r·h)Rₙᵀ + Rbₙ + Wbₙ); h' = (1 − z)·n + z·h.</summary>
    /// <param name="w">The weights.</param>
    /// <param name="f">f and g.</param>
    /// <param name="xw">x·Wᵀ.</param>
    /// <param name="states">h.</param>
    /// <param name="linear">Whether r multiplies hRₙᵀ + Rbₙ instead of h.</param>
    public static ImmutableArray<Expr> Gru(Weights w, Func<Expr, Expr>[] f, Expr xw, ImmutableArray<Expr> states,
        bool linear)
    {
        var h = states[0];
        var gates = Columns(xw, 0, 2, w) + Biased(h, w.Parts(w.R, 0, 2), w.Parts(w.Wb, 0, 2) + w.Parts(w.Rb, 0, 2));
        var (z, r) = (f[0](Columns(gates, 0, 1, w)), f[0](Columns(gates, 1, 1, w)));
        var (rn, wb, rb) = (w.Part(w.R, 2), w.Part(w.Wb, 2), w.Part(w.Rb, 2));
        var inner = linear ? Along(wb, h) + r * Biased(h, rn, rb) : Biased(r * h, rn, wb + rb);
        return [(1 - z) * f[1](Columns(xw, 2, 1, w) + inner) + z * h];
    }

    /// <summary>
    /// i, o, f, c of the four parts of xWᵀ + hRᵀ + Wb + Rb; c' = f·c + i·g; h' = o·h(c'). Peepholes add P·c before i and f,
    /// P·c' before o; coupled, f = 1 − i.
    /// </summary>
    /// <param name="w">The weights.</param>
    /// <param name="f">f, g and h.</param>
    /// <param name="xw">x·Wᵀ.</param>
    /// <param name="states">h and c.</param>
    /// <param name="coupled">Whether what is forgotten is what is let in.</param>
    public static ImmutableArray<Expr> Lstm(Weights w, Func<Expr, Expr>[] f, Expr xw, ImmutableArray<Expr> states,
        bool coupled)
    {
        var gates = xw + Biased(states[0], w.R, w.Wb + w.Rb);
        Expr Gate(int i, Expr c, int hole) => Columns(gates, i, 1, w) is var gate && w.P is null ? gate
            : gate + Along(w.Part(w.P, hole), c) * c;
        var before = states[1];
        var input = f[0](Gate(0, before, 0));
        var forget = coupled ? 1 - input : f[0](Gate(2, before, 2));
        var c = forget * before + input * f[1](Columns(gates, 3, 1, w));
        return [f[0](Gate(1, c, 1)) * f[2](c), c];
    }

    private static Expr Biased(Expr h, Expr r, Expr bias)
    {
        var y = Prim.Dot(h, r, [1], [1], [], []);
        return y + Along(bias, y);
    }

    private static Expr Along(Expr bias, Expr y) => Prim.Broadcast(bias, y.Shape, [1]);

    private static Expr Columns(Expr x, int gate, int count, Weights w) => Prim.Slice(x, [0, gate * w.Hidden],
        [x.Shape[0], (gate + count) * w.Hidden], [1, 1]);
}
