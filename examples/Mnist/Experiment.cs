using LanguageExt;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Examples.Mnist;

/// <summary>What the command line says.</summary>
public sealed record Settings(
    string Model, string? Data, int Epochs, int? Batch, long Seed, int Threads, double? Rate, string Out, string? Resume);

/// <summary>From settings to an outcome: each step may end with a sentence on what to change.</summary>
public static class Experiment
{
    /// <summary>How it ended, which the report was told as well; or the user's mistake.</summary>
    /// <exception cref="OperationCanceledException">When asked to stop; the last whole epoch's checkpoint stays.</exception>
    public static Either<IrError, Outcome> Run(Settings settings, IReport report, CancellationToken stop = default) =>
        from valid in Check(settings)
        from network in Networks.Named(settings.Model)
        from digits in Digits.Read(settings.Data)
        from folder in Folder(settings.Out)
        from outcome in new Run(settings, network, digits, report, stop).Outcome()
        select outcome;

    private static Either<IrError, Unit> Check(Settings s) =>
        s.Epochs < 0 ? Wrong("--epochs", s.Epochs, "0 or more")
        : s.Batch is <= 0 ? Wrong("--batch", s.Batch.Value, "1 or more")
        : s.Threads is < 0 or > 256 ? Wrong("--threads", s.Threads, "0 to 256")
        : s.Rate is { } rate && !(rate > 0 && double.IsFinite(rate)) ? Wrong("--lr", rate, "a number above 0")
        : unit;

    private static Either<IrError, Unit> Wrong(string option, object value, string takes) =>
        new IrError("mnist.M5", FormattableString.Invariant($"{option} is {value}; give {takes}"));

    private static Either<IrError, string> Folder(string path)
    {
        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new IrError("mnist.M6", $"the folder {path} cannot be made: {e.Message}");
        }
    }
}
