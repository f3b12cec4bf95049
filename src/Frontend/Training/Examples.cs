using System.Runtime.InteropServices;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Examples by number: writes the chosen ones, one after the other, as a graph's inputs take them.</summary>
public interface IExamples
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>How long an example is, where <see cref="Buckets"/> tell that examples differ in length.</summary>
    int Length(int example) => 0;

    /// <summary>
    /// Writes x and target of each index in order. Called from one thread at a time. Where examples differ in length, each
    /// gets an equal share of <paramref name="x"/>, which it fills with what marks the padding after its end.
    /// </summary>
    void Fill(ReadOnlySpan<int> indices, Span<byte> x, Span<byte> target);
}

/// <summary>Examples in two tensors whose first axis counts them.</summary>
public sealed class TensorExamples(Tensor x, Tensor target) : IExamples
{
    /// <inheritdoc/>
    public int Count => x.Type[0];

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<int> indices, Span<byte> into, Span<byte> targets)
    {
        Copy(x, indices, into);
        Copy(target, indices, targets);
    }

    private static void Copy(Tensor from, ReadOnlySpan<int> indices, Span<byte> into)
    {
        var size = (int)(from.Type.Bytes / Math.Max(1, from.Type[0]));
        for (var i = 0; i < indices.Length; i++)
            from.Bytes.Slice(indices[i] * size, size).CopyTo(into[(i * size)..]);
    }
}

/// <summary>Grey images as bytes, scaled to (v/255 − mean)/deviation in f32, with classes as bytes.</summary>
public sealed class GreyImages(ReadOnlyMemory<byte> pixels, ReadOnlyMemory<byte> classes, float mean, float deviation) : IExamples
{
    private readonly float[] scaled = [.. Enumerable.Range(0, 256).Select(v => (v / 255f - mean) / deviation)];

    /// <inheritdoc/>
    public int Count => classes.Length;

    /// <summary>The class of an image.</summary>
    public int Class(int i) => classes.Span[i];

    /// <summary>The grey levels of an image, row by row.</summary>
    public ReadOnlySpan<byte> Image(int i) =>
        pixels.Span.Slice(i * (pixels.Length / classes.Length), pixels.Length / classes.Length);

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<int> indices, Span<byte> x, Span<byte> target)
    {
        var size = pixels.Length / classes.Length;
        var floats = MemoryMarshal.Cast<byte, float>(x);
        var ints = MemoryMarshal.Cast<byte, int>(target);
        for (var i = 0; i < indices.Length; i++)
        {
            var image = Image(indices[i]);
            var into = floats.Slice(i * size, size);
            for (var p = 0; p < image.Length; p++) into[p] = scaled[image[p]];
            ints[i] = classes.Span[indices[i]];
        }
    }
}
