using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Frontend.Text;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Activations;
using static MiniTorch.Frontend.Functional;

namespace MiniTorch.Examples.Course;

/// <summary>A sentence on its way through a convolutional network. Source: Kim, EMNLP 2014.</summary>
public static class Sentiment
{
    private const string Sentence = "The food was not good, but the service was great and I love this place!";
    private const int Batch = SentenceNetwork.Batch;

    private static readonly SentenceNetwork Small = SentenceNetwork.Small;

    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("sentence-cnn", "A sentence CNN: is it positive?",
        "words, embeddings, which words in a row win the maximum over time, score; padding changes nothing", Show);

    private static readonly Lazy<(Corpus Corpus, Learned Learned)> Network = new(Learn);

    /// <summary>A small network of the same form as <c>minitorch train sentiment</c> has, trained for this page.</summary>
    private static (Corpus, Learned) Learn()
    {
        var corpus = Corpus.Of(Reviews.Read(null).Match(r => r, e => throw new IrException(Prelude.Seq1(e))));
        var rate = Schedule.Cosine(Small.Rate, Small.Epochs * (corpus.Training.Count / Batch));
        return (corpus, Learned.From(new(Small.Model(corpus.Vocabulary.Count), corpus.Batch(Batch), Loss.BinaryCrossEntropy,
            Optimiser.Adam(rate), Small.Epochs, Seed: 1) { Buckets = corpus.Buckets }, corpus.Training));
    }

    private static void Show(Page page)
    {
        var (corpus, learned) = Network.Value;
        var parameters = learned.Parameters.AsEnumerable().ToDictionary(p => p.Name, p => Prim.Constant(p.Value));
        Words(page, corpus, parameters);
        InARow(page, corpus, parameters);
        Score(page, corpus, learned, parameters);
        Padding(page, corpus, learned);
        Gradient(page);
        page.Link("examples/Sentiment/SentenceNetwork.cs", "the network");
        page.Link("data/sentiment/README.md", "the sentences");
    }

    private static void Words(Page page, Corpus corpus, Dictionary<string, Expr> parameters)
    {
        page.Text("A sentence is cut into words, a word is a number, and the number chooses a row of the embedding table: a "
            + $"sentence of T words is T × {Small.Width} numbers, learned like any other weight. This is a sentence that the network "
            + "never saw, and the first numbers of its words' rows:");
        page.Code(Sentence);
        var rows = page.Run(Prim.Gather(parameters["words1.weight"], Prim.Constant(corpus.Numbers(Sentence))));
        page.Table(["t", "word", "number", "embedding"], Tokens.Of(Sentence).Select((word, t) => (IReadOnlyList<string>)
            [$"{t}", word, $"{corpus.Vocabulary[word]}", $"{First(rows, t * Small.Width)} …"]));
    }

    private static string First(Tensor rows, int from) =>
        string.Join(' ', Enumerable.Range(from, 5).Select(i => $"{rows.At(i),5:F2}"));

    /// <summary>What each feature of each width answers at each place.</summary>
    private static Expr Answers(Expr embedded, Dictionary<string, Expr> parameters, int branch)
    {
        Expr Of(string part) => parameters[$"branches1.masked{branch}.conv1.{part}"];
        var y = Conv(embedded, Of("weight"), Same);
        return Relu(y + AlongChannels(Of("bias"), y));
    }

    private static Expr Embedded(Corpus corpus, Dictionary<string, Expr> parameters) =>
        Prim.Transpose(Prim.Gather(parameters["words1.weight"], Prim.Constant(corpus.Numbers(Sentence))), [0, 2, 1]);

    private static void InARow(Page page, Corpus corpus, Dictionary<string, Expr> parameters)
    {
        page.Heading("Three words in a row");
        page.Text($"A one-dimensional convolution reads three words at once, one weight for each of their 3 · {Small.Width} numbers; the "
            + "same weights at every place. ReLU keeps what speaks for the feature. The maximum over time keeps the place that "
            + "answers most, wherever it is: a sentence of any length becomes one number a feature.");
        page.Formula("feature = max_t ReLU(bias + Σ_c Σ_k weight[c, k] · embedding[c, t + k])");
        var answers = page.Run(Answers(Embedded(corpus, parameters), parameters, 1));
        var weights = page.Run(parameters["linear1.weight"]);
        var (good, bad) = (Strongest(answers, weights, 1), Strongest(answers, weights, -1));
        var words = Tokens.Of(Sentence);
        page.Table(["t", "three words", $"feature {good}", $"feature {bad}"], words.Select((_, t) => (IReadOnlyList<string>)
            [$"{t}", Row(words, t, 3), Marked(answers, good, t), Marked(answers, bad, t)]));
        page.Text($"Of the {Small.Features} features over three words these two move the score most: feature {good} counts "
            + $"{weights.At(good):F2} in it, feature {bad} {weights.At(bad):F2}. The arrows are the maxima over time.");
    }

