using System.IO.Compression;
using LanguageExt;
using MiniTorch.Interop.Npy;
using MiniTorch.Ir;
using static MiniTorch.Interop.Npz.NpzFile;

namespace MiniTorch.Interop.Npz;

/// <summary>An archive's directory is checked as a whole before its first entry is unpacked.</summary>
internal sealed class NpzReader(string archive, long limit)
{
    /// <summary>The tensors in the directory's order.</summary>
    public Either<IrError, TensorFile> Read(ZipArchive zip)
    {
        var names = new System.Collections.Generic.HashSet<string>();
        return from entries in Each.Of(zip.Entries, e => Named(e, names))
               from small in Limited(zip.Entries)
               from tensors in Each.Of(entries, TensorOf)
               select TensorFile.Of([.. tensors]);
    }

    private Either<IrError, ZipArchiveEntry> Named(ZipArchiveEntry entry, System.Collections.Generic.HashSet<string> names)
    {
        if (!entry.FullName.EndsWith(Extension, StringComparison.Ordinal))
            return Fail("Z2", $"{Described(entry)} is not named as a NumPy array, NAME{Extension}");
        if (!names.Add(entry.FullName))
            return Fail("Z3", $"{Described(entry)} is there twice, an archive has each name once");
        return entry.IsEncrypted ? Fail("Z5", $"{Described(entry)} is encrypted, only plain archives are read") : entry;
    }

    /// <summary>What the directory claims; that no entry is unpacked further than it claims is the reader's part.</summary>
    private Either<IrError, Unit> Limited(IEnumerable<ZipArchiveEntry> entries)
    {
        var left = limit;
        foreach (var length in entries.Select(e => e.Length))
        {
            if (length < 0 || length > left)
                return Fail("Z4", $"{archive} claims to unpack to more than the limit of {limit:N0} bytes");
            left -= length;
        }
        return Unit.Default;
    }

    private Either<IrError, (string, Tensor)> TensorOf(ZipArchiveEntry entry)
    {
        using var stream = new SummedStream(entry.Open());
        return NpyReader.Read(stream, entry.Length, Described(entry)).Bind(tensor => Whole(entry, stream, tensor));
    }

    private Either<IrError, (string, Tensor)> Whole(ZipArchiveEntry entry, SummedStream stream, Tensor tensor) =>
        stream.Sum == entry.Crc32
            ? (entry.FullName[..^Extension.Length], tensor)
            : Fail("Z1", $"{Described(entry)} does not have the checksum that the archive tells, it is damaged");

    private string Described(ZipArchiveEntry entry) => $"entry {Quote.Of(entry.FullName)} of {archive}";
}
