using System.Collections.Immutable;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;

namespace MiniTorch.Passes.Analysis;

/// <summary>
/// The reach of a reshape: runs of old and new axes of equal product keep their elements to themselves. One old axis is the
/// row-major place in its run; of several, the first is that place over the rest's size, and the others are reached whole.
/// </summary>
internal static class ReshapeReach
{
    internal static ImmutableArray<Span> Of(Dims from, Dims to)
    {
        if (from.Product == 0) return [.. from.Select(n => Span.Whole(to.Count, n))];
        var spans = from.Select(n => Span.Whole(to.Count, n)).ToArray();
        for (int i = 0, j = 0; i < from.Count && j < to.Count;)
        {
            if (from[i] == 1) i++;
            else if (to[j] == 1) j++;
            else (i, j) = Run(spans, from, i, to, j);
        }
        return [.. spans];
    }

    private static (int, int) Run(Span[] spans, Dims from, int i, Dims to, int j)
    {
        var (first, last, old, made) = (i, j, (long)from[i++], (long)to[j++]);
        while (old != made)
            if (old < made) old *= from[i++];
            else made *= to[j++];
        var inner = old / from[first];
        var steps = Enumerable.Repeat(Rational.Zero, to.Count).ToArray();
        for (var (a, stride) = (j - 1, 1L); a >= last; stride *= to[a--]) steps[a] = Rational.Of(stride, inner);
        spans[first] = new([.. steps], Rational.Of(1 - inner, inner), 0);
        return (i, j);
    }
}
