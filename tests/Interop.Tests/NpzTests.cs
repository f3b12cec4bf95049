using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using MiniTorch.Interop.Npy;
using MiniTorch.Interop.Npz;
using MiniTorch.Ir;
using Xunit;
using Xunit.Abstractions;

namespace MiniTorch.Interop.Tests;

public sealed class NpzTests(ITestOutputHelper output)
{
    // 64 KiB for each of at most ten entries, and four times what is unpacked: deflate packs at most 1,032 to 1
    private static long Most(byte[] archive) => (10 << 16) + 4 * 1032 * archive.Length;

    [Fact]
    public void Parsing_what_is_written_gives_the_tensors() =>
        Prop.ForAll(Samples.Files(), f => NpzFile.Parse(Written(f), "x") == Bare(f)).QuickCheckThrowOnFailure();

    [Fact]
    public void Parsing_what_is_deflated_gives_the_tensors() =>
        Prop.ForAll(Samples.Files(), f => NpzFile.Parse(Deflated(f), "x") == Bare(f)).QuickCheckThrowOnFailure();

    [Fact]
    public void Writing_is_deterministic() =>
        Prop.ForAll(Samples.Files(), f => Written(f).AsSpan().SequenceEqual(Written(f))).QuickCheckThrowOnFailure();

    [Fact]
    public void The_time_of_writing_is_not_in_the_archive()
    {
        using var zip = new ZipArchive(new MemoryStream(Written(Samples.OneOfEach())));
        Assert.All(zip.Entries, e => Assert.Equal(new DateTime(1980, 1, 1), e.LastWriteTime.DateTime));
    }

    [Fact]
    public void Every_proper_prefix_breaks_a_rule()
    {
        var all = Written(Samples.OneOfEach());
        Assert.All(Enumerable.Range(0, all.Length), n => Assert.True(NpzFile.Parse(all[..n], "x").IsLeft));
    }

    [Theory]
    [InlineData("stored")]
    [InlineData("deflated")]
    public void An_archive_that_numpy_saved_is_read(string sample) =>
        Assert.Equal(
            Prelude.Right<IrError, TensorFile>(TensorFile.Of(
                ("layer/w", Tensor.Of([2, 3], 0, 1, 2, 3, 4, 5)),
                ("b", Tensor.FromDoubles(ElementType.F64[3, 2], [0, 1, 2, 3, 4, 5])),
                ("é", Tensor.Scalar(ElementType.Pred, 1.0)))),
            NpzFile.Read(Path.Combine(AppContext.BaseDirectory, "NpySamples", $"{sample}.npz")));

    [Fact]
    public void A_name_that_leads_out_of_a_folder_is_only_a_name()
    {
        var file = TensorFile.Of(
            ("../../etc/passwd", Tensor.Of([1], 1)), ("/a", Tensor.Of([1], 2)), ("", Tensor.Of([1], 3)));
        Assert.Equal(Prelude.Right<IrError, TensorFile>(file), NpzFile.Parse(Written(file), "x"));
    }

    [Fact]
    public void Bytes_that_are_no_zip_break_Z1()
    {
        const string message = "x is no zip archive that can be unpacked, it is cut short, damaged or packed by another " +
            "method than deflate";
        Breaks("npz.Z1", message, []);
        Breaks("npz.Z1", message, [.. "PK\x3\x4"u8]);
        Breaks("npz.Z1", message, NpyFile.Write(Tensor.Of([1], 1)).IfLeft([]));
    }

    [Fact]
    public void A_changed_bit_of_the_data_breaks_Z1()
    {
        var bytes = Written(TensorFile.Of(("w", Tensor.Of([1], 123))));
        bytes[bytes.AsSpan().IndexOf(BitConverter.GetBytes(123f))] ^= 1;
        Breaks("npz.Z1", "entry \"w.npy\" of x does not have the checksum that the archive tells, it is damaged", bytes);
    }

