namespace MiniTorch.Passes.Planning;

/// <summary>A free stretch; in order of size, then of place.</summary>
/// <param name="Size">Its length.</param>
/// <param name="Begin">Its first byte.</param>
internal sealed record Gap(long Size, long Begin) : IComparable<Gap>
{
    internal long End => Begin + Size;

    /// <inheritdoc/>
    public int CompareTo(Gap? other) =>
        Size.CompareTo(other!.Size) is var bySize && bySize != 0 ? bySize : Begin.CompareTo(other.Begin);
}

/// <summary>Free gaps below a top that grows when none is large enough; neighbours join.</summary>
internal sealed class FreeList
{
    private readonly SortedSet<Gap> bySize = [];
    private readonly Dictionary<long, Gap> from = [], until = [];
    private long end;

    /// <summary>The greatest extent there was.</summary>
    internal long Top { get; private set; }

    /// <summary>The offset of the smallest gap that holds a size, else of the end.</summary>
    internal long Take(long size)
    {
        if (bySize.Max is not { } largest || largest.Size < size) return Grow(size);
        var gap = bySize.GetViewBetween(new(size, 0), largest).Min!;
        Drop(gap);
        if (gap.Size > size) Add(new(gap.Size - size, gap.Begin + size));
        return gap.Begin;
    }

    /// <summary>Frees a stretch.</summary>
    internal void Give(long begin, long size)
    {
        var gap = new Gap(size, begin);
        if (from.TryGetValue(gap.End, out var after)) gap = Joined(gap, after, after);
        if (until.TryGetValue(begin, out var before)) gap = Joined(before, gap, before);
        if (gap.End == end) end = gap.Begin;
        else Add(gap);
    }

    private Gap Joined(Gap first, Gap second, Gap known)
    {
        Drop(known);
        return new(first.Size + second.Size, first.Begin);
    }

    private long Grow(long size)
    {
        var begin = end;
        end += size;
        Top = Math.Max(Top, end);
        return begin;
    }

    private void Add(Gap gap)
    {
        bySize.Add(gap);
        (from[gap.Begin], until[gap.End]) = (gap, gap);
    }

    private void Drop(Gap gap)
    {
        bySize.Remove(gap);
        from.Remove(gap.Begin);
        until.Remove(gap.End);
    }
}
