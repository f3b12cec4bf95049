using System.Globalization;
using MiniTorch.Frontend;
using MiniTorch.Passes.Planning;
using Spectre.Console;
using Progress = MiniTorch.Frontend.Progress;

namespace MiniTorch.Examples.Trainings;

/// <summary>Told of a training while it runs.</summary>
public interface IAudience
{
    /// <summary>The model, the data and the plan, before anything runs.</summary>
    void Start(Study study, Training training, Plan plan);

    /// <summary>Walks through the batches, each of which is trained on when it is taken.</summary>
    void Epochs(Study study, Training training, IEnumerable<Progress> batches);

    /// <summary>The end.</summary>
    void End(Study study, Outcome outcome);
}

/// <summary>What a training prints: a live bar on a terminal, a line an epoch elsewhere, at most some forty lines.</summary>
/// <param name="output">Where to.</param>
/// <param name="terminal">The terminal, if it is one.</param>
public sealed class Printed(TextWriter output, IAnsiConsole? terminal) : IAudience
{
    private const int MostLines = 40, MostClasses = 20;

    /// <inheritdoc/>
    public void Start(Study s, Training t, Plan plan)
    {
        Line($"{t.Model}");
        Line($"{t.Model.Parameters(t.X).Sum(p => p.Type.Count):N0} parameters, {t.Loss}, {t.Optimiser}, "
            + $"batch {t.X[0]}, seed {t.Seed}");
        Line($"{s.Training.Count:N0} training and {s.Test.Count:N0} test {s.Things}");
        Line($"a training step is {plan.Steps.Length} steps of {plan.Flops / 1e6:N1} MFLOP in all, "
            + $"peak memory {Size(plan.ArenaBytes)}");
    }

    /// <inheritdoc/>
    public void Epochs(Study s, Training t, IEnumerable<Progress> batches)
    {
        if (terminal is null)
            foreach (var p in batches.Where(p => p.Batch == p.Batches - 1 && IsTold(p.Epoch + 1, t.Epochs))) Line(EpochText(s, p));
        else terminal.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(context => Live(t, batches, context));
    }

    /// <summary>Confusion, speed, memory, files and how good it is.</summary>
    public void End(Study s, Outcome o)
    {
        Line("");
        if (o.Verdict is Classified { Names.Count: <= MostClasses } classes) Confusion(s, classes);
        foreach (var line in o.Words) Line(line);
        if (o.Examples > 0) Line($"{o.Examples / o.Seconds:N0} {s.Things}/s over {o.Seconds:N2} s of training");
        Line($"peak memory of the plan {Size(o.Plan.ArenaBytes)}, no placement needs less than {Size(o.Plan.LowerBound)}");
        foreach (var file in o.Files) Line($"wrote {file}");
        Line(o.Verdict.Line);
    }

    /// <summary>Of many epochs every so many, and the last.</summary>
    private static bool IsTold(int epoch, int epochs) =>
        epoch % Math.Max(1, (epochs + MostLines - 1) / MostLines) == 0 || epoch == epochs;

    private static void Live(Training t, IEnumerable<Progress> batches, ProgressContext context)
    {
        ProgressTask? bar = null;
        foreach (var p in batches)
        {
            if (bar is null) bar = context.AddTask("", maxValue: (double)t.Epochs * p.Batches);
            bar.Value = ((double)p.Epoch * p.Batches) + p.Batch + 1;
            if (p.Batch % 16 == 0 || p.Batch == p.Batches - 1) bar.Description = BarText(t, p);
        }
    }

    private static string BarText(Training t, Progress p) => string.Create(CultureInfo.InvariantCulture,
        $"epoch {p.Epoch + 1}/{t.Epochs}  loss {p.Loss:F3}{(double.IsNaN(p.Accuracy) ? "" : $"  {p.Accuracy * 100:F1} %")}");

    private static string EpochText(Study s, Progress p) => string.Create(CultureInfo.InvariantCulture,
        $"epoch {p.Epoch + 1}: loss {p.Loss:F4}, {(double.IsNaN(p.Accuracy) ? "" : $"training accuracy {p.Accuracy * 100:F2} %, ")}"
        + $"{p.ExamplesPerSecond:N0} {s.Things}/s");

    private void Confusion(Study s, Classified c)
    {
        var (table, names) = (Tester.Confusion(c.Truth, c.Taken, c.Names.Count), c.Names);
        var width = Math.Max(5, names.Max(n => n.Length) + 2);
        Line($"confusion matrix: a row is what {s.Parts ?? s.Things} are, a column what they were taken for");
        Line($"{"".PadLeft(width)}{string.Concat(names.Select(n => n.PadLeft(width)))}");
        for (var row = 0; row < names.Count; row++)
            Line($"{names[row].PadLeft(width)}"
                + string.Concat(Enumerable.Range(0, names.Count).Select(column => $"{table[row, column]}".PadLeft(width))));
        Line("");
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:F2} MiB");

    private void Line(string text) => output.WriteLine(text);
}
