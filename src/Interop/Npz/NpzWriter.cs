using System.IO.Compression;
using System.Text;
using LanguageExt;
using MiniTorch.Interop.Npy;
using MiniTorch.Ir;
using static MiniTorch.Interop.Npz.NpzFile;

namespace MiniTorch.Interop.Npz;

/// <summary>Checked entries, and the same archive for the same entries.</summary>
internal static class NpzWriter
{
    private const int LongestName = ushort.MaxValue;
    private const int ReadableByAll = 0x81A4 << 16; // a Unix file that its owner writes and all read
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Entries that can be written and read back, or the first rule that one breaks.</summary>
    public static Either<IrError, List<NpzEntry>> Entries(TensorFile file)
    {
        var names = new System.Collections.Generic.HashSet<string>();
        return from named in Each.Of(file.Tensors, t => Named(t.Name, names))
               from entries in Each.Of(file.Tensors, t => NpyHeader.Write(t.Value.Type)
                   .Map(header => new NpzEntry(t.Name + Extension, header, t.Value)))
               from small in Limited(entries.Sum(e => e.Header.Length + e.Value.Type.Bytes))
               select entries;
    }

    /// <summary>Writes them in their order, stored, without the time of writing.</summary>
    public static void Write(List<NpzEntry> entries, Stream stream)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var entry in entries)
        {
            var place = archive.CreateEntry(entry.Name, CompressionLevel.NoCompression);
            (place.LastWriteTime, place.ExternalAttributes) = (Epoch, ReadableByAll);
            using var data = place.Open();
            NpyFile.Write(entry.Header, entry.Value, data);
        }
    }

    private static Either<IrError, Unit> Named(string name, System.Collections.Generic.HashSet<string> names)
    {
        var bytes = Encoding.UTF8.GetBytes(name + Extension);
        if (Encoding.UTF8.GetString(bytes) != name + Extension || name.Contains('\0') || bytes.Length > LongestName)
            return Fail("Z6", $"the name of tensor {Quote.Of(name)} cannot be written, a name in an archive is valid " +
                $"Unicode without zero characters, of at most {LongestName - Extension.Length:N0} bytes");
        return names.Add(name)
            ? Unit.Default
            : Fail("Z3", $"the tensor {Quote.Of(name)} is there twice, an archive has each name once");
    }

    private static Either<IrError, Unit> Limited(long size) => size <= Limit
        ? Unit.Default
        : Fail("Z4", $"the arrays would have {size:N0} bytes, more than the limit of {Limit:N0}");
}

/// <summary>An array as an entry of an archive.</summary>
internal sealed record NpzEntry(string Name, byte[] Header, Tensor Value);
