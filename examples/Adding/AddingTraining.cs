using MiniTorch.Examples.Trainings;
using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Layers;

namespace MiniTorch.Examples.Course;

/// <summary>The adding problem: what was read 200 steps ago decides, and the least error possible, 0, is known.</summary>
public static class AddingTraining
{
    private const int Length = 200, Kernel = 3, Channels = 16;

    /// <summary>The training.</summary>
    public static readonly Offer Offer = new("adding", "the sum of two marked numbers of 200, by a temporal CNN", settings =>
        from _ in settings.Without("adding", "--model", "--data", "--vectors")
        select Of(Length, training: 20_000, test: 2_000));

    /// <summary>
    /// A convolution of single steps, which tells what is marked; then causal blocks, as many as see the whole sequence,
    /// which carry it to the last step, which says the sum.
    /// </summary>
    public static Model Network(int length) =>
        AroundZero >>> Gain(Math.Sqrt(3), Conv(Channels, 1)) >>> Relu
        >>> Temporal(Channels, Kernel, Blocks(length)) >>> LastStep >>> Linear(1);

    /// <summary>
    /// From 0 … 1 to −1 … 1. A unit ReLU(number + mark) then is 0 at every place without a mark, so many units tell marked
    /// numbers from the others before anything is learned.
    /// </summary>
    private static readonly Model AroundZero =
        new(Prelude.Seq1(Layer.Pure("around_zero", "AroundZero", x => 2 * x - 1)));

    /// <summary>The fewest blocks whose last step sees so many steps.</summary>
    public static int Blocks(int length) => Enumerable.Range(1, 30).First(b => TemporalReach(Kernel, b) >= length);

    /// <summary>The training on sequences of a length.</summary>
    public static Study Of(int length, int training, int test)
    {
        var (learned, tried) = (new Sums(training, length, 1), new Sums(test, length, 2));
        var (targets, reach) = (tried.Targets, TemporalReach(Kernel, Blocks(length)));
        return new()
        {
            Name = "adding",
            About = $"The sum of two marked numbers among {length}, by a causal network whose last step sees {reach}.",
            Things = "sequences",
            Model = Network(length),
            Loss = Loss.MeanSquaredError,
            Training = learned,
            Test = tried,
            X = n => ElementType.F32[n, 2, length],
            Batch = 16,
            Epochs = 1,
            Rate = 0.007,
            Judge = y => Verdict.Values(y, targets,
                FormattableString.Invariant($"always answering 1 gives {tried.ErrorOfOne:F4}, the least is 0")),
        };
    }
}
