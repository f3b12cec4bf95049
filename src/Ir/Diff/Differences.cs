using LanguageExt;
using MiniTorch.Ir.Text;

namespace MiniTorch.Ir.Diff;

/// <summary>What differs, once it is known which node is which.</summary>
internal sealed class Differences
{
    private const int Longest = 60;
    private readonly Side before;
    private readonly Side after;
    private readonly string[] namesBefore;
    private readonly string[] namesAfter;

    private Differences(Matching m) => (before, after, namesBefore, namesAfter) =
        (m.Before, m.After, Printer.Names(m.Before.Graph), Printer.Names(m.After.Graph));

    internal static Seq<NodeDiff> Nodes(Matching m)
    {
        var d = new Differences(m);
        var second = Enumerable.Range(0, m.After.Graph.Nodes.Length).Where(b => Matching.IsPlace(m.After[b]))
            .Select(b => ((double)b, d.Second(b)));
        return second.Concat(d.Removed()).OrderBy(n => n.Item1).Select(n => n.Item2).ToSeq().Strict();
    }

    internal static Seq<string> Head(Matching m)
    {
        var d = new Differences(m);
        return d.InputOrder().Concat(d.Results(m)).ToSeq().Strict();
    }

    private NodeDiff Second(int b)
    {
        var a = after.Partner(b);
        if (a < 0) return new(Change.Added, null, after[b], default);
        if (before.Classes[a] == after.Classes[b]) return new(Change.Kept, before[a], after[b], default);
        var own = Attributes(before[a], after[b]).Concat(Operands(a, b, isNews: false)).ToSeq().Strict();
        var news = Operands(a, b, isNews: true).ToSeq().Strict();
        var types = before[a].Type == after[b].Type ? [] : new[] { $"type: {before[a].Type} → {after[b].Type}" };
        return own.IsEmpty && before[a].Op.Equals(after[b].Op)
            ? new(Change.Fed, before[a], after[b], news)
            : new(Change.Changed, before[a], after[b], own.Concat(news).Concat(types).Strict());
    }

    // a removed node stands before the first later node of its graph that has a partner
    private IEnumerable<(double, NodeDiff)> Removed()
    {
        var place = after.Graph.Nodes.Length - 0.5;
        for (var a = before.Graph.Nodes.Length - 1; a >= 0; a--)
        {
            if (before.Partner(a) >= 0) place = before.Partner(a) - 0.5;
            else if (Matching.IsPlace(before[a]))
                yield return (place -= 1e-7, new(Change.Removed, before[a], null, default));
        }
    }

    private static IEnumerable<string> Attributes(Expr x, Expr y)
    {
        if (x.Op.Equals(y.Op)) yield break;
        if (x.Op is Input from && y.Op is Input to && from.Name != to.Name)
            yield return $"name: {Text.Names.Print(from.Name)} → {Text.Names.Print(to.Name)}";
        if (x.Op.Mnemonic != y.Op.Mnemonic) yield return $"op: {x.Op.Mnemonic} → {y.Op.Mnemonic}";
        var was = x.Op.Attributes.ToDictionary(p => p.Key, p => p.Value);
        var now = y.Op.Attributes.ToDictionary(p => p.Key, p => p.Value);
        foreach (var key in was.Keys.Union(now.Keys))
            if (was.GetValueOrDefault(key, "default") is var p && now.GetValueOrDefault(key, "default") is var q && p != q)
                yield return $"{key}: {Short(p)} → {Short(q)}{Elements(x, y)}";
    }

    private static string Short(string text) => text.Length <= Longest ? text : $"{text[..Longest]}…";

    private static string Elements(Expr x, Expr y) => (x.Op, y.Op) is (Constant p, Constant q) && x.Type == y.Type
        ? $" ({Unequal(p.Value, q.Value)} of {x.Type.Count} elements)" : "";

    private static int Unequal(Tensor p, Tensor q) =>
        Enumerable.Range(0, (int)p.Type.Count).Count(i => Literals.Element(p, i) != Literals.Element(q, i));

    // an operand that was removed or added is news about that node; any other exchange is a change of this one
    private IEnumerable<string> Operands(int a, int b, bool isNews)
    {
        var (m, n) = (before[a].Args.Length, after[b].Args.Length);
        if (m != n && !isNews) yield return $"operands: {m} → {n}";
        for (var k = 0; k < Math.Min(m, n); k++)
        {
            var (p, q) = (before.Operand(a, k), after.Operand(b, k));
            if (!AreSame(p, q) && IsNews(p, q) == isNews) yield return $"operand {k}: {namesBefore[p]} → {namesAfter[q]}";
        }
    }

    private bool AreSame(int p, int q) => Matching.IsPlace(before[p]) && Matching.IsPlace(after[q])
        ? before.Partner(p) == q : before[p].Op.Equals(after[q].Op);

    private bool IsNews(int p, int q) => before.IsFree(p) || after.IsFree(q);

    private IEnumerable<string> InputOrder()
    {
        string Order(Side side) => string.Join(' ', side.Graph.Inputs
            .Where(i => side.Partner(side.Graph.Index[i]) >= 0)
            .Select(i => side == before ? side.Graph.Index[i] : side.Partner(side.Graph.Index[i])));
        string Names(Side side) => string.Join(", ", side.Graph.Inputs.Select(i => Text.Names.Print(((Input)i.Op).Name)));
        if (Order(before) != Order(after)) yield return $"order of inputs: {Names(before)} → {Names(after)}";
    }

    private IEnumerable<string> Results(Matching m)
    {
        foreach (var (i, j) in m.Results)
        {
            var (was, now) = (before.Graph.Outputs[i], after.Graph.Outputs[j]);
            var (p, q) = (before.Graph.Index[was.Value], after.Graph.Index[now.Value]);
            if (was.Name != now.Name) yield return $"name of result {i}: {Name(was)} → {Name(now)}";
            if (!AreSame(p, q)) yield return $"{Result(now, j)}: {namesBefore[p]} → {namesAfter[q]}";
            if (i != j && was.Name == now.Name) yield return $"place of {Result(now, j)}: {i} → {j}";
        }
        foreach (var lone in Others(before, m.Results.Select(r => r.Before))) yield return $"removed: {lone}";
        foreach (var lone in Others(after, m.Results.Select(r => r.After))) yield return $"added: {lone}";
    }

    private static IEnumerable<string> Others(Side side, IEnumerable<int> taken) =>
        Enumerable.Range(0, side.Graph.Outputs.Length).Except(taken).Select(i => Result(side.Graph.Outputs[i], i));

    private static string Name(Output output) => output.Name.Length > 0 ? Text.Names.Print(output.Name) : "none";

    private static string Result(Output output, int place) =>
        output.Name.Length > 0 ? $"result {Text.Names.Print(output.Name)}" : $"result {place}";
}
