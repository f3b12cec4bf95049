using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu;

/// <summary>Changes of element type in registers, where truth values are masks of whole lanes.</summary>
internal static class LaneCasts
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>1 where a mask holds, else 0.</summary>
    [MethodImpl(Inline)]
    public static Vector512<float> MaskToFloat(Vector512<int> mask) => (mask & Vector512<float>.One.AsInt32()).AsSingle();

    /// <summary>1 where a mask holds, else 0.</summary>
    [MethodImpl(Inline)]
    public static Vector512<double> MaskToDouble(Vector512<long> mask) => (mask & Vector512<double>.One.AsInt64()).AsDouble();

    /// <summary>1 where a mask holds, else 0.</summary>
    [MethodImpl(Inline)]
    public static Vector512<T> MaskToWhole<T>(Vector512<T> mask) => mask & Vector512<T>.One;

    /// <summary>A mask that holds where a number is not zero.</summary>
    [MethodImpl(Inline)]
    public static Vector512<M> Truth<T, M>(Vector512<T> x) => (~Vector512.Equals(x, Vector512<T>.Zero)).As<T, M>();

    /// <summary>Ints as floats.</summary>
    [MethodImpl(Inline)]
    public static Vector512<float> IntToFloat(Vector512<int> x) => Vector512.ConvertToSingle(x);

    /// <summary>The lanes of a comparison as a mask.</summary>
    [MethodImpl(Inline)]
    public static Vector512<M> Mask<T, M>(Vector512<T> lanes) => lanes.As<T, M>();

    /// <summary>x where a mask holds, else y.</summary>
    [MethodImpl(Inline)]
    public static Vector512<T> Choose<M, T>(Vector512<M> mask, Vector512<T> x, Vector512<T> y) =>
        Vector512.ConditionalSelect(mask.As<M, T>(), x, y);
}
