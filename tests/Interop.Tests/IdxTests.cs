using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using MiniTorch.Interop.Idx;
using MiniTorch.Ir;
using Xunit;
using Xunit.Abstractions;
using Gen = FsCheck.Fluent.Gen;

namespace MiniTorch.Interop.Tests;

public sealed class IdxTests(ITestOutputHelper output)
{
    private const byte U8 = 0x08;

    // a header, a chunk, a stream, a sentence; and then a multiple of what is unpacked, at most 1,032 times the file
    private const long Most = 1 << 18;

    [Fact]
    public void Parsing_the_bytes_of_an_array_gives_the_array() =>
        Prop.ForAll(Arrays(), a => IdxFile.Parse(Bytes(a), "x") == a).QuickCheckThrowOnFailure();

    [Fact]
    public void Parsing_the_zipped_bytes_of_an_array_gives_the_array() =>
        Prop.ForAll(Arrays(), a => IdxFile.Parse(Gzip(Bytes(a)), "x") == a).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_proper_prefix_of_an_array_breaks_a_rule() =>
        Prop.ForAll(Arrays(), a => Prefixes(Bytes(a)).All(b => IdxFile.Parse(b, "x").IsLeft))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Every_proper_prefix_of_a_zipped_array_breaks_a_rule() =>
        Prop.ForAll(Arrays(), a => Prefixes(Gzip(Bytes(a))).All(b => IdxFile.Parse(b, "x").IsLeft))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Data_shorter_than_the_header_says_breaks_F1() =>
        Breaks("idx.F1", "images has 3 bytes of data, its header says 2·2 = 4", [.. Head(U8, 2, 2), 1, 2, 3]);

    [Fact]
    public void Data_longer_than_the_header_says_breaks_F1() =>
        Breaks("idx.F1", "images has 5 bytes of data, its header says 2·2 = 4", [.. Head(U8, 2, 2), 1, 2, 3, 4, 5]);

    [Fact]
    public void Zipped_data_longer_than_the_header_says_breaks_F1() =>
        Breaks("idx.F1", "images has more than 1 bytes of data, its header says 1 = 1",
            Gzip([.. Head(U8, 1), .. new byte[1 << 20]]));

    [Fact]
    public void An_empty_file_breaks_F2() =>
        Breaks("idx.F2", "images ends after 0 bytes, a header has at least 4", []);

    [Fact]
    public void A_header_cut_short_breaks_F2() =>
        Breaks("idx.F2", "images ends after 7 bytes, inside its header of 16", [0, 0, U8, 3, 0, 0, 0]);

    [Fact]
    public void Bytes_without_the_magic_break_F3() =>
        Breaks("idx.F3", "images begins with 0x89 0x50, an IDX file with 0x00 0x00", [0x89, 0x50, 0x4E, 0x47]);

    [Fact]
    public void A_float_array_breaks_F4_and_is_named() =>
        Breaks("idx.F4", "images has type code 0x0D (32-bit float), only 0x08 (unsigned byte) is read", Head(0x0D, 0));

    [Fact]
    public void An_unknown_type_breaks_F4() =>
        Breaks("idx.F4", "images has the unknown type code 0x0A, only 0x08 (unsigned byte) is read", Head(0x0A, 0));

    [Fact]
    public void An_array_without_dimensions_breaks_F5() =>
        Breaks("idx.F5", "images has no dimensions, its header must name at least one", Head(U8));

    [Fact]
    public void A_product_that_overflows_64_bits_breaks_F6() =>
        Breaks("idx.F6", "images claims 4294967295·4294967295·4294967295 bytes of data, " +
            "more than the limit of 1,073,741,824", Head(U8, uint.MaxValue, uint.MaxValue, uint.MaxValue));

    [Fact]
    public void A_length_beyond_31_bits_breaks_F6_though_the_product_is_zero() =>
        Assert.Equal("idx.F6", Rule(IdxFile.Parse(Head(U8, uint.MaxValue, 0), "images")));

    [Fact]
    public void Zipped_bytes_that_fail_their_checksum_break_Z1()
    {
        var zipped = Gzip([.. Head(U8, 4), 1, 2, 3, 4]);
        zipped[^5] ^= 1;
        Breaks("idx.Z1", "images is a gzip file that cannot be unpacked, it is cut short or damaged", zipped);
    }

    [Fact]
    public void Zipped_bytes_of_two_parts_break_Z1() =>
        Breaks("idx.Z1", "images is a gzip file whose end tells of 4 bytes where 12 were unpacked, " +
            "it is cut short or has more than one part", [.. Gzip(Head(U8, 4)), .. Gzip([1, 2, 3, 4])]);

    [Fact]
    public void A_missing_file_breaks_R1() =>
        Assert.Equal("idx.R1: there is no file no/such/file", Message(IdxFile.Read("no/such/file")));

