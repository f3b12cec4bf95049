using MiniTorch.Examples.Mnist;
using MiniTorch.Examples.Trainings;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Report;

namespace MiniTorch.Examples.Course;

/// <summary>Which way a digit moves: a network of <see cref="VideoNetworks"/> on <see cref="Clips"/>.</summary>
public static class VideoTraining
{
    /// <summary>The training.</summary>
    public static readonly Offer Offer = new("video", "the way a moving digit goes, by 3-D convolution", settings =>
        from _ in settings.Without("video", "--vectors")
        from network in VideoNetworks.Named(settings.Model ?? "conv3d")
        from digits in Digits.Read(settings.Data)
        select Of(network, new(digits.Training, settings.Seed, part: 0), new(digits.Test, settings.Seed, part: 1)));

    private static Study Of(Model network, Clips training, Clips test) => new()
    {
        Name = "video",
        About = $"Clips of {Clips.Frames} frames: which of eight ways does the digit go?",
        Things = "clips",
        Model = network,
        Loss = Loss.NegativeLogLikelihood,
        Training = training,
        Test = test,
        X = VideoNetworks.Batch,
        Batch = 32,
        Epochs = 3,
        Rate = 2e-3,
        Judge = y => Verdict.Classes(
            y, [.. Enumerable.Range(0, test.Count).Select(i => test[i].Direction)], Directions.Arrows),
        Show = i => new ShownImage(test.Draw(test[i]).View([1, Clips.Frames, Clips.Side, Clips.Side])),
    };
}
