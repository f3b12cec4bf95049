using System.Collections.Immutable;
using MiniTorch.Frontend;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Losses over scores x [N, C, …] and classes t [N, …].</summary>
internal static class Losses
{
    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Of("NegativeLogLikelihoodLoss", n => Likelihood(n, n[0])),
        Operator.Many("SoftmaxCrossEntropyLoss", CrossEntropy),
    ];

    private static ImmutableArray<Expr?> CrossEntropy(Node n)
    {
        if (n[0].Type.Rank < 2) throw Shapes(n);
        var log = Activations.LogSoftmax(n[0], 1);
        return [Likelihood(n, log), log];
    }

    /// <summary>−w[t] · x[t], where a class to be ignored weighs 0; their sum, or their mean over the weights.</summary>
    private static Expr Likelihood(Node n, Expr x)
    {
        if (x.Type.Rank < 2 || n[1].Shape != x.Shape.Without([1])) throw Shapes(n);
        var (classes, ignored) = Classes(n);
        var taken = -Prim.Gather(ClassesLast(x), classes, classes.Type.Rank);
        var weight = Weight(n, x, classes, ignored);
        var loss = weight is null ? taken : taken * weight;
        var all = Dims.Range(0, loss.Type.Rank);
        return n.Text("reduction", "mean") switch
        {
            "none" => loss,
            "sum" => Prim.Sum(loss, all),
            "mean" => weight is null ? Reductions.Mean(loss, all) : Prim.Sum(loss, all) / Prim.Sum(weight, all),
            var other => throw n.Refuse($"its reduction is '{other}', not none, sum or mean"),
        };
    }

    /// <summary>The classes, with class 0 where one is to be ignored, and where that is.</summary>
    private static (Expr Classes, Expr? Ignored) Classes(Node n)
    {
        if (!n.Has("ignore_index")) return (n[1], null);
        var ignored = Prim.Eq(n[1], Prim.Scalar(n[1].Type.Element, n.Int("ignore_index")));
        return (Prim.Select(ignored, Prim.Like(n[1], 0), n[1]), ignored);
    }

    private static Expr ClassesLast(Expr x) => Prim.Transpose(x, Dims.Range(0, x.Type.Rank).Without([1]).Then([1]));

    /// <summary>The weight of each element, null where all weigh 1.</summary>
    private static Expr? Weight(Node n, Expr x, Expr classes, Expr? ignored)
    {
        if (n.At(2) is { } given && given.Shape != Dims.Create([x.Shape[1]]))
            throw n.Refuse($"there must be a weight for each of {x.Shape[1]} classes, has {given.Type}");
        var weight = n.At(2) is { } weights ? Prim.Gather(weights, classes) : null;
        return ignored is null ? weight
            : Prim.Select(ignored, Prim.Like(x, 0), weight ?? Prim.Full(x.Type.With(classes.Shape), 1));
    }

    private static Refusal Shapes(Node n) =>
        n.Refuse($"it takes scores [N, C, …] and classes [N, …], has {n[0].Type} and {n[1].Type}");
}
