using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>Ops on each element alone. ONNX repeats a rank-0 operand as we do.</summary>
internal readonly struct Elementwise(Sheet s, TensorType y, Wire[] a)
{
    /// <summary>The operator of that name means the same.</summary>
    public Wire Op(string op) => s.Op(op, y, a);

    /// <summary>The logical operator on pred, the bitwise one on integers.</summary>
    public Wire Bits(string op) => Op(y.Element == ElementType.Pred ? op : $"Bitwise{op}");

    /// <summary>x / y. An integer over 0, or the least over −1, would stop the machine: neither is left to it.</summary>
    public Wire Div()
    {
        if (y.Element.IsFloat) return Op("Div");
        var (zero, one, flags) = (s.Scalar(y.Element, 0L), s.Scalar(y.Element, 1L), ElementType.Pred);
        var none = s.Op("Equal", a[1].Type.With(flags), a[1], zero);
        var divisor = s.Op("Where", a[1].Type, none, one, a[1]);
        if (y.Element == ElementType.U8) return s.Op("Where", y, none, zero, s.Op("Div", y, a[0], divisor));
        var minus = s.Op("Equal", a[1].Type.With(flags), a[1], s.Scalar(y.Element, -1L));
        var quotient = s.Op("Div", y, a[0], s.Op("Where", a[1].Type, minus, one, divisor));
        return s.Op("Where", y, none, zero, s.Op("Where", y, minus, s.Op("Neg", a[0].Type, a[0]), quotient));
    }

    /// <summary>
    /// The value in another element type. ONNX leaves a float outside an integer's range open; ours goes to i64, NaN to 0
    /// and the rest to the nearest end, and wraps from there.
    /// </summary>
    public Wire Cast(ElementType to) =>
        a[0].Element.IsFloat && to.IsInteger ? To(Whole(), to) : s.Op("Cast", y, a, Sheet.Int("to", DataTypes.Theirs(to)));

    /// <summary>A wire in another element type; itself where it has it.</summary>
    public static Wire Cast(Sheet s, Wire x, ElementType to) => x.Element == to ? x
        : s.Op("Cast", x.Type.With(to), [x], Sheet.Int("to", DataTypes.Theirs(to)));

    private Wire To(Wire whole, ElementType to) => Cast(s, whole, to);

    private Wire Whole()
    {
        var (x, i64, flags) = (a[0], a[0].Type.With(ElementType.I64), a[0].Type.With(ElementType.Pred));
        var past = s.Op("GreaterOrEqual", flags, x, s.Scalar(x.Element, 9223372036854775808.0));
        var whole = s.Op("Where", i64, past, s.Scalar(ElementType.I64, long.MaxValue), Cast(s, x, ElementType.I64));
        return s.Op("Where", i64, s.Op("IsNaN", flags, x), s.Scalar(ElementType.I64, 0L), whole);
    }
}
