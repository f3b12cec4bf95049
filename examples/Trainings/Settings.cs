using LanguageExt;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Examples.Trainings;

/// <summary>What a user may ask of any training; what is not given, the training chooses.</summary>
/// <param name="Model">A network, or another choice of the training's.</param>
/// <param name="Data">A folder, or another choice of data.</param>
/// <param name="Vectors">A file of word vectors.</param>
/// <param name="Epochs">Times over the examples.</param>
/// <param name="Batch">Examples a step.</param>
/// <param name="Rate">The first learning rate.</param>
/// <param name="Seed">First weights, orders and dropout follow from it.</param>
/// <param name="Threads">0 takes every core.</param>
/// <param name="Out">A folder for weights, checkpoint, IR and plan.</param>
/// <param name="Resume">A checkpoint to go on from.</param>
/// <param name="Report">A file for the page.</param>
public sealed record Settings(
    string? Model = null, string? Data = null, string? Vectors = null, int? Epochs = null, int? Batch = null,
    double? Rate = null, long Seed = 1, int Threads = 0, string? Out = null, string? Resume = null, string? Report = null)
{
    /// <summary>The same when every number is one that a training can have.</summary>
    /// <remarks>Errors: train.T1.</remarks>
    public Either<IrError, Settings> Valid() =>
        Epochs is < 0 ? Wrong("--epochs", Epochs, "0 or more")
        : Batch is <= 0 ? Wrong("--batch", Batch, "1 or more")
        : Threads is < 0 or > 256 ? Wrong("--threads", Threads, "0 to 256")
        : Rate is { } rate && !(rate > 0 && double.IsFinite(rate)) ? Wrong("--lr", rate, "a number above 0")
        : Right<IrError, Settings>(this);

    /// <summary>The same when none of these choices was made: a training that has none says so.</summary>
    /// <remarks>Errors: train.T3.</remarks>
    public Either<IrError, Settings> Without(string training, params ReadOnlySpan<string> options)
    {
        foreach (var option in options)
            if (Given(option)) return new IrError("train.T3", $"the training '{training}' takes no {option}; leave it out");
        return this;
    }

    private bool Given(string option) => option switch
    {
        "--model" => Model is not null,
        "--data" => Data is not null,
        "--vectors" => Vectors is not null,
        "--batch" => Batch is not null,
        var _ => throw new ArgumentOutOfRangeException(nameof(option), option, "is no choice of a training"),
    };

    private static IrError Wrong(string option, object value, string takes) =>
        new("train.T1", FormattableString.Invariant($"{option} is {value}; give {takes}"));
}
