using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>A dot as a batch of matrix products: [batch, m, k] · [batch, k, n].</summary>
internal sealed class DotLayout
{
    public DotLayout(Dot op, Dims left, Dims right)
    {
        var pairs = Enumerable.Range(0, op.LeftContract.Count).OrderBy(i => op.LeftContract[i]).ToArray();
        (LeftBatch, RightBatch) = (op.LeftBatch, op.RightBatch);
        LeftContract = Dims.Of(pairs.Select(i => op.LeftContract[i]));
        RightContract = Dims.Of(pairs.Select(i => op.RightContract[i]));
        (LeftFree, RightFree) = (op.LeftFree(left.Count), op.RightFree(right.Count));
        (Batch, M) = ((int)left.At(LeftBatch).Product, (int)left.At(LeftFree).Product);
        (N, K) = ((int)right.At(RightFree).Product, (int)left.At(LeftContract).Product);
    }

    public Dims LeftBatch { get; }

    public Dims LeftFree { get; }

    public Dims LeftContract { get; }

    public Dims RightBatch { get; }

    public Dims RightFree { get; }

    public Dims RightContract { get; }

    public int Batch { get; }

    public int M { get; }

    public int N { get; }

    public int K { get; }

    /// <summary>Elements of the left operand.</summary>
    public long LeftCount => (long)Batch * M * K;

    /// <summary>Elements of the right operand.</summary>
    public long RightCount => (long)Batch * K * N;

    /// <summary>Elements of the result.</summary>
    public long Count => (long)Batch * M * N;

    /// <summary>The left operand's strides along batch, m and k; nothing when an axis group has no single stride.</summary>
    public (long Batch, long Row, long Column)? Left(Dims shape, IReadOnlyList<long> strides) =>
        Groups(shape, strides, LeftBatch, LeftFree, LeftContract);

    /// <summary>The right operand's strides along batch, k and n.</summary>
    public (long Batch, long Row, long Column)? Right(Dims shape, IReadOnlyList<long> strides) =>
        Groups(shape, strides, RightBatch, RightContract, RightFree);

    private static (long, long, long)? Groups(Dims shape, IReadOnlyList<long> strides, Dims a, Dims b, Dims c) =>
        Single(shape, strides, a) is { } x && Single(shape, strides, b) is { } y && Single(shape, strides, c) is { } z
            ? (x, y, z) : null;

    private static long? Single(Dims shape, IReadOnlyList<long> strides, Dims axes)
    {
        var merged = Axes.Collapse(axes.Select(a => new Axis(shape[a], [strides[a]])));
        return merged.Length switch { 0 => 1, 1 => merged[0].Strides[0], var _ => null };
    }
}
