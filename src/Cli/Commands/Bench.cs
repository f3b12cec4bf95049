using System.Globalization;
using LanguageExt;
using MiniTorch.Cli.Devices;
using MiniTorch.Cli.Measuring;
using MiniTorch.Cli.Models;
using MiniTorch.Interop;
using MiniTorch.Ir;

namespace MiniTorch.Cli.Commands;

/// <summary><c>minitorch bench</c>: how long a model takes, beside what the processors could do.</summary>
internal static class BenchCommand
{
    /// <summary>The command.</summary>
    internal static ToolCommand Of(Screen screen)
    {
        var (model, inputs, shapes, wrt) = (Given.Model(), Given.Inputs(), Given.Shapes(), Given.Wrt());
        var (grad, seconds) = (Given.Grad(), Given.Seconds());
        var (device, threads, json) = (Given.Device(), Given.Threads(), Given.Json());
        var steps = new System.CommandLine.Option<bool>("--steps")
            { Description = "also times each step of the plan, beside its estimate on one thread" };
        return new("bench", "Compiles a model, warms up and times it; inputs without a value are random.",
            "minitorch bench model.onnx --grad --seconds 5 --threads 1 --json", screen,
            [model, inputs, shapes, grad, wrt, seconds, steps, device, threads, json],
            p =>
                from machine in Device.Named(p.GetValue(device)!, p.GetValue(threads))
                from _ in Planned(machine, p.GetValue(steps))
                from time in Seconds(p.GetValue(seconds))
                from given in Assignments.Tensors("--input", p.GetValue(inputs))
                from sizes in Assignments.Shapes(p.GetValue(shapes))
                from stored in Files.Model(p.GetValue(model)!, new Binding(sizes, given))
                from values in Feed.Of(stored, given, seed: 1, Likely.Of(stored.Graph))
                from graph in Timed(stored.Graph, p.GetValue(grad), p.GetValue(wrt))
                from figures in Bench.Of(machine, graph, values, time, p.GetValue(threads),
                    p.GetValue(steps), screen.Stop)
                select Show(screen, figures, p.GetValue(json)));
    }

    private static Either<IrError, TimeSpan> Seconds(double seconds) => seconds is > 0 and <= 86400
        ? TimeSpan.FromSeconds(seconds)
        : new IrError("cli.C3", string.Create(CultureInfo.InvariantCulture,
            $"--seconds is {seconds}; give a number above 0, at most 86400"));

    private static Either<IrError, Unit> Planned(Device machine, bool steps) => !steps || machine.Name == "cpu"
        ? Prelude.unit
        : new IrError("cli.C20", $"there is no plan on {machine.Name}, whose steps --steps would time; leave it out, or take cpu");

    private static Either<IrError, Graph> Timed(Graph model, bool grad, string[]? wrt) =>
        grad || wrt is { Length: > 0 }
            ? Gradient.Of(model, wrt, Named.Of<Tensor>(), forward: true).Map(g => g.Graph) : model;

    private static int Show(Screen screen, Figures figures, bool json)
    {
        if (json) screen.Json(figures.Write);
        else
        {
            screen.Table(["figure", "value"], figures.Rows());
            if (figures.Steps.Count > 0) screen.Table(StepTimes.Head, StepTimes.Rows(figures.Steps));
        }
        return Exit.Success;
    }
}
