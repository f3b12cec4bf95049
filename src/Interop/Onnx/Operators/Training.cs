using System.Collections.Immutable;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Steps of optimisers, of several parameters at once, and gradients. Domain ai.onnx.preview.training.</summary>
internal static class Training
{
    private const string Domain = "ai.onnx.preview.training";

    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        new("Adam", n => Each(n, 4, p => Adam(n, p)), Domain),
        new("Adagrad", n => Each(n, 3, p => Adagrad(n, p)), Domain),
        new("Momentum", n => Each(n, 3, p => Momentum(n, p)), Domain),
        new("Gradient", Gradient, Domain),
    ];

    /// <summary>
    /// Operands R, T, and then each kind of operand for every parameter: X₁ X₂ … G₁ G₂ …. Results stand likewise: the
    /// parameters' next values, then each state's.
    /// </summary>
    private static ImmutableArray<Expr?> Each(Node n, int kinds, Func<Expr[], Expr[]> step)
    {
        var count = (n.Inputs - 2) / kinds;
        if (count < 1 || n.Inputs != 2 + kinds * count) throw n.Refuse($"it takes 2 operands and {kinds} a parameter");
        var steps = Enumerable.Range(0, count)
            .Select(i => step([.. Enumerable.Range(0, kinds).Select(k => n[2 + k * count + i])])).ToList();
        return [.. Enumerable.Range(0, kinds - 1).SelectMany(k => steps.Select(s => s[k]))];
    }

    private static Expr Rate(Node n, Expr like) => Prim.Cast(One(n, 0), like.Type.Element);

    private static Expr Count(Node n, Expr like) => Prim.Cast(One(n, 1), like.Type.Element);

    private static Expr One(Node n, int i) => n[i].Type.Count == 1 ? Prim.Reshape(n[i], [])
        : throw n.Refuse($"operand {i} must be one number, is {n[i].Type}");

    /// <summary>The gradient with that of ½·c·‖x‖² added.</summary>
    private static Expr Regular(Node n, Expr x, Expr g) => n.Float("norm_coefficient", 0) * x + g;

    /// <summary>Source: Kingma and Ba, ICLR 2015. ONNX's text has a default ε, its test in 1.12 another.</summary>
    private static Expr[] Adam(Node n, Expr[] p)
    {
        if (!n.Has("epsilon")) throw new Refusal("onnx.O2", "operator 'Adam' has no epsilon, on whose default ONNX's text "
            + "(1e-6) and its own test case (1e-2) disagree; write the attribute", n.Where);
        var (x, alpha, beta) = (p[0], n.Float("alpha", 0.9f), n.Float("beta", 0.999f));
        var (g, t) = (Regular(n, x, p[1]), Count(n, x));
        var v = alpha * p[2] + (1 - alpha) * g;
        var h = beta * p[3] + (1 - beta) * (g * g);
        var corrected = Rate(n, x) * Prim.Sqrt(1 - Prim.Pow(Prim.Like(t, beta), t)) / (1 - Prim.Pow(Prim.Like(t, alpha), t));
        var rate = Prim.Select(t > 0, corrected, Rate(n, x));
        var next = x - rate * (v / (Prim.Sqrt(h) + n.Float("epsilon", 0)));
        return [(1 - n.Float("norm_coefficient_post", 0)) * next, v, h];
    }

    private static Expr[] Adagrad(Node n, Expr[] p)
    {
        var g = Regular(n, p[0], p[1]);
        var rate = Rate(n, g) / (1 + Count(n, g) * n.Float("decay_factor", 0));
        var h = p[2] + g * g;
        return [p[0] - rate * g / (Prim.Sqrt(h) + n.Float("epsilon", 1e-6f)), h];
    }

    /// <summary>The first step takes the whole gradient, a later one β of it.</summary>
    private static Expr[] Momentum(Node n, Expr[] p)
    {
        var (g, t, alpha) = (Regular(n, p[0], p[1]), Count(n, p[0]), n.Float("alpha", 0));
        var v = alpha * p[2] + Prim.Select(t > 0, Prim.Like(t, n.Float("beta", 0)), Prim.Like(t, 1)) * g;
        var direction = n.Text("mode", "") switch
        {
            "standard" => v,
            "nesterov" => g + alpha * v,
            var other => throw n.Refuse($"its mode is '{other}', not standard or nesterov"),
        };
        return [p[0] - Rate(n, g) * direction, v];
    }

    /// <summary>∂y/∂x for each x, where the operands are the values that <c>xs</c> and <c>zs</c> name.</summary>
    private static ImmutableArray<Expr?> Gradient(Node n)
    {
        var (xs, zs, y) = (n.Texts("xs") ?? [], n.Texts("zs") ?? [], n.Named(n.Text("y", "")));
        for (var i = 0; i < xs.Length + zs.Length; i++)
            if (n.NameOf(i) != (i < xs.Length ? xs[i] : zs[i - xs.Length]))
                throw n.Unsupported("is taken at other values than its model's");
        var gradients = Backward.Vjp([y], [Prim.Full(y.Type, 1)], [.. xs.Select((_, i) => n[i])]);
        return [.. gradients];
    }
}
