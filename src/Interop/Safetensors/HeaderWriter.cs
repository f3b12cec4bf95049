using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LanguageExt;
using MiniTorch.Ir;
using static MiniTorch.Interop.Safetensors.SafetensorsFile;

namespace MiniTorch.Interop.Safetensors;

/// <summary>A file's header as bytes, whose number is a multiple of eight, so that the data begin aligned.</summary>
internal static class HeaderWriter
{
    private const int Alignment = 8;
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The header, or the rule that the file breaks and its reader would tell.</summary>
    public static Either<IrError, byte[]> Header(TensorFile file) =>
        from tensors in Names(file.Tensors.Map(t => t.Name), "tensor")
        from keys in Names(file.Metadata.Map(m => m.Key), "metadata")
        from texts in Each.Of(file.Metadata, m => Text(m.Value, $"the text of metadata {Quote.Of(m.Key)}"))
        from free in Each.Of(file.Tensors, NotReserved)
        from header in Limited(Json(file))
        select header;

    private static Either<IrError, List<string>> Names(Seq<string> names, string what)
    {
        var seen = new System.Collections.Generic.HashSet<string>();
        return Each.Of(names, name => seen.Add(name)
            ? Text(name, $"the name of {what} {Quote.Of(name)}")
            : Fail("S5", $"the {what} {Quote.Of(name)} is there twice, a file has each name once"));
    }

    private static Either<IrError, string> Text(string text, string what) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text
            ? text
            : Fail("S12", $"{what} cannot be written, it is not valid Unicode");

    private static Either<IrError, Unit> NotReserved((string Name, Tensor Value) tensor) =>
        tensor.Name != Safetensors.Header.Metadatum
            ? Unit.Default
            : Fail("S12", $"a tensor cannot be named {Safetensors.Header.Metadatum}, the format keeps that name");

    private static Either<IrError, byte[]> Limited(byte[] header) => header.Length <= HeaderLimit
        ? header
        : Fail("S2", $"the header would have {header.Length:N0} bytes, more than the limit of {HeaderLimit:N0}");

    private static byte[] Json(TensorFile file)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            json.WriteStartObject();
            if (!file.Metadata.IsEmpty) WriteMetadata(json, file);
            WriteTensors(json, file);
            json.WriteEndObject();
        }
        return Padded(bytes.WrittenSpan);
    }

    private static void WriteMetadata(Utf8JsonWriter json, TensorFile file)
    {
        json.WriteStartObject(Safetensors.Header.Metadatum);
        foreach (var (key, value) in file.Metadata) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteTensors(Utf8JsonWriter json, TensorFile file)
    {
        long begin = 0;
        foreach (var (name, tensor) in file.Tensors)
        {
            json.WriteStartObject(name);
            json.WriteString("dtype", Dtype.Name(tensor.Type.Element));
            WriteNumbers(json, "shape", tensor.Type.Shape.Select(n => (long)n));
            WriteNumbers(json, "data_offsets", [begin, begin += tensor.Type.Bytes]);
            json.WriteEndObject();
        }
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var n in numbers) json.WriteNumberValue(n);
        json.WriteEndArray();
    }

    private static byte[] Padded(ReadOnlySpan<byte> json)
    {
        var padded = new byte[(json.Length + Alignment - 1) / Alignment * Alignment];
        json.CopyTo(padded);
        padded.AsSpan(json.Length).Fill((byte)' ');
        return padded;
    }
}
