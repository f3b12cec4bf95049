using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.OneNode;

namespace MiniTorch.Interop.Tests.Onnx;

public class RecurrentTests
{
    private const int T = 4, B = 2, I = 3, H = 2;

    private static Tensor Draw(int seed, params int[] shape) =>
        Tensor.FromDoubles(ElementType.F32[shape],
            [.. Grid.Random(ElementType.F32[shape], seed).ToDoubles().Select(v => v / 2)]);

    private static Tensor[] Operands(int gates, int directions = 1) =>
        [Draw(1, T, B, I), Draw(2, directions, gates * H, I), Draw(3, directions, gates * H, H),
            Draw(4, directions, 2 * gates * H)];

    private static Tensor Lengths(params int[] lengths) => Tensor.Of<int>(ElementType.I32[lengths.Length], lengths);

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Clip(double x, double c) => Math.Clamp(x, -c, c);

    /// <summary>Row r of Wx + Wb + Rh + Rb, or a part of it.</summary>
    private sealed record Rows(Grid W, Grid R, Grid Bias, int Gates)
    {
        internal static Rows Of(Tensor[] operands, int gates) =>
            new(Grid.Of(operands[1]), Grid.Of(operands[2]), Grid.Of(operands[3]), gates);

        internal double Input(int gate, int j, Func<int, double> x) =>
            Enumerable.Range(0, I).Sum(k => W[0, gate * H + j, k] * x(k)) + Bias[0, gate * H + j];

        internal double State(int gate, int j, double[] h) =>
            Enumerable.Range(0, H).Sum(k => R[0, gate * H + j, k] * h[k]) + Bias[0, (Gates + gate) * H + j];
    }

    /// <summary>Each step's result from the states before, for one sequence of the batch.</summary>
    private static Grid Sweep(Tensor x, Func<Func<int, double>, double[][], double[][]> step, Func<int, double[][]> initial)
    {
        var (g, y) = (Grid.Of(x), new double[T, B, H]);
        for (var b = 0; b < B; b++)
        {
            var states = initial(b);
            for (var t = 0; t < T; t++)
            {
                states = step(k => g[t, b, k], states);
                for (var j = 0; j < H; j++) y[t, b, j] = states[0][j];
            }
        }
        return Grid.Make([T, 1, B, H], at => y[at[0], at[2], at[3]]);
    }

    private static double[] Each(Func<int, double> f) => [.. Enumerable.Range(0, H).Select(f)];

