using System.Numerics;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>
/// The determinant of small matrices: a polynomial of their elements, so that it has a gradient where a matrix has no
/// inverse. Laplace's expansion row by row, each minor of a set of columns once: n · 2ⁿ products.
/// </summary>
internal static class Determinants
{
    private const int MaxSize = 8;

    /// <summary>The family.</summary>
    public static readonly Operator[] All = [Operator.Of("Det", Det)];

    private static Expr Det(Node n)
    {
        var (x, rank) = (n[0], n[0].Type.Rank);
        if (rank < 2 || x.Shape[rank - 1] != x.Shape[rank - 2]) throw n.Refuse($"{x.Type} are no square matrices");
        var (size, batch) = (x.Shape[rank - 1], x.Shape.Slice(0, rank - 2));
        if (size > MaxSize) throw n.Unsupported($"has matrices of more than {MaxSize} rows");
        var minors = new Expr[1 << size];
        minors[0] = Prim.Full(x.Type.With(batch), 1);
        for (var set = 1u; set < minors.Length; set++)
            minors[set] = Minor(x, set, minors);
        return minors[^1];
    }

    /// <summary>
    /// Of as many first rows as the set has columns, along the last of them: the signs alternate up to a plus.
    /// </summary>
    private static Expr Minor(Expr x, uint set, Expr[] minors) => Columns(set)
        .Select(c => Element(x, BitOperations.PopCount(set) - 1, c) * minors[set & ~(1u << c)])
        .Aggregate((sum, term) => term - sum);

    private static IEnumerable<int> Columns(uint set) => Enumerable.Range(0, 32).Where(c => (set >> c & 1) == 1);

    private static Expr Element(Expr x, int row, int column)
    {
        var lead = x.Shape.Slice(0, x.Type.Rank - 2);
        var at = Prim.Slice(x, Dims.Repeat(0, lead.Count).Then([row, column]), lead.Then([row + 1, column + 1]),
            Dims.Repeat(1, x.Type.Rank));
        return Prim.Reshape(at, lead);
    }
}
