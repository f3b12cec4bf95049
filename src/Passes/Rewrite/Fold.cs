using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;

namespace MiniTorch.Passes.Rewrite;

/// <summary>What is known before the run is computed before the run.</summary>
public static class Fold
{
    /// <summary>The largest result, in elements, that is computed here though its operands are smaller.</summary>
    public const int MaxElements = 4096;

    /// <summary>Constant folding, and repeated constants as broadcasts.</summary>
    public static readonly IReadOnlyList<Rule> Rules =
    [
        Rule.On<Constant>("constant-uniform", "a constant of one value = that scalar repeated", Soundness.Exact, Uniform,
            () => [Prim.Constant(Tensor.Of([2, 2], 3f, 3f, 3f, 3f))]),
        Rule.On<Op>("fold", "an op over constants is a constant", Soundness.Exact, Folded, () =>
        [
            Prim.Scalar(ElementType.F32, 2.0) + Prim.Scalar(ElementType.F32, 3.0), Prim.Exp(Ramp), Prim.Sum(Ramp, [0]),
            Prim.Reshape(Ramp, [3, 1]), Prim.Pad(Ramp, Prim.Like(Ramp, 1), [1], [1], [0]),
        ]),
    ];

    private static Expr Ramp => Prim.Constant(Tensor.Of([3], 1f, 2f, -4f));

    private static Expr? Uniform(Expr n)
    {
        if (n.Op is not Constant { Value: { Type: { Rank: > 0, Count: > 0 } } v }) return null;
        var size = v.Type.Element.Bytes;
        var bytes = v.Bytes;
        return bytes[size..].SequenceEqual(bytes[..^size])
            ? Prim.Fill(Prim.Constant(Tensor.Adopt(v.Type.Element.Scalar, bytes[..size].ToArray())), v.Type.Shape) : null;
    }

    /// <summary>Broadcasts stay: they hold the same in less.</summary>
    private static Expr? Folded(Expr n) =>
        n.Op is not Broadcast && n.Args.Length > 0 && n.Args.All(a => a.Op is Constant)
            && (n.Type.Count <= MaxElements || n.Type.Bytes <= n.Args.Sum(a => a.Type.Bytes))
            ? Evaluator.Constant(n, [.. n.Args.Select(a => ((Constant)a.Op).Value)]).Match<Expr?>(Prim.Constant, _ => null)
            : null;
}
