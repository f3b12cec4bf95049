using System.Runtime.InteropServices;

namespace MiniTorch.Frontend.Text;

/// <summary>
/// Sentences as numbers of words with a truth each, for x i32 [N, L] and target f32 [N, 1]: padded with
/// <see cref="Vocabulary.Padding"/> after their end, or cut to L.
/// </summary>
/// <param name="words">The numbers of each sentence's words.</param>
/// <param name="truths">1 or 0 for each.</param>
public sealed class Sentences(IReadOnlyList<int[]> words, IReadOnlyList<float> truths) : IExamples
{
    /// <inheritdoc/>
    public int Count => words.Count;

    /// <summary>The longest sentence's words.</summary>
    public int Longest => words.Max(s => s.Length);

    /// <inheritdoc/>
    public int Length(int example) => words[example].Length;

    /// <summary>The numbers of a sentence's words.</summary>
    public ReadOnlyMemory<int> Words(int example) => words[example];

    /// <summary>1 or 0.</summary>
    public float Truth(int example) => truths[example];

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<int> indices, Span<byte> x, Span<byte> target)
    {
        var numbers = MemoryMarshal.Cast<byte, int>(x);
        var labels = MemoryMarshal.Cast<byte, float>(target);
        var length = numbers.Length / indices.Length;
        numbers.Clear();
        for (var i = 0; i < indices.Length; i++)
        {
            var sentence = words[indices[i]];
            sentence.AsSpan(0, Math.Min(length, sentence.Length)).CopyTo(numbers[(i * length)..]);
            labels[i] = truths[indices[i]];
        }
    }
}
