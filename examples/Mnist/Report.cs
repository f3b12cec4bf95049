using System.Globalization;
using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Passes.Planning;
using Spectre.Console;
using Progress = MiniTorch.Frontend.Progress;

namespace MiniTorch.Examples.Mnist;

/// <summary>How a training ended.</summary>
/// <param name="Truth">The digit of every test image.</param>
/// <param name="Taken">What each was taken for.</param>
/// <param name="Images">Trained on, repeats counted.</param>
/// <param name="Seconds">Of training.</param>
/// <param name="Plan">Of the training step.</param>
/// <param name="Files">Written.</param>
public sealed record Outcome(int[] Truth, int[] Taken, long Images, double Seconds, Plan Plan, Seq<string> Files)
{
    /// <summary>Test images taken for what they are, in percent.</summary>
    public double Accuracy => Truth.Where((digit, i) => digit == Taken[i]).Count() * 100.0 / Truth.Length;
}

/// <summary>Told of a training while it runs.</summary>
public interface IReport
{
    /// <summary>The model, the data and the plan, before anything runs.</summary>
    void Start(Training training, Plan plan, Digits digits);

    /// <summary>Walks through the batches, each of which is trained on when it is taken.</summary>
    void Epochs(Training training, IEnumerable<Progress> batches);

    /// <summary>The end.</summary>
    void End(Outcome outcome);
}

/// <summary>What the example prints: a live bar on a terminal, a line an epoch elsewhere.</summary>
/// <param name="output">Where to.</param>
/// <param name="terminal">The terminal, if it is one.</param>
public sealed class Report(TextWriter output, IAnsiConsole? terminal) : IReport
{
    /// <inheritdoc/>
    public void Start(Training t, Plan plan, Digits digits)
    {
        Line($"{t.Model}");
        Line($"{t.Model.Parameters(t.X).Sum(p => p.Type.Count):N0} parameters, {t.Loss}, {t.Optimiser}, "
            + $"batch {t.X[0]}, seed {t.Seed}");
        Line($"{digits.Training.Count:N0} training and {digits.Test.Count:N0} test images");
        Line($"a training step is {plan.Steps.Length} steps of {plan.Flops / 1e6:N1} MFLOP in all, "
            + $"peak memory {Size(plan.ArenaBytes)}");
    }

    /// <inheritdoc/>
    public void Epochs(Training t, IEnumerable<Progress> batches)
    {
        if (terminal is null) batches.Where(p => p.Batch == p.Batches - 1).ToSeq().Iter(p => Line(EpochText(p)));
        else terminal.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(context => Live(t, batches, context));
    }

    /// <summary>Confusion, speed, memory, files and accuracy.</summary>
    public void End(Outcome o)
    {
        Line("");
        Confusion(Tester.Confusion(o.Truth, o.Taken, 10));
        Line("");
        if (o.Images > 0) Line($"{o.Images / o.Seconds:N0} images/s over {o.Seconds:N2} s of training");
        Line($"peak memory of the plan {Size(o.Plan.ArenaBytes)}, no placement needs less than {Size(o.Plan.LowerBound)}");
        o.Files.Iter(f => Line($"wrote {f}"));
        Line($"test accuracy {o.Accuracy:F2} %");
    }

    private static void Live(Training t, IEnumerable<Progress> batches, ProgressContext context)
    {
        ProgressTask? bar = null;
        foreach (var p in batches)
        {
            if (p.Batch == 0 || bar is null) bar = context.AddTask($"epoch {p.Epoch + 1}/{t.Epochs}", maxValue: p.Batches);
            bar.Value = p.Batch + 1;
            if (p.Batch % 16 == 0 || p.Batch == p.Batches - 1) bar.Description = BarText(p);
        }
    }

    private static string BarText(Progress p) =>
        string.Create(CultureInfo.InvariantCulture, $"epoch {p.Epoch + 1}  loss {p.Loss:F3}  {p.Accuracy * 100:F1} %");

    private static string EpochText(Progress p) => string.Create(CultureInfo.InvariantCulture,
        $"epoch {p.Epoch + 1}: loss {p.Loss:F4}, training accuracy {p.Accuracy * 100:F2} %, "
        + $"{p.ExamplesPerSecond:N0} images/s");

    private void Confusion(int[,] table)
    {
        Line("confusion matrix: rows are digits, columns what they were taken for");
        Line($"     {string.Concat(Enumerable.Range(0, 10).Select(d => $"{d,5}"))}");
        for (var d = 0; d < 10; d++)
        {
            var row = d;
            Line($"{d,5}{string.Concat(Enumerable.Range(0, 10).Select(c => $"{table[row, c],5}"))}");
        }
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:F2} MiB");

    private void Line(string text) => output.WriteLine(text);
}
