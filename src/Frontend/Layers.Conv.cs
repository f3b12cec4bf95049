using LanguageExt;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Frontend;

public static partial class Layers
{
    /// <summary>
    /// Convolution of any rank: x [N, C, …] gives as many spatial axes; the channels are inferred unless given. Kernel,
    /// padding, stride and dilation are an int for every axis or one for each: <c>Conv(8, (3, 5), (1, 2))</c>.
    /// </summary>
    /// <remarks>
    /// Parameters: weight [channels, C/groups, k…], bias [channels].
    /// Errors: conv.L1, conv.C1 to conv.C6, extent.E1, padding.P1, padding.P2.
    /// </remarks>
    public static Model Conv(
        int channels, Extent kernel, Padding? padding = null, Extent stride = default, Extent dilation = default,
        int groups = 1, int inputs = 0, PaddingMode paddingMode = PaddingMode.Zeros)
    {
        var size = new ConvSize(
            channels, kernel, padding ?? Padding.Valid, stride.Or(1), dilation.Or(1), groups, inputs, paddingMode);
        return Of(new Layer("conv", $"Conv({size})", (name, x, _) => ConvOf(name, x, size)));
    }

    /// <summary>What stands past the ends of every spatial axis, as many cells on both sides.</summary>
    /// <remarks>Errors: extent.E1, padding.P1 to padding.P3.</remarks>
    public static Model Pad(Extent count, PaddingMode mode = PaddingMode.Zeros) =>
        Of(Layer.Pure("pad", $"Pad({count}, {Padded.Name(mode)})", x => Padded.Of(x, count, count, mode)));

    private static (Expr, Seq<Parameter>, long) ConvOf(string name, Expr x, ConvSize size)
    {
        if (x.Type.IsUnknown) return (x, LanguageExt.Seq<Parameter>.Empty, 0);
        if (x.Type.Rank < 3)
            return Broken(name, x, "conv.L1", $"takes [batch, channels, cells…], input is {x.Type}; reshape it");
        return size.Kernel.Along(x.Type.Rank - 2, "kernel").Match(
            kernel => Convolved(name, x, size, kernel), error => Broken(name, x, error.Rule, error.Message));
    }

    private static (Expr, Seq<Parameter>, long) Convolved(string name, Expr x, ConvSize size, Dims kernel)
    {
        var channels = (size.Inputs > 0 ? size.Inputs : x.Shape[1]) / Math.Max(1, size.Groups);
        var shape = Dims.Create([size.Channels, channels]).Then(kernel);
        var weight = Parameter.Uniform($"{name}.weight", x.Type.With(shape), channels * kernel.Product);
        var bias = Parameter.Uniform($"{name}.bias", x.Type.With([size.Channels]), channels * kernel.Product);
        var y = Functional.Conv(x, weight.Input, size.Padding, size.Stride, size.Dilation, size.Groups, size.Mode)
            .Named($"{name}.conv");
        return y.Type.IsUnknown
            ? (y.Named(name), Seq(weight, bias), 0)
            : (y + Functional.AlongChannels(bias.Input, y), Seq(weight, bias), 0);
    }

    private sealed record ConvSize(
        int Channels, Extent Kernel, Padding Padding, Extent Stride, Extent Dilation, int Groups, int Inputs,
        PaddingMode Mode)
    {
        public override string ToString() => $"{Channels}, {Kernel}" + (Padding.Name == "valid" ? "" : $", {Padding}")
            + (Stride.IsEverywhere(1) ? "" : $", stride: {Stride}")
            + (Dilation.IsEverywhere(1) ? "" : $", dilation: {Dilation}")
            + (Groups > 1 ? $", groups: {Groups}" : "") + (Inputs > 0 ? $", inputs: {Inputs}" : "")
            + (Mode == PaddingMode.Zeros ? "" : $", padding_mode: {Padded.Name(Mode)}");
    }
}
