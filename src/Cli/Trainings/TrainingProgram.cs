using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Cli.Trainings;

/// <summary>What a user may ask of any training; what is not given, the training chooses.</summary>
internal sealed record Wishes(
    string? Model, string? Data, int? Epochs, int? Batch, double? Rate, long Seed,
    int Threads, string? Out, string? Resume, bool Json);

/// <summary>An example's training as the tool offers it.</summary>
/// <param name="Name">As the command line spells it.</param>
/// <param name="About">A few words.</param>
/// <param name="Run">Trains and reports on the screen.</param>
internal sealed record TrainingProgram(string Name, string About, Func<Wishes, Screen, Either<IrError, Unit>> Run)
{
    /// <summary>All of them: one more is a line here, and its example among the project's references.</summary>
    internal static IReadOnlyList<TrainingProgram> All => [new("mnist", "handwritten digits", Mnist.Train)];

    /// <summary>The training of this name.</summary>
    /// <remarks>Errors: cli.C13 there is none.</remarks>
    internal static Either<IrError, TrainingProgram> Named(string name) =>
        All.FirstOrDefault(t => t.Name == name) is { } found ? found
        : new IrError("cli.C13", $"there is no training '{name}'; take {string.Join(" or ", All.Select(t => t.Name))}");
}
