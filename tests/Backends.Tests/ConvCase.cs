using MiniTorch.Backends.Cpu.Kernels;

namespace MiniTorch.Backends.Tests;

/// <summary>
/// A convolution by its sizes, as <c>16x4x28x28 8x4x3x3 s1 p1 d1 g1</c>: input, kernel, stride, padding, dilation, groups,
/// equal on every axis. <c>gradient</c> at the end means the gradient of its kernel.
/// </summary>
internal sealed record ConvCase(int[] X, int[] W, int Stride, int Pad, int Dilation, int Groups, bool Gradient)
{
    internal static ConvCase Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int Number(char key) =>
            words.FirstOrDefault(w => w[0] == key && char.IsDigit(w[1])) is { } w ? int.Parse(w[1..]) : key == 'p' ? 0 : 1;
        return new(Sizes(words[0]), Sizes(words[1]), Number('s'), Number('p'), Number('d'), Number('g'), words[^1] == "gradient");
    }

    internal ConvSpec Spec => Gradient ? OfKernel : Forward;

    private int[] In => X[2..];

    private int[] Kernel => W[2..];

    private int[] Out => [.. In.Select((n, i) => ((n + (2 * Pad) - ((Kernel[i] - 1) * Dilation) - 1) / Stride) + 1)];

    private ConvSpec Forward => new()
    {
        Batch = X[0], InChannels = X[1], OutChannels = W[0], Groups = Groups, In = In, Kernel = Kernel, Out = Out,
        Stride = All(Stride), Lo = All(Pad), Hi = [.. In.Select((n, i) => Last(i) - n + 1 - Pad)], Base = All(1), Dilation = All(Dilation),
        XBatch = X[1] * Product(In), XChannel = Product(In), XSpatial = Steps(In),
        WOut = W[1] * Product(Kernel), WIn = Product(Kernel), WSpatial = Steps(Kernel),
        YBatch = W[0] * Product(Out), YChannel = Product(Out),
    };

    /// <summary>dw = conv(transpose x, transpose dy); ungrouped.</summary>
    private ConvSpec OfKernel => new()
    {
        Batch = X[1], InChannels = X[0], OutChannels = W[0], In = In, Kernel = Out, Out = Kernel,
        Stride = All(Dilation), Lo = All(Pad), Hi = [.. In.Select((n, i) => Last(i) - n + 1 - Pad)], Base = All(1), Dilation = All(Stride),
        XBatch = Product(In), XChannel = X[1] * Product(In), XSpatial = Steps(In),
        WOut = Product(Out), WIn = W[0] * Product(Out), WSpatial = Steps(Out),
        YBatch = W[0] * Product(Kernel), YChannel = Product(Kernel),
    };

    /// <summary>The last cell of the padded input that a tap reads.</summary>
    private int Last(int axis) => ((Out[axis] - 1) * Stride) + ((Kernel[axis] - 1) * Dilation);

    private int[] All(int value) => [.. In.Select(_ => value)];

    private static int[] Sizes(string text) => [.. text.Split('x').Select(int.Parse)];

    private static long Product(int[] sizes) => sizes.Aggregate(1L, (p, n) => p * n);

    private static long[] Steps(int[] sizes) => [.. sizes.Select((_, i) => Product(sizes[(i + 1)..]))];
}
