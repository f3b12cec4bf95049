using MiniTorch.Examples.Trainings;
using MiniTorch.Frontend;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Cli.Trainings;

/// <summary>A training as lines of JSON: one before it, one an epoch, one at the end.</summary>
internal sealed class JsonLines(Screen screen) : IAudience
{
    /// <inheritdoc/>
    public void Start(Study study, Training training, Plan plan) => screen.Json(w =>
    {
        w.WriteStartObject();
        w.WriteString("model", training.Model.ToString());
        w.WriteNumber("parameters", training.Model.Parameters(training.X).Sum(p => p.Type.Count));
        w.WriteNumber("training_examples", study.Training.Count);
        w.WriteNumber("test_examples", study.Test.Count);
        w.WriteNumber("batch", training.X[0]);
        w.WriteNumber("flops_per_step", plan.Flops);
        w.WriteNumber("peak_bytes", plan.ArenaBytes);
        w.WriteEndObject();
    });

    /// <inheritdoc/>
    public void Epochs(Study study, Training training, IEnumerable<Progress> batches)
    {
        foreach (var p in batches.Where(p => p.Batch == p.Batches - 1)) Epoch(p);
    }

    /// <inheritdoc/>
    public void End(Study study, Outcome outcome) => screen.Json(w =>
    {
        w.WriteStartObject();
        if (outcome.Verdict is Classified c) w.WriteNumber("test_accuracy", c.Accuracy);
        if (outcome.Verdict is Estimated e) w.WriteNumber("test_error", e.Error);
        w.WriteNumber("examples", outcome.Examples);
        w.WriteNumber("seconds", outcome.Seconds);
        w.WriteStartArray("files");
        foreach (var file in outcome.Files) w.WriteStringValue(file);
        w.WriteEndArray();
        w.WriteEndObject();
    });

    private void Epoch(Progress p) => screen.Json(w =>
    {
        w.WriteStartObject();
        w.WriteNumber("epoch", p.Epoch + 1);
        w.WriteNumber("loss", p.Loss);
        if (!double.IsNaN(p.Accuracy)) w.WriteNumber("accuracy", p.Accuracy);
        w.WriteNumber("examples_per_second", p.ExamplesPerSecond);
        w.WriteEndObject();
    });
}
