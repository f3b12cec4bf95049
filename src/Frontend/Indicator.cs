using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Values that are 1 in one place and 0 elsewhere. Like every choice they have derivative 0.</summary>
public static class Indicator
{
    /// <summary>h[p…, c] = 1 where c = index[p…], else 0: a row of zeros where the index is outside.</summary>
    /// <param name="index">i32 or i64.</param>
    /// <param name="classes">How many there are.</param>
    /// <param name="element">Of the result; f32 unless given.</param>
    /// <remarks>Shape: [p…] → [p…, classes]. Errors: onehot.H1.</remarks>
    public static Expr Of(Expr index, int classes, ElementType? element = null)
    {
        if (index.Type.IsUnknown) return index;
        if (!index.Type.Element.IsInteger || classes < 0)
            return Expr.Broken(new("onehot.H1", $"one_hot takes whole numbers and a count, has {index.Type} and {classes}; "
                + "cast the index to i32", index.Describe()), index);
        return At(index, index.Type.Rank, classes, element ?? ElementType.F32);
    }

    /// <summary>
    /// 1 at the first of the largest along an axis, else 0, in the type of x: the derivative of the maximum.
    /// </summary>
    /// <remarks>Errors: argmax.A1, argmax.A2. Source: the lectures' "function that returns argmax, one-hot".</remarks>
    public static Expr ArgMax(Expr x, int axis)
    {
        var index = Prim.ArgMax(x, axis);
        return index.Type.IsUnknown ? index : At(index, axis, x.Shape[axis], x.Type.Element);
    }

    /// <summary>A choice between numbers, not a cast truth: that has a derivative, which is 0.</summary>
    private static Expr At(Expr index, int axis, int size, ElementType element)
    {
        var (before, behind) = (index.Shape.Slice(0, axis), index.Shape.Slice(axis, index.Type.Rank - axis));
        var type = index.Type.With(before.Then([size]).Then(behind));
        var taken = Prim.Broadcast(index, type.Shape, Dims.Range(0, type.Rank).Without([axis]));
        var truth = Prim.Eq(Prim.Iota(type, axis), taken);
        return Prim.Select(truth, Prim.Scalar(element, 1.0), Prim.Scalar(element, 0.0));
    }
}
