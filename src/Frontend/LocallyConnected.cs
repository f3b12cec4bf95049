using LanguageExt;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Frontend;

public static partial class Layers
{
    /// <summary>
    /// The lecture's receptive fields without shared weights: as <see cref="Conv"/>, but every place has kernels and biases
    /// of its own: (K₁·K₂·C + 1)·N parameters for N output nodes.
    /// </summary>
    /// <remarks>
    /// Parameters: weight [o…, channels, C, k…] for places o…, bias [channels, o…].
    /// Errors: local.L1, extent.E1, padding.P1, padding.P2, window.W3, window.W4.
    /// </remarks>
    public static Model LocallyConnected(
        int channels, Extent kernel, Padding? padding = null, Extent stride = default, Extent dilation = default,
        PaddingMode paddingMode = PaddingMode.Zeros)
    {
        var size = new ConvSize(channels, kernel, padding ?? Padding.Valid, stride.Or(1), dilation.Or(1), 1, 0, paddingMode);
        return Of(new Layer("local", $"LocallyConnected({size})", (name, x, _) => LocalOf(name, x, size)));
    }

    private static (Expr, Seq<Parameter>, long) LocalOf(string name, Expr x, ConvSize size)
    {
        if (x.Type.IsUnknown) return (x, LanguageExt.Seq<Parameter>.Empty, 0);
        if (x.Type.Rank < 3)
            return Broken(name, x, "local.L1", $"takes [batch, channels, cells…], input is {x.Type}; reshape it");
        return (from kernel in size.Kernel.Along(x.Type.Rank - 2, "kernel")
                from windows in size.Padding.Windows(kernel, size.Stride, size.Dilation)
                select (kernel, windows)).Match(
            w => Local(name, Convolution.Unfolded(x, w.kernel, w.windows, size.Mode), size.Channels, x.Type.Rank - 2),
            error => Broken(name, x, error.Rule, error.Message));
    }

    /// <summary>[N, C, o…, k…] · [o…, channels, C, k…] over C and k for each place; o moves last.</summary>
    private static (Expr, Seq<Parameter>, long) Local(string name, Expr fields, int channels, int axes)
    {
        if (fields.Type.IsUnknown) return (fields, LanguageExt.Seq<Parameter>.Empty, 0);
        var (places, cells) = (Dims.Range(2, axes), Dims.Create([1]).Then(Dims.Range(2 + axes, axes)));
        var (at, field) = (fields.Shape.At(places), fields.Shape.At(cells));
        var weight = Parameter.Uniform($"{name}.weight", fields.Type.With(at.Then([channels]).Then(field)), field.Product);
        var bias = Parameter.Uniform($"{name}.bias", fields.Type.With(Dims.Create([channels]).Then(at)), field.Product);
        var product = Prim.Dot(fields, weight.Input, cells, Dims.Range(axes + 1, axes + 1), places, Dims.Range(0, axes));
        var y = Prim.Transpose(product, Dims.Create([axes, axes + 1]).Then(Dims.Range(0, axes))).Named($"{name}.product");
        return (y + Prim.Broadcast(bias.Input, y.Shape, Dims.Range(1, axes + 1)), Seq(weight, bias), 0);
    }
}
