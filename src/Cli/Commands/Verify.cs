using System.Collections.Immutable;
using System.CommandLine;
using LanguageExt;
using MiniTorch.Cli.Devices;
using MiniTorch.Interop.Onnx.Verification;
using MiniTorch.Ir;
using Spectre.Console;

namespace MiniTorch.Cli.Commands;

/// <summary><c>minitorch verify</c>: folders of ONNX's backend tests, run and compared, gradients too.</summary>
internal static class VerifyCommand
{
    /// <summary>The command.</summary>
    internal static ToolCommand Of(Screen screen)
    {
        var folders = new Argument<string[]>("DIR")
        {
            Description = "a folder of model.onnx (or model.ir) and test_data_set_N, or a folder of such folders",
            Arity = ArgumentArity.OneOrMore,
        };
        var relative = Error("--rtol", "allowed error as a part of the expected value", 1e-3);
        var absolute = Error("--atol", "allowed error beside that", 1e-5);
        var list = new System.CommandLine.Option<bool>("--list")
            { Description = "also prints a line for each folder that passed" };
        var (device, threads, json) = (Given.Device(), Given.Threads(), Given.Json());
        return new("verify",
            "Runs folders of ONNX's backend tests and compares; with cotangent_K.pb and gradient_K.pb, gradients too.",
            "minitorch verify tests/Interop.Tests/TorchSamples --list", screen,
            [folders, relative, absolute, list, device, threads, json],
            p =>
                from machine in Device.Named(p.GetValue(device)!, p.GetValue(threads))
                from tolerance in Tolerable(p.GetValue(relative), p.GetValue(absolute))
                from cases in Cases(p.GetValue(folders)!)
                let verdicts = Verdicts(screen, cases, folder => BackendCase.Verify(folder, Run(machine), tolerance))
                select Report(screen, verdicts, p.GetValue(list), p.GetValue(json)));
    }

    private static Runner Run(Device machine) =>
        (graph, values) => machine.Run(graph, values).Map(results => results.ToImmutableArray());

    private static System.CommandLine.Option<double> Error(string name, string about, double usual) =>
        new(name) { Description = about, DefaultValueFactory = _ => usual };

    private static Either<IrError, Tolerance> Tolerable(double relative, double absolute) => relative >= 0 && absolute >= 0
        ? new Tolerance(relative, absolute)
        : new IrError("cli.C3", "--rtol and --atol are allowed errors; give numbers of 0 or more");

    /// <summary>The folders named, and those inside a folder that has no model of its own.</summary>
    private static Either<IrError, Seq<string>> Cases(string[] folders) =>
        folders.FirstOrDefault(f => !Directory.Exists(f)) is { } absent
            ? new IrError("cli.C4", $"there is no folder {absent}")
        : folders.SelectMany(f => IsCase(f) || !Inside(f).Any(IsCase) ? [f] : Inside(f).Where(IsCase)).ToSeq().Strict();

    private static IEnumerable<string> Inside(string folder) =>
        Directory.GetDirectories(folder).Order(StringComparer.Ordinal);

    private static bool IsCase(string folder) =>
        File.Exists(Path.Combine(folder, "model.onnx")) || File.Exists(Path.Combine(folder, "model.ir"));

    private static List<Verdict> Verdicts(Screen screen, Seq<string> cases, Func<string, Verdict> verify)
    {
        if (!screen.Terminal) return [.. cases.Select(Unless(screen, verify))];
        return screen.Spectre().Progress().AutoClear(true).Start(progress =>
        {
            var task = progress.AddTask("verify", maxValue: cases.Count);
            return cases.Select(Unless(screen, verify)).Select(v => { task.Increment(1); return v; }).ToList();
        });
    }

    private static Func<string, Verdict> Unless(Screen screen, Func<string, Verdict> verify) => folder =>
    {
        screen.Stop.ThrowIfCancellationRequested();
        return verify(folder);
    };

    private static int Report(Screen screen, List<Verdict> verdicts, bool list, bool json)
    {
        int Count(Outcome o) => verdicts.Count(v => v.Outcome == o);
        if (json) Json(screen, verdicts);
        else
        {
            foreach (var v in verdicts.Where(v => list || v.Outcome != Outcome.Passed)) screen.Line(Line(v));
            screen.Line($"{Count(Outcome.Passed)} passed, {Count(Outcome.Failed)} failed, {Count(Outcome.Skipped)} skipped");
        }
        return Count(Outcome.Failed) > 0 ? Exit.Mistake : Exit.Success;
    }

    private static string Line(Verdict v) => v.Outcome switch
    {
        Outcome.Passed => $"PASS {v.Name}",
        Outcome.Skipped => $"SKIP {v.Name}: {v.Reason}",
        Outcome.Failed => $"FAIL {v.Name}: {v.Reason}",
        var other => throw new InvalidOperationException($"outcome {other}"),
    };

    private static string Name(Outcome outcome) => outcome.ToString().ToLowerInvariant();

    private static void Json(Screen screen, List<Verdict> verdicts) => screen.Json(w =>
    {
        w.WriteStartObject();
        foreach (var o in Enum.GetValues<Outcome>()) w.WriteNumber(Name(o), verdicts.Count(v => v.Outcome == o));
        w.WriteStartArray("cases");
        foreach (var v in verdicts)
        {
            w.WriteStartObject();
            w.WriteString("name", v.Name);
            w.WriteString("outcome", Name(v.Outcome));
            w.WriteString("reason", v.Reason);
            w.WriteEndObject();
        }
        w.WriteEndArray();
        w.WriteEndObject();
    });
}
