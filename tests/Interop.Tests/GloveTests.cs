using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using MiniTorch.Interop.Glove;
using MiniTorch.Ir;
using Xunit;
using Xunit.Abstractions;
using Gen = FsCheck.Fluent.Gen;

namespace MiniTorch.Interop.Tests;

public sealed class GloveTests(ITestOutputHelper output)
{
    // a buffer, a dictionary, a sentence; then a word and a row a line
    private const long Most = 1 << 18;

    private static Either<IrError, WordVectors> Parse(string text, Func<string, bool>? wanted = null) =>
        GloveFile.Parse(Encoding.UTF8.GetBytes(text), "vectors", wanted ?? (_ => true));

    private static void Breaks(string rule, string message, string text)
    {
        var error = Parse(text).Match(_ => throw new InvalidOperationException("read"), e => e);
        Assert.Equal((rule, message), (error.Rule, error.Message));
    }

    private static WordVectors Vectors(Either<IrError, WordVectors> read) =>
        read.Match(v => v, e => throw new IrException(Prelude.Seq1(e)));

    private static string Text(IEnumerable<(string Word, float[] Row)> lines) => string.Concat(lines.Select(l =>
        $"{l.Word} {string.Join(' ', l.Row.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}\n"));

    [Fact]
    public void The_rows_that_were_written_are_read_back() =>
        Prop.ForAll(Gen.Choose(1, 1_000_000).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var width = random.Next(1, 20);
            var lines = Enumerable.Range(0, random.Next(1, 30)).Select(i => (Word: $"w{i}é", Row: Enumerable.Range(0, width)
                .Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 7)))).ToArray())).ToList();
            var read = Vectors(Parse(Text(lines)));
            return read.Width == width && read.Rows.Count == lines.Count
                && lines.All(l => read.Rows[l.Word].Span.SequenceEqual(l.Row));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Only_wanted_words_are_kept()
    {
        var read = Vectors(Parse("the 1 2\ncat 3 4\nsat 5 6\n", w => w == "cat"));
        Assert.Equal(2, read.Width);
        Assert.Equal([3f, 4f], Assert.Single(read.Rows).Value.ToArray());
    }

    [Fact]
    public void Words_with_spaces_trailing_spaces_and_windows_lines_are_read()
    {
        var read = Vectors(Parse("the 1 2 \r\n. . . 3 4\r\nthe 9 9\r\nsat 5 6"));
        Assert.Equal(["the", ". . .", "sat"], read.Rows.Keys);
        Assert.Equal([1f, 2f], read.Rows["the"].ToArray());
    }

    [Fact]
    public void A_line_longer_than_the_first_buffer_is_read()
    {
        var row = Enumerable.Range(0, 40_000).Select(i => (float)i).ToArray();
        Assert.Equal(row, Vectors(Parse(Text([("a", row), ("b", row)]))).Rows["b"].ToArray());
    }

    [Fact]
    public void A_line_without_numbers_breaks_G1() =>
        Breaks("glove.G1", "line 1 of vectors has no numbers after its word; give GloVe's text format", "hello\nworld\n");

    [Fact]
    public void A_line_with_fewer_numbers_breaks_G2() => Breaks("glove.G2",
        "line 2 of vectors has fewer than the 3 numbers of the first line; give as many in each", "a 1 2 3\nb 1 2\n");

    [Theory]
    [InlineData("x")]
    [InlineData("nan")]
    [InlineData("1e99")]
    [InlineData("")]
    public void What_is_not_a_finite_number_breaks_G3(string field) =>
        Breaks("glove.G3", $"line 2 of vectors has \"{field}\" for a number; give finite ones", $"a 1 2 3\nb 1 {field} 3\n");

    [Fact]
    public void A_line_of_more_than_a_mebibyte_breaks_G4() => Breaks("glove.G4",
        "line 2 of vectors has more than 1 MiB; give a line for each word", $"a 1\n{new string('b', 1 << 20)} 2\n");

    [Fact]
    public void An_empty_file_breaks_G5() =>
        Breaks("glove.G5", "vectors has no line; give a file of word vectors", "");

    [Fact]
    public void A_file_that_is_not_there_breaks_a_rule_of_files() =>
        Assert.Equal("file.F2", GloveFile.Read("no/such/file.txt", _ => true).Match(_ => "", e => e.Rule));

    [Theory]
    [InlineData(1)]
    public void A_mutant_is_read_or_refused_with_one_sentence(int seed)
    {
        var valid = Encoding.UTF8.GetBytes(Text([("the", [0.5f, -1.25f, 3]), ("cat", [1e-3f, 2, 7]), ("é", [4, 5, 6])]));
        var rules = Mutants.Survive(seed, [valid], b => GloveFile.Parse(b, "mutant", _ => true), b => Most + 64L * b.Length);
        output.WriteLine($"seed {seed}: {Mutants.Shown(rules)}");
    }
}
