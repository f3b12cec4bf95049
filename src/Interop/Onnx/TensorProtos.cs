using Google.Protobuf;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx;

/// <summary>A tensor in ONNX's message and ours hold the same elements.</summary>
/// <remarks>
/// Errors: onnx.T1 an element type that we lack; onnx.T2 no element type; onnx.T3 data that do not fit the shape.
/// </remarks>
internal static class TensorProtos
{
    /// <summary>The tensor of a message; external data come from the folder given.</summary>
    public static Tensor Read(TensorProto proto, ExternalData external)
    {
        var type = TypeOf(proto);
        if (proto.DataLocation == TensorProto.Types.DataLocation.External) return external.Read(proto, type);
        return proto.HasRawData ? Raw(type, proto.RawData, proto.Name) : Typed(type, proto);
    }

    /// <summary>The message of a tensor.</summary>
    public static TensorProto Write(string name, Tensor value)
    {
        var proto = Claim(name, value.Type);
        proto.RawData = ByteString.CopyFrom(value.Bytes);
        return proto;
    }

    /// <summary>The message of a tensor whose data lie elsewhere.</summary>
    public static TensorProto Claim(string name, TensorType type)
    {
        var proto = new TensorProto { Name = name, DataType = DataTypes.Theirs(type.Element) };
        proto.Dims.AddRange(type.Shape.Select(n => (long)n));
        return proto;
    }

    /// <summary>The type that a message claims.</summary>
    public static TensorType TypeOf(TensorProto proto)
    {
        var element = DataTypes.Ours(proto.DataType);
        if (proto.Dims.FirstOrDefault(d => d is < 0 or > int.MaxValue) is not 0 and var wrong)
            throw new Refusal("onnx.T3", $"tensor '{proto.Name}' has a size of {wrong}");
        return Size.Of(element, Dims.Of(proto.Dims.Select(d => (int)d))).IfNone(() => throw new Refusal("onnx.T3",
            $"tensor '{proto.Name}' of shape [{string.Join(' ', proto.Dims)}] takes more than 2 GiB"));
    }

    /// <summary>The tensor of bytes as ONNX has them, which it keeps: any truth value but 0 is 1.</summary>
    public static Tensor Adopt(TensorType type, byte[] bytes)
    {
        if (type.Element == ElementType.Pred)
            for (var i = 0; i < bytes.Length; i++) bytes[i] = bytes[i] == 0 ? (byte)0 : (byte)1;
        return Tensor.Adopt(type, bytes);
    }

    private static Tensor Raw(TensorType type, ByteString data, string name) =>
        data.Length == type.Bytes ? Adopt(type, data.ToByteArray()) : throw Misfit(name, type, $"{data.Length:N0} bytes");

    private static Tensor Typed(TensorType type, TensorProto p) => type.Element.Kind switch
    {
        ElementKind.F32 => Of(type, p, [.. p.FloatData]),
        ElementKind.F64 => Of(type, p, [.. p.DoubleData]),
        ElementKind.I64 => Of(type, p, [.. p.Int64Data]),
        ElementKind.I32 => Of(type, p, [.. p.Int32Data]),
        ElementKind.F16 or ElementKind.BF16 => Of(type, p, [.. p.Int32Data.Select(v => unchecked((ushort)v))]),
        ElementKind.Pred => Of(type, p, [.. p.Int32Data.Select(v => v == 0 ? (byte)0 : (byte)1)]),
        ElementKind.U8 => Of(type, p, [.. p.Int32Data.Select(v => unchecked((byte)v))]),
        var other => throw new InvalidOperationException($"element kind {other}"),
    };

    private static Tensor Of<T>(TensorType type, TensorProto proto, T[] values) where T : unmanaged =>
        values.Length == type.Count ? Tensor.Of<T>(type, values)
        : throw Misfit(proto.Name, type, $"{values.Length:N0} elements");

    private static Refusal Misfit(string name, TensorType type, string has) =>
        new("onnx.T3", $"tensor '{name}' is {type}, which takes {type.Count:N0} elements, and has {has}");
}
