using System.IO.MemoryMappedFiles;
using LanguageExt;
using MiniTorch.Interop.Files;
using MiniTorch.Ir;
using static MiniTorch.Interop.Safetensors.SafetensorsFile;

namespace MiniTorch.Interop.Safetensors;

/// <summary>
/// An open safetensors file of any size, from which one tensor is read at a time; each is the one that
/// <see cref="SafetensorsFile.Read"/> would give.
/// </summary>
/// <remarks>
/// The file may be larger than the memory: only the header is kept, and a tensor's part of the file is mapped while it is
/// read. Reading is safe from several threads. The file must stay as it is while it is open: where another program shortens
/// it, the system may end the process.
/// </remarks>
public sealed class MappedTensors : IDisposable
{
    private const int Listed = 3;
    private readonly string file;
    private readonly MemoryMappedFile map;
    private readonly long begin;
    private readonly Dictionary<string, Entry> entries;

    internal MappedTensors(string file, MemoryMappedFile map, long begin, Header header)
    {
        (this.file, this.map, this.begin) = (file, map, begin);
        entries = header.Entries.ToDictionary(e => e.Name);
        Tensors = header.Entries.Select(e => (e.Name, e.Type)).ToSeq();
        Metadata = header.Metadata;
    }

    /// <summary>The tensors' names and types, in the header's order.</summary>
    public Seq<(string Name, TensorType Type)> Tensors { get; }

    /// <summary>Texts about them.</summary>
    public Seq<(string Key, string Value)> Metadata { get; }

    /// <summary>A copy of the tensor of that name.</summary>
    /// <remarks>
    /// Errors: safetensors.S11; safetensors.S13 the tensor is larger than an array can be, a little below 2 GiB;
    /// safetensors.S14 there is no tensor of that name; file.F2.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public Either<IrError, Tensor> Read(string name)
    {
        if (!entries.TryGetValue(name, out var entry)) return Missing(name);
        if (entry.Type.Bytes > Size.Limit)
            return Fail("S13", $"{file} has tensor {Quote.Of(name)} of {entry.Type.Bytes:N0} bytes, " +
                $"a tensor has at most {Size.Limit:N0}");
        return AtomicFile.Try(file, () => Layout.TensorOf(entry, Copy(entry), file));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => map.Dispose();

    private byte[] Copy(Entry entry)
    {
        ObjectDisposedException.ThrowIf(map.SafeMemoryMappedFileHandle.IsClosed, this);
        var bytes = new byte[entry.Type.Bytes];
        if (bytes.Length == 0) return bytes;
        using var view = map.CreateViewAccessor(begin + entry.Begin, bytes.Length, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.ReadSpan((ulong)view.PointerOffset, bytes.AsSpan());
        return bytes;
    }

    private IrError Missing(string name)
    {
        var some = entries.Count == 0 ? "none" : string.Join(" ", Tensors.Take(Listed).Select(t => Quote.Of(t.Name)));
        var more = entries.Count > Listed ? $" and {entries.Count - Listed:N0} more" : "";
        return Fail("S14", $"{file} has no tensor {Quote.Of(name)}, it has {some}{more}");
    }
}
