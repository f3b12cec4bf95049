using System.Runtime.InteropServices;
using MiniTorch.Frontend;
using MiniTorch.Ir;

namespace MiniTorch.Examples.Video;

/// <summary>What a clip shows: a digit, where it starts, which way and how many cells a frame it goes.</summary>
public sealed record Clip(int Digit, int Direction, int Speed, int Row, int Column);

/// <summary>
/// Clips of a digit of half size that moves over a canvas without an edge: what leaves on one side enters on the other.
/// The start is uniform over the canvas, so each single frame is as likely under every direction: only the order of
/// frames tells. Everything about clip i follows from the seed, the part and i.
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

    /// <inheritdoc/>
    public int Count => digits.Count;

    /// <summary>Clip i. Directions take turns, so the classes are equally many.</summary>
    public Clip this[int i]
    {
        get
        {
            var (row, column, speed, _) = Philox.Block((ulong)i, unchecked((ulong)seed), (ulong)part);
            return new(i, i % Direction.Count, 1 + (int)(speed % 2), (int)(row % Side), (int)(column % Side));
        }
    }

    /// <summary>Ink from 0 to 1 of frame t: the canvas row by row.</summary>
    public float[] Frame(int i, int t)
    {
        var frame = new float[Side * Side];
        Draw(this[i], t, frame);
        return frame;
    }

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<int> indices, Span<byte> x, Span<byte> target)
    {
        var floats = MemoryMarshal.Cast<byte, float>(x);
        var classes = MemoryMarshal.Cast<byte, int>(target);
        floats.Clear();
        for (var n = 0; n < indices.Length; n++)
        {
            var clip = this[indices[n]];
            for (var t = 0; t < Frames; t++) Draw(clip, t, floats.Slice((n * Frames + t) * Side * Side, Side * Side));
            classes[n] = clip.Direction;
        }
    }

    /// <summary>The digit t steps on, over an empty canvas.</summary>
    private void Draw(Clip clip, int t, Span<float> canvas)
    {
        var image = digits.Image(clip.Digit);
        var (down, right) = Direction.Step(clip.Direction);
        for (var r = 0; r < Small; r++)
            for (var c = 0; c < Small; c++)
                canvas[Around(clip.Row + r + t * clip.Speed * down) * Side + Around(clip.Column + c + t * clip.Speed * right)] =
                    Quarter(image, 2 * r, 2 * c);
    }

    private static int Around(int at) => (at % Side + Side) % Side;

    /// <summary>The mean of 2×2 grey levels, as ink.</summary>
    private static float Quarter(ReadOnlySpan<byte> image, int r, int c) =>
        (image[r * 28 + c] + image[r * 28 + c + 1] + image[(r + 1) * 28 + c] + image[(r + 1) * 28 + c + 1]) / 1020f;
}
