using MiniTorch.Examples.Mnist;
using MiniTorch.Frontend;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Cli.Trainings;

/// <summary>A training as lines of JSON: one before it, one an epoch, one at the end.</summary>
internal sealed class MnistJson(Screen screen) : IReport
{
    /// <inheritdoc/>
    public void Start(Training training, Plan plan, Digits digits) => screen.Json(w =>
    {
        w.WriteStartObject();
        w.WriteString("model", training.Model.ToString());
        w.WriteNumber("parameters", training.Model.Parameters(training.X).Sum(p => p.Type.Count));
        w.WriteNumber("training_images", digits.Training.Count);
        w.WriteNumber("test_images", digits.Test.Count);
        w.WriteNumber("batch", training.X[0]);
        w.WriteNumber("flops_per_step", plan.Flops);
        w.WriteNumber("peak_bytes", plan.ArenaBytes);
        w.WriteEndObject();
    });

    /// <inheritdoc/>
    public void Epochs(Training training, IEnumerable<Progress> batches)
    {
        foreach (var p in batches.Where(p => p.Batch == p.Batches - 1)) Epoch(p);
    }

    /// <inheritdoc/>
    public void End(Outcome outcome) => screen.Json(w =>
    {
        w.WriteStartObject();
        w.WriteNumber("test_accuracy", outcome.Accuracy / 100);
        w.WriteNumber("images", outcome.Images);
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
        w.WriteNumber("accuracy", p.Accuracy);
        w.WriteNumber("images_per_second", p.ExamplesPerSecond);
        w.WriteEndObject();
    });
}