    [Fact]
    public void Rnn_is_its_recurrence()
    {
        var o = Operands(1);
        var rows = Rows.Of(o, 1);
        Sweep(o[0], (x, s) => [Each(j => Math.Tanh(rows.Input(0, j, x) + rows.State(0, j, s[0])))], _ => [new double[H]])
            .Is(Run("RNN", 14, o)[0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Gru_is_its_recurrence(long linear)
    {
        var (o, h0) = (Operands(3), Draw(5, 1, B, H));
        var (rows, first) = (Rows.Of(o, 3), Grid.Of(h0));
        Sweep(o[0], (x, s) =>
        {
            var (z, r) = (Each(j => Sigmoid(rows.Input(0, j, x) + rows.State(0, j, s[0]))),
                Each(j => Sigmoid(rows.Input(1, j, x) + rows.State(1, j, s[0]))));
            var scaled = Each(j => r[j] * s[0][j]);
            var n = Each(j => Math.Tanh(rows.Input(2, j, x)
                + (linear == 1 ? r[j] * rows.State(2, j, s[0]) : rows.State(2, j, scaled))));
            return [Each(j => (1 - z[j]) * n[j] + z[j] * s[0][j])];
        }, b => [Each(j => first[0, b, j])]).Is(Run("GRU", 14, [.. o, null, h0], 1, Int("linear_before_reset", linear))[0]);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 100)]
    [InlineData(0, 0.25)]
    public void Lstm_is_its_recurrence_with_peepholes_coupled_gates_and_a_clip(long coupled, double clip)
    {
        var (o, h0, c0, p) = (Operands(4), Draw(5, 1, B, H), Draw(6, 1, B, H), Draw(7, 1, 3 * H));
        var (rows, gh, gc) = (Rows.Of(o, 4), Grid.Of(h0), Grid.Of(c0));
        Sweep(o[0], (x, s) =>
        {
            double Gate(int i, int j) => rows.Input(i, j, x) + rows.State(i, j, s[0]);
            var i = Each(j => Sigmoid(Clip(Gate(0, j) + p.At(j) * s[1][j], clip)));
            var f = coupled == 1 ? Each(j => 1 - i[j])
                : Each(j => Sigmoid(Clip(Gate(2, j) + p.At(2 * H + j) * s[1][j], clip)));
            var c = Each(j => f[j] * s[1][j] + i[j] * Math.Tanh(Clip(Gate(3, j), clip)));
            return [Each(j => Sigmoid(Clip(Gate(1, j) + p.At(H + j) * c[j], clip)) * Math.Tanh(c[j])), c];
        }, b => [Each(j => gh[0, b, j]), Each(j => gc[0, b, j])])
            .Is(Run("LSTM", 14, [.. o, null, h0, c0, p], 1, Int("input_forget", coupled), Float("clip", clip))[0]);
    }

    [Theory]
    [InlineData("RNN", 1)]
    [InlineData("GRU", 3)]
    [InlineData("LSTM", 4)]
    public void Both_directions_are_the_one_and_the_other(string op, int gates)
    {
        var o = Operands(gates, 2);
        var both = Run(op, 14, [.. o], 2, Text("direction", "bidirectional"));
        foreach (var (direction, d) in new[] { ("forward", 0), ("reverse", 1) })
        {
            var one = Run(op, 14, [o[0], .. o[1..].Select(w => Half(w, d))], 2, Text("direction", direction));
            Grid.Make([T, 1, B, H], at => Grid.Of(both[0])[at[0], d, at[2], at[3]]).Is(one[0]);
            Grid.Make([1, B, H], at => Grid.Of(both[1])[d, at[1], at[2]]).Is(one[1]);
        }
    }

    private static Tensor Half(Tensor w, int d)
    {
        var half = w.Type.Shape.Map((n, i) => i == 0 ? 1 : n);
        return Tensor.FromDoubles(w.Type.With(half), w.ToDoubles()[(int)(d * half.Product)..(int)((d + 1) * half.Product)]);
    }

    [Theory]
    [InlineData("forward")]
    [InlineData("reverse")]
    public void A_shorter_sequence_is_run_as_if_it_stood_alone_and_zeros_follow(string direction)
    {
        var o = Operands(4);
        var whole = Run("LSTM", 14, [.. o, Lengths(4, 2)], 3, Text("direction", direction));
        var alone = Run("LSTM", 14, [Tensor.FromDoubles(ElementType.F32[2, B, I], o[0].ToDoubles()[..(2 * B * I)]),
            .. o[1..]], 3, Text("direction", direction));
        var (y, shorter) = (Grid.Of(whole[0]), Grid.Of(alone[0]));
        Assert.All(Grid.Indices([T, H]), at =>
            Assert.Equal(at[0] < 2 ? shorter[at[0], 0, 1, at[1]] : 0, y[at[0], 0, 1, at[1]], 1e-6));
        Assert.All(Grid.Indices([2, H]), at =>
            Assert.Equal(Grid.Of(alone[1 + at[0]])[0, 1, at[1]], Grid.Of(whole[1 + at[0]])[0, 1, at[1]], 1e-6));
    }

    [Fact]
    public void Layout_1_has_the_batch_first()
    {
        var (o, h0) = (Operands(3), Draw(5, 1, B, H));
        var rows = Run("GRU", 14, [.. o, null, h0], 2);
        var turned = Run("GRU", 14, [Swap(o[0]), .. o[1..], null, Swap(h0)], 2, Int("layout", 1));
        Grid.Make([B, T, 1, H], at => Grid.Of(rows[0])[at[1], 0, at[0], at[3]]).Is(turned[0]);
        Grid.Of(Swap(rows[1])).Is(turned[1]);
    }

    private static Tensor Swap(Tensor x) => Run("Transpose", 13, [x], 1, Ints("perm", 1, 0, 2))[0];

    [Theory]
    [InlineData("Relu", 0, 0)]
    [InlineData("Affine", 0.5, 0.25)]
    [InlineData("LeakyRelu", 0.5, 0)]
    [InlineData("ThresholdedRelu", 0.5, 0)]
    [InlineData("ScaledTanh", 2, 0.5)]
    [InlineData("HardSigmoid", 0.5, 0.25)]
    [InlineData("Elu", 2, 0)]
    [InlineData("Softsign", 0, 0)]
    [InlineData("Softplus", 0, 0)]
    public void Activations_are_their_formulas(string name, double a, double b)
    {
        double F(double x) => name switch
        {
            "Relu" => Math.Max(x, 0),
            "Affine" => a * x + b,
            "LeakyRelu" => x >= 0 ? x : a * x,
            "ThresholdedRelu" => x > a ? x : 0,
            "ScaledTanh" => a * Math.Tanh(b * x),
            "HardSigmoid" => Math.Clamp(a * x + b, 0, 1),
            "Elu" => x >= 0 ? x : a * (Math.Exp(x) - 1),
            "Softsign" => x / (1 + Math.Abs(x)),
            _ => Math.Log(1 + Math.Exp(x)),
        };
        var o = Operands(1);
        var rows = Rows.Of(o, 1);
        Sweep(o[0], (x, s) => [Each(j => F(rows.Input(0, j, x) + rows.State(0, j, s[0])))], _ => [new double[H]])
            .Is(Run("RNN", 14, o, 1, Texts("activations", name), Floats("activation_alpha", a),
            Floats("activation_beta", b))[0]);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var o = Operands(1);
        Assert.Equal("onnx.N1", Refusal("GRU", 14, o));
        Assert.Equal("onnx.N1", Refusal("RNN", 14, o, Text("direction", "bidirectional")));
        Assert.Equal("onnx.N1", Refusal("RNN", 14, o, Text("direction", "upward")));
        Assert.Equal("onnx.N1", Refusal("RNN", 14, o, Int("hidden_size", 7)));
        Assert.Equal("onnx.N1", Refusal("RNN", 14, o, Texts("activations", "Tanh", "Tanh")));
        Assert.Equal("onnx.O2", Refusal("RNN", 14, o, Texts("activations", "Swish")));
        Assert.Equal("onnx.O2", Refusal("RNN", 14, [Draw(1, 20_000, 0, I), .. o[1..]]));
    }

    [Theory]
    [InlineData("RNN", 1, 1)]
    [InlineData("GRU", 3, 2)]
    [InlineData("LSTM", 4, 3)]
    public void All_have_the_slope_of_their_differences(string op, int gates, int results)
    {
        var o = Operands(gates, 2);
        Assert.InRange(Slip(op, 14, [.. o, Lengths(4, 2)], results, Text("direction", "bidirectional")), 0, 1e-4);
    }

    [Fact]
    public void No_steps_leave_the_states_as_they_were()
    {
        var (o, h0) = (Operands(1), Draw(5, 1, B, H));
        var results = Run("RNN", 14, [Draw(1, 0, B, I), .. o[1..], null, h0], 2);
        Assert.Equal(ElementType.F32[0, 1, B, H], results[0].Type);
        Assert.Equal(h0, results[1]);
    }
}
