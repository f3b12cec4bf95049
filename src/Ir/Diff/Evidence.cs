namespace MiniTorch.Ir.Diff;

/// <summary>How much speaks for two nodes being the same place.</summary>
internal sealed class Evidence
{
    private const int Neighbour = 3;
    private const int MostUsers = 3;
    private readonly Side before;
    private readonly Side after;
    private readonly ILookup<int, int> results;

    internal Evidence(Side before, Side after, IReadOnlyList<(int Before, int After)> pairs)
    {
        (this.before, this.after) = (before, after);
        results = pairs.ToLookup(p => before.Graph.Index[before.Graph.Outputs[p.Before].Value],
            p => after.Graph.Index[after.Graph.Outputs[p.After].Value]);
    }

    /// <summary>The score; null when they cannot be one place, or nothing beside them is matched.</summary>
    internal int? Score(int a, int b)
    {
        var (x, y) = (before[a], after[b]);
        if (x.Op is Leaf != y.Op is Leaf || x.Op is Input != y.Op is Input) return null;
        var alike = x.Op.Mnemonic == y.Op.Mnemonic;
        var (below, above) = (Below(a, b), Above(a, b));
        var holds = alike ? below.Same + above > 0 || IsInputOfOnePlace(a, b) : below.Same + below.Scalars > 0 && above > 0;
        if (!holds) return null;
        return (x.Op.Equals(y.Op) ? 4 : alike ? 2 : -4) + (x.Type == y.Type ? 1 : 0)
            + (x.Label.Length > 0 && x.Label == y.Label ? 1 : 0)
            + Neighbour * (below.Same + above) + below.Scalars - below.Elsewhere;
    }

    private bool IsInputOfOnePlace(int a, int b) =>
        before[a].Op is Input && before[a].Type == after[b].Type
        && before.Graph.Inputs.IndexOf(before[a]) == after.Graph.Inputs.IndexOf(after[b]);

    private (int Same, int Scalars, int Elsewhere) Below(int a, int b)
    {
        var (same, scalars, elsewhere) = (0, 0, 0);
        for (var k = Math.Min(before[a].Args.Length, after[b].Args.Length) - 1; k >= 0; k--)
        {
            var (p, q) = (before.Operand(a, k), after.Operand(b, k));
            if (!Matching.IsPlace(before[p]) || !Matching.IsPlace(after[q]))
                scalars += before[p].Op.Equals(after[q].Op) ? 1 : 0;
            else if (before.Partner(p) == q) same++;
            else if (before.Partner(p) >= 0 || after.Partner(q) >= 0) elsewhere++;
        }
        return (same, scalars, elsewhere);
    }

    private int Above(int a, int b)
    {
        var above = results[a].Contains(b) ? 1 : 0;
        foreach (var (user, k) in before.Users(a))
            if (above >= MostUsers) break;
            else if (Reads(before.Partner(user), k, b)) above++;
        return above;
    }

    private bool Reads(int user, int k, int b) => user >= 0 && k < after[user].Args.Length && after.Operand(user, k) == b;
}
