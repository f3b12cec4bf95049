using System.Diagnostics;
using System.Text;
using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Frontend;
using MiniTorch.Interop.Files;
using MiniTorch.Interop.Npy;
using MiniTorch.Interop.Safetensors;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Report;
using static LanguageExt.Prelude;

namespace MiniTorch.Examples.Trainings;

/// <summary>One training: trains, tests, tells, writes.</summary>
internal sealed class Run(Study study, Settings settings, IAudience audience, CancellationToken stop)
{
    private readonly CpuBackend backend = new(settings.Threads);

    private string Out => settings.Out!;

    /// <summary>How it ended.</summary>
    internal Either<IrError, Outcome> Outcome()
    {
        var batch = settings.Batch ?? study.Batch;
        if (batch > study.Training.Count)
            return new IrError("train.T1",
                $"--batch is {batch}, there are {study.Training.Count} training {study.Things}; give fewer");
        var epochs = settings.Epochs ?? study.Epochs;
        var steps = (long)epochs * (study.Training.Count / batch);
        var training = new Training(study.Model, study.X(batch), study.Loss,
            study.Optimiser(settings.Rate ?? study.Rate, steps), epochs, settings.Seed, settings.Report is not null)
        {
            Buckets = study.Buckets,
        };
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
        audience.Start(study, training, trainer.Plan);
        var diary = settings.Report is null ? null : new Diary(study, training, () => Judged(training, trainer));
        var clock = Stopwatch.GetTimestamp();
        var before = trainer.Save().Step;
        var saved = Train(training, trainer, diary);
        stop.ThrowIfCancellationRequested();
        var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        var examples = (trainer.Save().Step - before) * training.X[0];
        return
            from _ in saved
            from verdict in Judged(training, trainer)
            from files in Write(training, trainer, new Network(study, trainer.Parameters()), verdict)
            let words = study.Words(trainer.Parameters(), verdict).ToSeq().Strict()
            let outcome = new Outcome(verdict, examples, seconds, trainer.Plan, words, files)
            from page in diary is null ? Right<IrError, Seq<string>>([])
                : Text(settings.Report!, TrainingPage.Of(diary.Page(outcome, settings, trainer)).Text).Map(f => Seq1(f))
            select Told(outcome with { Files = files + page });
    }

    private Either<IrError, Verdict> Judged(Training training, Trainer trainer) =>
        Tester.Outputs(training.Model, study.X(study.TestBatch), training.Loss,
            trainer.Parameters(), study.Test, Pipelines.Default, backend, study.Buckets).Map(study.Judge);

    /// <summary>Every epoch leaves a checkpoint; one that cannot be written ends the training.</summary>
    private Either<IrError, Unit> Train(Training training, Trainer trainer, Diary? diary)
    {
        var saved = Right<IrError, Unit>(unit);
        audience.Epochs(study, training, trainer.Run(study.Training).Select(p =>
        {
            diary?.After(p);
            if (p.Batch == p.Batches - 1 && IsSaved(p.Epoch + 1, training.Epochs))
                saved = CheckpointFile.Save(Path.Combine(Out, "checkpoint.safetensors"), p.Save());
            return p;
        }).TakeWhile(_ => saved.IsRight && !stop.IsCancellationRequested));
        return saved;
    }

    /// <summary>Every epoch; of very many, every so many and the last.</summary>
    private static bool IsSaved(int epoch, int epochs) => epoch % Math.Max(1, epochs / 100) == 0 || epoch == epochs;

    private Outcome Told(Outcome outcome)
    {
        audience.End(study, outcome);
        return outcome;
    }

    private Either<IrError, Seq<string>> Write(Training training, Trainer trainer, Network network, Verdict verdict)
    {
        var weights = Path.Combine(Out, "weights.safetensors");
        var meta = Seq(("model", training.Model.ToString()), ("seed", $"{training.Seed}"));
        var texts = trainer.Trace.Dumps().Select(d => (d.File, d.Text)).Append(("plan.txt", trainer.Plan.ToString()));
        return
            from _ in SafetensorsFile.Save(weights, new(trainer.Parameters(), meta))
            from forward in network.Forward
            from files in texts.Prepend(("weights.ir", forward.ToString())).Fold(
                Right<IrError, Seq<string>>(Seq1(weights)), (done, text) => done.Bind(files =>
                    Text(Path.Combine(Out, text.Item1), text.Item2).Map(files.Add)))
            from looked in network.Example.Match(
                x => Look(network, x, verdict), () => Right<IrError, Seq<string>>([]))
            select files + looked;
    }

    /// <summary>An example as a file; with a report, a page of what the network makes of it.</summary>
    private Either<IrError, Seq<string>> Look(Network network, Tensor x, Verdict verdict)
    {
        var (example, page) = (Path.Combine(Out, "example.npy"), Path.Combine(Out, "example.html"));
        return
            from _ in NpyFile.Save(example, x)
            from shown in settings.Report is null ? Right<IrError, Seq<string>>([])
                : network.Page(x, verdict, backend).Bind(p => Text(page, p.Text)).Map(f => Seq1(f))
            select Seq1(example) + shown;
    }

    private static Either<IrError, string> Text(string path, string text) =>
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text))).Map(_ => path);
}
