using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MiniTorch.Report;

/// <summary>
/// A picture of pixels as the bytes of a PNG file, in the fewest of three forms: grey, a palette of its own colours, or
/// three bytes a pixel. The same pixels give the same bytes.
/// </summary>
/// <remarks>Source: ISO/IEC 15948, Portable Network Graphics.</remarks>
internal static class Png
{
    private static readonly byte[] Signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static readonly uint[] Remainders = [.. Enumerable.Range(0, 256).Select(n =>
        Enumerable.Range(0, 8).Aggregate((uint)n, (c, _) => (c & 1) == 1 ? 0xEDB88320 ^ (c >> 1) : c >> 1))];

    /// <summary>A file of these pixels, row by row from the top, each 0xRRGGBB.</summary>
    internal static byte[] Of(int rows, int columns, ReadOnlySpan<int> pixels)
    {
        var colours = pixels.ToArray().Distinct().Order().ToArray();
        return colours.All(IsGrey) ? File(rows, columns, 0, [], pixels, static p => [(byte)p])
            : colours.Length <= 256 && colours.Length * 3 + 12 < 2 * pixels.Length ? Indexed(rows, columns, pixels, colours)
            : File(rows, columns, 2, [], pixels, Bytes);
    }

    private static byte[] Indexed(int rows, int columns, ReadOnlySpan<int> pixels, int[] colours)
    {
        var index = colours.Select((c, i) => (c, i)).ToDictionary(p => p.c, p => (byte)p.i);
        return File(rows, columns, 3, [.. colours.SelectMany(Bytes)], pixels, p => [index[p]]);
    }

    private static bool IsGrey(int p) => (p & 255) == ((p >> 8) & 255) && (p & 255) == (p >> 16);

    private static byte[] Bytes(int p) => [(byte)(p >> 16), (byte)(p >> 8), (byte)p];

    private static byte[] File(
        int rows, int columns, byte kind, byte[] palette, ReadOnlySpan<int> pixels, Func<int, byte[]> bytes)
    {
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, columns);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), rows);
        (head[8], head[9]) = (8, kind);
        var lines = new List<byte>();
        for (var r = 0; r < rows; r++)
        {
            lines.Add(0); // no filter: these pictures are small, and neighbours differ
            foreach (var pixel in pixels.Slice(r * columns, columns)) lines.AddRange(bytes(pixel));
        }
        return [.. Signature, .. Chunk("IHDR", head), .. palette.Length == 0 ? [] : Chunk("PLTE", palette),
            .. Chunk("IDAT", Deflated([.. lines])), .. Chunk("IEND", [])];
    }

    private static byte[] Deflated(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) zlib.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Chunk(string name, byte[] data)
    {
        byte[] chunk = [0, 0, 0, 0, .. Encoding.ASCII.GetBytes(name), .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Check(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    /// <summary>The remainder that a reader checks a chunk by: CRC-32.</summary>
    internal static uint Check(ReadOnlySpan<byte> bytes)
    {
        var c = 0xFFFFFFFF;
        foreach (var b in bytes) c = Remainders[(c ^ b) & 255] ^ (c >> 8);
        return c ^ 0xFFFFFFFF;
    }
}
