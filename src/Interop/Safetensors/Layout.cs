using LanguageExt;
using MiniTorch.Ir;
using static MiniTorch.Interop.Safetensors.SafetensorsFile;

namespace MiniTorch.Interop.Safetensors;

/// <summary>The entries cut the data into tensors, each byte belonging to exactly one.</summary>
internal static class Layout
{
    /// <summary>The tensors in the header's order, or the first rule that an entry breaks.</summary>
    public static Either<IrError, TensorFile> Cut(Header header, ReadOnlyMemory<byte> data, string file) =>
        from tiled in Check(header, data.Length, file)
        from tensors in Each.Of(header.Entries, e =>
            TensorOf(e, data[(int)e.Begin..(int)e.End].ToArray(), file).Map(tensor => (e.Name, tensor)))
        select new TensorFile(tensors.ToSeq(), header.Metadata);

    /// <summary>The entries fit <paramref name="length"/> bytes of data, of which nothing is looked at.</summary>
    public static Either<IrError, Unit> Check(Header header, long length, string file) =>
        from sized in Each.Of(header.Entries, e => Sized(e, length, file))
        from tiled in Tiled(sized, length, file)
        select tiled;

    /// <summary>The entry's bytes as a tensor, which keeps them.</summary>
    public static Either<IrError, Tensor> TensorOf(Entry entry, byte[] bytes, string file)
    {
        var bad = entry.Type.Element == ElementType.Pred ? bytes.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)1) : -1;
        if (bad >= 0)
            return Fail("S11", $"{file} has tensor {Quote.Of(entry.Name)} of truth values whose element {bad} " +
                $"is {bytes[bad]}, neither 0 nor 1");
        return Tensor.Adopt(entry.Type, bytes);
    }

    private static Either<IrError, Entry> Sized(Entry entry, long length, string file)
    {
        if (entry.Begin > entry.End || entry.End > length)
            return Fail("S8", $"{file} has {Described(entry)}, the data are bytes 0 to {length}");
        if (entry.End - entry.Begin != entry.Type.Bytes)
            return Fail("S10", $"{file} has {Described(entry)}, {entry.Type} takes {entry.Type.Bytes} bytes");
        return entry;
    }

    private static Either<IrError, Unit> Tiled(List<Entry> entries, long length, string file)
    {
        long end = 0;
        foreach (var entry in entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.Begin < end) return Fail("S9", $"{file} has {Described(entry)}, which overlap another tensor's");
            if (entry.Begin > end) return Gap(end, entry.Begin, file);
            end = entry.End;
        }
        return end < length ? Gap(end, length, file) : Unit.Default;
    }

    private static IrError Gap(long begin, long end, string file) =>
        Fail("S9", $"{file} has data of no tensor, bytes {begin} to {end}");

    private static string Described(Entry entry) =>
        $"tensor {Quote.Of(entry.Name)} at bytes {entry.Begin} to {entry.End}";
}
