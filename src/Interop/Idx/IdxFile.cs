using System.Buffers.Binary;
using System.IO.Compression;
using LanguageExt;
using MiniTorch.Interop.Files;

namespace MiniTorch.Interop.Idx;

/// <summary>
/// Every sequence of bytes, plain or gzip, is either one IDX array of unsigned bytes or one broken rule; never an
/// exception, and never more memory than a small multiple of the bytes really present, up to <see cref="Limit"/>.
/// </summary>
/// <remarks>
/// Layout: 0 0 type rank, then <c>rank</c> big-endian 32-bit lengths, then the elements, the last axis fastest.
/// Errors: idx.R1 cannot be opened or read; idx.Z1 damaged gzip; idx.F1 data and header disagree on the size;
/// idx.F2 the header is cut short; idx.F3 no IDX magic; idx.F4 a type other than unsigned byte; idx.F5 no
/// dimensions; idx.F6 larger than the limit.
/// Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", section on file formats.
/// </remarks>
public static class IdxFile
{
    /// <summary>The most bytes of data an array may have: 1 GiB.</summary>
    public const long Limit = 1L << 30;

    private const byte UnsignedByte = 0x08;

    private sealed record Header(IReadOnlyList<int> Shape, long Count)
    {
        public int Length => 4 + 4 * Shape.Count;
        public string Claim => $"{Shown(Shape)} = {Count:N0}";
    }

    /// <summary>Reading a file is parsing its bytes under the name of the file.</summary>
    public static Either<IdxError, IdxArray> Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Parse(file, Path.GetFileName(path));
        }
        catch (Exception e) when (IsAboutFiles(e))
        {
            return Fail("idx.R1", Unreadable(path, e));
        }
    }

    /// <summary>The array that the bytes spell, or the first rule they break, told under the name given.</summary>
    public static Either<IdxError, IdxArray> Parse(byte[] bytes, string name) =>
        Parse(new MemoryStream(bytes, writable: false), name);

    private static Either<IdxError, IdxArray> Parse(Stream source, string name)
    {
        if (!IsGzip(source)) return ParsePlain(source, name);
        try
        {
            using var plain = new GZipStream(source, CompressionMode.Decompress);
            return ParsePlain(plain, name).Bind(a => CheckTrailer(source, a, name));
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return Fail("idx.Z1", $"{name} is a gzip file that cannot be unpacked, it is cut short or damaged");
        }
    }

    /// <summary>A gzip file ends with the size of what it holds; the unpacker accepts a file cut there.</summary>
    private static Either<IdxError, IdxArray> CheckTrailer(Stream source, IdxArray array, string name)
    {
        source.Seek(-4, SeekOrigin.End);
        var told = BinaryPrimitives.ReadUInt32LittleEndian(Take.UpTo(source, 4));
        var unpacked = 4 + 4 * array.Shape.Count + array.Data.Length;
        if (told != unpacked)
            return Fail("idx.Z1", $"{name} is a gzip file whose end tells of {told:N0} bytes where {unpacked:N0} " +
                "were unpacked, it is cut short or has more than one part");
        return array;
    }

    private static Either<IdxError, IdxArray> ParsePlain(Stream plain, string name) =>
        from header in ReadHeader(plain, name)
        from data in ReadData(plain, header, name)
        select new IdxArray(header.Shape, data);

    private static Either<IdxError, Header> ReadHeader(Stream plain, string name)
    {
        var magic = Take.UpTo(plain, 4);
        if (magic.Length < 4)
            return Fail("idx.F2", $"{name} ends after {magic.Length} bytes, a header has at least 4");
        if (magic[0] != 0 || magic[1] != 0)
            return Fail("idx.F3", $"{name} begins with {Hex(magic[0])} {Hex(magic[1])}, an IDX file with 0x00 0x00");
        if (magic[2] != UnsignedByte)
            return Fail("idx.F4", $"{name} has {TypeName(magic[2])}, only 0x08 (unsigned byte) is read");
        if (magic[3] == 0)
            return Fail("idx.F5", $"{name} has no dimensions, its header must name at least one");
        return ReadShape(plain, magic[3], name);
    }

    private static Either<IdxError, Header> ReadShape(Stream plain, int rank, string name)
    {
        var bytes = Take.UpTo(plain, 4 * rank);
        if (bytes.Length < 4 * rank)
            return Fail("idx.F2", $"{name} ends after {4 + bytes.Length} bytes, inside its header of {4 + 4 * rank}");
        var lengths = new uint[rank];
        for (var i = 0; i < rank; i++) lengths[i] = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4 * i));
        var count = Product(lengths);
        if (count > Limit || lengths.Max() > int.MaxValue)
            return Fail("idx.F6", $"{name} claims {Shown(lengths)} bytes of data, more than the limit of {Limit:N0}");
        return new Header(lengths.Map(n => (int)n).ToArray(), count);
    }

    /// <summary>The product of the lengths where at most <see cref="Limit"/>, else some number above it.</summary>
    private static long Product(uint[] lengths)
    {
        if (lengths.Contains(0u)) return 0;
        long product = 1;
        foreach (var n in lengths)
            if ((product *= n) > Limit) break;
        return product;
    }

    private static Either<IdxError, byte[]> ReadData(Stream plain, Header header, string name)
    {
        var present = plain.CanSeek ? plain.Length - header.Length : (long?)null;
        if (present is { } n && n != header.Count) return WrongSize($"{n:N0}", header, name);
        var data = Take.UpTo(plain, (int)header.Count);
        if (data.Length < header.Count) return WrongSize($"{data.Length:N0}", header, name);
        if (plain.ReadByte() >= 0) return WrongSize($"more than {header.Count:N0}", header, name);
        return data;
    }

    private static bool IsGzip(Stream source)
    {
        var first = Take.UpTo(source, 2);
        source.Position = 0;
        return first is [0x1f, 0x8b];
    }

    private static bool IsAboutFiles(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    private static string Unreadable(string? path, Exception e) => e switch
    {
        _ when string.IsNullOrEmpty(path) => "the path is empty, it must name a file",
        FileNotFoundException or DirectoryNotFoundException => $"there is no file {path}",
        _ when Directory.Exists(path) => $"{path} is a directory, not a file",
        UnauthorizedAccessException => $"{path} may not be read, permission is denied",
        _ => $"{path} cannot be read: {e.Message.ReplaceLineEndings(" ")}",
    };

    private static string TypeName(byte code) => code switch
    {
        0x09 => "type code 0x09 (signed byte)",
        0x0B => "type code 0x0B (16-bit integer)",
        0x0C => "type code 0x0C (32-bit integer)",
        0x0D => "type code 0x0D (32-bit float)",
        0x0E => "type code 0x0E (64-bit float)",
        _ => $"the unknown type code {Hex(code)}",
    };

    private static string Hex(byte b) => $"0x{b:X2}";

    /// <summary>The lengths as a product, the middle left out where there are many.</summary>
    private static string Shown<T>(IReadOnlyList<T> lengths) => lengths.Count <= 8
        ? string.Join("·", lengths)
        : $"{string.Join("·", lengths.Take(7))}·…·{lengths[^1]}";

    private static IdxError WrongSize(string present, Header header, string name) =>
        Fail("idx.F1", $"{name} has {present} bytes of data, its header says {header.Claim}");

    private static IdxError Fail(string rule, string message) => new(rule, message);
}
