using LanguageExt;
using MiniTorch.Examples.Course;
using MiniTorch.Generators;
using Xunit;

namespace MiniTorch.Examples.Tests;

/// <summary>Sentences and their sentiment.</summary>
public class SentimentTests
{
    private static Reviews Fold(int fold) => Reviews.InRepository(fold)
        .Match(r => r, e => throw new InvalidOperationException(e.Message));

    private static string Written(string text)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("sentiment").FullName, "train.tsv");
        File.WriteAllText(path, text);
        return path;
    }

    private static (string Rule, string Message) Wrong(string text)
    {
        var path = Written(text);
        return Reviews.File(path).Match(_ => ("", "read"), e => (e.Rule, e.Message.Replace(path, "train.tsv")));
    }

    [Fact]
    public void The_repository_has_three_thousand_sentences_half_of_them_positive()
    {
        var all = Fold(0);
        Assert.Equal((2400, 600), (all.Training.Count, all.Test.Count));
        Assert.Equal(1500, (all.Training + all.Test).Count(r => r.Positive));
        Assert.DoesNotContain(all.Training + all.Test, r => r.Text.Length == 0 || r.Text.Any(char.IsControl));
    }

    [Fact]
    public void Every_sentence_is_held_out_in_one_of_five_folds() => Assert.Equal(
        (Fold(4).Training + Fold(4).Test).Select(r => r.Text).Order(),
        Enumerable.Range(0, 5).SelectMany(f => Fold(f).Test.AsEnumerable()).Select(r => r.Text).Order());

    [Fact]
    public void A_file_in_the_form_of_sst_2_is_read() => Assert.Equal(
        [new Review("hide new secretions from the parental units", false), new Review("a \"gem\" , 100 %", true)],
        Reviews.File(Written("sentence\tlabel\nhide new secretions from the parental units \t0\r\na \"gem\" , 100 % \t1\r\n"))
            .Match(r => r.AsEnumerable(), e => throw new InvalidOperationException(e.Message)));

    [Fact]
    public void A_file_of_many_lines_is_read()
    {
        var read = Reviews.File(Written($"sentence\tlabel\n{string.Concat(Enumerable.Repeat("good\t1\n", 200_000))}"));
        Assert.Equal(200_000, read.Match(r => r.Count, _ => 0));
    }

    [Theory]
    [InlineData("", "sentiment.S1", "line 1 of train.tsv is not the heading sentence⇥label; give files as GLUE's SST-2 has them")]
    [InlineData("text\tclass\nx\t1\n", "sentiment.S1",
        "line 1 of train.tsv is not the heading sentence⇥label; give files as GLUE's SST-2 has them")]
    [InlineData("sentence\tlabel\n", "sentiment.S2", "line 2 of train.tsv is missing; give a sentence, a tab and 0 or 1 in each line")]
    [InlineData("sentence\tlabel\ngood\t2\n", "sentiment.S3", "line 2 of train.tsv has the label '2'; give 0 or 1")]
    [InlineData("sentence\tlabel\ngood\t1\nbad\n", "sentiment.S3",
        "line 3 of train.tsv is not a sentence, a tab and a label; give two fields")]
    public void A_wrong_file_is_told_by_its_line(string text, string rule, string message) =>
        Assert.Equal((rule, message), Wrong(text));

    [Fact]
    public void A_folder_without_the_files_is_told() =>
        Assert.Equal("file.F2", Reviews.Read(Path.Combine(Repository.Root, "data")).Match(_ => "", e => e.Rule));

    [Fact]
    public void Every_sentence_of_the_corpus_fits_the_greatest_length()
    {
        var corpus = Corpus.Of(Fold(4));
        Assert.Equal(Math.Max(corpus.Training.Longest, corpus.Test.Longest), corpus.Buckets.Lengths.Last);
        Assert.Equal(corpus.Buckets.Lengths.Order(), corpus.Buckets.Lengths);
        Assert.Equal((2400, 600), (corpus.Training.Count, corpus.Test.Count));
    }

    [Fact]
    public void The_small_network_of_the_page_is_right_on_four_of_five_unseen_sentences()
    {
        var page = Pages.Text("sentence-cnn");
        var share = System.Text.RegularExpressions.Regex.Match(page, @"\((\d+\.\d) %\)").Groups[1].Value;
        Assert.InRange(double.Parse(share, System.Globalization.CultureInfo.InvariantCulture), 80, 90);
        Assert.Contains("holds: this sum, added by hand, is the network's score", page);
        Assert.Contains("have the same score", page);
    }
}