    [Theory]
    [InlineData("readme.txt")]
    [InlineData("folder/")]
    public void An_entry_that_is_no_array_breaks_Z2(string name) =>
        Breaks("npz.Z2", $"entry \"{name}\" of x is not named as a NumPy array, NAME.npy", Zip((name, [])));

    [Fact]
    public void A_name_that_occurs_twice_breaks_Z3()
    {
        var one = NpyFile.Write(Tensor.Of([1], 1)).IfLeft([]);
        Breaks("npz.Z3", "entry \"w.npy\" of x is there twice, an archive has each name once",
            Zip(("w.npy", one), ("w.npy", one)));
        Refused("npz.Z3", "the tensor \"w\" is there twice, an archive has each name once",
            TensorFile.Of(("w", Tensor.Of([1], 1)), ("w", Tensor.Of([1], 1))));
    }

    [Fact]
    public void An_archive_over_the_limit_breaks_Z4_before_it_is_unpacked()
    {
        var bytes = Zip(("w.npy", new byte[50 << 20]));
        Assert.InRange(bytes.Length, 0, 60_000);
        Breaks("npz.Z4", "x claims to unpack to more than the limit of 1,000,000 bytes", bytes, limit: 1_000_000);
        Assert.InRange(Allocated(bytes, 1_000_000), 0, 1 << 16);
    }

    [Fact]
    public void Entries_that_all_lie_at_one_place_break_Z4_before_they_are_unpacked()
    {
        var one = NpyFile.Write(Tensor.Zeros(ElementType.U8[30 << 20])).IfLeft([]);
        var bytes = Overlapping(Zip(("00.npy", one)), times: 90);
        Assert.InRange(bytes.Length, 0, 60_000);
        Breaks("npz.Z4", "x claims to unpack to more than the limit of 2,147,483,591 bytes", bytes);
        Assert.InRange(Allocated(bytes, NpzFile.Limit), 0, 1 << 18);
    }

    [Fact]
    public void An_entry_is_unpacked_no_further_than_its_own_header()
    {
        var small = NpyFile.Write(Tensor.Of([1], 1)).IfLeft([]);
        var bomb = Zip(("w.npy", [.. small, .. new byte[50 << 20]]));
        Breaks("npy.N8", "entry \"w.npy\" of x has 52,428,804 bytes of data, f32[1] takes 4", bomb);
        Assert.InRange(Allocated(bomb, NpzFile.Limit), 0, 1 << 18);
    }

    [Fact]
    public void A_directory_that_lies_about_a_size_costs_no_memory()
    {
        var header = NpyFile.Write(Tensor.Zeros(ElementType.U8[50 << 20])).IfLeft([])[..128];
        var bytes = Zip(("w.npy", header));
        var at = bytes.AsSpan().IndexOf("PK\x1\x2"u8) + 24;
        Assert.Equal(128, BitConverter.ToInt32(bytes, at));
        BitConverter.TryWriteBytes(bytes.AsSpan(at), 128 + (50 << 20));
        Breaks("npy.N8", "entry \"w.npy\" of x has 0 bytes of data, u8[52428800] takes 52,428,800", bytes);
        Assert.InRange(Allocated(bytes, NpzFile.Limit), 0, 1 << 19);
    }

    [Fact]
    public void An_encrypted_entry_breaks_Z5()
    {
        var bytes = Written(TensorFile.Of(("w", Tensor.Of([1], 123))));
        bytes[6] |= 1;
        bytes[bytes.AsSpan().IndexOf("PK\x1\x2"u8) + 8] |= 1;
        Breaks("npz.Z5", "entry \"w.npy\" of x is encrypted, only plain archives are read", bytes);
    }

