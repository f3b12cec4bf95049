using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using MiniTorch.Interop.Safetensors;
using MiniTorch.Ir;
using Xunit;
using Xunit.Abstractions;

namespace MiniTorch.Interop.Tests;

public sealed class SafetensorsTests(ITestOutputHelper output)
{
    private const string Two = """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[""";

    [Fact]
    public void Parsing_what_is_written_gives_the_file() =>
        Prop.ForAll(Samples.Files(), f => SafetensorsFile.Parse(SafetensorsFile.Write(f), "x") == f)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Files_that_differ_in_order_element_or_metadata_differ_when_read()
    {
        var (a, b) = (("a", Tensor.Of([2], 1, 2)), ("b", Tensor.Of([2], 3, 4)));
        TensorFile[] files = [TensorFile.Of(a, b), TensorFile.Of(b, a), TensorFile.Of(("a", Tensor.Of([2], 1, -2)), b),
            TensorFile.Of(a, b) with { Metadata = Meta(("k", "v")) }, TensorFile.Of(a), TensorFile.Of()];
        var read = files.Select(f => SafetensorsFile.Parse(SafetensorsFile.Write(f), "x")).ToArray();
        Assert.Equal(files.Length, read.Distinct().Count());
    }

    [Fact]
    public void Writing_is_deterministic_and_the_data_begin_at_a_multiple_of_eight() =>
        Prop.ForAll(Samples.Files(), f => SafetensorsFile.Write(f) is var bytes
            && bytes.AsSpan().SequenceEqual(SafetensorsFile.Write(f))
            && BinaryPrimitives.ReadInt64LittleEndian(bytes) % 8 == 0).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_proper_prefix_of_a_file_breaks_a_rule() =>
        Prop.ForAll(Samples.Files(), f => Prefixes(SafetensorsFile.Write(f)).All(b => SafetensorsFile.Parse(b, "x").IsLeft))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_bytes_of_a_small_file_are_those_of_the_format()
    {
        const string header = """{"__metadata__":{"format":"mt"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}""";
        var file = TensorFile.Of(("w", Tensor.Of([1, 2], 1, -2))) with { Metadata = Meta(("format", "mt")) };
        byte[] data = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0];
        Assert.Equal(File(header.PadRight((header.Length + 7) / 8 * 8), data), SafetensorsFile.Write(file));
    }

    [Fact]
    public void Tensors_come_in_the_order_of_the_header_whatever_the_order_of_the_data() =>
        Assert.Equal(TensorFile.Of(("a", U8(3, 4)), ("b", U8(5))), Parsed(File(
            """{"a":{"shape":[2],"data_offsets":[1,3],"dtype":"U8"},"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""",
            5, 3, 4)));

    [Fact]
    public void Six_bytes_break_S1() =>
        Breaks("S1", "model ends after 6 bytes, the length of its header takes 8", new byte[6]);

    [Fact]
    public void A_header_longer_than_the_file_breaks_S1() =>
        Breaks("S1", "model claims a header of 3 bytes, only 2 follow", [3, 0, 0, 0, 0, 0, 0, 0, .. "{}"u8]);

    [Theory]
    [InlineData(100_000_001UL, "100,000,001")]
    [InlineData(ulong.MaxValue, "18,446,744,073,709,551,615")]
    public void A_header_over_the_limit_breaks_S2(ulong length, string shown)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        Breaks("S2", $"model claims a header of {shown} bytes, more than the limit of 100,000,000", bytes);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("{\"a\":}", 6)]
    [InlineData("{} x", 4)]
    [InlineData("{\"a\":{\"shape\":[[1]]}}", 16)]
    public void A_header_that_is_not_JSON_of_depth_three_breaks_S3(string header, int at) =>
        Breaks("S3", $"model has a header that is not JSON of depth 3, as is plain at line 1, byte {at} of the header",
            File(header));

    [Fact]
    public void A_header_with_half_a_surrogate_pair_breaks_S3() =>
        Breaks("S3", "model has a header whose text is not valid Unicode", File("""{"\ud800":{}}"""));

    [Fact]
    public void A_header_of_invalid_UTF8_breaks_S3() =>
        Breaks("S3", "model has a header whose text is not valid Unicode",
            [8, 0, 0, 0, 0, 0, 0, 0, .. "{\""u8, 0xff, .. "\":{}}"u8]);

    [Theory]
    [InlineData("[]", "the header that is not an object")]
    [InlineData("""{"a":1}""", "tensor \"a\" that is not an object")]
    [InlineData("""{"__metadata__":1}""", "__metadata__ that is not an object")]
    [InlineData("""{"__metadata__":{"k":1}}""", "metadata \"k\" that is not a text")]
    [InlineData("""{"a":{"dtype":"U8","shape":[]}}""", "tensor \"a\" without the field \"data_offsets\"")]
    [InlineData("""{"a":{"type":"U8"}}""", "tensor \"a\" with the unknown field \"type\"")]
    [InlineData("""{"a":{"dtype":8,"shape":[],"data_offsets":[0,1]}}""",
        "tensor \"a\" whose dtype is no text, or whose shape or offsets no list")]
    [InlineData("""{"a":{"dtype":"U8","shape":[],"data_offsets":[0]}}""",
        "tensor \"a\" whose data_offsets are not two whole numbers from 0 to 2^63-1")]
    [InlineData("""{"a":{"dtype":"U8","shape":[],"data_offsets":[-1,0]}}""",
        "tensor \"a\" whose data_offsets are not two whole numbers from 0 to 2^63-1")]
    [InlineData("""{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1.5]}}""",
        "tensor \"a\" whose data_offsets are not two whole numbers from 0 to 2^63-1")]
    public void JSON_that_does_not_describe_tensors_breaks_S4(string header, string message) =>
        Breaks("S4", $"model has {message}", File(header, 0));

    [Theory]
    [InlineData("""{"a":{},"a":{}}""", "\"a\" twice in the header")]
    [InlineData("""{"a":{},"\u0061":{}}""", "\"a\" twice in the header")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", "\"__metadata__\" twice in the header")]
    [InlineData("""{"__metadata__":{"k":"1","k":"1"}}""", "\"k\" twice in __metadata__")]
    [InlineData("""{"a":{"shape":[],"shape":[]}}""", "\"shape\" twice in tensor \"a\"")]
    public void A_name_that_occurs_twice_breaks_S5(string header, string message) =>
        Breaks("S5", $"model has the name {message}", File(header));

    [Theory]
    [InlineData("F8_E4M3")]
    [InlineData("f32")]
    [InlineData("PRED")]
    public void An_unknown_dtype_breaks_S6_and_is_named(string dtype) =>
        Breaks("S6", $"model has tensor \"a\" of dtype \"{dtype}\", only BOOL U8 I32 I64 F16 BF16 F32 F64 are read",
            File(One(dtype, "1", 0, 1), 0));

    [Theory]
    [InlineData("-1")]
    [InlineData("2147483648")]
    [InlineData("1.0")]
    [InlineData("null")]
    public void A_length_that_no_axis_has_breaks_S7(string length) =>
        Breaks("S7", $"model has tensor \"a\" whose shape has \"{length}\", a length is a whole number from 0 to 2147483647",
            File(One("U8", length, 0, 1), 0));

    [Theory]
    [InlineData("U8", "2147483647,2147483647,2147483647")]
    [InlineData("U8", "2147483647,2147483647,2147483647,0")]
    [InlineData("F64", "2147483647,2147483647")]
    public void A_product_that_overflows_breaks_S7(string dtype, string shape) =>
        Breaks("S7", "model has tensor \"a\" whose shape takes more than 2^63 bytes", File(One(dtype, shape, 0, 1), 0));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 2)]
    [InlineData(0, long.MaxValue)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void Offsets_outside_the_data_break_S8(long begin, long end) =>
        Breaks("S8", $"model has tensor \"a\" at bytes {begin} to {end}, the data are bytes 0 to 1",
            File(One("U8", "1", begin, end), 0));

    [Fact]
    public void Offsets_that_overlap_break_S9() =>
        Breaks("S9", "model has tensor \"b\" at bytes 1 to 2, which overlap another tensor's",
            File(Two + "1,2]}}", 1, 2));

    [Fact]
    public void A_gap_between_tensors_breaks_S9() =>
        Breaks("S9", "model has data of no tensor, bytes 2 to 3", File(Two + "3,4]}}", 1, 2, 3, 4));

    [Fact]
    public void Data_after_the_last_tensor_break_S9() =>
        Breaks("S9", "model has data of no tensor, bytes 3 to 5", File(Two + "2,3]}}", 1, 2, 3, 4, 5));

    [Fact]
    public void A_size_that_is_not_that_of_the_shape_breaks_S10() =>
        Breaks("S10", "model has tensor \"a\" at bytes 0 to 3, f16[2] takes 4 bytes", File(One("F16", "2", 0, 3), 1, 2, 3));

    [Fact]
    public void A_truth_value_of_two_breaks_S11() =>
        Breaks("S11", "model has tensor \"a\" of truth values whose element 1 is 2, neither 0 nor 1",
            File(One("BOOL", "3", 0, 3), 1, 2, 0));

    [Fact]
    public void A_name_in_an_error_is_short_and_on_one_line() =>
        Breaks("S4", $"model has tensor \"a?{new string('b', 58)}…\" that is not an object",
            File($$"""{"a\n{{new string('b', 1000)}}":1}"""));

    [Fact]
    public void Writing_two_tensors_of_one_name_breaks_S5() =>
        Refused("S5", "the tensor \"a\" is there twice, a file has each name once",
            TensorFile.Of(("a", U8(1)), ("a", U8(2))));

    [Fact]
    public void Writing_two_metadata_of_one_key_breaks_S5() =>
        Refused("S5", "the metadata \"k\" is there twice, a file has each name once",
            TensorFile.Of() with { Metadata = Meta(("k", "1"), ("k", "2")) });

    [Fact]
    public void Writing_a_tensor_with_the_name_of_the_metadata_breaks_S12() =>
        Refused("S12", "a tensor cannot be named __metadata__, the format keeps that name",
            TensorFile.Of(("__metadata__", U8(1))));

    [Fact]
    public void Writing_half_a_surrogate_pair_breaks_S12()
    {
        Refused("S12", "the name of tensor \"\ufffd\" cannot be written, it is not valid Unicode",
            TensorFile.Of(("\ud800", U8(1))));
        Refused("S12", "the text of metadata \"k\" cannot be written, it is not valid Unicode",
            TensorFile.Of() with { Metadata = Meta(("k", "\udc00")) });
    }

    [Fact]
    public void A_header_that_lies_costs_no_memory()
    {
        var bytes = File(One("F64", "134217728", 0, 1 << 30), 1, 2, 3);
        SafetensorsFile.Parse(bytes, "warm");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("safetensors.S8", Rule(SafetensorsFile.Parse(bytes, "x")));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 16);
    }

    [Fact]
    public void Ten_thousand_mutants_are_read_or_refused()
    {
        const int seed = 20260103;
        var rules = Mutants.Survive(seed, [SafetensorsFile.Write(Sample())], b => SafetensorsFile.Parse(b, "mutant"),
            b => (1 << 16) + 64 * b.Length);
        output.WriteLine($"seed {seed}: {Mutants.Shown(rules)}");
        Assert.True(rules.Count > 8, "the mutants reach most rules");
    }

    private static TensorFile Sample() =>
        Samples.OneOfEach() with { Metadata = Meta(("format", "mt"), ("é", "\"\n")) };

    private static IEnumerable<byte[]> Prefixes(byte[] bytes) =>
        Enumerable.Range(0, bytes.Length).Select(n => bytes[..n]);

    private static Tensor U8(params byte[] values) => Tensor.Adopt(ElementType.U8[values.Length], values);

    private static Seq<(string, string)> Meta(params (string, string)[] texts) => texts.ToSeq();

    private static string One(string dtype, string shape, long begin, long end) =>
        $$$"""{"a":{"dtype":"{{{dtype}}}","shape":[{{{shape}}}],"data_offsets":[{{{begin}}},{{{end}}}]}}""";

    private static byte[] File(string header, params byte[] data)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, Encoding.UTF8.GetByteCount(header));
        return [.. length, .. Encoding.UTF8.GetBytes(header), .. data];
    }

    private static TensorFile Parsed(byte[] bytes) =>
        SafetensorsFile.Parse(bytes, "model").IfLeft(e => throw new IrException(Prelude.Seq1(e)));

    private static void Breaks(string rule, string message, byte[] bytes) =>
        Assert.Equal($"safetensors.{rule}: {message}", SafetensorsFile.Parse(bytes, "model")
            .Match(Right: _ => "read", Left: e => e.ToString()));

    private static void Refused(string rule, string message, TensorFile file)
    {
        var refusal = Assert.Throws<IrException>(() => SafetensorsFile.Write(file));
        Assert.Equal($"safetensors.{rule}: {message}", refusal.Message);
    }

    private static string Rule(Either<IrError, TensorFile> result) =>
        result.Match(Right: _ => "read", Left: e => e.Rule);
}
