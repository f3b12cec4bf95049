using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Where a kernel is anchored: how many zeros lie before and after an axis, from the kernel's spread length.</summary>
/// <param name="Name">As printed.</param>
/// <param name="Of">(zeros before, zeros after) for a spread kernel length.</param>
public sealed record Padding(string Name, Func<int, (int Lo, int Hi)> Of)
{
    /// <summary>No zeros: the output is k − 1 shorter.</summary>
    public static readonly Padding Valid = new("valid", _ => (0, 0));

    /// <summary>The lecture's convolution: as long as the input, anchored top-left, zeros past the far edge.</summary>
    public static readonly Padding Same = new("same", k => (0, k - 1));

    /// <summary>As long as the input, the kernel's middle over each cell.</summary>
    public static readonly Padding Centred = new("centred", k => ((k - 1) / 2, k - 1 - (k - 1) / 2));

    /// <summary>As long as the input, the kernel ending at each cell: nothing depends on a later one.</summary>
    public static readonly Padding Causal = new("causal", k => (k - 1, 0));

    /// <summary>A fixed number of zeros on both sides.</summary>
    public static Padding Zeros(int count) => new($"{count}", _ => (count, count));

    /// <summary>The window of an axis.</summary>
    public Window Window(int kernel, int stride = 1, int dilation = 1)
    {
        var (lo, hi) = Of((int)Ir.Window.Spread(kernel, dilation));
        return new(stride, lo, hi, 1, dilation);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
