using MiniTorch.Frontend;
using static MiniTorch.Frontend.Layers;

namespace MiniTorch.Examples.Course;

/// <summary>Networks that read a sentence and say how positive it is.</summary>
public static class SentenceNetwork
{
    /// <summary>
    /// Embeddings, convolutions over 3, 4 and 5 words in a row, ReLU, the maximum over time, dropout, a linear layer, a sigmoid.
    /// </summary>
    /// <remarks>Source: Kim, "Convolutional Neural Networks for Sentence Classification", EMNLP 2014, in MiniTorch's form.</remarks>
    public static Model Kim(int vocabulary, int width, int features, IReadOnlyDictionary<int, ReadOnlyMemory<float>>? vectors = null) =>
        Words(vocabulary, width, deviation: 0.02, vectors)
        >>> Branches(1, Ngrams(features, 3), Ngrams(features, 4), Ngrams(features, 5))
        >>> Dropout(0.5) >>> Linear(1) >>> Sigmoid;

    /// <summary>How strongly each feature answers to the n words in a row that it likes best.</summary>
    private static Model Ngrams(int features, int n) => Masked(Conv(features, n, Same) >>> Relu) >>> MaxOverTime;
}
