using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Check = MiniTorch.Generators.Check;

namespace MiniTorch.Report.Tests;

public class PngTests
{
    private sealed record Picture(int Rows, int Columns, int[] Pixels);

    private static readonly Arbitrary<Picture> Pictures = Arb.From(
        from rows in Gen.Choose(1, 12)
        from columns in Gen.Choose(1, 12)
        from colours in Gen.Elements(1, 2, 200, 1 << 24)
        from grey in Gen.Elements(false, true)
        from pixels in Gen.Choose(0, colours - 1)
            .Select(c => grey ? (c & 255) * 0x010101 : c * 7919 & 0xFFFFFF).ArrayOf(rows * columns)
        select new Picture(rows, columns, pixels));

    [Fact]
    public void A_file_has_the_pixels_that_it_was_made_of() => Check.Holds(Pictures, p =>
        Read(Png.Of(p.Rows, p.Columns, p.Pixels)) is var (columns, rows, pixels)
        && (rows, columns) == (p.Rows, p.Columns) && pixels.SequenceEqual(p.Pixels), 300);

    [Fact]
    public void The_remainder_of_an_empty_end_is_the_one_that_every_file_has() =>
        Assert.Equal(0xAE426082, Png.Check(Encoding.ASCII.GetBytes("IEND")));

    [Fact]
    public void A_picture_of_few_colours_takes_fewer_bytes_than_three_a_pixel()
    {
        var pixels = Enumerable.Range(0, 64 * 64).Select(i => i * 2654435761 % 64 > 31 ? 0xFF8800 : 0x0088FF).ToArray();
        Assert.True(Png.Of(64, 64, pixels).Length < 64 * 64);
    }

    [Fact]
    public void Every_image_of_a_page_is_a_whole_file() => Assert.All(
        PageTests.Parse(Samples.Named("training").Text).QuerySelectorAll("img, image")
            .Select(i => i.GetAttribute("src") ?? i.GetAttribute("href")!), uri =>
                Assert.NotEmpty(Read(Convert.FromBase64String(uri.Split(',')[1])).Pixels));

    /// <summary>A reader of what the writer may write, by the standard's own description; it checks every chunk.</summary>
    private static (int Columns, int Rows, int[] Pixels) Read(byte[] file)
    {
        Assert.Equal([0x89, .. "PNG\r\n\u001a\n"u8.ToArray()], file[..8]);
        var chunks = Chunks(file).ToList();
        Assert.Equal(("IHDR", "IEND"), (chunks[0].Name, chunks[^1].Name));
        var head = chunks[0].Data;
        var columns = BinaryPrimitives.ReadInt32BigEndian(head);
        var rows = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4));
        Assert.Equal(new byte[] { 8, head[9], 0, 0, 0 }, head[8..]);
        var palette = chunks.Where(c => c.Name == "PLTE").SelectMany(c => c.Data).ToArray();
        using var zlib = new ZLibStream(new MemoryStream([.. chunks.Where(c => c.Name == "IDAT").SelectMany(c => c.Data)]),
            CompressionMode.Decompress);
        using var raw = new MemoryStream();
        zlib.CopyTo(raw);
        return (columns, rows, [.. Pixels(raw.ToArray(), columns, rows, head[9], palette)]);
    }

    private static IEnumerable<(string Name, byte[] Data)> Chunks(byte[] file)
    {
        for (var at = 8; at < file.Length;)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            Assert.Equal(Remainder(file[(at + 4)..(at + 8 + size)]),
                BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + size)));
            yield return (Encoding.ASCII.GetString(file, at + 4, 4), file[(at + 8)..(at + 8 + size)]);
            at += 12 + size;
        }
    }

    // bit by bit, without a table
    private static uint Remainder(byte[] bytes) => ~bytes.Aggregate(uint.MaxValue, (c, b) =>
        Enumerable.Range(0, 8).Aggregate(c ^ b, (x, _) => (x >> 1) ^ (0xEDB88320 & (uint)-(int)(x & 1))));

    private static IEnumerable<int> Pixels(byte[] raw, int columns, int rows, byte kind, byte[] palette)
    {
        var size = kind == 2 ? 3 : 1;
        Assert.Equal(rows * (1 + columns * size), raw.Length);
        for (var r = 0; r < rows; r++)
        {
            var line = raw.AsMemory(r * (1 + columns * size), 1 + columns * size);
            Assert.Equal(0, line.Span[0]);
            for (var c = 0; c < columns; c++) yield return Pixel(line.Span.Slice(1 + c * size, size), kind, palette);
        }
    }

    private static int Pixel(ReadOnlySpan<byte> at, byte kind, byte[] palette) => kind switch
    {
        0 => at[0] * 0x010101,
        2 => at[0] << 16 | at[1] << 8 | at[2],
        3 => palette[3 * at[0]] << 16 | palette[3 * at[0] + 1] << 8 | palette[3 * at[0] + 2],
        _ => throw new InvalidOperationException($"kind {kind}"),
    };
}
