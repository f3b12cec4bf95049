using MiniTorch.Ir;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>Tensors for tests.</summary>
internal static class Some
{
    /// <summary>f32 of these elements.</summary>
    public static Tensor F32(Dims shape, params double[] values) => Tensor.FromDoubles(new(ElementType.F32, shape), values);

    /// <summary>f64 of these elements.</summary>
    public static Tensor F64(Dims shape, params double[] values) => Tensor.FromDoubles(new(ElementType.F64, shape), values);

    /// <summary>i64 of these elements.</summary>
    public static Tensor I64(Dims shape, params long[] values) => Tensor.Of<long>(new(ElementType.I64, shape), values);

    /// <summary>A list of i64.</summary>
    public static Tensor List(params long[] values) => I64([values.Length], values);

    /// <summary>0, 1, 2, … of a type.</summary>
    public static Tensor Count(ElementType element, params int[] shape)
    {
        var type = new TensorType(element, Dims.Create(shape));
        return Tensor.FromDoubles(type, [.. Enumerable.Range(0, (int)type.Count).Select(i => (double)i)]);
    }

    /// <summary>f64 without an order.</summary>
    public static Tensor Waves(params int[] shape) => F64(Dims.Create(shape), Wave(Dims.Create(shape).Product));

    /// <summary>Numbers without an order.</summary>
    public static double[] Wave(long count) => [.. Enumerable.Range(0, (int)count).Select(i => Math.Sin(1 + 7.3 * i))];
}
