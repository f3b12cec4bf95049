using System.Collections.Immutable;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Operators that give values a mean and a variance. 16-bit floats are normalised in binary32.</summary>
internal static class Normalization
{
    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Many("BatchNormalization", Batch),
        Operator.Of("InstanceNormalization", Instance),
        Operator.Of("GroupNormalization", Group),
        Operator.Many("LayerNormalization", Layer),
        Operator.Of("RMSNormalization", RootMeanSquare),
        Operator.Of("MeanVarianceNormalization", MeanVariance),
        Operator.Of("LpNormalization", Norm),
        Operator.Of("LRN", LocalResponse),
    ];

    /// <summary>The values less their mean along axes, the mean and the variance; axes stay.</summary>
    private static (Expr Centred, Expr Mean, Expr Variance) Moments(Expr x, Dims axes)
    {
        var mean = Reductions.Kept(x, axes, Reductions.Mean);
        var centred = x - Repeating.To(mean, x.Shape);
        return (centred, mean, Reductions.Kept(centred * centred, axes, Reductions.Mean));
    }

    private static Expr Wide(Expr x) =>
        Prim.Cast(x, x.Type.Element == ElementType.F64 ? ElementType.F64 : ElementType.F32);

    private static double Epsilon(Node n) => n.Float("epsilon", 1e-5f);

    /// <summary>
    /// By the moments of the batch when training, else by those given. Training is asked for by an attribute, and
    /// before operator set 14 by more than one result; results after the third are the moments that were used.
    /// </summary>
    private static ImmutableArray<Expr?> Batch(Node n)
    {
        if (n[0].Type.Rank < 2) throw n.Refuse($"it takes [batch, channels, cells…], has {n[0].Type}");
        var training = n.Opset >= 14 ? n.Flag("training_mode")
            : n.Opset >= 7 ? Enumerable.Range(1, 4).Any(n.Wants) : !n.Flag("is_test");
        var features = Channels(n);
        return training ? Trained(n, features) : [Batched(n, features, Spread(n, 3, features), Spread(n, 4, features))];
    }

    /// <summary>Axes with moments of their own: the channels, or every cell under the old <c>spatial</c> = 0.</summary>
    private static Dims Channels(Node n) =>
        n.Opset < 9 && !n.Flag("spatial", true) ? Dims.Range(1, n[0].Type.Rank - 1) : [1];

    private static ImmutableArray<Expr?> Trained(Node n, Dims features)
    {
        var (x, momentum) = (Wide(n[0]), n.Float("momentum", 0.9f));
        var (_, mean, variance) = Moments(x, Dims.Range(0, x.Type.Rank).Without(features));
        var (usedMean, usedVariance) = (Prim.Reshape(mean, n[3].Shape), Prim.Reshape(variance, n[4].Shape));
        return
        [
            Batched(n, features, mean, variance),
            Prim.Cast(Wide(n[3]) * momentum + usedMean * (1 - momentum), n[3].Type.Element),
            Prim.Cast(Wide(n[4]) * momentum + usedVariance * (1 - momentum), n[4].Type.Element),
            Prim.Cast(usedMean, n[3].Type.Element), Prim.Cast(usedVariance, n[4].Type.Element),
        ];
    }

    private static Expr Batched(Node n, Dims features, Expr mean, Expr variance)
    {
        var x = Wide(n[0]);
        var scale = Spread(n, 1, features) / Prim.Sqrt(variance + Epsilon(n));
        var shift = Repeating.To(Spread(n, 2, features), x.Shape);
        var y = (x - Repeating.To(mean, x.Shape)) * Repeating.To(scale, x.Shape) + shift;
        return Prim.Cast(y, n[0].Type.Element);
    }

    /// <summary>Operand i with the axes of x, of size 1 but for the features; in the type that x is normalised in.</summary>
    private static Expr Spread(Node n, int i, Dims features)
    {
        var shape = n[0].Shape.At(features);
        if (n[i].Shape != shape) throw n.Refuse($"operand {i} must have shape {shape}, has {n[i].Type}");
        var aligned = Prim.Reshape(n[i], n[0].Shape.Map((d, a) => features.Contains(a) ? d : 1));
        return Prim.Cast(aligned, Wide(n[0]).Type.Element);
    }

    private static Expr Instance(Node n)
    {
        var x = Wide(n[0]);
        if (x.Type.Rank < 2) throw n.Refuse($"it takes [batch, channels, cells…], has {x.Type}");
        var (centred, _, variance) = Moments(x, Dims.Range(2, x.Type.Rank - 2));
        var scale = Repeating.Apply((s, v) => s / v, Spread(n, 1, [1]), Prim.Sqrt(variance + Epsilon(n)));
        var y = centred * Repeating.To(scale, x.Shape) + Repeating.To(Spread(n, 2, [1]), x.Shape);
        return Prim.Cast(y, n[0].Type.Element);
    }

    /// <summary>Each group of channels by its own moments; before version 21 scale and bias are one a group.</summary>
    private static Expr Group(Node n)
    {
        var (x, groups) = (Wide(n[0]), n.Int("num_groups"));
        if (x.Type.Rank < 2 || groups < 1 || x.Shape[1] % groups != 0)
            throw n.Refuse($"{groups} groups do not divide the channels of {x.Type}");
        var cells = (int)x.Shape.Slice(2, x.Type.Rank - 2).Product;
        var parts = Dims.Create([x.Shape[0], (int)groups, x.Shape[1] / (int)groups, cells]);
        var (centred, _, variance) = Moments(Prim.Reshape(x, parts), [2, 3]);
        var normal = centred / Repeating.To(Prim.Sqrt(variance + Epsilon(n)), parts);
        var y = normal * Grouped(n, 1, parts, x) + Grouped(n, 2, parts, x);
        return Prim.Cast(Prim.Reshape(y, x.Shape), n[0].Type.Element);
    }

    private static Expr Grouped(Node n, int i, Dims parts, Expr like)
    {
        var value = Prim.Cast(n[i], like.Type.Element);
        return value.Shape == Dims.Create([parts[1] * parts[2]])
                ? Prim.Broadcast(Prim.Reshape(value, [parts[1], parts[2]]), parts, [1, 2])
            : value.Shape == Dims.Create([parts[1]]) ? Prim.Broadcast(value, parts, [1])
            : throw n.Refuse($"operand {i} must have a number a channel or a group, has {n[i].Type}");
    }

    /// <summary>By the moments of the axes from one on; results 1 and 2 are the mean and 1/√(variance + ε).</summary>
    private static ImmutableArray<Expr?> Layer(Node n)
    {
        var (x, stash) = (Wide(n[0]), n.Element(n.Int("stash_type", 1)));
        var (centred, mean, variance) = Moments(x, From(n));
        var inverse = 1 / Prim.Sqrt(variance + Epsilon(n));
        var y = Scaled(n, centred * Repeating.To(inverse, x.Shape));
        var shifted = n.At(2) is { } bias ? y + Repeating.To(bias, y.Shape) : y;
        return [shifted, Prim.Cast(mean, stash), Prim.Cast(inverse, stash)];
    }

    /// <summary>x / √(mean x² + ε) over the axes from one on. Source: Zhang and Sennrich, NeurIPS 2019.</summary>
    private static Expr RootMeanSquare(Node n)
    {
        var x = Wide(n[0]);
        var root = Prim.Sqrt(Reductions.Kept(x * x, From(n), Reductions.Mean) + Epsilon(n));
        return Scaled(n, x / Repeating.To(root, x.Shape));
    }

    private static Dims From(Node n)
    {
        var rank = n[0].Type.Rank;
        var axis = n.Axis(n.Int("axis", -1), rank);
        return Dims.Range(axis, rank - axis);
    }

    private static Expr Scaled(Node n, Expr normal) =>
        Prim.Cast(normal, n[1].Type.Element) * Repeating.To(n[1], normal.Shape);

    private static Expr MeanVariance(Node n)
    {
        var x = Wide(n[0]);
        var (centred, _, variance) = Moments(x, n.Axes(n.Ints("axes") ?? [0, 2, 3], x.Type.Rank));
        return Prim.Cast(centred / Repeating.To(Reductions.Root(variance) + 1e-9, x.Shape), n[0].Type.Element);
    }

    /// <summary>x over its norm along an axis; a zero vector stays.</summary>
    private static Expr Norm(Node n)
    {
        var (x, p) = (n[0], n.Int("p", 2));
        var axis = n.Axis(n.Int("axis", -1), x.Type.Rank);
        var norm = p switch
        {
            1 => Reductions.Kept(Prim.Abs(x), [axis], Prim.Sum),
            2 => Reductions.Root(Reductions.Kept(x * x, [axis], Prim.Sum)),
            _ => throw n.Refuse($"its p is {p}, not 1 or 2"),
        };
        return x / Repeating.To(Prim.Select(Prim.Eq(norm, Prim.Like(norm, 0)), Prim.Like(norm, 1), norm), x.Shape);
    }

    /// <summary>x / (bias + α/size · Σ x² over channels beside it)^β. Source: Krizhevsky et al., NIPS 2012.</summary>
    private static Expr LocalResponse(Node n)
    {
        var (x, size) = (n[0], n.Int("size"));
        if (x.Type.Rank < 2 || size < 1) throw n.Refuse($"its size is {size} over {x.Type}");
        var (rank, others) = (x.Type.Rank - 1, Math.Max(x.Shape[1] - 1, 0));
        var beside = new Window(1, (int)Math.Min((size - 1) / 2, others), (int)Math.Min(size / 2, others));
        var reach = beside.Lo + beside.Hi + 1;
        var squares = Prim.WindowSum(x * x, Dims.Of(Enumerable.Range(0, rank).Select(i => i == 0 ? reach : 1)),
            Enumerable.Range(0, rank).Select(i => i == 0 ? beside : Window.Unit));
        var response = n.Float("bias", 1) + n.Float("alpha", 1e-4f) / size * squares;
        return x / Prim.Pow(response, Prim.Like(x, n.Float("beta", 0.75)));
    }
}
