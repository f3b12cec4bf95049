using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using LanguageExt;
using MiniTorch.Interop.Files;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Safetensors;

/// <summary>
/// Every sequence of bytes is either one file of named tensors or one broken rule, never an exception; and what is
/// written is read back, equal in every bit.
/// </summary>
/// <remarks>
/// Layout: the header's length as 8 little-endian bytes; the header, a JSON object of
/// <c>"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}</c> and perhaps
/// <c>"__metadata__": {"key": "text"}</c>; then the data, which the tensors fill without gap or overlap.
/// Element types: BOOL U8 I32 I64 F16 BF16 F32 F64.
/// Errors: safetensors.S1 the file ends before its header does; S2 the header or the file is larger than the limit;
/// S3 the header is not JSON; S4 the JSON does not describe tensors; S5 a name occurs twice; S6 an unknown dtype;
/// S7 a shape that no tensor has; S8 offsets outside the data; S9 offsets that overlap or leave a gap;
/// S10 offsets and shape disagree; S11 a truth value other than 0 and 1; S12 a name or text that cannot be written;
/// S13 a tensor too large to be read; S14 no tensor of the name asked for;
/// and the rules of <see cref="AtomicFile"/>.
/// Source: the safetensors format, https://github.com/huggingface/safetensors, section "Format".
/// </remarks>
public static class SafetensorsFile
{
    /// <summary>The most bytes a header may have.</summary>
    public const int HeaderLimit = 100_000_000;

    /// <summary>The most bytes of a file in one array, a little below 2 GiB; a file on a disk may have more.</summary>
    public static readonly long ArrayLimit = Array.MaxLength;

    private const int Prefix = 8;

    /// <summary>All tensors of a file of any size, each of at most 2 GiB: what parsing its bytes gives.</summary>
    public static Either<IrError, TensorFile> Read(string path) => Open(path).Bind(mapped =>
    {
        using var open = mapped;
        return from tensors in Each.Of(open.Tensors, t => open.Read(t.Name).Map(value => (t.Name, value)))
               select new TensorFile(tensors.ToSeq(), open.Metadata);
    });

    /// <summary>
    /// The file, opened to read one tensor at a time: the header and the places of all tensors are checked, no data touched.
    /// </summary>
    /// <remarks>Errors: safetensors.S1 to S10, file.F2. There is no limit but on the header.</remarks>
    public static Either<IrError, MappedTensors> Open(string path) =>
        AtomicFile.Open(path, file => Map(file, Path.GetFileName(path)));

    /// <summary>The tensors that the bytes spell, or the first rule they break, told under the name given.</summary>
    public static Either<IrError, TensorFile> Parse(byte[] bytes, string name) =>
        from length in HeaderLength(bytes, bytes.Length, name)
        from header in new HeaderReader(name).Read(bytes.AsMemory(Prefix, length))
        from file in Layout.Cut(header, bytes.AsMemory(Prefix + length), name)
        select file;

    /// <summary>The bytes of a file, the same for equal files; a file that breaks a rule is an IrException.</summary>
    public static byte[] Write(TensorFile file)
    {
        var header = HeaderOf(file);
        var size = Prefix + header.Length + file.Tensors.Sum(t => t.Value.Type.Bytes);
        if (size > ArrayLimit)
            throw new IrException(Prelude.Seq1(Fail("S2",
                $"an array of {size:N0} bytes is more than the limit of {ArrayLimit:N0}; save a file")));
        var bytes = new byte[size];
        Write(file, header, new MemoryStream(bytes));
        return bytes;
    }

    /// <summary>Writes the bytes of a file; a file that breaks a rule is an IrException before the first byte.</summary>
    public static void Write(TensorFile file, Stream stream) => Write(file, HeaderOf(file), stream);

    /// <summary>The file at the path becomes this one, whole; or nothing changes and one rule is broken.</summary>
    public static Either<IrError, Unit> Save(string path, TensorFile file) =>
        from header in HeaderWriter.Header(file)
        from done in AtomicFile.Write(path, stream => Write(file, header, stream))
        select done;

    private static byte[] HeaderOf(TensorFile file) =>
        HeaderWriter.Header(file).IfLeft(e => throw new IrException(Prelude.Seq1(e)));

    private static void Write(TensorFile file, byte[] header, Stream stream)
    {
        Span<byte> length = stackalloc byte[Prefix];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var (_, tensor) in file.Tensors) stream.Write(tensor.Bytes);
    }

    private static Either<IrError, MappedTensors> Map(FileStream file, string name) =>
        from length in HeaderLength(Take.UpTo(file, Prefix), file.Length, name)
        from header in new HeaderReader(name).Read(Take.UpTo(file, length))
        from tiled in Layout.Check(header, file.Length - Prefix - length, name)
        select new MappedTensors(name, MapOf(file), Prefix + length, header);

    private static MemoryMappedFile MapOf(FileStream file) => MemoryMappedFile.CreateFromFile(
        file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);

    private static Either<IrError, int> HeaderLength(byte[] prefix, long present, string name)
    {
        if (present < Prefix || prefix.Length < Prefix)
            return Fail("S1", $"{name} ends after {prefix.Length} bytes, the length of its header takes {Prefix}");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > HeaderLimit)
            return Fail("S2", $"{name} claims a header of {length:N0} bytes, more than the limit of {HeaderLimit:N0}");
        if (length > (ulong)(present - Prefix))
            return Fail("S1", $"{name} claims a header of {length:N0} bytes, only {present - Prefix:N0} follow");
        return (int)length;
    }

    internal static IrError Fail(string rule, string message) => new($"safetensors.{rule}", message);
}
