using MiniTorch.Ir;

namespace MiniTorch.Passes.Analysis;

/// <summary>Formulas of products, windows and folds.</summary>
internal static class SumFormula
{
    internal static string Dot(Expr node, Dot op, string y, string[] x)
    {
        var (left, right) = (node.Args[0].Shape, node.Args[1].Shape);
        var (batch, free) = (op.LeftBatch.Count, op.LeftFree(left.Count).Count);
        var o = Letters.From("bcda", batch).Concat(Letters.From("ijlmnopqrstuvw", node.Type.Rank - batch)).ToArray();
        var k = Letters.From("khgfe", op.LeftContract.Count);
        string Axis(int a, Dims batches, Dims contract, Dims frees, int from) =>
            batches.IndexOf(a) is >= 0 and var i ? o[i]
            : contract.IndexOf(a) is >= 0 and var c ? k[c] : o[from + frees.IndexOf(a)];
        string[] Place(Dims batches, Dims contract, Dims frees, int from, int rank) =>
            [.. Enumerable.Range(0, rank).Select(a => Axis(a, batches, contract, frees, from))];
        var l = Place(op.LeftBatch, op.LeftContract, op.LeftFree(left.Count), batch, left.Count);
        var r = Place(op.RightBatch, op.RightContract, op.RightFree(right.Count), batch + free, right.Count);
        return $"{Letters.At(y, o)} = {Over("Σ", k, left.At(op.LeftContract))}{Letters.At(x[0], l)} · {Letters.At(x[1], r)}";
    }

    internal static string Conv(Expr node, Conv op, string y, string[] x)
    {
        var kernel = node.Args[1].Shape;
        var (p, k) = (Letters.From("pqrstuv", op.Windows.Count), Letters.From("klmabc", op.Windows.Count));
        var reads = Enumerable.Range(0, p.Length).Select(i => Letters.Read(op.Windows[i], p[i], k[i], kernel[2 + i]));
        var at = Enumerable.Range(0, p.Length).Select(i => kernel[2 + i] == 1 ? "0" : k[i]);
        var sum = Over("Σ", [.. k.Prepend("i")], kernel.Slice(1, kernel.Count - 1));
        var read = Letters.At(x[0], ["n", Channel(kernel, op.Groups), .. reads]);
        return $"{Letters.At(y, [.. new[] { "n", "o" }, .. p])} = {sum}{read} · "
            + $"{Letters.At(x[1], ["o", kernel[1] == 1 ? "0" : "i", .. at])}{Whole(op.Windows)}";
    }

    internal static string Windowed(Expr node, Windowed op, string sign, string y, string x)
    {
        var lead = Letters.From("nijuvw", node.Type.Rank - op.Size.Count);
        var (p, k) = (Letters.From("pqrst", op.Size.Count), Letters.From("klmabc", op.Size.Count));
        var reads = Enumerable.Range(0, p.Length).Select(i => Letters.Read(op.Windows[i], p[i], k[i], op.Size[i]));
        var read = Letters.At(x, [.. lead, .. reads]);
        return $"{Letters.At(y, [.. lead, .. p])} = {Over(sign, k, op.Size)}{read}{Whole(op.Windows)}";
    }

    internal static string Fold(Expr node, Dims axes, string sign, string y, string x)
    {
        var all = Letters.Axes(node.Args[0].Type.Rank);
        var kept = all.Where((_, i) => !axes.Contains(i));
        var over = Over(sign, [.. axes.Select(a => all[a])], node.Args[0].Shape.At(axes));
        return $"{Letters.At(y, kept)} = {over}{Letters.At(x, all)}";
    }

    // input channel of output channel o: group ⌊o/perGroup⌋ has kernel[1] of them
    private static string Channel(Dims kernel, int groups)
    {
        if (groups == 1) return kernel[1] == 1 ? "0" : "i";
        var perGroup = kernel[0] / groups;
        var group = perGroup == 1 ? "o" : $"⌊o/{perGroup}⌋";
        return kernel[1] == 1 ? group : $"{kernel[1]}{group}+i";
    }

    // bounds of size 1 have one term and no letter
    private static string Over(string sign, string[] letters, Dims sizes)
    {
        var bounds = letters.Zip(sizes, (l, n) => (Letter: l, Size: n)).Where(b => b.Size != 1 || sign == "argmax").ToList();
        return bounds.Count == 0 ? "" : $"{sign}_{{{string.Join(',', bounds.Select(b => $"{b.Letter}<{b.Size}"))}}} ";
    }

    private static string Whole(IEnumerable<Window> windows) =>
        windows.Any(w => w.Base > 1) ? ", where the places are whole" : "";
}

/// <summary>Formulas of gather and scatter.</summary>
internal static class IndexFormula
{
    internal static string Gather(Expr node, Gather op, string y, string[] x)
    {
        var (b, p, r) = Parts(op.Batch, node.Args[1].Type.Rank, node.Args[0].Type.Rank - op.Batch - 1);
        var read = Letters.At(x[0], [.. b, Letters.At(x[1], [.. b, .. p]), .. r]);
        return $"{Letters.At(y, [.. b, .. p, .. r])} = {read}, 0 outside";
    }

    internal static string Scatter(Expr node, ScatterAdd op, string y, string[] x)
    {
        var (b, p, r) = Parts(op.Batch, node.Args[1].Type.Rank, node.Type.Rank - op.Batch - 1);
        var place = Letters.At(y, [.. b, Letters.At(x[1], [.. b, .. p]), .. r]);
        return $"{place} += {Letters.At(x[0], [.. b, .. p, .. r])}, from 0";
    }

    private static (string[] Batch, string[] Places, string[] Others) Parts(int batch, int index, int rest) =>
        (Letters.From("bcda", batch), Letters.From("pqstuv", index - batch), Letters.From("rijklm", rest));
}
