namespace MiniTorch.Passes.Planning;

/// <summary>A stretch of memory wanted between two steps, both included.</summary>
/// <param name="At">Its place in the list of all.</param>
/// <param name="Size">In bytes.</param>
/// <param name="From">The first step.</param>
/// <param name="To">The last.</param>
internal sealed record Want(int At, long Size, int From, int To)
{
    internal bool Meets(Want other) => From <= other.To && other.From <= To;
}

/// <summary>Offsets for stretches of memory, such that those wanted at one time are disjoint.</summary>
internal static class Placement
{
    /// <summary>Up to how many stretches the quadratic placement is tried too.</summary>
    private const int Few = 2000;

    /// <summary>How often stretches are placed anew: at most, and pairs of them looked at in all.</summary>
    private const int Rounds = 100, Work = 4_000_000;

    /// <summary>Offsets and the total extent: those wanted always lie at the bottom, the rest as the better method says.</summary>
    internal static (long[] Offsets, long Top) Of(IReadOnlyList<Want> wants, int last)
    {
        var (bottom, floor, rest) = (new long[wants.Count], 0L, new List<Want>());
        foreach (var want in wants)
            if (want.From >= 0 || want.To < last) rest.Add(want);
            else (bottom[want.At], floor) = (floor, floor + want.Size);
        var (offsets, top) = Better(rest, wants.Count);
        foreach (var want in rest) bottom[want.At] = floor + offsets[want.At];
        return (bottom, floor + top);
    }

    private static (long[], long) Better(List<Want> wants, int all)
    {
        var best = Sweep(wants, all);
        if (wants.Count > Few) return best;
        var least = Least(wants);
        foreach (var order in Orders(wants).TakeWhile(_ => best.Top > least))
            best = Settled(order, all, best, least);
        return best;
    }

    /// <summary>The largest sum of what is wanted at one time.</summary>
    private static long Least(List<Want> wants)
    {
        var least = 0L;
        foreach (var begun in wants)
            least = Math.Max(least, wants.Where(w => w.From <= begun.From && begun.From <= w.To).Sum(w => w.Size));
        return least;
    }

    /// <summary>The largest first; the largest over time first; the longest first.</summary>
    private static IEnumerable<List<Want>> Orders(List<Want> wants)
    {
        Func<Want, long>[] keys = [w => w.Size, w => w.Size * (w.To - w.From + 1), w => w.To - w.From];
        return keys.Select(key => Sorted(wants, (a, b) =>
            First(key(b).CompareTo(key(a)), b.Size.CompareTo(a.Size), a.From.CompareTo(b.From))));
    }

    /// <summary>Sorted, equal ones in the order of their places.</summary>
    private static List<Want> Sorted(List<Want> wants, Comparison<Want> compare)
    {
        List<Want> sorted = [.. wants];
        sorted.Sort((a, b) => First(compare(a, b), a.At.CompareTo(b.At)));
        return sorted;
    }

    private static int First(int a, int b, int c = 0) => a != 0 ? a : b != 0 ? b : c;

    /// <summary>
    /// Places in an order; whoever lies at the top then comes first, another moves anywhere (the same for the same wants), and
    /// all are placed anew, while there is time.
    /// </summary>
    private static (long[] Offsets, long Top) Settled(List<Want> order, int all, (long[] Offsets, long Top) best, long least)
    {
        var random = new Random(1);
        for (var round = Math.Clamp(Work / (1 + order.Count * order.Count), 1, Rounds); round > 0 && best.Top > least; round--)
        {
            var next = InOrder(order, all);
            if (next.Top < best.Top) best = next;
            var top = order.FindIndex(w => next.Offsets[w.At] + w.Size == next.Top);
            order = Moved([.. order], top, 0);
            if (round % 2 == 0) order = Moved(order, random.Next(order.Count), random.Next(order.Count));
        }
        return best;
    }

    private static List<Want> Moved(List<Want> order, int from, int to)
    {
        var item = order[from];
        order.RemoveAt(from);
        order.Insert(to, item);
        return order;
    }

    /// <summary>In order of time, each into the smallest free gap that holds it. O(n log n).</summary>
    private static (long[] Offsets, long Top) Sweep(List<Want> wants, int all)
    {
        var (offsets, free, gone) = (new long[all], new FreeList(), 0);
        var ended = Sorted(wants, (a, b) => a.To.CompareTo(b.To));
        foreach (var want in Sorted(wants, (a, b) => First(a.From.CompareTo(b.From), b.Size.CompareTo(a.Size))))
        {
            for (; ended[gone].To < want.From; gone++) free.Give(offsets[ended[gone].At], ended[gone].Size);
            offsets[want.At] = free.Take(want.Size);
        }
        return (offsets, free.Top);
    }

    /// <summary>One after the other, each into the smallest gap between those placed that it meets. O(n² log n).</summary>
    private static (long[] Offsets, long Top) InOrder(List<Want> order, int all)
    {
        var (offsets, top, placed) = (new long[all], 0L, new List<Want>(order.Count));
        foreach (var want in order)
        {
            var met = placed.FindAll(want.Meets);
            met.Sort((a, b) => offsets[a.At].CompareTo(offsets[b.At]));
            offsets[want.At] = Between(met, offsets, want.Size);
            top = Math.Max(top, offsets[want.At] + want.Size);
            placed.Add(want);
        }
        return (offsets, top);
    }

    private static long Between(List<Want> met, long[] offsets, long size)
    {
        var (at, best, room) = (0L, -1L, long.MaxValue);
        foreach (var other in met)
        {
            var begin = offsets[other.At];
            if (begin - at >= size && begin - at < room) (best, room) = (at, begin - at);
            at = Math.Max(at, begin + other.Size);
        }
        return best >= 0 ? best : at;
    }
}
