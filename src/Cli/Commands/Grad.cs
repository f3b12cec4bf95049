using LanguageExt;
using MiniTorch.Cli.Devices;
using MiniTorch.Cli.Models;
using MiniTorch.Interop;

namespace MiniTorch.Cli.Commands;

/// <summary><c>minitorch grad</c>: the vector-Jacobian product of a model's results with cotangents.</summary>
internal static class GradCommand
{
    /// <summary>The command.</summary>
    internal static ToolCommand Of(Screen screen)
    {
        var (model, inputs, shapes, random) = (Given.Model(), Given.Inputs(), Given.Shapes(), Given.Random());
        var (wrt, cotangents) = (Given.Wrt(), Given.Cotangents());
        var output = Given.Out("writes grad_NAME.npy for each input; else sums them up");
        var (device, threads, json) = (Given.Device(), Given.Threads(), Given.Json());
        return new("grad", "Differentiates a model: the vector-Jacobian product of its results with cotangents.",
            "minitorch grad model.onnx --input x=x.npy --cotangent y=dy.npy --wrt x,w --out gradients", screen,
            [model, inputs, cotangents, wrt, shapes, random, output, device, threads, json],
            p =>
                from machine in Device.Named(p.GetValue(device)!, p.GetValue(threads))
                from given in Assignments.Tensors("--input", p.GetValue(inputs))
                from dys in Assignments.Tensors("--cotangent", p.GetValue(cotangents))
                from sizes in Assignments.Shapes(p.GetValue(shapes))
                from stored in Files.Model(p.GetValue(model)!, new Binding(sizes, given))
                from gradient in Gradient.Of(stored.Graph, p.GetValue(wrt), dys, forward: false)
                from values in Feed.Of(stored, given, p.GetValue(random))
                from results in machine.Run(gradient.Graph, values.AddRange(gradient.Cotangents))
                let named = gradient.Wrt.Select((name, i) => ($"grad_{name}", results[i])).ToSeq().Strict()
                from _ in Results.Show(screen, p.GetValue(output), named, p.GetValue(json))
                select Exit.Success);
    }
}