    /// <summary>The feature that adds most to the score, or takes most from it.</summary>
    private static int Strongest(Tensor answers, Tensor weights, int sign) =>
        Enumerable.Range(0, answers.Type[1]).MaxBy(f => sign * weights.At(f) * Most(answers, f).Value);

    private static (int At, double Value) Most(Tensor answers, int feature)
    {
        var length = answers.Type[2];
        var at = Enumerable.Range(0, length).MaxBy(t => answers.At(feature * length + t));
        return (at, answers.At(feature * length + at));
    }

    private static string Marked(Tensor answers, int feature, int t) =>
        $"{answers.At(feature * answers.Type[2] + t):F2}{(Most(answers, feature).At == t ? " ←" : "")}";

    private static string Row(Seq<string> words, int t, int n) => string.Join(' ', words.Skip(t).Take(n));

    private static void Score(Page page, Corpus corpus, Learned learned, Dictionary<string, Expr> parameters)
    {
        page.Heading("The score");
        page.Text("The features of three, four and five words stand one after the other; a linear layer weighs them, and a sigmoid "
            + "makes a probability of the sum. What the winners add, those that say most for it and most against:");
        var (embedded, words) = (Embedded(corpus, parameters), Tokens.Of(Sentence));
        var weights = page.Run(parameters["linear1.weight"]);
        var winners = (from branch in Enumerable.Range(0, 3)
                       let answers = page.Run(Answers(embedded, parameters, branch + 1))
                       from feature in Enumerable.Range(0, Small.Features)
                       let most = Most(answers, feature)
                       let weight = weights.At(branch * Small.Features + feature)
                       let adds = weight * most.Value
                       select (Words: Row(words, most.At, branch + 3), most.Value, Weight: weight, Adds: adds)).ToList();
        page.Table(["words that win", "answer", "weight", "adds"], winners.OrderByDescending(w => w.Adds)
            .Where((_, i) => i < 5 || i >= winners.Count - 5).Select(w => (IReadOnlyList<string>)
                [w.Words, $"{w.Value:F2}", $"{w.Weight:F2}", $"{w.Adds:+0.00;-0.00}"]));
        var sum = page.Run(parameters["linear1.bias"]).At(0) + winners.Sum(w => w.Adds);
        page.Text($"All {winners.Count} together with the bias make {sum:F2}: {100 / (1 + Math.Exp(-sum)):F1} % positive.");
        page.Equal("this sum, added by hand, is the network's score",
            Numbers.Of([1, 1], (float)(1 / (1 + Math.Exp(-sum)))), Scores(page, learned, corpus.Numbers(Sentence)), 1e-4);
        var right = learned.Outputs(corpus.Test).ToDoubles().Where((p, i) => p > 0.5 == corpus.Test.Truth(i) > 0.5).Count();
        page.Text($"Of {corpus.Test.Count} sentences that it never saw this small network takes {right} for what they are "
            + $"({100.0 * right / corpus.Test.Count:F1} %).");
    }

    private static Tensor Scores(Page page, Learned learned, Tensor x)
    {
        var graph = learned.Training.Model.Forward(x.Type).Match(g => g, errors => throw new IrException(errors));
        return page.Run(graph, [("x", x), .. learned.Parameters])[0];
    }

    private static void Padding(Page page, Corpus corpus, Learned learned)
    {
        page.Heading("Sentences of varying length");
        page.Text("A batch is a box: shorter sentences are padded with the number 0. Its embedding is zeros, and Masked sets every "
            + "answer past the end to 0, which no maximum of ReLUs notices. So padding changes no score:");
        var x = corpus.Numbers(Sentence);
        var padded = Tensor.Of<int>(ElementType.I32[1, 40], [.. x.As<int>(), .. new int[40 - x.Type[1]]]);
        page.Equal($"{x.Type[1]} words padded to 40 have the same score",
            Scores(page, learned, x), Scores(page, learned, padded), 1e-6);
        page.Text("A plan's shapes are fixed, so training has a plan for each of a few lengths, and a batch takes the shortest that "
            + "holds it. Sentences of like length go together:");
        var batches = corpus.Buckets.Epoch(corpus.Training, Batch, 1, 0).ToList();
        page.Table(["length", "batches of an epoch", "of it padding"], batches
            .GroupBy(b => corpus.Buckets.For(corpus.Batch(Batch), corpus.Training, b)[1]).OrderBy(g => g.Key)
            .Select(g => (IReadOnlyList<string>)[$"{g.Key}", $"{g.Count()}",
                $"{100 - 100.0 * g.Sum(b => b.Sum(corpus.Training.Length)) / (g.Key * g.Count() * Batch):F0} %"]));
    }

    private static void Gradient(Page page)
    {
        page.Heading("Forward and backward");
        page.Text("One feature over three words of a sentence of six, each two numbers: the gradient goes back only to the words that "
            + "won the maximum, and to the weights as they saw these words.");
        Expr x = Input("x", ElementType.F32[1, 2, 6]), w = Input("w", ElementType.F32[1, 2, 3]);
        page.SideBySide(Prim.ReduceMax(Relu(Conv(x, w, Same)), [2]), x, w);
    }
}
