using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>A batch in memory, of the given type of x or a shorter one.</summary>
/// <param name="largest">The largest type of x.</param>
/// <param name="targetBytes">Of the targets.</param>
public sealed class Batch(TensorType largest, long targetBytes)
{
    private readonly byte[] x = new byte[largest.Bytes];

    /// <summary>The type of the inputs.</summary>
    public TensorType Type { get; private set; } = largest;

    /// <summary>Inputs.</summary>
    public ReadOnlySpan<byte> X => x.AsSpan(0, (int)Type.Bytes);

    /// <summary>Targets.</summary>
    public byte[] Target { get; } = new byte[targetBytes];

    internal void Fill(IExamples examples, int[] indices, TensorType type)
    {
        Type = type;
        examples.Fill(indices, x.AsSpan(0, (int)type.Bytes), Target);
    }
}

/// <summary>Batches in order, each filled while the one before is computed with.</summary>
public static class Loader
{
    /// <summary>The batches of these index lists. A batch is valid until the next is asked for.</summary>
    public static IEnumerable<Batch> Batches(
        IExamples examples, IEnumerable<int[]> batches, TensorType x, TensorType target, Buckets? buckets = null)
    {
        var types = buckets ?? Buckets.None;
        var largest = types.Types(x).Last;
        var (now, next) = (new Batch(largest, target.Bytes), new Batch(largest, target.Bytes));
        using var each = batches.GetEnumerator();
        if (!each.MoveNext()) yield break;
        now.Fill(examples, each.Current, types.For(x, examples, each.Current));
        while (each.MoveNext())
        {
            var (indices, into) = (each.Current, next);
            var filling = Task.Run(() => into.Fill(examples, indices, types.For(x, examples, indices)));
            yield return now;
            filling.GetAwaiter().GetResult();
            (now, next) = (next, now);
        }
        yield return now;
    }
}
