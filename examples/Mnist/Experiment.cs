using System.Diagnostics;
using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Frontend;
using MiniTorch.Interop.Files;
using MiniTorch.Interop.Safetensors;
using MiniTorch.Ir;
using MiniTorch.Passes;
using static LanguageExt.Prelude;

namespace MiniTorch.Examples.Mnist;

/// <summary>What the command line says.</summary>
public sealed record Settings(
    string Model, string? Data, int Epochs, int? Batch, long Seed, int Threads, double? Rate, string Out, string? Resume);

/// <summary>Trains, tests, reports, writes: each a step that may end with a sentence on what to change.</summary>
public static class Experiment
{
    private const int TestBatch = 250;

    /// <summary>0 when all went well, 1 with a sentence on standard error when not.</summary>
    public static int Run(Settings settings) => (
        from valid in Check(settings)
        from network in Networks.Named(settings.Model)
        from digits in Digits.Read(settings.Data)
        from folder in Folder(settings.Out)
        from accuracy in Train(settings, network.Model, settings.Batch ?? network.Batch, settings.Rate ?? network.Rate, digits)
        select accuracy).Match(Report.Accuracy, Report.Mistake);

    private static Either<IrError, Unit> Check(Settings s) =>
        s.Epochs < 0 ? Wrong("--epochs", s.Epochs, "0 or more")
        : s.Batch is <= 0 ? Wrong("--batch", s.Batch.Value, "1 or more")
        : s.Threads is < 0 or > 256 ? Wrong("--threads", s.Threads, "0 to 256")
        : s.Rate is { } rate && !(rate > 0 && double.IsFinite(rate)) ? Wrong("--lr", rate, "a number above 0")
        : unit;

    private static Either<IrError, Unit> Wrong(string option, object value, string takes) =>
        new IrError("mnist.M5", FormattableString.Invariant($"{option} is {value}; give {takes}"));

    private static Either<IrError, double> Train(Settings s, Model model, int batch, double first, Digits digits)
    {
        if (batch > digits.Training.Count)
            return new IrError("mnist.M5", $"--batch is {batch}, there are {digits.Training.Count} training images; give fewer");
        var backend = new CpuBackend(s.Threads);
        var rate = Schedule.Cosine(first, (long)s.Epochs * (digits.Training.Count / batch));
        var training = new Training(
            model, ElementType.F32[batch, 1, 28, 28], Loss.NegativeLogLikelihood, Optimiser.Adam(rate), s.Epochs, s.Seed);
        return
            from trainer in Trainer.Of(training, Pipelines.Default, backend)
            from started in s.Resume is null ? Right<IrError, Trainer>(trainer) : CheckpointFile.Load(s.Resume).Bind(trainer.Resume)
            from result in TrainAndTest(s, training, started, digits, backend)
            select result;
    }

    private static Either<IrError, double> TrainAndTest(Settings s, Training training, Trainer trainer, Digits digits, CpuBackend backend)
    {
        using var owned = trainer;
        Report.Start(training, trainer.Plan, digits);
        var clock = Stopwatch.GetTimestamp();
        var saved = Right<IrError, Unit>(unit);
        var before = trainer.Save().Step;
        Report.Epochs(training, trainer.Run(digits.Training).Select(p =>
        {
            if (p.Batch == p.Batches - 1) saved = CheckpointFile.Save(Path.Combine(s.Out, "checkpoint.safetensors"), p.Save());
            return p;
        }).TakeWhile(_ => saved.IsRight));
        var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        var images = (trainer.Save().Step - before) * training.X[0];
        return
            from _ in saved
            from y in Tester.Outputs(training.Model, ElementType.F32[TestBatch, 1, 28, 28], training.Loss, trainer.Parameters(),
                digits.Test, Pipelines.Default, backend)
            let truth = Enumerable.Range(0, digits.Test.Count).Select(digits.Test.Class).ToArray()
            let taken = Tester.Classes(y)
            from files in Write(s.Out, training, trainer)
            select Report.End(truth, taken, images, seconds, trainer.Plan, files);
    }

    private static Either<IrError, Seq<string>> Write(string folder, Training training, Trainer trainer)
    {
        var weights = Path.Combine(folder, "weights.safetensors");
        var meta = Seq(("model", training.Model.ToString()), ("seed", $"{training.Seed}"));
        var texts = trainer.Trace.Dumps().Select(d => (d.File, d.Text)).Append(("plan.txt", trainer.Plan.ToString()));
        return SafetensorsFile.Save(weights, new(trainer.Parameters(), meta))
            .Bind(_ => texts.Fold(Right<IrError, Seq<string>>(Seq1(weights)), (done, text) =>
                from files in done
                let path = Path.Combine(folder, text.Item1)
                from written in AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text.Item2)))
                select files.Add(path)));
    }

    private static Either<IrError, string> Folder(string path)
    {
        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new IrError("mnist.M6", $"the folder {path} cannot be made: {e.Message}");
        }
    }
}