    [Fact]
    public void A_directory_breaks_R1() =>
        Assert.EndsWith("is a directory, not a file", Message(IdxFile.Read(Path.GetTempPath())));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("a\0b")]
    public void A_path_that_names_nothing_breaks_R1(string? path) =>
        Assert.Equal("idx.R1", Rule(IdxFile.Read(path!)));

    [Fact]
    public void A_lying_header_costs_no_memory() =>
        Assert.InRange(Allocated(Gzip([.. Head(U8, 1 << 30), 1, 2, 3])), 0, 1 << 20);

    [Fact]
    public void A_gzip_bomb_is_unpacked_no_further_than_its_header_claims() =>
        Assert.InRange(Allocated(Gzip([.. Head(U8, 16), .. new byte[64 << 20]])), 0, 1 << 20);

    [Fact]
    public void Ten_thousand_mutants_of_a_plain_file_are_read_or_refused() =>
        Survive(seed: 20260101, Bytes(Sample()), unpacked: 3);

    [Fact]
    public void Ten_thousand_mutants_of_a_zipped_file_are_read_or_refused() =>
        Survive(seed: 20260102, Gzip(Bytes(Sample())), unpacked: 4 * 1032);

    [Theory]
    [InlineData("train-images-10000-idx3-ubyte.gz", 262146600)]
    [InlineData("t10k-images-idx3-ubyte.gz", 264923200)]
    public void The_images_in_the_repository_are_28_by_28_and_sum_to(string file, long sum)
    {
        var images = Data(file);
        Assert.Equal([10000, 28, 28], images.Shape);
        Assert.Equal(sum, images.Data.Sum(x => (long)x));
    }

    [Theory]
    [InlineData("train-labels-10000-idx1-ubyte.gz", new[] { 1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978 })]
    [InlineData("t10k-labels-idx1-ubyte.gz", new[] { 980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009 })]
    public void The_labels_in_the_repository_have_the_histogram(string file, int[] histogram)
    {
        var labels = Data(file);
        Assert.Equal([10000], labels.Shape);
        Assert.Equal(histogram, Enumerable.Range(0, 10).Select(d => labels.Data.Count(x => x == d)));
        Assert.Equal(10000, histogram.Sum());
    }

    private void Survive(int seed, byte[] valid, int unpacked)
    {
        var rules = Mutants.Survive(seed, [valid],
            b => IdxFile.Parse(b, "mutant").MapLeft(e => new IrError(e.Rule, e.Message)), b => Most + unpacked * b.Length);
        output.WriteLine($"seed {seed}: {Mutants.Shown(rules)}");
        Assert.True(rules.Count > 2, "the mutants reach more than one rule");
    }

    private static byte[] RandomBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static IdxArray Sample() => new([5, 4, 3], RandomBytes(new Random(7), 60));

    private static Arbitrary<IdxArray> Arrays() => Arb.From(
        from rank in Gen.Choose(1, 4)
        from shape in Gen.ArrayOf(Gen.Choose(0, 5), rank)
        from data in Gen.ArrayOf(Gen.Choose(0, 255).Select(x => (byte)x), shape.Aggregate(1, (n, m) => n * m))
        select new IdxArray(shape, data));

    private static IEnumerable<byte[]> Prefixes(byte[] bytes) =>
        Enumerable.Range(0, bytes.Length).Select(n => bytes[..n]);

    private static byte[] Bytes(IdxArray a) => [.. Head(U8, [.. a.Shape.Select(n => (uint)n)]), .. a.Data];

    private static byte[] Head(byte type, params uint[] lengths) =>
        [0, 0, type, (byte)lengths.Length, .. lengths.SelectMany(BigEndian)];

    private static byte[] BigEndian(uint n) => [(byte)(n >> 24), (byte)(n >> 16), (byte)(n >> 8), (byte)n];

    private static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }

    private static long Allocated(byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("idx.F1", Rule(IdxFile.Parse(bytes, "x")));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Breaks(string rule, string message, byte[] bytes) =>
        Assert.Equal($"{rule}: {message}", Message(IdxFile.Parse(bytes, "images")));

    private static string Rule(Either<IdxError, IdxArray> result) =>
        result.Match(Right: _ => "read", Left: e => e.Rule);

    private static string Message(Either<IdxError, IdxArray> result) =>
        result.Match(Right: _ => "read", Left: e => e.ToString());

    private static IdxArray Data(string file) => IdxFile.Read(Path.Combine(Root(), "data", "mnist", file))
        .IfLeft(e => throw new InvalidOperationException(e.ToString()));

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !Directory.Exists(Path.Combine(at.FullName, "data", "mnist"))) at = at.Parent;
        return at?.FullName ?? throw new DirectoryNotFoundException("no data/mnist above the tests");
    }
}
