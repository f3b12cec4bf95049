using MiniTorch.Ir;

namespace MiniTorch.Passes.Evaluation;

/// <summary>Reductions over places, in row-major order of the reduced axes.</summary>
internal static class Folds
{
    /// <summary>Each group of elements combined, the identity where it is empty.</summary>
    internal static N[] Reduce<N>(N[] x, Dims shape, Dims axes, N identity, Func<N, N, N> combine)
    {
        var (kept, reduced) = Split(shape, axes);
        return Array.ConvertAll(kept, start =>
        {
            var result = identity;
            foreach (var step in reduced) result = combine(result, x[start + step]);
            return result;
        });
    }

    /// <summary>The element of each group that no later one displaces; the identity where there is none.</summary>
    internal static N[] Choose<N>(N[] x, Dims shape, Dims axes, N identity, Func<N, N, bool> displaces)
    {
        var (kept, reduced) = Split(shape, axes);
        return Array.ConvertAll(kept, start =>
            First(x, start, reduced, displaces) is >= 0 and var at ? x[start + reduced[at]] : identity);
    }

    /// <summary>What is made of the elements of each group that none displaces; the identity where there is none.</summary>
    internal static N[] Equals<N>(
        N[] x, Dims shape, Dims axes, N identity, Func<N, N, bool> displaces, Func<IReadOnlyList<N>, N> together)
    {
        var (kept, reduced) = Split(shape, axes);
        return Array.ConvertAll(kept, start =>
        {
            var best = First(x, start, reduced, displaces);
            return best < 0 ? identity : together([.. reduced.Select(step => x[start + step])
                .Where(v => !displaces(v, x[start + reduced[best]]))]);
        });
    }

    /// <summary>The position along an axis of the element that no later one displaces.</summary>
    internal static long[] Position<N>(N[] x, Dims shape, int axis, Func<N, N, bool> displaces)
    {
        var (kept, along) = Split(shape, [axis]);
        return Array.ConvertAll(kept, start => (long)First(x, start, along, displaces));
    }

    /// <summary>The spatial position of the element of each window that no later one displaces; −1 for none.</summary>
    internal static long[] WindowPosition<N>(
        N[] x, long count, int area, (int X, int K)[][] meetings, Func<N, N, bool> displaces)
    {
        var windows = Array.ConvertAll(meetings, cells => Array.ConvertAll(cells, c => c.X));
        var positions = new long[count];
        for (var i = 0; i < positions.Length; i++)
        {
            var cells = windows[i % windows.Length];
            positions[i] = First(x, i / windows.Length * area, cells, displaces) is >= 0 and var at ? cells[at] : -1;
        }
        return positions;
    }

    private static int First<N>(N[] x, int start, int[] steps, Func<N, N, bool> displaces)
    {
        var best = steps.Length == 0 ? -1 : 0;
        for (var i = 1; i < steps.Length; i++)
            if (displaces(x[start + steps[best]], x[start + steps[i]])) best = i;
        return best;
    }

    private static (int[] Kept, int[] Reduced) Split(Dims shape, Dims axes) =>
        (Places.Along(shape, Dims.Range(0, shape.Count).Without(axes)), Places.Along(shape, Dims.Of(axes.Order())));
}
