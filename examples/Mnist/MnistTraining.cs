using LanguageExt;
using MiniTorch.Examples.Trainings;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Report;

namespace MiniTorch.Examples.Mnist;

/// <summary>Handwritten digits told apart: a network of <see cref="Networks"/> on <see cref="Digits"/>.</summary>
public static class MnistTraining
{
    /// <summary>The training.</summary>
    public static readonly Offer Offer = new("mnist", "handwritten digits", settings =>
        from _ in settings.Without("mnist", "--vectors")
        from network in Networks.Named(settings.Model ?? "lenet")
        from digits in Digits.Read(settings.Data)
        select Of(network.Model, network.Batch, network.Rate, digits));

    private static Study Of(Model network, int batch, double rate, Digits digits)
    {
        var truth = Enumerable.Range(0, digits.Test.Count).Select(digits.Test.Class).ToArray();
        return new()
        {
            Name = "mnist",
            About = "Handwritten digits of 28 by 28 pixels, told apart by a convolutional network.",
            Things = "images",
            Model = network,
            Loss = Loss.NegativeLogLikelihood,
            Training = digits.Training,
            Test = digits.Test,
            X = n => ElementType.F32[n, 1, 28, 28],
            Batch = batch,
            Epochs = 5,
            Rate = rate,
            Judge = y => Verdict.Classes(y, truth, [.. Enumerable.Range(0, 10).Select(d => $"{d}")]),
            Show = i => new ShownImage(Tensor.Of<byte>(ElementType.U8[28, 28], digits.Test.Image(i))),
        };
    }
}
