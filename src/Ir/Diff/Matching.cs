namespace MiniTorch.Ir.Diff;

/// <summary>
/// Which node of one graph is which of the other. Equal subgraphs first, from the inputs up; then, most evidence first,
/// nodes beside matched ones: evidence is the same op, matched operands, matched users, the same type and label.
/// </summary>
internal sealed class Matching
{
    private const int MostPairs = 64;

    // (a, b) with its score; more evidence first, then those that stand closest
    private readonly PriorityQueue<(int A, int B, int Score), (int, int, int)> candidates = new();

    private Matching(Graph before, Graph after)
    {
        (Before, After) = (new(before), new(after));
        Results = Outputs.Pairs(before, after);
    }

    internal Side Before { get; }

    internal Side After { get; }

    /// <summary>Positions of results of the two graphs that answer each other.</summary>
    internal IReadOnlyList<(int Before, int After)> Results { get; }

    /// <summary>Scalar constants stand where they are used; every other node has a place.</summary>
    internal static bool IsPlace(Expr node) => node.Op is not Constant { Value.Type.Rank: 0 };

    internal static Matching Of(Graph before, Graph after)
    {
        var m = new Matching(before, after);
        var evidence = new Evidence(m.Before, m.After, m.Results);
        Classes.Match(m.Before, m.After);
        for (var a = 0; a < before.Nodes.Length; a++)
            if (m.Before.Partner(a) is >= 0 and var b) m.Neighbours(evidence, a, b);
        foreach (var (a, b) in m.Seeds()) m.Offer(evidence, a, b);
        m.Extend(evidence);
        return m;
    }

    private void Extend(Evidence evidence)
    {
        while (candidates.TryDequeue(out var c, out _))
        {
            if (!Before.IsFree(c.A) || !After.IsFree(c.B)) continue;
            if (evidence.Score(c.A, c.B) is not { } score) continue;
            if (score < c.Score) Offer(evidence, c.A, c.B);
            else Accept(evidence, c.A, c.B);
        }
    }

    private void Accept(Evidence evidence, int a, int b)
    {
        Before.Pair(a, b);
        After.Pair(b, a);
        Neighbours(evidence, a, b);
    }

    private void Offer(Evidence evidence, int a, int b)
    {
        if (Before.IsFree(a) && After.IsFree(b) && evidence.Score(a, b) is { } score)
            candidates.Enqueue((a, b, score), (-score, Math.Abs(a - b), a));
    }

    private void Neighbours(Evidence evidence, int a, int b)
    {
        for (var k = Math.Min(Before[a].Args.Length, After[b].Args.Length) - 1; k >= 0; k--)
            Offer(evidence, Before.Operand(a, k), After.Operand(b, k));
        foreach (var (left, right) in UsersOf(a, b)) Offer(evidence, left, right);
    }

    // every free user of the one with every free user of the other; where they are many, those of equal rank alone
    private IEnumerable<(int, int)> UsersOf(int a, int b)
    {
        var (left, right) = (Before.Users(a), After.Users(b));
        if ((long)left.Count * right.Count > MostPairs)
            (left, right) = ([.. left.Where(u => Before.IsFree(u.User))], [.. right.Where(u => After.IsFree(u.User))]);
        return (long)left.Count * right.Count > MostPairs
            ? left.Zip(right, (l, r) => (l.User, r.User))
            : left.SelectMany(l => right.Where(r => r.Operand == l.Operand), (l, r) => (l.User, r.User));
    }

    // results of both, and inputs at the same position
    private IEnumerable<(int, int)> Seeds()
    {
        var (before, after) = (Before.Graph, After.Graph);
        return Results.Select(r => (before.Index[before.Outputs[r.Before].Value], after.Index[after.Outputs[r.After].Value]))
            .Concat(before.Inputs.Zip(after.Inputs, (x, y) => (before.Index[x], after.Index[y])));
    }
}

/// <summary>Results that answer each other: of one name, then, among the rest, of one position.</summary>
internal static class Outputs
{
    internal static IReadOnlyList<(int Before, int After)> Pairs(Graph before, Graph after)
    {
        var places = Enumerable.Range(0, after.Outputs.Length).Where(i => after.Outputs[i].Name.Length > 0)
            .ToDictionary(i => after.Outputs[i].Name);
        var named = Enumerable.Range(0, before.Outputs.Length)
            .Where(i => places.ContainsKey(before.Outputs[i].Name))
            .Select(i => (Before: i, After: places[before.Outputs[i].Name])).ToList();
        var rest = Rest(before, named.Select(p => p.Before)).Zip(Rest(after, named.Select(p => p.After)));
        return [.. named, .. rest];
    }

    private static IEnumerable<int> Rest(Graph graph, IEnumerable<int> taken) =>
        Enumerable.Range(0, graph.Outputs.Length).Except(taken);
}
