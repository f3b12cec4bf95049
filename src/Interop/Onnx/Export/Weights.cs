using System.Globalization;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>Where the values of inputs go: into the model, or, from 1 KiB up, into a file beside it.</summary>
/// <param name="location">The name of that file; null where there is none.</param>
internal sealed class Weights(string? location)
{
    private const int Least = 1024, Alignment = 64;
    private readonly List<(long Offset, Tensor Value)> outside = [];
    private long end;

    /// <summary>The message of a weight.</summary>
    public TensorProto Add(string name, Tensor value)
    {
        if (location is null || value.Type.Bytes < Least) return TensorProtos.Write(name, value);
        var offset = (end + Alignment - 1) / Alignment * Alignment;
        outside.Add((offset, value));
        end = offset + value.Type.Bytes;
        return Outside(TensorProtos.Claim(name, value.Type), offset, value.Type.Bytes);
    }

    /// <summary>Writes the file beside the model.</summary>
    public void WriteTo(Stream stream)
    {
        var at = 0L;
        foreach (var (offset, value) in outside)
        {
            stream.Write(new byte[offset - at]);
            stream.Write(value.Bytes);
            at = offset + value.Type.Bytes;
        }
    }

    private TensorProto Outside(TensorProto proto, long offset, long length)
    {
        proto.DataLocation = TensorProto.Types.DataLocation.External;
        proto.ExternalData.Add(Entry("location", location!));
        proto.ExternalData.Add(Entry("offset", offset.ToString(CultureInfo.InvariantCulture)));
        proto.ExternalData.Add(Entry("length", length.ToString(CultureInfo.InvariantCulture)));
        return proto;
    }

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
}
