using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Layers;

namespace MiniTorch.Examples.Course;

/// <summary>MiniTorch's network for points: from two coordinates to the probability of label 1.</summary>
public static class PointModels
{
    /// <summary>Points that a set is learned from and tried on unless others are asked for.</summary>
    public const int Count = 1000;

    /// <summary>Points a step.</summary>
    public const int Batch = 50;

    /// <summary>Two hidden layers of ReLU and a sigmoid.</summary>
    public static Model Of(PointSet set) =>
        Linear(set.Hidden) >>> Relu >>> Linear(set.Hidden) >>> Relu >>> Linear(1) >>> Sigmoid;

    /// <summary>How a set is learned.</summary>
    public static Training Training(PointSet set, int batch, long seed) => new(
        Of(set), Points(batch), Loss.BinaryCrossEntropy,
        Optimiser.Adam(Schedule.Cosine(set.Rate, set.Epochs * Count / batch)), set.Epochs, seed);

    /// <summary>A batch of points.</summary>
    public static TensorType Points(int size) => ElementType.F32[size, 2];

    /// <summary>Points as x [N, 2] and target [N, 1].</summary>
    public static IExamples Examples(IReadOnlyList<Labelled> points) => new TensorExamples(
        Tensor.Of([points.Count, 2], [.. points.SelectMany(p => new[] { (float)p.X1, (float)p.X2 })]),
        Tensor.Of([points.Count, 1], [.. points.Select(p => (float)p.Label)]));

    /// <summary>Share of points whose probability lies on the side of their label.</summary>
    public static double Accuracy(Tensor probabilities, IReadOnlyList<Labelled> points) =>
        points.Where((p, i) => probabilities.At(i) > 0.5 == (p.Label == 1)).Count() / (double)points.Count;
}
