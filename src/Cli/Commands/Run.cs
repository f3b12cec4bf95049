using LanguageExt;
using MiniTorch.Cli.Devices;
using MiniTorch.Cli.Models;
using MiniTorch.Cli.Showing;
using MiniTorch.Interop;
using static LanguageExt.Prelude;

namespace MiniTorch.Cli.Commands;

/// <summary><c>minitorch run</c>: a model's results, written as .npy files or summed up.</summary>
internal static class RunCommand
{
    /// <summary>The command.</summary>
    internal static ToolCommand Of(Screen screen)
    {
        var (model, inputs, shapes, random) = (Given.Model(), Given.Inputs(), Given.Shapes(), Given.Random());
        var output = Given.Out("writes NAME.npy for each result (out_0.npy, … for those without a name); else sums up");
        var (device, threads, json) = (Given.Device(), Given.Threads(), Given.Json());
        return new("run", "Runs a model on values of its inputs.",
            "minitorch run model.onnx --input x=x.npy --out results", screen,
            [model, inputs, shapes, random, output, device, threads, json],
            p =>
                from machine in Device.Named(p.GetValue(device)!, p.GetValue(threads))
                from given in Assignments.Tensors("--input", p.GetValue(inputs))
                from sizes in Assignments.Shapes(p.GetValue(shapes))
                from stored in Files.Model(p.GetValue(model)!, new Binding(sizes, given))
                from values in Feed.Of(stored, given, p.GetValue(random))
                from results in machine.Run(stored.Graph, values)
                let named = stored.Graph.Outputs.Select((o, i) => (Names.Of(o, i), results[i])).ToSeq().Strict()
                from _ in Results.Show(screen, p.GetValue(output), named, p.GetValue(json))
                select Warned.Of(screen, stored.Graph));
    }
}
