namespace MiniTorch.Passes.Planning;

/// <summary>Free gaps below a top that grows when none is large enough; neighbours join.</summary>
internal sealed class FreeList
{
    private readonly SortedSet<(long Size, long Begin)> bySize = [];
    private readonly Dictionary<long, long> sizeAt = [];
    private readonly Dictionary<long, long> beginBefore = [];
    private long end;

    /// <summary>The greatest extent there was.</summary>
    internal long Top { get; private set; }

    /// <summary>The offset of the smallest gap that holds a size, else of the end.</summary>
    internal long Take(long size)
    {
        if (bySize.Count == 0 || bySize.Max.Size < size) return Grow(size);
        var (room, begin) = bySize.GetViewBetween((size, 0), (long.MaxValue, long.MaxValue)).Min;
        Drop(begin, room);
        if (room > size) Add(begin + size, room - size);
        return begin;
    }

    /// <summary>Frees a stretch.</summary>
    internal void Give(long begin, long size)
    {
        if (sizeAt.TryGetValue(begin + size, out var after))
        {
            Drop(begin + size, after);
            size += after;
        }
        if (beginBefore.TryGetValue(begin, out var before))
        {
            Drop(before, begin - before);
            (begin, size) = (before, size + begin - before);
        }
        if (begin + size == end) end = begin;
        else Add(begin, size);
    }

    private long Grow(long size)
    {
        var begin = end;
        end += size;
        Top = Math.Max(Top, end);
        return begin;
    }

    private void Add(long begin, long size)
    {
        bySize.Add((size, begin));
        (sizeAt[begin], beginBefore[begin + size]) = (size, begin);
    }

    private void Drop(long begin, long size)
    {
        bySize.Remove((size, begin));
        sizeAt.Remove(begin);
        beginBefore.Remove(begin + size);
    }
}
