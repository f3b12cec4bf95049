using System.Runtime.InteropServices;

namespace MiniTorch.Ir;

/// <summary>Reads and writes single elements of any type: the one place that knows how each is stored and rounded.</summary>
public static class Elements
{
    /// <summary>Element i as a double.</summary>
    public static double Read(ElementType type, ReadOnlySpan<byte> data, long i) => type.Kind switch
    {
        ElementKind.F16 => (double)As<Half>(data, i),
        ElementKind.BF16 => FromBFloat16(As<ushort>(data, i)),
        ElementKind.F32 => As<float>(data, i),
        ElementKind.F64 => As<double>(data, i),
        ElementKind.Pred or ElementKind.U8 or ElementKind.I32 or ElementKind.I64 => ReadLong(type, data, i),
        var other => throw new InvalidOperationException($"element kind {other}"),
    };

    /// <summary>Element i of an integer type or pred.</summary>
    public static long ReadLong(ElementType type, ReadOnlySpan<byte> data, long i) => type.Kind switch
    {
        ElementKind.Pred or ElementKind.U8 => data[(int)i],
        ElementKind.I32 => As<int>(data, i),
        ElementKind.I64 => As<long>(data, i),
        ElementKind.F16 or ElementKind.BF16 or ElementKind.F32 or ElementKind.F64 => ToLong(Read(type, data, i)),
        var other => throw new InvalidOperationException($"element kind {other}"),
    };

    /// <summary>Writes a double, rounded to the type: integers truncate and wrap, pred is value ≠ 0.</summary>
    public static void Write(ElementType type, Span<byte> data, long i, double value)
    {
        switch (type.Kind)
        {
            case ElementKind.F16: Set(data, i, (Half)(float)value); break;
            case ElementKind.BF16: Set(data, i, ToBFloat16((float)value)); break;
            case ElementKind.F32: Set(data, i, (float)value); break;
            case ElementKind.F64: Set(data, i, value); break;
            case ElementKind.Pred: data[(int)i] = value != 0 ? (byte)1 : (byte)0; break;
            default: WriteLong(type, data, i, ToLong(value)); break;
        }
    }

    /// <summary>Writes an integer: integer types wrap, pred is value ≠ 0, floats round.</summary>
    public static void WriteLong(ElementType type, Span<byte> data, long i, long value)
    {
        switch (type.Kind)
        {
            case ElementKind.Pred: data[(int)i] = value != 0 ? (byte)1 : (byte)0; break;
            case ElementKind.U8: data[(int)i] = unchecked((byte)value); break;
            case ElementKind.I32: Set(data, i, unchecked((int)value)); break;
            case ElementKind.I64: Set(data, i, value); break;
            default: Write(type, data, i, value); break;
        }
    }

    /// <summary>A double toward zero as i64: NaN is 0, values past the ends are the ends (saturating).</summary>
    public static long ToLong(double value) => double.IsNaN(value) ? 0
        : value >= 9.2233720368547758E18 ? long.MaxValue
        : value <= -9.2233720368547758E18 ? long.MinValue : (long)value;

    /// <summary>The value of bfloat16 bits.</summary>
    public static float FromBFloat16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>The bfloat16 nearest to a value, ties to even; NaN stays NaN.</summary>
    public static ushort ToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static T As<T>(ReadOnlySpan<byte> data, long i) where T : unmanaged => MemoryMarshal.Cast<byte, T>(data)[(int)i];

    private static void Set<T>(Span<byte> data, long i, T value) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(data)[(int)i] = value;
}
