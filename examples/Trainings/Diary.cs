using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Report;
using static LanguageExt.Prelude;

namespace MiniTorch.Examples.Trainings;

/// <summary>What a training looked like while it ran, kept for its report: as many samples as a picture can show.</summary>
/// <param name="study">What is trained.</param>
/// <param name="training">For how long.</param>
/// <param name="judged">The verdict at this moment.</param>
internal sealed class Diary(Study study, Training training, Func<Either<IrError, Verdict>> judged)
{
    private const int FlowSamples = 120, LossSamples = 500, Tests = 20, MostMistakes = 24, MostPredictions = 1000;

    private readonly List<(double X, double Y)> batches = [], epochs = [], accuracies = [], losses = [], rights = [];
    private readonly List<(double Epoch, Seq<Observed> Values)> flow = [];

    /// <summary>Notes a batch.</summary>
    internal void After(Progress p)
    {
        var (at, last) = (p.Epoch + ((p.Batch + 1.0) / p.Batches), p.Batch == p.Batches - 1);
        var step = ((long)p.Epoch * p.Batches) + p.Batch;
        batches.Add((at, p.BatchLoss));
        if (step % Math.Max(1, (long)training.Epochs * p.Batches / FlowSamples) == 0) flow.Add((at, p.Observe()));
        if (last) AfterEpoch(at, p);
    }

    private void AfterEpoch(double at, Progress p)
    {
        epochs.Add((at, p.Loss));
        if (!double.IsNaN(p.Accuracy)) accuracies.Add((at, p.Accuracy));
        if ((p.Epoch + 1) % Math.Max(1, training.Epochs / Tests) == 0 || p.Epoch + 1 == training.Epochs)
            judged().Iter(v => AfterTest(at, v));
    }

    private void AfterTest(double at, Verdict verdict)
    {
        if (verdict is Classified classes)
        {
            rights.Add((at, classes.Accuracy));
            if (!double.IsNaN(classes.Loss)) losses.Add((at, classes.Loss));
        }
        else if (verdict is Estimated values) losses.Add((at, values.Error));
    }

    /// <summary>The page.</summary>
    internal TrainingReport Page(Outcome outcome, Settings settings, Trainer trainer)
    {
        var parameters = trainer.Parameters();
        var estimated = outcome.Verdict as Estimated;
        return study.Picture(new TrainingReport
        {
            Title = study.Name,
            About = study.About,
            Result = outcome.Verdict.Line,
            Loss = Curves(new("training, per batch", Thinned(batches), Faint: true), new("training, per epoch", epochs.ToSeq()),
                new("test", losses.ToSeq())),
            Accuracy = Curves(new("training", accuracies.ToSeq()), new("test", rights.ToSeq())),
            Flow = flow.Count == 0 ? null : GradientFlow.Of(flow),
            Classes = outcome.Verdict is Classified c ? new(c.Names.ToSeq(), c.Truth.ToSeq(), c.Taken.ToSeq()) : null,
            Mistakes = outcome.Verdict is Classified taken ? Mistakes(taken) : Seq<Mistake>(),
            Predictions = estimated is null ? Seq<(double, double)>()
                : estimated.Targets.Zip(estimated.Predicted).Take(MostPredictions).ToSeq(),
            Kernels = parameters.Filter(p => p.Name.Contains("conv", StringComparison.Ordinal) && p.Value.Type.Rank > 2)
                .Take(2).Map(p => new Kernel(p.Name, p.Value)).ToSeq(),
            Layers = LayerRow.Of(training.Model, training.X),
            Files = outcome.Files.Map(f => new FileLink(Relative(settings.Report!, f), About(f))),
            Facts = Facts.Of(study, settings, training, trainer.Plan),
        }, parameters);
    }

    private static Seq<Curve> Curves(params IEnumerable<Curve> curves) => curves.Where(c => !c.Points.IsEmpty).ToSeq().Strict();

    /// <summary>Means of equally many neighbours.</summary>
    private static Seq<(double X, double Y)> Thinned(List<(double X, double Y)> points) =>
        points.Chunk(Math.Max(1, points.Count / LossSamples))
            .Select(c => (c.Average(p => p.X), c.Average(p => p.Y))).ToSeq().Strict();

    /// <summary>The surest first.</summary>
    private Seq<Mistake> Mistakes(Classified c) => study.Show is not { } show ? Seq<Mistake>()
        : Enumerable.Range(0, c.Truth.Count).Where(i => c.Truth[i] != c.Taken[i]).OrderByDescending(i => c.Sure[i]).Take(MostMistakes)
            .Select(i => new Mistake(show(i), c.Names[c.Truth[i]], c.Names[c.Taken[i]], c.Sure[i])).ToSeq().Strict();

    private static string Relative(string page, string file) =>
        Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(page)) ?? ".", file).Replace('\\', '/');

    private static string About(string file) => Path.GetFileName(file) switch
    {
        "weights.safetensors" => "the trained parameters",
        "weights.ir" => "the network, from an example to its output",
        "example.npy" => "a test example",
        "example.html" => "what each layer makes of it: kernels, feature maps, scores",
        "plan.txt" => "what a training step runs, and in which memory",
        var name when name.EndsWith(".ir", StringComparison.Ordinal) => "the training step as text",
        var _ => "",
    };
}
