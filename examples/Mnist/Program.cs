using System.CommandLine;
using MiniTorch.Examples.Mnist;
using MiniTorch.Examples.Trainings;
using MiniTorch.Ir;
using Spectre.Console;

// Trains a network on handwritten digits: dotnet run -c Release --project examples/Mnist -- --help

var model = new Option<string>("--model")
    { Description = "lenet, or minitorch: the lecture's network", DefaultValueFactory = _ => "lenet" };
var data = new Option<string?>("--data")
    { Description = "folder of the four full IDX files (default: the digits in this repository)" };
var epochs = new Option<int>("--epochs") { Description = "times over the training images", DefaultValueFactory = _ => 5 };
var batch = new Option<int?>("--batch") { Description = "images a step (default: 64, for minitorch 32)" };
var seed = new Option<long>("--seed")
    { Description = "first weights, order and dropout follow from it", DefaultValueFactory = _ => 1 };
var threads = new Option<int>("--threads")
    { Description = "0 takes every core; the result is the same", DefaultValueFactory = _ => 0 };
var rate = new Option<double?>("--lr")
    { Description = "Adam's first learning rate, which falls by a cosine to 0 (default: 0.002, for minitorch 0.006)" };
var output = new Option<string>("--out")
    { Description = "folder for weights, checkpoint and IR dumps", DefaultValueFactory = _ => "out/mnist" };
var resume = new Option<string?>("--resume") { Description = "checkpoint.safetensors of the same training, to go on from" };

var page = new Option<string?>("--report") { Description = "file for a page of curves, mistakes and kernels" };

var printed = new Printed(Console.Out, Console.IsOutputRedirected ? null : AnsiConsole.Console);
var command = new RootCommand("Trains LeNet-5, or the lecture's network, on the MNIST digits.")
    { model, data, epochs, batch, seed, threads, rate, output, resume, page };
command.SetAction(p => Experiment.Run(MnistTraining.Offer, new Settings(
    p.GetValue(model), p.GetValue(data), null, p.GetValue(epochs), p.GetValue(batch), p.GetValue(rate), p.GetValue(seed),
    p.GetValue(threads), p.GetValue(output), p.GetValue(resume), p.GetValue(page)), printed).Match(_ => 0, Mistake));
return command.Parse(args).Invoke();

static int Mistake(IrError error)
{
    Console.Error.WriteLine(error);
    return 1;
}
