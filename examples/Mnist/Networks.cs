using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Layers;

namespace MiniTorch.Examples.Mnist;

/// <summary>The networks to choose from.</summary>
public static class Networks
{
    /// <summary>LeNet-5 with max-pooling and ReLU. Source: LeCun et al., Proc. IEEE 1998.</summary>
    public static readonly Model LeNet =
        Conv(6, 5, Centred) >>> Relu >>> MaxPool(2)
        >>> Conv(16, 5) >>> Relu >>> MaxPool(2)
        >>> Flatten >>> Linear(120) >>> Relu >>> Linear(84) >>> Relu >>> Linear(10) >>> LogSoftmax;

    /// <summary>The lecture's network: "same" convolutions anchored top-left, average pooling, dropout.</summary>
    public static readonly Model MiniTorch =
        Conv(4, 3, Same) >>> Relu >>> Conv(8, 3, Same) >>> Relu >>> AveragePool(4)
        >>> Flatten >>> Linear(64) >>> Relu >>> Dropout(0.25) >>> Linear(10) >>> LogSoftmax;

    /// <summary>A network, and the batch size and learning rate it trains with unless others are asked for.</summary>
    public static Either<IrError, (Model Model, int Batch, double Rate)> Named(string name) => name switch
    {
        "lenet" => (LeNet, 64, 2e-3),
        "minitorch" => (MiniTorch, 32, 6e-3),
        var other => new IrError("mnist.M1", $"there is no network '{other}'; take lenet or minitorch"),
    };
}
