using MiniTorch.Frontend;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators.Recurrent;

/// <summary>
/// The activation functions of recurrent operators, by the names that the attribute <c>activations</c> gives.
/// </summary>
internal static class Gate
{
    private sealed record Form(string Name, double? Alpha, double? Beta, Func<Expr, double, double, Expr> Apply);

    private static readonly Form[] Forms =
    [
        new("Relu", null, null, (x, _, _) => Activations.Relu(x)),
        new("Tanh", null, null, (x, _, _) => Prim.Tanh(x)),
        new("Sigmoid", null, null, (x, _, _) => Activations.Sigmoid(x)),
        new("Affine", 1, 0, (x, a, b) => x * a + b),
        new("LeakyRelu", 0.01, null, (x, a, _) => Activation.LeakyRelu(x, a)),
        new("ThresholdedRelu", 1, null, (x, a, _) => Activation.ThresholdedRelu(x, a)),
        new("ScaledTanh", 1, 1, (x, a, b) => a * Prim.Tanh(b * x)),
        new("HardSigmoid", 0.2, 0.5, Activation.Ramp),
        new("Elu", 1, null, (x, a, _) => Activation.Elu(x, a)),
        new("Softsign", null, null, (x, _, _) => Activation.Softsign(x)),
        new("Softplus", null, null, (x, _, _) => Activations.Softplus(x)),
    ];

    /// <summary>
    /// The functions of a node in the order of its directions, each after a clip of its operand, but for the third, which
    /// takes a cell as it is: ONNX Runtime reads "the input of activations" so. Numbers for α and β are taken in turn by
    /// the functions that have one.
    /// </summary>
    public static Func<Expr, Expr>[] All(Node n, string[] defaults, int directions)
    {
        var names = n.Texts("activations") ?? [.. Enumerable.Repeat(defaults, directions).SelectMany(d => d)];
        if (names.Length != defaults.Length * directions)
            throw n.Refuse($"activations must name {defaults.Length * directions} functions, names {names.Length}");
        var (alphas, betas) = (Numbers(n, "activation_alpha"), Numbers(n, "activation_beta"));
        return [.. names.Select((name, i) => Of(n, name, i % defaults.Length < 2 ? n.Float("clip", 0) : 0, alphas, betas))];
    }

    private static Func<Expr, Expr> Of(Node n, string name, double clip, Queue<double> alphas, Queue<double> betas)
    {
        var form = Forms.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw n.Unsupported($"has the activation '{name}'");
        var (alpha, beta) = (Next(form.Alpha, alphas), Next(form.Beta, betas));
        return x => form.Apply(clip > 0 ? Prim.Min(Prim.Max(x, Prim.Like(x, -clip)), Prim.Like(x, clip)) : x, alpha, beta);
    }

    private static double Next(double? absent, Queue<double> given) =>
        absent is not { } value ? 0 : given.TryDequeue(out var next) ? next : value;

    private static Queue<double> Numbers(Node n, string name) => new(n.Floats(name) ?? []);
}
