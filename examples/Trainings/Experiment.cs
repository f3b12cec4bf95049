using LanguageExt;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Examples.Trainings;

/// <summary>From settings to an outcome: each step may end with a sentence on what to change.</summary>
public static class Experiment
{
    /// <summary>How it ended, which the audience was told as well; or the user's mistake.</summary>
    /// <exception cref="OperationCanceledException">When asked to stop; the last whole epoch's checkpoint stays.</exception>
    /// <remarks>Errors: train.T1 a number, train.T2 a folder, and the training's own.</remarks>
    public static Either<IrError, Outcome> Run(Offer offer, Settings settings, IAudience audience, CancellationToken stop = default) =>
        from valid in settings.Valid()
        from study in offer.Study(valid)
        let placed = valid with { Out = valid.Out ?? $"out/{offer.Name}" }
        from folder in Folder(placed.Out!)
        from page in valid.Report is { } file ? Folder(Path.GetDirectoryName(Path.GetFullPath(file)) ?? ".").Map(_ => unit) : unit
        from outcome in new Run(study, placed, audience, stop).Outcome()
        select outcome;

    private static Either<IrError, string> Folder(string path)
    {
        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new IrError("train.T2", $"the folder {path} cannot be made: {e.Message}");
        }
    }
}
