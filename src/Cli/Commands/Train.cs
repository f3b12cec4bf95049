using System.CommandLine;
using LanguageExt;
using MiniTorch.Cli.Devices;
using MiniTorch.Cli.Trainings;
using MiniTorch.Examples.Trainings;
using MiniTorch.Ir;

namespace MiniTorch.Cli.Commands;

/// <summary><c>minitorch train</c>: the trainings of the examples.</summary>
internal static class TrainCommand
{
    /// <summary>The command.</summary>
    internal static ToolCommand Of(Screen screen)
    {
        var name = new Argument<string>("TRAINING")
            { Description = string.Join("; ", Trainings.Trainings.All.Select(t => $"{t.Name}: {t.About}")) };
        var model = Own<string?>("--model", "NAME", "a network of the training");
        var data = Own<string?>("--data", "DIR", "a folder of the training's data, or the name of one of its sets");
        var vectors = Own<string?>("--vectors", "FILE", "word vectors in GloVe's text form");
        var epochs = Own<int?>("--epochs", "N", "times over the training data");
        var batch = Own<int?>("--batch", "N", "examples a step");
        var rate = Own<double?>("--lr", "RATE", "the first learning rate");
        var seed = Given.Seed("first weights, order and dropout follow from it");
        var output = Given.Out("a folder for weights, checkpoint, IR and plan (default: out/TRAINING)");
        var resume = new System.CommandLine.Option<string?>("--resume")
            { Description = "the checkpoint of the same training, to go on from", HelpName = "FILE" };
        var report = new System.CommandLine.Option<string?>("--report")
            { Description = "a page of curves, gradient flow, mistakes and kernels, which needs nothing else", HelpName = "FILE.html" };
        var (device, threads, json) = (Given.Device(), Given.Threads(), Given.Json());
        return new("train", "Trains a network of the examples, tests it and writes its weights: the same bits for a seed.",
            "minitorch train mnist --epochs 1 --out out/mnist", screen,
            [name, model, data, vectors, epochs, batch, rate, seed, output, resume, report, device, threads, json],
            p =>
                from training in Trainings.Trainings.Named(p.GetValue(name)!)
                from _ in Device.Cpu("a training", p.GetValue(device)!, p.GetValue(threads))
                from done in Experiment.Run(training, new Settings(
                    p.GetValue(model), p.GetValue(data), p.GetValue(vectors), p.GetValue(epochs), p.GetValue(batch),
                    p.GetValue(rate), p.GetValue(seed), p.GetValue(threads), p.GetValue(output), p.GetValue(resume),
                    p.GetValue(report)), new Cautious(screen, p.GetValue(json) ? new JsonLines(screen)
                        : new Printed(screen.Out, screen.Colour ? screen.Spectre() : null)), screen.Stop)
                select Exit.Success);
    }

    private static System.CommandLine.Option<T> Own<T>(string name, string takes, string about) =>
        new(name) { Description = $"{about} (default: the training's own)", HelpName = takes };
}
