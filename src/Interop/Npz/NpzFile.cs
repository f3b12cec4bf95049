using System.IO.Compression;
using LanguageExt;
using MiniTorch.Interop.Files;
using MiniTorch.Interop.Npy;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Npz;

/// <summary>
/// Every sequence of bytes is either one archive of named NumPy arrays or one broken rule, never an exception; what is
/// written is read back, equal in every bit, and NumPy reads it.
/// </summary>
/// <remarks>
/// Layout: a zip archive, stored or deflated, whose entries are <see cref="NpyFile"/>s named after their tensors. A name is
/// only a name: nothing is unpacked to the disk, so <c>../w.npy</c> is the tensor <c>../w</c>. The format has no place for
/// metadata: none is read, and a file's metadata are left out when it is written.
/// Memory: an entry is unpacked no further than its own header tells, and all together no further than the limit.
/// Errors: npz.Z1 no zip archive, or a damaged one; npz.Z2 an entry that is no array; npz.Z3 a name occurs twice; npz.Z4
/// larger than the limit; npz.Z5 an encrypted entry; npz.Z6 a name that cannot be written; and the rules of
/// <see cref="NpyFile"/> and <see cref="AtomicFile"/>.
/// Source: numpy.savez; PKWARE, "APPNOTE.TXT, .ZIP File Format Specification".
/// </remarks>
public static class NpzFile
{
    /// <summary>The most bytes that all entries together may have, unpacked: a little below 2 GiB.</summary>
    public const long Limit = Size.Limit;

    internal const string Extension = ".npy";

    /// <summary>Reading a file is parsing its bytes under the name of the file.</summary>
    /// <remarks>Errors: npz.Z1 to Z5, npy.N1 to N9, file.F2.</remarks>
    public static Either<IrError, TensorFile> Read(string path, long limit = Limit) =>
        AtomicFile.Read(path, file => Parse(file, Path.GetFileName(path), limit));

    /// <summary>The tensors that the bytes spell, or the first rule they break, told under the name given.</summary>
    /// <remarks>Errors: npz.Z1 to Z5, npy.N1 to N9.</remarks>
    public static Either<IrError, TensorFile> Parse(byte[] bytes, string name, long limit = Limit) =>
        Parse(new MemoryStream(bytes, writable: false), name, limit);

    /// <summary>The bytes of an archive whose entries are stored, the same for equal tensors.</summary>
    /// <remarks>Errors: npz.Z3, npz.Z4, npz.Z6, npy.N7.</remarks>
    public static Either<IrError, byte[]> Write(TensorFile file) => NpzWriter.Entries(file).Map(entries =>
    {
        var stream = new MemoryStream();
        NpzWriter.Write(entries, stream);
        return stream.ToArray();
    });

    /// <summary>The file at the path becomes the archive, whole; or nothing changes and one rule is broken.</summary>
    /// <remarks>Errors: npz.Z3, npz.Z4, npz.Z6, npy.N7, file.F1.</remarks>
    public static Either<IrError, Unit> Save(string path, TensorFile file) =>
        from entries in NpzWriter.Entries(file)
        from done in AtomicFile.Write(path, stream => NpzWriter.Write(entries, stream))
        select done;

    private static Either<IrError, TensorFile> Parse(Stream stream, string name, long limit)
    {
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            return new NpzReader(name, limit).Read(archive);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return Fail("Z1", $"{name} is no zip archive that can be unpacked, it is cut short, damaged or packed by " +
                "another method than deflate");
        }
    }

    internal static IrError Fail(string rule, string message) => new($"npz.{rule}", message);
}
