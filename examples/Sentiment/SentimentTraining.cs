using System.Globalization;
using LanguageExt;
using MiniTorch.Examples.Trainings;
using MiniTorch.Frontend;
using MiniTorch.Interop.Glove;
using MiniTorch.Ir;
using MiniTorch.Report;
using static LanguageExt.Prelude;

namespace MiniTorch.Examples.Course;

/// <summary>Positive sentences told from negative ones: a <see cref="SentenceNetwork"/> on <see cref="Reviews"/>.</summary>
public static class SentimentTraining
{
    /// <summary>The training.</summary>
    public static readonly Offer Offer = new("sentiment", "positive and negative sentences", settings =>
        from network in SentenceNetwork.Named(settings.Model ?? "kim")
        from reviews in Reviews.Read(settings.Data)
        let corpus = Corpus.Of(reviews)
        from vectors in settings.Vectors is { } file ? Vectors(file, corpus).Map(Some)
            : Right<IrError, Option<WordVectors>>(None)
        select Of(network with { Width = vectors.Map(v => v.Width).IfNone(network.Width) }, corpus, vectors));

    private static readonly IReadOnlyDictionary<string, ReadOnlyMemory<float>> NoVectors =
        new Dictionary<string, ReadOnlyMemory<float>>();

    private static Study Of(SentenceNetwork network, Corpus corpus, Option<WordVectors> vectors)
    {
        var rows = vectors.Map(v => v.Rows).IfNone(NoVectors).ToDictionary(r => corpus.Vocabulary[r.Key], r => r.Value);
        var truth = corpus.Reviews.Test.Map(r => r.Positive ? 1 : 0).ToArray();
        return new()
        {
            Name = "sentiment",
            About = "Sentences of reviews, told apart as positive and negative by convolutions over their words.",
            Things = "sentences",
            Model = network.Model(corpus.Vocabulary.Count, rows),
            Loss = Loss.BinaryCrossEntropy,
            Training = corpus.Training,
            Test = corpus.Test,
            X = corpus.Batch,
            Buckets = corpus.Buckets,
            Batch = SentenceNetwork.Batch,
            TestBatch = 100,
            Epochs = network.Epochs,
            Rate = network.Rate,
            Judge = y => Verdict.Binary(y, truth, ["negative", "positive"]),
            Show = i => new ShownText(corpus.Reviews.Test[i].Text),
            Words = (_, _) => [Known(corpus, rows.Count)],
        };
    }

    /// <summary>The vectors of the words that training sees.</summary>
    private static Either<IrError, WordVectors> Vectors(string file, Corpus corpus) =>
        GloveFile.Read(file, word => corpus.Vocabulary[word] > 1).Bind(read => read.Rows.Count > 0
            ? Right<IrError, WordVectors>(read)
            : new IrError("sentiment.S6",
                $"{file} has none of the sentences' words; give vectors of English words in lower case"));

    private static string Known(Corpus corpus, int vectors)
    {
        var words = Enumerable.Range(0, corpus.Test.Count).SelectMany(i => corpus.Test.Words(i).ToArray()).ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"{corpus.Vocabulary.Count - 2:N0} words in training{(vectors > 0 ? $", {vectors:N0} of them with a vector" : "")}; "
            + $"of the test sentences' words {100.0 * words.Count(w => w == 1) / words.Count:F1} % are none of these");
    }
}
