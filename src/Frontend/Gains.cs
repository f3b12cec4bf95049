using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>First values other than PyTorch's.</summary>
public static partial class Layers
{
    /// <summary>
    /// The same model whose weights begin so many times as large, and whose biases begin at 0. PyTorch's ±1/√fan-in makes
    /// values √3 times smaller from layer to layer: √3 keeps their size, √6 keeps it through ReLU.
    /// </summary>
    /// <remarks>
    /// Source: LeCun et al., "Efficient BackProp", 1998, section 4.6, for √3; He et al., "Delving Deep into Rectifiers",
    /// ICCV 2015, for √6.
    /// </remarks>
    public static Model Gain(double gain, Model model) => new(model.Layers.Map(layer => layer with
    {
        Apply = (name, x, mode) =>
        {
            var (value, parameters, draws) = layer.Apply(name, x, mode);
            return (value, parameters.Map(p => Drawn(p, gain)).Strict(), draws);
        },
    }).Strict());

    private static Parameter Drawn(Parameter p, double gain) => p with
    {
        Draw = p.Type.Rank < 2 ? (_, _) => Prim.Full(p.Type, 0) : (key, counter) => p.Draw(key, counter) * gain,
    };
}