    [Fact]
    public void A_name_that_no_archive_has_breaks_Z6()
    {
        const string why = "cannot be written, a name in an archive is valid Unicode without zero characters, of at most " +
            "65,531 bytes";
        var names = new[] { ("\ud800", "\ufffd"), ("a\0", "a?"), (new string('a', 65_532), new string('a', 60) + "…") };
        foreach (var (name, shown) in names)
            Refused("npz.Z6", $"the name of tensor \"{shown}\" {why}", TensorFile.Of((name, Tensor.Of([1], 1))));
        var longest = TensorFile.Of((new string('a', 65_531), Tensor.Of([1], 1)));
        Assert.Equal(Prelude.Right<IrError, TensorFile>(longest), NpzFile.Parse(Written(longest), "x"));
    }

    [Fact]
    public void A_tensor_that_no_array_is_breaks_N7() =>
        Refused("npy.N7", "a tensor of 65 axes cannot be written, NumPy's arrays have at most 64",
            TensorFile.Of(("w", Tensor.Of(Dims.Repeat(1, 65), 1))));

    [Theory]
    [InlineData(20260107, false)]
    [InlineData(20260108, true)]
    public void Ten_thousand_mutants_are_read_or_refused(int seed, bool deflated)
    {
        var file = Samples.OneOfEach();
        var few = TensorFile.Of(file.Tensors[0], file.Tensors[6]);
        byte[][] valid = deflated ? [Deflated(file), Deflated(few)] : [Written(file), Written(few)];
        var rules = Mutants.Survive(seed, valid, b => NpzFile.Parse(b, "mutant"), Most);
        output.WriteLine($"seed {seed}: {Mutants.Shown(rules)}");
        Assert.True(rules.Count > 4, "the mutants reach most rules");
    }

    private static TensorFile Bare(TensorFile file) => TensorFile.Of([.. file.Tensors]);

    private static byte[] Written(TensorFile file) =>
        NpzFile.Write(file).IfLeft(e => throw new IrException(Prelude.Seq1(e)));

    private static byte[] Deflated(TensorFile file) =>
        Zip([.. file.Tensors.Select(t => ($"{t.Name}.npy", NpyFile.Write(t.Value).IfLeft([])))]);

    private static byte[] Zip(params (string Name, byte[] Bytes)[] entries)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create))
            foreach (var (name, bytes) in entries)
                using (var entry = zip.CreateEntry(name, CompressionLevel.Optimal).Open()) entry.Write(bytes);
        return stream.ToArray();
    }

    /// <summary>The directory's only record many times, under the names 00.npy to 89.npy.</summary>
    private static byte[] Overlapping(byte[] zip, int times)
    {
        var (directory, end) = (zip.AsSpan().IndexOf("PK\x1\x2"u8), zip.AsSpan().LastIndexOf("PK\x5\x6"u8));
        var record = zip[directory..end];
        var records = Enumerable.Range(0, times).SelectMany(i =>
            (byte[])[.. record[..46], .. Encoding.ASCII.GetBytes($"{i:00}"), .. record[48..]]);
        var tail = zip[end..];
        BitConverter.TryWriteBytes(tail.AsSpan(8), (ushort)times);
        BitConverter.TryWriteBytes(tail.AsSpan(10), (ushort)times);
        BitConverter.TryWriteBytes(tail.AsSpan(12), record.Length * times);
        return [.. zip[..directory], .. records, .. tail];
    }

    private static long Allocated(byte[] bytes, long limit)
    {
        NpzFile.Parse(bytes, "warm", limit);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(NpzFile.Parse(bytes, "x", limit).IsLeft);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Breaks(string rule, string message, byte[] bytes, long limit = NpzFile.Limit) =>
        Assert.Equal($"{rule}: {message}", Told(NpzFile.Parse(bytes, "x", limit)));

    private static void Refused(string rule, string message, TensorFile file) =>
        Assert.Equal($"{rule}: {message}", Told(NpzFile.Write(file)));

    private static string Told<T>(Either<IrError, T> result) => result.Match(Right: _ => "read", Left: e => e.ToString());
}
