using LanguageExt;
using MiniTorch.Examples.Course;
using MiniTorch.Examples.Mnist;
using MiniTorch.Examples.Trainings;
using MiniTorch.Ir;

namespace MiniTorch.Cli.Trainings;

/// <summary>The examples' trainings that the tool offers.</summary>
internal static class Trainings
{
    /// <summary>All of them: one more is a line here.</summary>
    internal static IReadOnlyList<Offer> All =>
    [
        MnistTraining.Offer, SentimentTraining.Offer, VideoTraining.Offer, KarateTraining.Offer, AddingTraining.Offer,
        PointsTraining.Offer,
    ];

    /// <summary>The training of this name.</summary>
    /// <remarks>Errors: cli.C13 there is none.</remarks>
    internal static Either<IrError, Offer> Named(string name) =>
        All.FirstOrDefault(t => t.Name == name) is { } found ? found
        : new IrError("cli.C13", $"there is no training '{name}'; take {string.Join(" or ", All.Select(t => t.Name))}");
}
