using System.Runtime.InteropServices;
using MiniTorch.Frontend;
using MiniTorch.Ir;

namespace MiniTorch.Examples.Course;

/// <summary>
/// Clips of a digit of half size that moves over a canvas without an edge. The start is uniform over the canvas, so each
/// frame alone is as likely under every direction: only the order of frames tells. Everything about clip i follows from
/// the seed, the part and i.
/// </summary>
/// <param name="digits">28×28 each, one clip a digit.</param>
/// <param name="seed">Another seed, other clips.</param>
/// <param name="part">Training and test take different parts of the stream.</param>
public sealed class Clips(GreyImages digits, long seed, int part) : IExamples
{
    /// <summary>Frames of a clip.</summary>
    public const int Frames = 8;

    /// <summary>Rows and columns of the canvas.</summary>
    public const int Side = 20;

    /// <summary>Rows and columns of the digit.</summary>
    public const int Small = 14;

    private const int Cells = Side * Side;

    /// <inheritdoc/>
    public int Count => digits.Count;

    /// <summary>Clip i. Directions take turns, so the classes are equally many.</summary>
    public Clip this[int i]
    {
        get
        {
            var (row, column, speed, _) = Philox.Block((ulong)i, unchecked((ulong)seed), (ulong)part);
            return new(i, i % Directions.Count, 1 + (int)(speed % 2), (int)(row % Side), (int)(column % Side));
        }
    }

    /// <summary>Ink from 0 to 1 of these clips: f32 [clips, 1, frames, rows, columns].</summary>
    public Tensor Draw(params ReadOnlySpan<Clip> clips)
    {
        var ink = new float[clips.Length * Frames * Cells];
        for (var n = 0; n < clips.Length; n++) Draw(clips[n], ink.AsSpan(n * Frames * Cells));
        return Tensor.Of([clips.Length, 1, Frames, Side, Side], ink);
    }

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<int> indices, Span<byte> x, Span<byte> target)
    {
        var ink = MemoryMarshal.Cast<byte, float>(x);
        var classes = MemoryMarshal.Cast<byte, int>(target);
        ink.Clear();
        for (var n = 0; n < indices.Length; n++)
        {
            Draw(this[indices[n]], ink[(n * Frames * Cells)..]);
            classes[n] = this[indices[n]].Direction;
        }
    }

    /// <summary>The digit where it is in each frame, over empty canvases.</summary>
    private void Draw(Clip clip, Span<float> canvases)
    {
        var digit = Half(digits.Image(clip.Digit));
        for (var t = 0; t < Frames; t++)
        {
            var (row, column) = clip.At(t);
            for (var r = 0; r < Small; r++)
                for (var c = 0; c < Small; c++)
                    canvases[(t * Side + Clip.Around(row + r)) * Side + Clip.Around(column + c)] = digit[r * Small + c];
        }
    }

    /// <summary>The mean of each 2×2 grey levels, as ink.</summary>
    private static float[] Half(ReadOnlySpan<byte> image)
    {
        var half = new float[Small * Small];
        for (var p = 0; p < image.Length; p++) half[p / 28 / 2 * Small + p % 28 / 2] += image[p] / 1020f;
        return half;
    }
}
