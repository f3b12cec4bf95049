using System.CommandLine;
using LanguageExt;
using MiniTorch.Cli.Devices;
using MiniTorch.Cli.Trainings;
using MiniTorch.Ir;

namespace MiniTorch.Cli.Commands;

/// <summary><c>minitorch train</c>: the trainings of the examples.</summary>
internal static class TrainCommand
{
    /// <summary>The command.</summary>
    internal static ToolCommand Of(Screen screen)
    {
        var name = new Argument<string>("TRAINING")
            { Description = string.Join("; ", TrainingProgram.All.Select(t => $"{t.Name}: {t.About}")) };
        var model = Own<string?>("--model", "NAME", "a network of the training");
        var data = Own<string?>("--data", "DIR", "a folder of the training's data");
        var epochs = Own<int?>("--epochs", "N", "times over the training data");
        var batch = Own<int?>("--batch", "N", "examples a step");
        var rate = Own<double?>("--lr", "RATE", "the first learning rate");
        var seed = Given.Seed("first weights, order and dropout follow from it");
        var output = Given.Out("a folder for weights, checkpoint, IR and plan (default: out/TRAINING)");
        var resume = new System.CommandLine.Option<string?>("--resume")
            { Description = "the checkpoint of the same training, to go on from", HelpName = "FILE" };
        var (device, threads, json) = (Given.Device(), Given.Threads(), Given.Json());
        return new("train", "Trains a network of the examples, tests it and writes its weights: the same bits for a seed.",
            "minitorch train mnist --epochs 1 --out out/mnist", screen,
            [name, model, data, epochs, batch, rate, seed, output, resume, device, threads, json],
            p =>
                from training in TrainingProgram.Named(p.GetValue(name)!)
                from _ in Device.Cpu("a training", p.GetValue(device)!, p.GetValue(threads))
                from done in training.Run(new Wishes(
                    p.GetValue(model), p.GetValue(data), p.GetValue(epochs), p.GetValue(batch), p.GetValue(rate),
                    p.GetValue(seed), p.GetValue(threads), p.GetValue(output), p.GetValue(resume), p.GetValue(json)), screen)
                select Exit.Success);
    }

    private static System.CommandLine.Option<T> Own<T>(string name, string takes, string about) =>
        new(name) { Description = $"{about} (default: the training's own)", HelpName = takes };
}
