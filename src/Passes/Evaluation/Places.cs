using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Passes.Evaluation;

/// <summary>
/// Where elements come from. A table per axis holds what each index adds to a position, −1 for outside; the places of a
/// shape are the row-major product of its tables.
/// </summary>
internal static class Places
{
    /// <summary>The sum over all axes for each element, row-major; −1 where any axis is outside.</summary>
    internal static int[] Of(IReadOnlyList<int[]> axes)
    {
        int[] places = [0];
        foreach (var axis in axes) places = Extend(places, axis);
        return places;
    }

    /// <summary>The positions in a shape of the elements along some of its axes, from index 0 of the others.</summary>
    internal static int[] Along(Dims shape, Dims axes)
    {
        var strides = shape.Strides();
        return Of([.. axes.Select(a => Table(shape[a], i => (int)(i * strides[a])))]);
    }

    /// <summary>An axis as a table.</summary>
    internal static int[] Table(int size, Func<int, int> at) => [.. Enumerable.Range(0, size).Select(at)];

    /// <summary>For each element of a broadcast, its operand's.</summary>
    internal static int[] Broadcast(Broadcast op, Dims x)
    {
        var strides = x.Strides();
        return Of([.. op.To.Select((n, axis) => Repeat(n, op.Axes.IndexOf(axis)))]);

        int[] Repeat(int n, int from) => Table(n, i => from < 0 || x[from] == 1 ? 0 : (int)(i * strides[from]));
    }

    /// <summary>For each element of a transpose, its operand's.</summary>
    internal static int[] Transpose(Transpose op, Dims x) => Along(x, op.Perm);

    /// <summary>For each element of a reversal, its operand's.</summary>
    internal static int[] Reverse(Reverse op, Dims x) =>
        PerAxis(x, x, (i, axis) => op.Axes.Contains(axis) ? x[axis] - 1 - i : i);

    /// <summary>For each element of a slice, its operand's.</summary>
    internal static int[] Slice(Slice op, Dims x, Dims y) =>
        PerAxis(x, y, (i, axis) => op.Start[axis] + i * op.Stride[axis]);

    /// <summary>For each element of a padded array, its operand's.</summary>
    internal static int[] Pad(Pad op, Dims x, Dims y) =>
        PerAxis(x, y, (i, axis) => Cell((long)i - op.Lo[axis], op.Interior[axis] + 1L, x[axis]));

    /// <summary>For each element of a concatenation, its place among the parts joined end to end.</summary>
    internal static int[] Concat(Concat op, Dims y, IReadOnlyList<Dims> parts)
    {
        var places = new int[y.Product];
        var (start, done) = (0, 0);
        foreach (var part in parts)
        {
            var to = PerAxis(y, part, (i, axis) => axis == op.Axis ? start + i : i);
            for (var i = 0; i < to.Length; i++) places[to[i]] = done + i;
            (start, done) = (start + part[op.Axis], done + to.Length);
        }
        return places;
    }

    /// <summary>
    /// For each element of a gather, its operand's: batch × index × rest. For a scatter the same places, of its result.
    /// </summary>
    /// <param name="index">The indices.</param>
    /// <param name="batch">How many batches.</param>
    /// <param name="size">The length of the indexed axis.</param>
    /// <param name="rest">The product of the axes after it.</param>
    internal static int[] Indexed(long[] index, long batch, int size, long rest)
    {
        var places = new int[index.Length * rest];
        var perBatch = batch == 0 ? 1 : index.Length / batch;
        for (var p = 0; p < index.Length; p++)
            for (var r = 0L; r < rest; r++)
                places[p * rest + r] = index[p] < 0 || index[p] >= size ? -1
                    : (int)((p / perBatch * size + index[p]) * rest + r);
        return places;
    }

    /// <summary>For each output position, row-major: the pairs of input cell and kernel cell that meet there.</summary>
    internal static (int X, int K)[][] Windows(Arr<Window> windows, Dims x, Dims kernel, Dims y)
    {
        var (atX, atK) = (x.Strides(), kernel.Strides());
        (int, int)[][] meetings = [[(0, 0)]];
        for (var axis = 0; axis < windows.Count; axis++)
        {
            var pairs = Table(y[axis], o => o).Select(o => Pairs(windows[axis], o, x[axis], kernel[axis])
                .Select(p => ((int)(p.X * atX[axis]), (int)(p.K * atK[axis]))).ToArray()).ToArray();
            meetings = [.. meetings.SelectMany(m => pairs.Select(p => Join(m, p)))];
        }
        return meetings;
    }

    private static (int X, int K)[] Pairs(Window w, int o, int n, int k) =>
        [.. Enumerable.Range(0, k)
            .Select(i => (X: Cell((long)o * w.Stride + (long)i * w.Dilation - w.Lo, w.Base, n), K: i))
            .Where(p => p.X >= 0)];

    private static (int, int)[] Join((int X, int K)[] outer, (int X, int K)[] inner) =>
        [.. outer.SelectMany(a => inner.Select(b => (a.X + b.X, a.K + b.K)))];

    /// <summary>Which of n cells, spread by a step, lies at a position; −1 for none.</summary>
    private static int Cell(long position, long step, int n) =>
        position >= 0 && position % step == 0 && position / step < n ? (int)(position / step) : -1;

    /// <summary>Places in x for each element of y, from the index along each axis.</summary>
    private static int[] PerAxis(Dims x, Dims y, Func<int, int, int> index)
    {
        var strides = x.Strides();
        return Of([.. y.Select((n, axis) => Table(n, i => Step(index(i, axis), axis)))]);

        int Step(int i, int axis) => i < 0 ? -1 : (int)(i * strides[axis]);
    }

    private static int[] Extend(int[] places, int[] axis)
    {
        var extended = new int[places.Length * axis.Length];
        for (int p = 0, at = 0; p < places.Length; p++)
            foreach (var step in axis)
                extended[at++] = places[p] < 0 || step < 0 ? -1 : places[p] + step;
        return extended;
    }
}
