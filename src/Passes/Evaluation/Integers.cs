using MiniTorch.Ir;

namespace MiniTorch.Passes.Evaluation;

/// <summary>The arithmetic of integer nodes, in i64; <see cref="Wrap"/> brings a result back to its type.</summary>
internal static class Integers
{
    /// <summary>The value modulo the width of its type; for pred, whether it is not 0.</summary>
    internal static long Wrap(long x, ElementType type) => type.Kind switch
    {
        ElementKind.Pred => x != 0 ? 1 : 0,
        ElementKind.U8 => unchecked((byte)x),
        ElementKind.I32 => unchecked((int)x),
        ElementKind.I64 => x,
        var other => throw new InvalidOperationException($"{other} is no integer type"),
    };

    /// <summary>Toward zero; 0 when y is; the least value over −1 wraps.</summary>
    internal static long Div(long x, long y) => y == 0 ? 0 : y == -1 ? unchecked(-x) : x / y;

    internal static long Abs(long x) => x < 0 ? unchecked(-x) : x;

    /// <summary>The least value of a type.</summary>
    internal static long Least(ElementType type) => type.Kind switch
    {
        ElementKind.Pred or ElementKind.U8 => 0,
        ElementKind.I32 => int.MinValue,
        ElementKind.I64 => long.MinValue,
        var other => throw new InvalidOperationException($"{other} is no integer type"),
    };

    /// <summary>The largest value of a type.</summary>
    internal static long Largest(ElementType type) => type.Kind switch
    {
        ElementKind.Pred => 1,
        ElementKind.U8 => byte.MaxValue,
        ElementKind.I32 => int.MaxValue,
        ElementKind.I64 => long.MaxValue,
        var other => throw new InvalidOperationException($"{other} is no integer type"),
    };
}
