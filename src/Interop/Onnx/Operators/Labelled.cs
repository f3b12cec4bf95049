using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>
/// An expression with a label on each axis. In a product of two, axes of one label are one index; an axis of size 1
/// repeats. Source: Einstein's summation convention, as NumPy's <c>einsum</c> reads it.
/// </summary>
internal sealed record Labelled(Expr Value, Dims Labels)
{
    /// <summary>Σ over the labels that are not kept.</summary>
    public Labelled Keep(Func<int, bool> kept)
    {
        var gone = Dims.Of(Enumerable.Range(0, Labels.Count).Where(i => !kept(Labels[i])));
        return gone.Count == 0 ? this : new(Prim.Sum(Value, gone), Labels.Without(gone));
    }

    /// <summary>The product of two, summed over the labels that are not kept.</summary>
    public static Labelled Product(Labelled x, Labelled y, Func<int, bool> kept)
    {
        var (left, right) = (x.WithoutOnes(y), y.WithoutOnes(x));
        left = left.Keep(l => kept(l) || right.Labels.Contains(l));
        right = right.Keep(l => kept(l) || left.Labels.Contains(l));
        var shared = left.Labels.Where(l => right.Labels.Contains(l)).ToList();
        var contract = Dims.Of(shared.Where(l => !kept(l)));
        return contract.Count == 0 ? Outer(left, right) : Contract(left, right, contract, Dims.Of(shared.Where(kept)));
    }

    /// <summary>The expression with its axes in the order of these labels.</summary>
    public Expr In(Dims order) => Prim.Transpose(Value, Axes(order));

    private static Labelled Contract(Labelled x, Labelled y, Dims contract, Dims batch) => new(
        Prim.Dot(x.Value, y.Value, x.Axes(contract), y.Axes(contract), x.Axes(batch), y.Axes(batch)),
        batch.Then(x.Without(contract.Then(batch))).Then(y.Without(contract.Then(batch))));

    private static Labelled Outer(Labelled x, Labelled y)
    {
        var labels = x.Labels.Then(y.Without(x.Labels));
        var shape = Dims.Of(labels.Select(l => (x.Labels.Contains(l) ? x : y).Size(l)));
        return new(x.Spread(labels, shape) * y.Spread(labels, shape), labels);
    }

    private Expr Spread(Dims labels, Dims shape) => Labels.Count == 0 || Labels == labels ? Value
        : Prim.Broadcast(Value, shape, Dims.Of(Labels.Select(l => labels.IndexOf(l))));

    /// <summary>Without its axes of size 1 that are longer in the other.</summary>
    private Labelled WithoutOnes(Labelled other)
    {
        var kept = Dims.Of(Labels.Where(l => Size(l) != 1 || !other.Labels.Contains(l) || other.Size(l) == 1));
        return kept.Count == Labels.Count ? this : new(Prim.Reshape(Value, Dims.Of(kept.Select(Size))), kept);
    }

    private int Size(int label) => Value.Shape[Labels.IndexOf(label)];

    private Dims Axes(Dims labels) => Dims.Of(labels.Select(l => Labels.IndexOf(l)));

    private Dims Without(Dims labels) => Dims.Of(Labels.Where(l => !labels.Contains(l)));
}
