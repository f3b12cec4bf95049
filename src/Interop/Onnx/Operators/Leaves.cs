using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Operators whose result is known while the model is read, or follows from a shape.</summary>
internal static class Leaves
{
    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Of("Constant", Constant),
        Operator.Unary("Identity", x => x),
        Operator.Of("Shape", Shape),
        Operator.Unary("Size", x => Prim.Scalar(ElementType.I64, x.Type.Count)),
        Operator.Of("ConstantOfShape", ConstantOfShape),
        Operator.Of("Range", Range),
        Operator.Of("EyeLike", EyeLike),
        Operator.Of("NonZero", NonZero),
    ];

    private static Expr Constant(Node n) => n switch
    {
        _ when n.Tensor("value") is { } value => Prim.Constant(value),
        _ when n.Has("value_int") => Prim.Scalar(ElementType.I64, n.Int("value_int")),
        _ when n.Has("value_float") => Prim.Scalar(ElementType.F32, n.Float("value_float", 0)),
        _ when n.Ints("value_ints") is { } values => Longs(values),
        _ when n.Floats("value_floats") is { } values =>
            Prim.Constant(Tensor.FromDoubles(ElementType.F32[values.Length], values)),
        _ when n.Has("value_string") || n.Has("value_strings") => throw n.Unsupported("is a text"),
        _ when n.Has("sparse_value") => throw n.Unsupported("is sparse"),
        _ => throw n.Refuse("it has no value"),
    };

    private static Expr Shape(Node n)
    {
        var rank = n[0].Type.Rank;
        var start = Clamp(n.Int("start", 0), rank);
        return Longs([.. n[0].Shape.Skip(start).Take(Clamp(n.Int("end", rank), rank) - start).Select(d => (long)d)]);
    }

    private static int Clamp(long i, int rank) => (int)Math.Clamp(i < 0 ? i + rank : i, 0, rank);

    private static Expr ConstantOfShape(Node n)
    {
        var value = n.Tensor("value") ?? Tensor.Scalar(ElementType.F32, 0.0);
        if (value.Type.Count != 1) throw n.Refuse("its value must have one element");
        return Prim.Fill(Prim.Reshape(Prim.Constant(value), []), Sizes.Of(n.Longs(0), n));
    }

    /// <summary>start + i · delta, for as many i as stay before the limit.</summary>
    private static Expr Range(Node n)
    {
        var element = n[0].Type.Element;
        var (start, limit, delta) = (n.Value(0), n.Value(1), n.Value(2));
        var count = element.IsFloat
            ? (long)Math.Ceiling((limit.At(0) - start.At(0)) / delta.At(0))
            : (long)Math.Ceiling((double)(limit.LongAt(0) - start.LongAt(0)) / delta.LongAt(0));
        var size = Sizes.Of([Math.Max(count, 0)], n);
        return Prim.Iota(new(element, size), 0) * n[2] + n[0];
    }

    /// <summary>Ones on the diagonal k places above the main one.</summary>
    private static Expr EyeLike(Node n)
    {
        if (n[0].Type.Rank != 2) throw n.Refuse($"{n[0].Type} is no matrix");
        var type = n[0].Type.With(ElementType.I64);
        var element = n.Has("dtype") ? n.Element(n.Int("dtype")) : n[0].Type.Element;
        var above = Prim.Iota(type, 1) - Prim.Iota(type, 0);
        return Prim.Cast(Prim.Eq(above, Prim.Scalar(ElementType.I64, n.Int("k", 0))), element);
    }

    /// <summary>The positions, a column each, of the elements of a known value that are not 0.</summary>
    private static Expr NonZero(Node n)
    {
        var (value, strides) = (n.Value(0), n[0].Shape.Strides());
        var places = Enumerable.Range(0, (int)value.Type.Count).Where(i => value.At(i) != 0).ToArray();
        var positions = strides.SelectMany((s, a) => places.Select(p => p / s % n[0].Shape[a])).ToArray();
        return Prim.Constant(Tensor.Of<long>(ElementType.I64[strides.Length, places.Length], positions));
    }

    /// <summary>A constant list of whole numbers.</summary>
    internal static Expr Longs(long[] values) => Prim.Constant(Tensor.Of<long>(ElementType.I64[values.Length], values));
}
