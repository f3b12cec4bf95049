using System.Globalization;

namespace MiniTorch.Ir.Text;

/// <summary>Numbers in the text form: they begin with a digit, + or −, so no name is one; reading gives the same bits.</summary>
public static class Literals
{
    private const string NanBits = "+nan0x";

    /// <summary>A scalar constant: f32 bare, others with their type.</summary>
    public static string Scalar(Tensor value) =>
        Element(value, 0) + (value.Type.Element == ElementType.F32 ? "" : $":{value.Type.Element}");

    /// <summary>All elements in brackets.</summary>
    public static string Print(Tensor value) =>
        $"[{string.Join(' ', Enumerable.Range(0, (int)value.Type.Count).Select(i => Element(value, i)))}]";

    /// <summary>Element i.</summary>
    public static string Element(Tensor value, int i) => value.Type.Element.Kind switch
    {
        var kind when kind >= ElementKind.F16 && double.IsNaN(value.At(i)) => NotANumber(value, i),
        ElementKind.F64 => Float(value.As<double>()[i].ToString("R", CultureInfo.InvariantCulture)),
        ElementKind.F16 or ElementKind.BF16 or ElementKind.F32 => Float(((float)value.At(i)).ToString("R", CultureInfo.InvariantCulture)),
        ElementKind.Pred or ElementKind.U8 or ElementKind.I32 or ElementKind.I64 =>
            value.LongAt(i).ToString(CultureInfo.InvariantCulture),
        var other => throw new InvalidOperationException($"element kind {other}"),
    };

    /// <summary>Reads one element; false when the text is not such a number.</summary>
    public static bool TryRead(ElementType type, ReadOnlySpan<char> text, Span<byte> data, int i)
    {
        if (!type.IsFloat) return TryReadInteger(type, text, data, i);
        if (text.StartsWith(NanBits)) return TryReadNaN(type, text[NanBits.Length..], data, i);
        if (type == ElementType.F64) return TryDouble(text, out var wide) && Write(type, data, i, wide);
        return TryDouble(text, out var value) && Write(type, data, i, Single(text, value));
    }

    // NaN has many bit patterns: +nan is the one that arithmetic gives, others print all their bits
    private static string NotANumber(Tensor value, int i)
    {
        var bits = value.Bytes.Slice(i * value.Type.Element.Bytes, value.Type.Element.Bytes);
        return bits.SequenceEqual(Tensor.Scalar(value.Type.Element, double.NaN).Bytes) ? "+nan"
            : NanBits + Convert.ToHexStringLower([.. bits.ToArray().Reverse()]);
    }

    private static bool TryReadNaN(ElementType type, ReadOnlySpan<char> hex, Span<byte> data, int i)
    {
        var bits = data.Slice(i * type.Bytes, type.Bytes);
        if (hex.Length != 2 * type.Bytes) return false;
        if (!ulong.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)) return false;
        for (var b = 0; b < bits.Length; b++) bits[b] = (byte)(value >> (8 * b));
        return double.IsNaN(Elements.Read(type, data, i));
    }

    private static bool TryReadInteger(ElementType type, ReadOnlySpan<char> text, Span<byte> data, int i)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) return false;
        Elements.WriteLong(type, data, i, value);
        return Elements.ReadLong(type, data, i) == value;
    }

    private static double Single(ReadOnlySpan<char> text, double value) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var single) ? single : value;

    private static bool Write(ElementType type, Span<byte> data, int i, double value)
    {
        Elements.Write(type, data, i, value);
        return true;
    }

    private static bool TryDouble(ReadOnlySpan<char> text, out double value)
    {
        value = text switch { "+inf" => double.PositiveInfinity, "-inf" => double.NegativeInfinity, var _ => double.NaN };
        return text is "+inf" or "-inf" or "+nan" || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static string Float(string text) => text switch
    {
        "NaN" => "+nan",
        "Infinity" => "+inf",
        "-Infinity" => "-inf",
        _ when text.AsSpan().IndexOfAny('.', 'E') < 0 => text + ".0",
        _ => text,
    };
}
