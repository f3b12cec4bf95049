namespace MiniTorch.Passes.Planning;

/// <summary>Which steps must run before which, while steps are still being put together from the last node to the first.</summary>
/// <param name="uses">The graph.</param>
/// <param name="home">The step of each node so far.</param>
/// <param name="members">The nodes of each step so far.</param>
internal sealed class Precedence(Uses uses, int[] home, List<int>?[] members)
{
    /// <summary>After so many steps the search ends and says yes, which is safe: planning stays near-linear.</summary>
    private const int Patience = 256;

    /// <summary>Whether a step must, or might have to, run before another because some other of these steps does.</summary>
    internal bool Leads(IEnumerable<int> steps, int to)
    {
        var seen = new HashSet<int> { to };
        var open = new Stack<int>(steps.Where(seen.Add));
        while (open.TryPop(out var step))
        {
            if (seen.Count > Patience) return true;
            foreach (var next in (members[step] ?? [step]).SelectMany(uses.Of).Select(u => home[u.User]))
                if (next == to) return true;
                else if (seen.Add(next) && MayLead(next, to)) open.Push(next);
        }
        return false;
    }

    /// <summary>A step all of whose nodes come after another's last is no reason for that other to wait.</summary>
    private bool MayLead(int step, int to) => (members[step]?[^1] ?? step) < to;
}
