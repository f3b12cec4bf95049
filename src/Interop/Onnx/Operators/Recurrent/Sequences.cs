using System.Collections.Immutable;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators.Recurrent;

/// <summary>
/// Recurrent operators, a step of the sequence after the other: x [T, B, I] (layout 1: [B, T, I]) to y [T, D, B, H] and
/// the last states [D, B, H], for D directions. Source: ONNX, Operators.md, RNN, GRU, LSTM.
/// </summary>
internal static class Sequences
{
    private const int MaxSteps = 10_000;

    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Many("RNN", n => Run(n, 1, ["Tanh"], Cells.Rnn)),
        Operator.Many("GRU", n => Run(n, 3, ["Sigmoid", "Tanh"],
            (w, f, x, s) => Cells.Gru(w, f, x, s, n.Flag("linear_before_reset")))),
        Operator.Many("LSTM", n => Run(n, 4, ["Sigmoid", "Tanh", "Tanh"],
            (w, f, x, s) => Cells.Lstm(w, f, x, s, n.Flag("input_forget")), initial: [5, 6])),
    ];

    /// <summary>What one direction makes of the sequence.</summary>
    private sealed record Swept(IReadOnlyList<Expr> Ys, ImmutableArray<Expr> Last);

    private static ImmutableArray<Expr?> Run(Node n, int gates, string[] functions, Cell cell, int[]? initial = null)
    {
        var x = Turned(n, n[0]);
        var directions = Directions(n);
        var f = Gate.All(n, functions, directions.Length);
        Check(n, x, gates, directions.Length);
        var state = x.Type.With(Dims.Create([x.Shape[1], n[2].Shape[2]]));
        var active = Active(n, x, state.Shape);
        var swept = directions.Select((reverse, d) => Sweep(x, Weights(n, gates, d), reverse, active,
            [.. (initial ?? [5]).Select(i => Initial(n, i, d, state))],
            (w, _, xw, s) => cell(w, f[(d * functions.Length)..((d + 1) * functions.Length)], xw, s))).ToList();
        var ys = Enumerable.Range(0, x.Shape[0]).Select(t => Steps.Stack([.. swept.Select(s => s.Ys[t])], 0, state))
            .ToList();
        var y = Steps.Stack(ys, 0, x.Type.With(Dims.Create([directions.Length]).Then(state.Shape)));
        return [n.Flag("layout") ? Prim.Transpose(y, [2, 0, 1, 3]) : y, .. Last(n, swept, state)];
    }

    private static IEnumerable<Expr?> Last(Node n, List<Swept> swept, TensorType state) =>
        Enumerable.Range(0, swept[0].Last.Length)
            .Select(i => Turned(n, Steps.Stack([.. swept.Select(s => s.Last[i])], 0, state)));

    /// <summary>Batch and first axis change places for layout 1.</summary>
    private static Expr Turned(Node n, Expr x) => n.Flag("layout") ? Prim.Transpose(x, [1, 0, 2]) : x;

    private static Swept Sweep(Expr x, Weights w, bool reverse, Func<int, Expr?> active, ImmutableArray<Expr> states,
        Cell cell)
    {
        var steps = Steps.Of(Prim.Dot(x, w.W, [2], [1], [], [])).ToList();
        var ys = new Expr[steps.Count];
        for (var i = 0; i < steps.Count; i++)
        {
            var t = reverse ? steps.Count - 1 - i : i;
            var after = cell(w, [], steps[t], states);
            var (mask, before) = (active(t), states);
            states = mask is null ? after : [.. after.Select((s, k) => Prim.Select(mask, s, before[k]))];
            ys[t] = mask is null ? after[0] : Prim.Select(mask, after[0], Prim.Like(after[0], 0));
        }
        return new(ys, states);
    }

    /// <summary>
    /// Which sequences of the batch still run at step t, repeated over a state; null where all run to the end.
    /// </summary>
    private static Func<int, Expr?> Active(Node n, Expr x, Dims state)
    {
        if (n.At(4) is not { } lengths) return _ => null;
        if (lengths.Op is Constant c && c.Value.ToDoubles().All(l => l >= x.Shape[0])) return _ => null;
        return t => Prim.Broadcast(lengths > Prim.Scalar(lengths.Type.Element, (long)t), state, [0]);
    }

    private static Expr Initial(Node n, int i, int direction, TensorType state) =>
        n.At(i) is { } given ? Steps.At(Turned(n, given), direction) : Prim.Full(state, 0);

    private static Weights Weights(Node n, int gates, int d)
    {
        var (w, r) = (Steps.At(n[1], d), Steps.At(n[2], d));
        var size = gates * r.Shape[1];
        var bias = n.At(3) is { } b ? Steps.At(b, d) : Prim.Full(w.Type.With(Dims.Create([2 * size])), 0);
        return new(w, r, Steps.Part(bias, 0, size), Steps.Part(bias, size, 2 * size),
            n.At(7) is { } p ? Steps.At(p, d) : null);
    }

    private static bool[] Directions(Node n) => n.Text("direction", "forward") switch
    {
        "forward" => [false],
        "reverse" => [true],
        "bidirectional" => [false, true],
        var other => throw n.Refuse($"direction is '{other}'"),
    };

    private static void Check(Node n, Expr x, int gates, int directions)
    {
        if (x.Type.Rank != 3 || n[1].Type.Rank != 3 || n[2].Type.Rank != 3)
            throw n.Refuse($"{n[0].Type}, {n[1].Type} and {n[2].Type} must have three axes each");
        var hidden = n[2].Shape[2];
        if (n[1].Shape != Dims.Create([directions, gates * hidden, x.Shape[2]])
            || n[2].Shape != Dims.Create([directions, gates * hidden, hidden]) || n.Int("hidden_size", hidden) != hidden)
            throw n.Refuse($"weights {n[1].Type} and {n[2].Type} do not fit {x.Shape[2]} inputs, {directions} directions");
        if (x.Shape[0] > MaxSteps) throw n.Unsupported($"has {x.Shape[0]} steps, more than {MaxSteps:N0}");
    }
}
