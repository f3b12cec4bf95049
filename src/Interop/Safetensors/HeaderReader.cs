using System.Text.Json;
using LanguageExt;
using MiniTorch.Ir;
using static MiniTorch.Interop.Safetensors.SafetensorsFile;

namespace MiniTorch.Interop.Safetensors;

/// <summary>A header's bytes are either a list of entries, each with a type that exists, or one broken rule.</summary>
internal sealed class HeaderReader(string file)
{
    private const int Depth = 3;
    private static readonly string[] Fields = ["dtype", "shape", "data_offsets"];

    /// <summary>What the header says.</summary>
    public Either<IrError, Header> Read(ReadOnlyMemory<byte> json)
    {
        if (!HasTextInItsStrings(json.Span))
            return Fail("S3", $"{file} has a header whose text is not valid Unicode");
        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = Depth });
            return HeaderOf(document.RootElement);
        }
        catch (JsonException e)
        {
            return Fail("S3", $"{file} has a header that is not JSON of depth {Depth}, as is plain at " +
                $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} of the header");
        }
    }

    /// <summary>Invalid UTF-8 and halves of surrogate pairs are no JSON errors to the parser, only to who asks.</summary>
    private static bool HasTextInItsStrings(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Depth });
            while (reader.Read())
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return false;
        }
        catch (JsonException)
        {
            // told by who parses next
        }
        return true;
    }

    private Either<IrError, Header> HeaderOf(JsonElement root) =>
        from members in Members(root, "the header")
        from entries in Each.Of(members.Where(m => m.Name != Header.Metadatum), EntryOf)
        from metadata in Each.Of(members.Where(m => m.Name == Header.Metadatum), MetadataOf)
        select new Header(entries, metadata.SelectMany(m => m).ToSeq());

    private Either<IrError, List<(string, string)>> MetadataOf(JsonProperty metadata) =>
        from members in Members(metadata.Value, Header.Metadatum)
        from texts in Each.Of(members, TextOf)
        select texts;

    private Either<IrError, (string, string)> TextOf(JsonProperty text) =>
        text.Value.ValueKind == JsonValueKind.String
            ? (text.Name, text.Value.GetString()!)
            : Fail("S4", $"{file} has metadata {Quote.Of(text.Name)} that is not a text");

    private Either<IrError, Entry> EntryOf(JsonProperty entry) =>
        from members in Members(entry.Value, $"tensor {Quote.Of(entry.Name)}")
        from fields in FieldsOf(members, entry.Name)
        from element in ElementOf(fields[0], entry.Name)
        from shape in Each.Of(fields[1].EnumerateArray(), n => Length(n, entry.Name))
        from type in TypeOf(element, shape, entry.Name)
        from offsets in OffsetsOf(fields[2], entry.Name)
        select new Entry(entry.Name, type, offsets.Begin, offsets.End);

    private Either<IrError, List<JsonProperty>> Members(JsonElement value, string whose)
    {
        if (value.ValueKind != JsonValueKind.Object) return Fail("S4", $"{file} has {whose} that is not an object");
        var seen = new System.Collections.Generic.HashSet<string>();
        return Each.Of<JsonProperty, JsonProperty>(value.EnumerateObject(), member => seen.Add(member.Name)
            ? member
            : Fail("S5", $"{file} has the name {Quote.Of(member.Name)} twice in {whose}"));
    }

    private Either<IrError, JsonElement[]> FieldsOf(List<JsonProperty> members, string name)
    {
        foreach (var member in members)
            if (!Fields.Contains(member.Name))
                return Fail("S4", $"{file} has tensor {Quote.Of(name)} with the unknown field {Quote.Of(member.Name)}");
        foreach (var field in Fields)
            if (members.All(m => m.Name != field))
                return Fail("S4", $"{file} has tensor {Quote.Of(name)} without the field \"{field}\"");
        var fields = Fields.Map(f => members.Find(m => m.Name == f).Value).ToArray();
        return fields.Select(f => f.ValueKind).ToArray() is [JsonValueKind.String, JsonValueKind.Array, JsonValueKind.Array]
            ? fields
            : Fail("S4", $"{file} has tensor {Quote.Of(name)} whose dtype is no text, or whose shape or offsets no list");
    }

    private Either<IrError, ElementType> ElementOf(JsonElement dtype, string name) =>
        Dtype.Parse(dtype.GetString()!) is { } element
            ? element
            : Fail("S6", $"{file} has tensor {Quote.Of(name)} of dtype {Quote.Of(dtype.GetString()!)}, " +
                $"only {Dtype.All} are read");

    private Either<IrError, int> Length(JsonElement length, string name) =>
        length.ValueKind == JsonValueKind.Number && length.TryGetInt32(out var n) && n >= 0
            ? n
            : Fail("S7", $"{file} has tensor {Quote.Of(name)} whose shape has {Quote.Of(length.GetRawText())}, " +
                $"a length is a whole number from 0 to {int.MaxValue}");

    private Either<IrError, TensorType> TypeOf(ElementType element, List<int> shape, string name)
    {
        try
        {
            var type = new TensorType(element, Dims.Of(shape));
            _ = checked(type.Count * element.Bytes);
            return type;
        }
        catch (OverflowException)
        {
            return Fail("S7", $"{file} has tensor {Quote.Of(name)} whose shape takes more than 2^63 bytes");
        }
    }

    private Either<IrError, (long Begin, long End)> OffsetsOf(JsonElement offsets, string name) =>
        offsets.GetArrayLength() == 2 && Offset(offsets[0]) is { } begin && Offset(offsets[1]) is { } end
            ? (begin, end)
            : Fail("S4", $"{file} has tensor {Quote.Of(name)} whose data_offsets are not two whole numbers " +
                "from 0 to 2^63-1");

    private static long? Offset(JsonElement offset) =>
        offset.ValueKind == JsonValueKind.Number && offset.TryGetInt64(out var n) && n >= 0 ? n : null;
}
