using System.Text;
using LanguageExt;
using MiniTorch.Examples.Trainings;
using MiniTorch.Interop.Files;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Examples.Course;

/// <summary>A sentence and whether it is positive.</summary>
public sealed record Review(string Text, bool Positive);

/// <summary>Sentences to train on and sentences to test with.</summary>
public sealed record Reviews(Seq<Review> Training, Seq<Review> Test)
{
    private const string Heading = "sentence\tlabel";

    private static readonly string[] Sites = ["amazon", "imdb", "yelp"];

    /// <summary>
    /// The <c>train.tsv</c> and <c>dev.tsv</c> of a folder; or this repository's three thousand, of which every fifth tests:
    /// <c>fold0</c> to <c>fold4</c> say which, <c>fold4</c> unless something is said.
    /// </summary>
    /// <remarks>Errors: sentiment.S1 to sentiment.S3, train.T4.</remarks>
    public static Either<IrError, Reviews> Read(string? data) => data switch
    {
        null => InRepository(4),
        "fold0" or "fold1" or "fold2" or "fold3" or "fold4" => InRepository(data[4] - '0'),
        _ => InFolder(data),
    };

    private static Either<IrError, Reviews> InFolder(string folder) =>
        from training in File(Path.Combine(folder, "train.tsv"))
        from test in File(Path.Combine(folder, "dev.tsv"))
        select new Reviews(training, test);

    /// <summary>The three thousand: those whose number leaves this remainder by 5 test, the others train.</summary>
    public static Either<IrError, Reviews> InRepository(int fold) =>
        from folder in DataFolder.Of(null, "sentiment", "train.tsv and dev.tsv")
        from sites in Sites.Select(site => File(Path.Combine(folder, $"{site}.tsv"))).ToSeq().Sequence()
        let all = sites.SelectMany(reviews => reviews.AsEnumerable()).ToArray()
        select new Reviews(
            all.Where((_, i) => i % 5 != fold).ToSeq().Strict(), all.Where((_, i) => i % 5 == fold).ToSeq().Strict());

    /// <summary>The sentences of a file in the form of GLUE's SST-2: a heading, then a sentence, a tab and 0 or 1.</summary>
    public static Either<IrError, Seq<Review>> File(string path) =>
        from bytes in AtomicFile.ReadAllBytes(path, 1 << 28)
        let lines = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').TrimEnd().Split('\n')
        from _ in lines[0].TrimEnd() == Heading ? Right<IrError, Unit>(unit)
            : Wrong("S1", path, 1, "is not the heading sentence⇥label; give files as GLUE's SST-2 has them")
        from __ in lines.Length > 1 ? Right<IrError, Unit>(unit)
            : Wrong("S2", path, 2, "is missing; give a sentence, a tab and 0 or 1 in each line")
        from reviews in Lines(path, lines)
        select reviews;

    /// <summary>A loop: a file has hundreds of thousands of lines, more than calls can nest.</summary>
    private static Either<IrError, Seq<Review>> Lines(string path, string[] lines)
    {
        var reviews = new List<Review>(lines.Length);
        for (var i = 1; i < lines.Length; i++)
        {
            var read = Line(path, i + 1, lines[i]);
            if (read.IsLeft) return read.Map(_ => Seq<Review>());
            read.Iter(reviews.Add);
        }
        return reviews.ToSeq().Strict();
    }

    private static Either<IrError, Review> Line(string path, int number, string line) =>
        line.TrimEnd().Split('\t') switch
        {
            [var text, "0" or "1"] parts => new Review(text.Trim(), parts[1] == "1"),
            [_, var label] => Wrong("S3", path, number, $"has the label '{label[..Math.Min(20, label.Length)]}'; give 0 or 1"),
            _ => Wrong("S3", path, number, "is not a sentence, a tab and a label; give two fields"),
        };

    private static IrError Wrong(string rule, string path, int line, string what) =>
        new($"sentiment.{rule}", $"line {line} of {path} {what}");
}
