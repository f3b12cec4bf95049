using System.Diagnostics;
using System.Text;
using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Frontend;
using MiniTorch.Interop.Files;
using MiniTorch.Interop.Safetensors;
using MiniTorch.Ir;
using MiniTorch.Passes;
using static LanguageExt.Prelude;

namespace MiniTorch.Examples.Mnist;

/// <summary>One training: trains, tests, reports, writes.</summary>
internal sealed class Run(
    Settings settings, (Model Model, int Batch, double Rate) network, Digits digits, IReport report, CancellationToken stop)
{
    private const int TestBatch = 250;

    private readonly CpuBackend backend = new(settings.Threads);

    /// <summary>How it ended.</summary>
    internal Either<IrError, Outcome> Outcome()
    {
        var batch = settings.Batch ?? network.Batch;
        if (batch > digits.Training.Count)
            return new IrError("mnist.M5",
                $"--batch is {batch}, there are {digits.Training.Count} training images; give fewer");
        var steps = (long)settings.Epochs * (digits.Training.Count / batch);
        var rate = Schedule.Cosine(settings.Rate ?? network.Rate, steps);
        var training = new Training(network.Model, ElementType.F32[batch, 1, 28, 28], Loss.NegativeLogLikelihood,
            Optimiser.Adam(rate), settings.Epochs, settings.Seed);
        return
            from trainer in Trainer.Of(training, Pipelines.Default, backend)
            from started in settings.Resume is null ? Right<IrError, Trainer>(trainer)
                : CheckpointFile.Load(settings.Resume).Bind(trainer.Resume)
            from result in TrainAndTest(training, started)
            select result;
    }

    private Either<IrError, Outcome> TrainAndTest(Training training, Trainer trainer)
    {
        using var owned = trainer;
        report.Start(training, trainer.Plan, digits);
        var clock = Stopwatch.GetTimestamp();
        var before = trainer.Save().Step;
        var saved = Train(training, trainer);
        stop.ThrowIfCancellationRequested();
        var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        var images = (trainer.Save().Step - before) * training.X[0];
        return
            from _ in saved
            from y in Tester.Outputs(training.Model, ElementType.F32[TestBatch, 1, 28, 28], training.Loss,
                trainer.Parameters(), digits.Test, Pipelines.Default, backend)
            let truth = Enumerable.Range(0, digits.Test.Count).Select(digits.Test.Class).ToArray()
            from files in Write(training, trainer)
            select Told(new(truth, Tester.Classes(y), images, seconds, trainer.Plan, files));
    }

    /// <summary>Every epoch leaves a checkpoint; one that cannot be written ends the training.</summary>
    private Either<IrError, Unit> Train(Training training, Trainer trainer)
    {
        var saved = Right<IrError, Unit>(unit);
        report.Epochs(training, trainer.Run(digits.Training).Select(p =>
        {
            if (p.Batch == p.Batches - 1)
                saved = CheckpointFile.Save(Path.Combine(settings.Out, "checkpoint.safetensors"), p.Save());
            return p;
        }).TakeWhile(_ => saved.IsRight && !stop.IsCancellationRequested));
        return saved;
    }

    private Outcome Told(Outcome outcome)
    {
        report.End(outcome);
        return outcome;
    }

    private Either<IrError, Seq<string>> Write(Training training, Trainer trainer)
    {
        var weights = Path.Combine(settings.Out, "weights.safetensors");
        var meta = Seq(("model", training.Model.ToString()), ("seed", $"{training.Seed}"));
        var texts = trainer.Trace.Dumps().Select(d => (d.File, d.Text)).Append(("plan.txt", trainer.Plan.ToString()));
        return SafetensorsFile.Save(weights, new(trainer.Parameters(), meta))
            .Bind(_ => texts.Fold(Right<IrError, Seq<string>>(Seq1(weights)), (done, text) =>
                from files in done
                let path = Path.Combine(settings.Out, text.Item1)
                from written in AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.Item2)))
                select files.Add(path)));
    }
}
