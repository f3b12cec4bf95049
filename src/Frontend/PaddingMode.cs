namespace MiniTorch.Frontend;

/// <summary>What stands past the ends of an axis: the lecture's <c>padding_mode</c>, for a b c d padded by two.</summary>
/// <remarks>Source: PyTorch's <c>torch.nn.functional.pad</c> and the <c>padding_mode</c> of its Conv2d.</remarks>
public enum PaddingMode
{
    /// <summary>0 0 a b c d 0 0.</summary>
    Zeros,

    /// <summary>c b a b c d c b: mirrored at the outermost cells, which are not repeated.</summary>
    Reflect,

    /// <summary>a a a b c d d d: the outermost cells repeated.</summary>
    Replicate,

    /// <summary>c d a b c d a b: the axis closed to a ring.</summary>
    Circular,
}
