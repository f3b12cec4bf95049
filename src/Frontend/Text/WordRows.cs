using MiniTorch.Ir;

namespace MiniTorch.Frontend.Text;

/// <summary>The first values of a table of words: random rows, and rows that are given.</summary>
/// <param name="Type">[vocabulary, width].</param>
/// <param name="Draw">The first value from a key and a counter.</param>
/// <param name="Misfit">The width of a given row that is not the table's, if there is one.</param>
internal sealed record WordRows(TensorType Type, Func<Expr, Expr, Expr> Draw, int? Misfit)
{
    internal static WordRows Drawn(
        int vocabulary, int width, double deviation, IReadOnlyDictionary<int, ReadOnlyMemory<float>>? given)
    {
        var type = ElementType.F32[vocabulary, width];
        Expr Random(Expr key, Expr counter) => Init.Normal(key, counter, type) * deviation;
        if (given is null || given.Count == 0) return new(type, Random, null);
        if (given.Values.FirstOrDefault(r => r.Length != width) is { Length: > 0 } other)
            return new(type, Random, other.Length);
        return new(type, (key, counter) => Given(type, given, Random(key, counter)), null);
    }

    private static Expr Given(TensorType type, IReadOnlyDictionary<int, ReadOnlyMemory<float>> given, Expr random)
    {
        var values = new float[type.Count];
        foreach (var (number, row) in given) row.Span.CopyTo(values.AsSpan(number * type[1]));
        var marks = Enumerable.Range(0, type[0]).Select(i => given.ContainsKey(i) ? 1.0 : 0).ToArray();
        var isGiven = Prim.Constant(Tensor.FromDoubles(ElementType.Pred[type[0]], marks));
        return Prim.Select(Prim.Broadcast(isGiven, type.Shape, [0]), Prim.Constant(Tensor.Of<float>(type, values)), random);
    }
}
