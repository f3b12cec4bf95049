namespace MiniTorch.Passes.Planning;

/// <summary>Which steps must run before which, while steps are still being put together from the last node to the first.</summary>
/// <param name="uses">The graph.</param>
/// <param name="home">The step of each node so far.</param>
/// <param name="members">The nodes of each step so far, the first of them last.</param>
internal sealed class Precedence(Uses uses, int[] home, List<int>?[] members)
{
    /// <summary>After so many steps the search ends and says yes, which is safe: planning stays near-linear.</summary>
    private const int Patience = 256;

    // for each node the last node of the steps that begin at or before it
    private readonly int[] reach = [.. Enumerable.Range(0, home.Length)];

    /// <summary>Notes that a step begins at a node.</summary>
    internal void Begin(int first, int root)
    {
        for (var at = first; at < root && reach[at] < root; at++) reach[at] = root;
    }

    /// <summary>Whether a step must, or might have to, run before another because some other of these steps does.</summary>
    internal bool Leads(IEnumerable<int> steps, int to)
    {
        var far = Far(to);
        var seen = new HashSet<int> { to };
        var open = new Stack<int>(steps.Where(seen.Add));
        while (open.TryPop(out var step))
        {
            if (seen.Count > Patience) return true;
            foreach (var next in (members[step] ?? [step]).SelectMany(uses.Of).Select(u => home[u.User]))
                if (next == to) return true;
                else if (seen.Add(next) && First(next) < far) open.Push(next);
        }
        return false;
    }

    private int First(int step) => members[step]?[^1] ?? step;

    /// <summary>The last node from which a way may lead back to a node, by steps that begin before it or overlap such.</summary>
    private int Far(int node)
    {
        while (reach[node] > node) node = reach[node];
        return node;
    }
}
