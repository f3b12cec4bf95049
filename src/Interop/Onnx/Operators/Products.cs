using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Products of matrices.</summary>
internal static class Products
{
    private const int Row = 0, Inner = 1, Column = 2, Batch = 3;

    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Of("MatMul", n => MatMul(n[0], n[1], n)),
        Operator.Of("MatMulInteger", MatMulInteger),
        Operator.Of("Gemm", Gemm),
        Operator.Of("Einsum", n => Einsum.Of(n.Text("equation", ""), n)),
    ];

    /// <summary>
    /// The product of the last two axes, for each index of those before, which repeat; a vector is a row on the left, a
    /// column on the right. Source: NumPy, <c>matmul</c>.
    /// </summary>
    internal static Expr MatMul(Expr x, Expr y, Node n)
    {
        if (x.Type.Rank == 0 || y.Type.Rank == 0) throw n.Refuse("a scalar has no axis to sum over; multiply instead");
        if (x.Shape[x.Type.Rank - 1] != y.Shape[y.Type.Rank == 1 ? 0 : y.Type.Rank - 2])
            throw n.Refuse($"{x.Type} and {y.Type} have different sizes to sum over");
        var left = new Labelled(x, Batches(x).Then(x.Type.Rank == 1 ? [Inner] : [Row, Inner]));
        var right = new Labelled(y, Batches(y).Then(y.Type.Rank == 1 ? [Inner] : [Inner, Column]));
        Repeating.Common(Outer(x), Outer(y));
        var order = Dims.Of((x.Type.Rank > y.Type.Rank ? left : right).Labels.Where(l => l >= Batch))
            .Then(Dims.Of(left.Labels.Where(l => l == Row))).Then(Dims.Of(right.Labels.Where(l => l == Column)));
        return Labelled.Product(left, right, l => l != Inner).In(order);
    }

    private static Dims Batches(Expr x) =>
        Dims.Of(Enumerable.Range(0, Math.Max(0, x.Type.Rank - 2)).Select(i => Batch + i).Reverse());

    private static Dims Outer(Expr x) => x.Shape.Slice(0, Math.Max(0, x.Type.Rank - 2));

    /// <summary>(A − its zero point) · (B − its zero point) in i32.</summary>
    private static Expr MatMulInteger(Node n) => MatMul(Centred(n, 0, column: true), Centred(n, 1, column: false), n);

    private static Expr Centred(Node n, int i, bool column)
    {
        var x = Prim.Cast(n[i], ElementType.I32);
        if (n.At(i + 2) is not { } point) return x;
        var zero = Prim.Cast(point, ElementType.I32);
        if (column && zero.Type.Rank == 1 && zero.Shape[0] != 1) zero = Prim.Reshape(zero, zero.Shape.Then([1]));
        return Repeating.Apply((a, b) => a - b, x, zero);
    }

    /// <summary>α · A B + β · C, A and B perhaps transposed; C repeats.</summary>
    private static Expr Gemm(Node n)
    {
        if (n[0].Type.Rank != 2 || n[1].Type.Rank != 2) throw n.Refuse($"{n[0].Type} and {n[1].Type} must be matrices");
        var left = new Labelled(n[0], n.Flag("transA") ? [Inner, Row] : [Row, Inner]);
        var right = new Labelled(n[1], n.Flag("transB") ? [Column, Inner] : [Inner, Column]);
        var (rows, columns) = (n[0].Shape[left.Labels.IndexOf(Row)], n[1].Shape[right.Labels.IndexOf(Column)]);
        if (n[0].Shape[left.Labels.IndexOf(Inner)] != n[1].Shape[right.Labels.IndexOf(Inner)])
            throw n.Refuse($"{n[0].Type} and {n[1].Type} have different sizes to sum over");
        var product = Scaled(Labelled.Product(left, right, l => l != Inner).In([Row, Column]), n.Float("alpha", 1), n);
        return n.At(2) is { } c ? product + Repeating.Operand(Scaled(c, n.Float("beta", 1), n), [rows, columns]) : product;
    }

    private static Expr Scaled(Expr x, double factor, Node n) => factor == 1 ? x
        : x.Type.Element.IsFloat || double.IsInteger(factor) ? x * factor
        : throw n.Unsupported($"multiplies whole numbers by {factor}");
}
