using MiniTorch.Ir;

namespace MiniTorch.Passes.Evaluation;

/// <summary>
/// Σ x·y over places, in any number system. Terms are added in row-major order without rounding between them: a sum in
/// f32 is accumulated in the arithmetic's own precision and rounded once.
/// </summary>
/// <typeparam name="N">A number: of the arithmetic, or long.</typeparam>
internal readonly record struct Ring<N>(N Zero, Func<N, N, N> Add, Func<N, N, N> Mul)
{
    /// <summary>Batch, left's free and right's free places, and the pairs summed over.</summary>
    internal N[] Dot(Dot op, N[] x, N[] y, Dims xs, Dims ys)
    {
        var (batchX, batchY) = (Places.Along(xs, op.LeftBatch), Places.Along(ys, op.RightBatch));
        var (freeX, freeY) = (Places.Along(xs, op.LeftFree(xs.Count)), Places.Along(ys, op.RightFree(ys.Count)));
        var (sumX, sumY) = (Places.Along(xs, op.LeftContract), Places.Along(ys, op.RightContract));
        var (result, at) = (new N[(long)batchX.Length * freeX.Length * freeY.Length], 0);
        for (var b = 0; b < batchX.Length; b++)
            foreach (var left in freeX)
                foreach (var right in freeY)
                    result[at++] = Sum(x, batchX[b] + left, sumX, y, batchY[b] + right, sumY);
        return result;
    }

    /// <summary>Images, output channels, positions; summed over input channels and the cells that meet.</summary>
    internal N[] Conv(Conv op, N[] x, N[] w, Dims xs, Dims ws, Dims ys)
    {
        var meetings = Places.Windows(op.Windows, Spatial(xs), Spatial(ws), Spatial(ys));
        var (area, kernelArea, perGroup) = ((int)Spatial(xs).Product, (int)Spatial(ws).Product, ws[0] / op.Groups);
        var (result, at) = (new N[ys.Product], 0);
        for (var n = 0; n < ys[0]; n++)
            for (var o = 0; o < ys[1]; o++)
                foreach (var cells in meetings)
                    result[at++] = Meet(x, (n * xs[1] + o / perGroup * ws[1]) * area, area, w, o * ws[1] * kernelArea,
                        kernelArea, ws[1], cells);
        return result;
    }

    /// <summary>The sum over each window, zeros outside.</summary>
    internal N[] WindowSum(N[] x, long count, int area, (int X, int K)[][] meetings)
    {
        var sums = new N[count];
        for (var at = 0; at < sums.Length; at++)
        {
            var (sum, start) = (Zero, at / meetings.Length * area);
            foreach (var (cell, _) in meetings[at % meetings.Length]) sum = Add(sum, x[start + cell]);
            sums[at] = sum;
        }
        return sums;
    }

    /// <summary>Each update added at its place, in row-major order; those outside are dropped.</summary>
    internal N[] Scatter(N[] update, int[] places, long size)
    {
        var result = new N[size];
        Array.Fill(result, Zero);
        for (var i = 0; i < places.Length; i++)
            if (places[i] >= 0) result[places[i]] = Add(result[places[i]], update[i]);
        return result;
    }

    private static Dims Spatial(Dims shape) => shape.Slice(2, shape.Count - 2);

    private N Sum(N[] x, int left, int[] sumX, N[] y, int right, int[] sumY)
    {
        var sum = Zero;
        for (var c = 0; c < sumX.Length; c++) sum = Add(sum, Mul(x[left + sumX[c]], y[right + sumY[c]]));
        return sum;
    }

    private N Meet(N[] x, int left, int area, N[] w, int right, int kernelArea, int channels, (int X, int K)[] cells)
    {
        var sum = Zero;
        for (var i = 0; i < channels; i++)
            foreach (var (cell, k) in cells)
                sum = Add(sum, Mul(x[left + i * area + cell], w[right + i * kernelArea + k]));
        return sum;
    }
}
