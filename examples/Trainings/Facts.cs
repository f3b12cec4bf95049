using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Passes.Planning;
using MiniTorch.Report;
using static LanguageExt.Prelude;

namespace MiniTorch.Examples.Trainings;

/// <summary>What is needed to make a training again.</summary>
internal static class Facts
{
    internal static Seq<Fact> Of(Study study, Settings settings, Training t, Plan plan) => Seq<Fact>(
        new("command", Command(study, settings)),
        new("seed", $"{t.Seed}"),
        new("loss", $"{t.Loss}"),
        new("optimiser", $"{t.Optimiser}"),
        new("batch", $"{t.X[0]} of {study.Training.Count} {study.Things}"),
        new("epochs", $"{t.Epochs}"),
        new("training step", string.Create(CultureInfo.InvariantCulture,
            $"{plan.Steps.Length} steps, {plan.Flops / 1e6:N1} MFLOP, {plan.ArenaBytes:N0} bytes of memory")),
        new("MiniTorch", Version(typeof(Model).Assembly)),
        new(".NET", Environment.Version.ToString()),
        new("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}"),
        new("vectors", $"{Bits} bits"));

    private static int Bits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    private static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    private static string Command(Study study, Settings s)
    {
        (string Option, object? Value)[] options =
        [
            ("--model", s.Model), ("--data", s.Data), ("--vectors", s.Vectors), ("--epochs", s.Epochs), ("--batch", s.Batch),
            ("--lr", s.Rate), ("--seed", s.Seed), ("--resume", s.Resume), ("--report", s.Report),
        ];
        return string.Join(' ', options.Where(o => o.Value is not null).Select(o =>
            FormattableString.Invariant($"{o.Option} {Quoted($"{o.Value}")}")).Prepend($"minitorch train {study.Name}"));
    }

    private static string Quoted(string value) => value.Contains(' ') ? $"\"{value}\"" : value;
}
