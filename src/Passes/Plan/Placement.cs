namespace MiniTorch.Passes.Planning;

/// <summary>A stretch of memory wanted between two steps, both included.</summary>
internal readonly record struct Want(long Size, int From, int To)
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
        var always = Enumerable.Range(0, wants.Count).Where(i => wants[i].From < 0 && wants[i].To >= last).ToList();
        var rest = Enumerable.Range(0, wants.Count).Except(always).ToList();
        var temporary = rest.ConvertAll(i => wants[i]);
        var (offsets, floor) = (new long[wants.Count], 0L);
        foreach (var i in always) (offsets[i], floor) = (floor, floor + wants[i].Size);
        var (placed, top) = Better(temporary);
        for (var k = 0; k < rest.Count; k++) offsets[rest[k]] = floor + placed[k];
        return (offsets, floor + top);
    }

    private static (long[], long) Better(List<Want> wants)
    {
        var best = Sweep(wants);
        if (wants.Count > Few) return best;
        var least = Least(wants);
        foreach (var order in Orders(wants).TakeWhile(_ => best.Top > least))
            best = Settled(wants, order, best, least);
        return best;
    }

    /// <summary>The largest sum of what is wanted at one time.</summary>
    private static long Least(List<Want> wants) => wants.Select(w => w.From).Distinct()
        .Select(t => wants.Where(w => w.From <= t && t <= w.To).Sum(w => w.Size)).DefaultIfEmpty().Max();

    /// <summary>The largest first; the largest over time first; the longest first.</summary>
    private static IEnumerable<List<int>> Orders(List<Want> wants)
    {
        Func<Want, long>[] keys = [w => w.Size, w => w.Size * (w.To - w.From + 1), w => w.To - w.From];
        return keys.Select(key => Enumerable.Range(0, wants.Count).OrderByDescending(i => key(wants[i]))
            .ThenByDescending(i => wants[i].Size).ThenBy(i => wants[i].From).ToList());
    }

    /// <summary>
    /// Places in an order; whoever lies at the top then comes first, another moves anywhere (the same for the same wants), and
    /// all are placed anew, while there is time.
    /// </summary>
    private static (long[] Offsets, long Top) Settled(List<Want> wants, List<int> order, (long[] Offsets, long Top) best, long least)
    {
        var random = new Random(1);
        for (var round = Math.Clamp(Work / (1 + wants.Count * wants.Count), 1, Rounds); round > 0 && best.Top > least; round--)
        {
            var next = InOrder(wants, order);
            if (next.Top < best.Top) best = next;
            var top = order.FindIndex(i => next.Offsets[i] + wants[i].Size == next.Top);
            order = Moved([.. order], top, 0);
            if (round % 2 == 0) order = Moved(order, random.Next(order.Count), random.Next(order.Count));
        }
        return best;
    }

    private static List<int> Moved(List<int> order, int from, int to)
    {
        var item = order[from];
        order.RemoveAt(from);
        order.Insert(to, item);
        return order;
    }

    /// <summary>In order of time, each into the smallest free gap that holds it. O(n log n).</summary>
    private static (long[] Offsets, long Top) Sweep(List<Want> wants)
    {
        var (offsets, free) = (new long[wants.Count], new FreeList());
        var dying = new PriorityQueue<int, (int, int)>();
        foreach (var i in Enumerable.Range(0, wants.Count).OrderBy(i => wants[i].From).ThenByDescending(i => wants[i].Size))
        {
            while (dying.TryPeek(out var dead, out var death) && death.Item1 < wants[i].From)
                free.Give(offsets[dying.Dequeue()], wants[dead].Size);
            offsets[i] = free.Take(wants[i].Size);
            dying.Enqueue(i, (wants[i].To, i));
        }
        return (offsets, free.Top);
    }

    /// <summary>One after the other, each into the smallest gap between those placed that it meets. O(n² log n).</summary>
    private static (long[] Offsets, long Top) InOrder(List<Want> wants, List<int> order)
    {
        var (offsets, top, placed) = (new long[wants.Count], 0L, new List<int>(wants.Count));
        foreach (var i in order)
        {
            var met = placed.FindAll(j => wants[j].Meets(wants[i])).ConvertAll(j => (Begin: offsets[j], End: offsets[j] + wants[j].Size));
            offsets[i] = Gap(met, wants[i].Size);
            top = Math.Max(top, offsets[i] + wants[i].Size);
            placed.Add(i);
        }
        return (offsets, top);
    }

    private static long Gap(List<(long Begin, long End)> taken, long size)
    {
        taken.Sort();
        var (at, best, room) = (0L, -1L, long.MaxValue);
        foreach (var (begin, end) in taken)
        {
            if (begin - at >= size && begin - at < room) (best, room) = (at, begin - at);
            at = Math.Max(at, end);
        }
        return best >= 0 ? best : at;
    }
}
