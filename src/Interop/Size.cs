using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Interop;

/// <summary>How large a tensor of a file may be.</summary>
internal static class Size
{
    /// <summary>The most bytes of one tensor: those of the longest array, a little below 2 GiB.</summary>
    public const long Limit = 2_147_483_591;

    /// <summary>
    /// The tensor type, unless it takes more than <see cref="Limit"/> bytes or its sizes overflow on the way.
    /// </summary>
    public static Option<TensorType> Of(ElementType element, Dims shape)
    {
        try
        {
            var type = new TensorType(element, shape);
            return checked(type.Count * element.Bytes) <= Limit ? type : Option<TensorType>.None;
        }
        catch (OverflowException)
        {
            return Option<TensorType>.None;
        }
    }
}
