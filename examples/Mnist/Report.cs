using System.Globalization;
using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
using Spectre.Console;
using Progress = MiniTorch.Frontend.Progress;

namespace MiniTorch.Examples.Mnist;

/// <summary>What the example prints: a live bar on a terminal, a line an epoch elsewhere.</summary>
public static class Report
{
    /// <summary>The model, the data and the plan, before anything runs.</summary>
    public static void Start(Training t, Plan plan, Digits digits)
    {
        Line($"{t.Model}");
        Line($"{t.Model.Parameters(t.X).Sum(p => p.Type.Count):N0} parameters, {t.Loss}, {t.Optimiser}, batch {t.X[0]}, seed {t.Seed}");
        Line($"{digits.Training.Count:N0} training and {digits.Test.Count:N0} test images");
        Line($"a training step is {plan.Steps.Length} steps of {plan.Flops / 1e6:N1} MFLOP in all, peak memory {Size(plan.ArenaBytes)}");
    }

    /// <summary>Runs the training and shows it.</summary>
    public static void Epochs(Training t, IEnumerable<Progress> batches)
    {
        if (Console.IsOutputRedirected) batches.Where(p => p.Batch == p.Batches - 1).ToSeq().Iter(p => Line(EpochText(p)));
        else AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(context => Live(t, batches, context));
    }

    /// <summary>Accuracy, confusion, speed, memory and files; gives the accuracy.</summary>
    public static double End(int[] truth, int[] taken, long images, double seconds, Plan plan, Seq<string> files)
    {
        Line("");
        Confusion(Tester.Confusion(truth, taken, 10));
        Line("");
        if (images > 0) Line($"{images / seconds:N0} images/s over {seconds:N2} s of training");
        Line($"peak memory of the plan {Size(plan.ArenaBytes)}, no placement needs less than {Size(plan.LowerBound)}");
        files.Iter(f => Line($"wrote {f}"));
        return truth.Where((digit, i) => digit == taken[i]).Count() * 100.0 / truth.Length;
    }

    /// <summary>The last line.</summary>
    public static int Accuracy(double percent)
    {
        Line($"test accuracy {percent:F2} %");
        return 0;
    }

    /// <summary>A user's mistake.</summary>
    public static int Mistake(IrError error)
    {
        Console.Error.WriteLine(error);
        return 1;
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
        $"epoch {p.Epoch + 1}: loss {p.Loss:F4}, training accuracy {p.Accuracy * 100:F2} %, {p.ExamplesPerSecond:N0} images/s");

    private static void Confusion(int[,] table)
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

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static void Line(string text) => Console.WriteLine(text);
}
