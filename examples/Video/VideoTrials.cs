using MiniTorch.Examples.Mnist;
using MiniTorch.Frontend;

namespace MiniTorch.Examples.Course;

/// <summary>Short trainings for the page.</summary>
internal static class VideoTrials
{
    private const int Count = 4000, Batch = 25, Epochs = 2;

    internal static string About =>
        $"Trained for {Epochs} epochs on {Count:N0} clips of training digits, tried on {Count:N0} clips of test digits:";

    /// <summary>A line of the table for a network: what it sees, and how often it is right.</summary>
    internal static Func<string, IReadOnlyList<string>> Row(Digits digits) => name =>
    {
        var model = VideoNetworks.Named(name).Match(m => m, e => throw new ArgumentException(e.Message));
        var training = new Training(model, VideoNetworks.Batch(Batch), Loss.NegativeLogLikelihood,
            Optimiser.Adam(Schedule.Cosine(3e-3, Epochs * Count / Batch)), Epochs, Seed: 1);
        var learned = Learned.From(training, new FirstOf(new Clips(digits.Training, 1, 0), Count));
        var test = new Clips(digits.Test, 1, 1);
        var taken = Tester.Classes(learned.Outputs(new FirstOf(test, Count)));
        return [name, Sees(name), $"{taken.Where((c, i) => c == test[i].Direction).Count() * 100.0 / Count:F2} %"];
    };

    private static string Sees(string name) => name switch
    {
        "frame" => "one frame",
        "mean" => "the mean of all frames",
        _ => $"{Clips.Frames} frames in order",
    };
}

/// <summary>The first so many examples.</summary>
internal sealed class FirstOf(IExamples all, int count) : IExamples
{
    /// <inheritdoc/>
    public int Count => Math.Min(count, all.Count);

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<int> indices, Span<byte> x, Span<byte> target) => all.Fill(indices, x, target);
}
