using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Frontend.Text;
using MiniTorch.Ir;

namespace MiniTorch.Examples.Course;

/// <summary>Reviews as numbers: what a network reads.</summary>
/// <param name="Reviews">The sentences.</param>
/// <param name="Vocabulary">The words of those that train.</param>
/// <param name="Training">As numbers.</param>
/// <param name="Test">As numbers; a word that training never saw is unknown.</param>
/// <param name="Buckets">The lengths that batches are padded to; the greatest holds every sentence.</param>
public sealed record Corpus(Reviews Reviews, Vocabulary Vocabulary, Sentences Training, Sentences Test, Buckets Buckets)
{
    private static readonly int[] Short = [8, 12, 16, 24, 32, 48];

    /// <summary>Cuts the sentences into words and numbers these.</summary>
    public static Corpus Of(Reviews reviews)
    {
        var (words, others) = (Words(reviews.Training), Words(reviews.Test));
        var vocabulary = Vocabulary.Of(words);
        var (training, test) = (Numbered(vocabulary, words, reviews.Training), Numbered(vocabulary, others, reviews.Test));
        var longest = Math.Max(training.Longest, test.Longest);
        return new(reviews, vocabulary, training, test, Buckets.Of([.. Short.Where(l => l < longest), longest]));
    }

    /// <summary>The type of a batch of the longest sentences.</summary>
    public TensorType Batch(int size) => ElementType.I32[size, Buckets.Lengths.Last];

    /// <summary>A sentence's numbers as a batch of one.</summary>
    public Tensor Numbers(string sentence)
    {
        var numbers = Vocabulary.Numbers(Tokens.Of(sentence));
        return Tensor.Of<int>(ElementType.I32[1, numbers.Length], numbers);
    }

    private static Seq<string>[] Words(Seq<Review> reviews) => [.. reviews.Select(r => Tokens.Of(r.Text))];

    private static Sentences Numbered(Vocabulary vocabulary, Seq<string>[] words, Seq<Review> reviews) =>
        new([.. words.Select(vocabulary.Numbers)], [.. reviews.Select(r => r.Positive ? 1f : 0)]);
}
