using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>The largest along axes, and where it is. ONNX leaves open what NaN does; here it is part of the nodes.</summary>
internal readonly struct Choices(Sheet s, TensorType y, Wire[] a)
{
    /// <summary>The largest or smallest, plus a sum that is NaN where an element is, else 0.</summary>
    public Wire Largest(string op, Dims axes)
    {
        if (a[0].Type.Count == 0) return Moves.Fill(s, Identity(op == "ReduceMax"), y.Shape);
        var best = Sums.Reduce(s, op, a[0], axes);
        if (!y.Element.IsFloat || axes.Count == 0) return best;
        var flags = s.Op("IsNaN", a[0].Type.With(ElementType.Pred), a[0]);
        var numberless = s.Op("Where", a[0].Type, flags, a[0], s.Scalar(y.Element, 0.0));
        return s.Op("Add", y, best, Sums.Sum(s, numberless, axes));
    }

    public Wire ArgMax(int axis) => Elementwise.Cast(s, ArgMax(s, a[0], axis), ElementType.I32);

    /// <summary>The position, i64, of the first NaN where there is one, else of the first of the largest.</summary>
    public static Wire ArgMax(Sheet s, Wire x, int axis)
    {
        var largest = First(s, x, axis);
        if (!x.Element.IsFloat) return largest;
        var flags = Elementwise.Cast(s, s.Op("IsNaN", x.Type.With(ElementType.Pred), x), ElementType.I32);
        var any = Elementwise.Cast(s, Sums.Reduce(s, "ReduceMax", flags, [axis]), ElementType.Pred);
        return s.Op("Where", largest.Type, any, First(s, flags, axis), largest);
    }

    private static Wire First(Sheet s, Wire x, int axis)
    {
        var type = new TensorType(ElementType.I64, x.Shape.Without([axis]));
        return s.Op("ArgMax", type, [x], Sheet.Int("axis", axis), Sheet.Int("keepdims", 0));
    }

    private Wire Identity(bool least) => y.Element.Kind switch
    {
        ElementKind.U8 => s.Scalar(y.Element, least ? 0L : byte.MaxValue),
        ElementKind.I32 => s.Scalar(y.Element, least ? int.MinValue : (long)int.MaxValue),
        ElementKind.I64 => s.Scalar(y.Element, least ? long.MinValue : long.MaxValue),
        _ => s.Scalar(y.Element, least ? double.NegativeInfinity : double.PositiveInfinity),
    };
}
