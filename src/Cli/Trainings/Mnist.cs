using LanguageExt;
using MiniTorch.Examples.Mnist;
using MiniTorch.Ir;

namespace MiniTorch.Cli.Trainings;

/// <summary>The training of <c>examples/Mnist</c>, behind the tool's screen.</summary>
internal static class Mnist
{
    /// <summary>Trains.</summary>
    internal static Either<IrError, Unit> Train(Wishes w, Screen screen) =>
        Experiment.Run(
            new Settings(w.Model ?? "lenet", w.Data, w.Epochs ?? 5, w.Batch, w.Seed, w.Threads, w.Rate,
                w.Out ?? "out/mnist", w.Resume),
            w.Json ? new MnistJson(screen) : new Examples.Mnist.Report(screen.Out, screen.Colour ? screen.Spectre() : null), screen.Stop)
        .Map(_ => Unit.Default);
}
