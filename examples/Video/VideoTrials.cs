using MiniTorch.Examples.Mnist;
using MiniTorch.Frontend;

namespace MiniTorch.Examples.Course;

/// <summary>Short trainings for the page.</summary>
internal static class VideoTrials
{
    private const int Count = 4000, Batch = 25, Epochs = 2;

    internal static string About =>
        $"Trained for {Epochs} epochs on {Count:N0} clips of training digits, tried on {Count:N0} clips of test digits:";

    /// <summary>What the network of this name takes each test clip for.</summary>
    internal static IReadOnlyList<int> Taken(Digits digits, string name)
    {
        var model = VideoNetworks.Named(name).Match(m => m, e => throw new ArgumentException(e.Message));
        var training = new Training(model, VideoNetworks.Batch(Batch), Loss.NegativeLogLikelihood,
            Optimiser.Adam(Schedule.Cosine(3e-3, Epochs * Count / Batch)), Epochs, Seed: 1);
        var learned = Learned.From(training, new FirstOf(new Clips(digits.Training, 1, 0), Count));
        return Tester.Classes(learned.Outputs(new FirstOf(Test(digits), Count)));
    }

    /// <summary>A line of the table: what the network sees, and how often it is right.</summary>
    internal static IReadOnlyList<string> Row(Digits digits, string name, IReadOnlyList<int> taken) =>
        [name, Sees(name), $"{100.0 - Wrong(digits, taken).Count() * 100.0 / Count:F2} %"];

    /// <summary>A sentence on clips of the digit 1.</summary>
    internal static string Ones(Digits digits, IReadOnlyList<int> taken)
    {
        double Share(IEnumerable<int> clips) =>
            100 * clips.Select(i => digits.Test.Class(i) == 1 ? 1.0 : 0).DefaultIfEmpty(0).Average();
        return $"A stroke that moves along itself hardly changes: {Share(Enumerable.Range(0, Count)):F1} % of the clips "
            + $"show a 1, and {Share(Wrong(digits, taken)):F1} % of those that conv3d takes for others.";
    }

    private static IEnumerable<int> Wrong(Digits digits, IReadOnlyList<int> taken) =>
        Enumerable.Range(0, taken.Count).Where(i => taken[i] != Test(digits)[i].Direction);

    private static Clips Test(Digits digits) => new(digits.Test, seed: 1, part: 1);

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
