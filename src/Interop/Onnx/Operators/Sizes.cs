using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Whole numbers of a file as sizes.</summary>
internal static class Sizes
{
    /// <summary>How many positions along an axis are listed one by one.</summary>
    public const long MaxUnrolled = 1 << 20;

    /// <summary>A shape: sizes from 0 to 2³¹ − 1, and elements of any type in fewer than 2⁶³ bytes.</summary>
    public static Dims Of(IReadOnlyCollection<long> sizes, Node n)
    {
        if (sizes.Any(s => s is < 0 or > int.MaxValue)) throw n.Refuse($"[{string.Join(' ', sizes)}] is no shape");
        var shape = Dims.Of(sizes.Select(s => (int)s));
        try
        {
            _ = checked(shape.Product * sizeof(double));
            return shape;
        }
        catch (OverflowException)
        {
            throw n.Refuse($"a tensor of shape {shape} is too large");
        }
    }
}
