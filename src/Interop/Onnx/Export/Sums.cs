using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>Sums and products along axes, and of products.</summary>
internal readonly struct Sums(Sheet s, TensorType y, Wire[] a)
{
    private Wire Zeros => Moves.Fill(s, s.Scalar(y.Element, 0.0), y.Shape);

    public Wire Sum(Dims axes) => a[0].Type.Count == 0 ? Zeros : Sum(s, a[0], axes);

    public Wire Product(Dims axes) => a[0].Type.Count == 0
        ? Moves.Fill(s, s.Scalar(y.Element, 1.0), y.Shape) : Reduce(s, "ReduceProd", a[0], axes);

    /// <summary>The sum along axes, which the result lacks; the wire itself along none.</summary>
    public static Wire Sum(Sheet s, Wire x, Dims axes) => axes.Count == 0 ? x
        : s.Op("ReduceSum", x.Type.With(x.Shape.Without(axes)), [x, s.Longs(axes)], Sheet.Int("keepdims", 0));

    /// <summary>A reduction along axes, which were an attribute before operator set 18.</summary>
    public static Wire Reduce(Sheet s, string op, Wire x, Dims axes)
    {
        if (axes.Count == 0) return x;
        var type = x.Type.With(x.Shape.Without(axes));
        return s.Opset >= 18 ? s.Op(op, type, [x, s.Longs(axes)], Sheet.Int("keepdims", 0))
            : s.Op(op, type, [x], Sheet.Ints("axes", axes), Sheet.Int("keepdims", 0));
    }

    /// <summary>A product of matrices, [batch, left, sum] · [batch, sum, right], without axes that are not there.</summary>
    public Wire Dot(Dot op)
    {
        var (x, w) = (a[0], a[1]);
        if (x.Type.Count == 0 || w.Type.Count == 0) return Zeros;
        var (left, right) = (op.LeftFree(x.Shape.Count), op.RightFree(w.Shape.Count));
        var batch = x.Shape.At(op.LeftBatch);
        var rows = Matrix(x, op.LeftBatch, batch, left, op.LeftContract);
        var columns = Matrix(w, op.RightBatch, batch, op.RightContract, right);
        var product = s.Op("MatMul", y.With(Stack(batch, [x.Shape.At(left), w.Shape.At(right)])), rows, columns);
        return Moves.Reshape(s, product, y.Shape);
    }

    private Wire Matrix(Wire x, Dims batch, Dims sizes, Dims rows, Dims columns) => Moves.Reshape(s,
        Moves.Transpose(s, x, batch.Then(rows).Then(columns)), Stack(sizes, [x.Shape.At(rows), x.Shape.At(columns)]));

    private static Dims Stack(Dims batch, Dims[] parts) =>
        (batch.Count == 0 ? Dims.Empty : [(int)batch.Product]).Then(Dims.Of(parts.Select(p => (int)p.Product)));
}
