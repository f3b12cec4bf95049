using System.Runtime.InteropServices;
using MiniTorch.Frontend;
using MiniTorch.Ir;

namespace MiniTorch.Examples.Course;

/// <summary>
/// Sequences of two channels: numbers between 0 and 1, and marks, of which two are 1, one in each half. The target is the
/// sum of the two marked numbers.
/// </summary>
/// <remarks>Source: Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997, section 5.4, as Bai et al., 2018, have it.
/// </remarks>
/// <param name="count">How many.</param>
/// <param name="length">Of each.</param>
/// <param name="seed">All follow from it.</param>
public sealed class Sums(int count, int length, ulong seed) : IExamples
{
    private const double Ulp = 1.0 / (1 << 24);

    /// <inheritdoc/>
    public int Count => count;

    /// <summary>The marked numbers' sum, for each sequence.</summary>
    public double[] Targets => [.. Enumerable.Range(0, count).Select(i => (double)Target(i))];

    /// <summary>What answering 1, the mean, to everything would reach: 1/6 in the limit.</summary>
    public double ErrorOfOne => Targets.Average(t => (t - 1) * (t - 1));

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<int> indices, Span<byte> x, Span<byte> target)
    {
        var floats = MemoryMarshal.Cast<byte, float>(x);
        var targets = MemoryMarshal.Cast<byte, float>(target);
        for (var i = 0; i < indices.Length; i++)
        {
            Write(indices[i], floats.Slice(i * 2 * length, 2 * length));
            targets[i] = Target(indices[i]);
        }
    }

    /// <summary>One sequence, f32 [1, 2, length].</summary>
    public Tensor Sequence(int i)
    {
        var x = new float[2 * length];
        Write(i, x);
        return Tensor.Of<float>(ElementType.F32[1, 2, length], x);
    }

    private void Write(int i, Span<float> x)
    {
        for (var t = 0; t < length; t++) x[t] = Number(i, t);
        x[length..].Clear();
        var (one, other) = Marks(i);
        (x[length + one], x[length + other]) = (1, 1);
    }

    private float Target(int i)
    {
        var (one, other) = Marks(i);
        return Number(i, one) + Number(i, other);
    }

    private float Number(int i, int t)
    {
        var (a, b, c, d) = Philox.Block((ulong)t / 4, seed, (ulong)i);
        return (float)(((t % 4) switch { 0 => a, 1 => b, 2 => c, var _ => d } >> 8) * Ulp);
    }

    private (int One, int Other) Marks(int i)
    {
        var (a, b, _, _) = Philox.Block((ulong)length, seed, (ulong)i);
        var half = length / 2;
        return ((int)((ulong)a * (ulong)half >> 32), half + (int)((ulong)b * (ulong)(length - half) >> 32));
    }
}
