using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>
/// Einstein's summation: <c>bij,bjk->bik</c>. A letter is an index, summed over where the result does not name it; twice in
/// one operand it is a diagonal. <c>...</c> stands for the axes that have no letter, which repeat. Without <c>-></c> the
/// result has the axes of <c>...</c>, then the letters that occur once, in order. Source: NumPy, <c>einsum</c>.
/// </summary>
internal static class Einsum
{
    private const string Dots = "...";

    /// <summary>The result of an equation over a node's operands.</summary>
    public static Expr Of(string equation, Node n)
    {
        var sides = equation.Replace(" ", "").Split("->");
        var terms = sides[0].Split(',');
        if (sides.Length > 2 || terms.Length != n.Inputs)
            throw n.Refuse($"'{equation}' is no equation of {n.Inputs} operands");
        var operands = terms.Select((t, i) => Diagonals(n[i], Labels(t, n[i].Type.Rank, n), n)).ToList();
        var rest = operands.Max(o => o.Labels.Count(l => l < 0));
        var order = sides.Length == 2 ? Result(sides[1], rest, n) : Implied(sides[0], rest);
        var absent = order.Where(l => !operands.Any(o => o.Labels.Contains(l))).ToList();
        if (absent.Count > 0 || order.Distinct().Count() != order.Count)
            throw n.Refuse($"the result of '{equation}' must name indices of its operands, each once");
        return Sum(operands, order);
    }

    /// <summary>Two operands at a time, from the left; an index is summed over as soon as nothing later needs it.</summary>
    private static Expr Sum(List<Labelled> operands, Dims order)
    {
        var product = operands[0];
        for (var i = 1; i < operands.Count; i++)
        {
            var later = operands.Skip(i + 1).SelectMany(o => o.Labels).ToHashSet();
            product = Labelled.Product(product, operands[i], l => order.Contains(l) || later.Contains(l));
        }
        return product.Keep(l => order.Contains(l)).In(order);
    }

    /// <summary>
    /// A label for each axis: the letter's number, and −1, −2, … from the last backwards for those of the dots.
    /// </summary>
    private static Dims Labels(string term, int rank, Node n)
    {
        var at = term.IndexOf(Dots, StringComparison.Ordinal);
        var letters = Letters(term);
        if (!letters.All(char.IsAsciiLetter)) throw n.Refuse($"'{term}' has other signs than letters and one '...'");
        if (at < 0 ? letters.Length != rank : letters.Length > rank)
            throw n.Refuse($"'{term}' names {letters.Length} axes, its operand has {rank}");
        var dots = Enumerable.Range(0, rank - letters.Length).Select(i => i - (rank - letters.Length));
        return Dims.Of([.. letters[..Math.Max(at, 0)].Select(c => (int)c), .. dots,
            .. letters[Math.Max(at, 0)..].Select(c => (int)c)]);
    }

    private static string Letters(string term) =>
        term.IndexOf(Dots, StringComparison.Ordinal) is >= 0 and var at ? term.Remove(at, Dots.Length) : term;

    private static Dims Result(string term, int rest, Node n) =>
        Labels(term, Letters(term).Length + (Letters(term).Length < term.Length ? rest : 0), n);

    private static Dims Implied(string terms, int rest) => Dims.Of(Enumerable.Range(-rest, rest)
        .Concat(terms.Where(char.IsAsciiLetter).GroupBy(c => c).Where(g => g.Count() == 1).Select(g => (int)g.Key).Order()));

    private static Labelled Diagonals(Expr x, Dims labels, Node n)
    {
        while (Repeated(labels) is var (i, j))
        {
            if (x.Shape[i] != x.Shape[j]) throw n.Refuse($"{x.Type} has no diagonal along axes {i} and {j}");
            x = Diagonal(x, i, j);
            labels = labels.Without([i, j]).Then([labels[i]]);
        }
        return new(x, labels);
    }

    private static (int, int)? Repeated(Dims labels)
    {
        for (var j = 1; j < labels.Count; j++)
            if (labels.IndexOf(labels[j]) is var i && i < j) return (i, j);
        return null;
    }

    /// <summary>The elements whose indices i and j are equal, as the last axis: every (n + 1)-th of n².</summary>
    private static Expr Diagonal(Expr x, int i, int j)
    {
        var (kept, size) = (Dims.Range(0, x.Type.Rank).Without([i, j]), x.Shape[i]);
        var rows = Prim.Reshape(Prim.Transpose(x, kept.Then([i, j])), x.Shape.At(kept).Then([size * size]));
        var ones = Dims.Repeat(1, kept.Count);
        return Prim.Slice(rows, Dims.Repeat(0, rows.Type.Rank), rows.Shape, ones.Then([size + 1]));
    }
}
