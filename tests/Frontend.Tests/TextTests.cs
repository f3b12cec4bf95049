using FsCheck.Fluent;
using LanguageExt;
using MiniTorch.Frontend.Text;
using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Frontend.Tests.Given;
using Check = MiniTorch.Generators.Check;
using Gen = FsCheck.Fluent.Gen;

namespace MiniTorch.Frontend.Tests;

/// <summary>From a sentence to numbers.</summary>
public sealed class TextTests
{
    private static readonly string[] Pieces =
        ["I", "don't", "Can’t", "it's", "9", "café", "...", "!", "-", "(ok)", "x_y", "n't", "'", "they'll"];

    private static readonly FsCheck.Arbitrary<string> Texts =
        Gen.ArrayOf(Gen.Elements(Pieces)).Select(p => string.Join(' ', p)).ToArbitrary();

    private static string Cut(string text) => string.Join(' ', Tokens.Of(text));

    [Theory]
    [InlineData("I don't, it's 9!", "i do n't , it 's 9 !")]
    [InlineData("Can’t stop... they'll GO", "ca n't stop . . . they 'll go")]
    [InlineData("does n't café (ok) x_y 5-star", "does n't café ( ok ) x _ y 5 - star")]
    [InlineData("  ", "")]
    public void A_sentence_is_cut_into_words_and_marks(string text, string words) => Assert.Equal(words, Cut(text));

    [Fact]
    public void Cutting_again_what_was_cut_changes_nothing() => Check.Holds(Texts, text => Cut(Cut(text)) == Cut(text));

    [Fact]
    public void No_letter_is_lost() => Check.Holds(Texts, text =>
        Cut(text).Replace(" ", "") == text.Replace('’', '\'').ToLowerInvariant().Replace(" ", ""));

    [Fact]
    public void The_most_frequent_word_comes_first_and_rare_ones_are_unknown()
    {
        var sentences = new[] { "b a c", "a d", "a b" }.Select(Tokens.Of).ToList();
        var all = Vocabulary.Of(sentences);
        Assert.Equal(["<pad>", "<unknown>", "a", "b", "c", "d"], Enumerable.Range(0, all.Count).Select(all.Word));
        Assert.Equal([2, 1, 5], all.Numbers(Tokens.Of("a zebra d")));
        Assert.Equal([3, 1], Vocabulary.Of(sentences, least: 2).Numbers(Tokens.Of("b d")));
        Assert.Equal([1], all.Numbers(Tokens.Of("")));
    }

    [Fact]
    public void Numbers_are_of_their_words() => Check.Holds(Texts, text =>
    {
        var words = Tokens.Of(text);
        var known = Vocabulary.Of([words]);
        return words.IsEmpty || known.Numbers(words).Select(known.Word).SequenceEqual(words.AsEnumerable());
    });

    [Fact]
    public void Sentences_fill_a_batch_with_padding_after_their_end_or_are_cut()
    {
        var sentences = new Sentences([[2, 3, 4], [5], [6, 7]], [1, 0, 1]);
        Assert.Equal((3, 3, 1), (sentences.Count, sentences.Longest, sentences.Length(1)));
        var (x, target) = (new byte[2 * 2 * 4], new byte[2 * 4]);
        x.AsSpan().Fill(9);
        sentences.Fill([1, 0], x, target);
        Assert.Equal([5, 0, 2, 3], Tensor.Adopt(ElementType.I32[4], x).ToDoubles());
        Assert.Equal([0, 1], Tensor.Adopt(ElementType.F32[2], target).ToDoubles());
    }
}
