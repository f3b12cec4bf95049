using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>A batch in memory.</summary>
public sealed class Batch(long xBytes, long targetBytes)
{
    /// <summary>Inputs.</summary>
    public byte[] X { get; } = new byte[xBytes];

    /// <summary>Targets.</summary>
    public byte[] Target { get; } = new byte[targetBytes];
}

/// <summary>Batches in order, each filled while the one before is computed with.</summary>
public static class Loader
{
    /// <summary>The batches of these index lists. A batch is valid until the next is asked for.</summary>
    public static IEnumerable<Batch> Batches(IExamples examples, IEnumerable<int[]> batches, TensorType x, TensorType target)
    {
        var (now, next) = (new Batch(x.Bytes, target.Bytes), new Batch(x.Bytes, target.Bytes));
        using var each = batches.GetEnumerator();
        if (!each.MoveNext()) yield break;
        examples.Fill(each.Current, now.X, now.Target);
        while (each.MoveNext())
        {
            var (indices, into) = (each.Current, next);
            var filling = Task.Run(() => examples.Fill(indices, into.X, into.Target));
            yield return now;
            filling.GetAwaiter().GetResult();
            (now, next) = (next, now);
        }
        yield return now;
    }
}
