using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Layers;

namespace MiniTorch.Examples.Course;

/// <summary>A network that says how positive a sentence is, and what it trains with unless asked otherwise.</summary>
/// <param name="Width">Numbers of a word's embedding.</param>
/// <param name="Features">Of each of the widths 3, 4 and 5.</param>
/// <param name="Epochs">Times over the sentences.</param>
/// <param name="Rate">The first learning rate of Adam, which falls by a cosine.</param>
public sealed record SentenceNetwork(int Width, int Features, int Epochs, double Rate)
{
    /// <summary>Sentences a step.</summary>
    public const int Batch = 50;

    /// <summary>A hundred features of each width.</summary>
    public static readonly SentenceNetwork Kim = new(50, 100, 8, 1e-3);

    /// <summary>The same in small, for a page of the course: it learns in a second.</summary>
    public static readonly SentenceNetwork Small = new(16, 12, 4, 1e-2);

    /// <summary>
    /// Embeddings, convolutions over 3, 4 and 5 words in a row, ReLU, the maximum over time, dropout, linear, sigmoid.
    /// </summary>
    /// <param name="vocabulary">How many numbers of words there are.</param>
    /// <param name="vectors">Embeddings that begin as these rows.</param>
    /// <remarks>
    /// Source: Kim, "Convolutional Neural Networks for Sentence Classification", EMNLP 2014, in MiniTorch's form.
    /// </remarks>
    public Model Model(int vocabulary, IReadOnlyDictionary<int, ReadOnlyMemory<float>>? vectors = null) =>
        Words(vocabulary, Width, deviation: 0.02, vectors)
        >>> Branches(1, Ngrams(3), Ngrams(4), Ngrams(5))
        >>> Dropout(0.5) >>> Linear(1) >>> Sigmoid;

    /// <summary>How strongly each feature answers to the n words in a row that it likes best.</summary>
    private Model Ngrams(int n) => Masked(Conv(Features, n, Same) >>> Relu) >>> MaxOverTime;

    /// <summary>A network by name.</summary>
    /// <remarks>Errors: sentiment.S5.</remarks>
    public static Either<IrError, SentenceNetwork> Named(string name) => name switch
    {
        "kim" => Kim,
        "small" => Small,
        var other => new IrError("sentiment.S5", $"there is no network '{other}'; take kim or small"),
    };
}
