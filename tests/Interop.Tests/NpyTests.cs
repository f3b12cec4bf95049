using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using MiniTorch.Interop.Npy;
using MiniTorch.Ir;
using Xunit;
using Xunit.Abstractions;

namespace MiniTorch.Interop.Tests;

public sealed class NpyTests(ITestOutputHelper output)
{
    private const string F4 = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";

    [Fact]
    public void Parsing_what_is_written_gives_the_tensor() =>
        Prop.ForAll(Arb.From(Samples.Tensors()), t => NpyFile.Parse(Written(t), "x") == t).QuickCheckThrowOnFailure();

    [Fact]
    public void Parsing_what_is_written_in_the_other_orders_gives_the_tensor() =>
        Prop.ForAll(Arb.From(Samples.Tensors()), t => new[] { (false, true), (true, false), (true, true) }.All(order =>
            NpyFile.Parse(Foreign(t, order.Item1, order.Item2), "x") == t)).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_proper_prefix_breaks_a_rule() =>
        Prop.ForAll(Arb.From(Samples.Tensors()), t => Written(t) is var all
            && Enumerable.Range(0, all.Length).All(n => NpyFile.Parse(all[..n], "x").IsLeft)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("pred")]
    [InlineData("u8")]
    [InlineData("i32")]
    [InlineData("i64")]
    [InlineData("f16")]
    [InlineData("bf16")]
    [InlineData("f32")]
    [InlineData("f64")]
    public void An_array_that_numpy_saved_is_read_and_written_in_the_same_bytes(string element) =>
        IsRewritten(element, Count(ElementType.All.First(t => t.Name == element)[2, 3]), same: true);

    [Fact]
    public void Arrays_of_any_rank_that_numpy_saved_are_read_and_written_in_the_same_bytes()
    {
        IsRewritten("scalar", Tensor.Of([], 7), same: true);
        IsRewritten("one_axis", Count(ElementType.U8[300]), same: true);
        IsRewritten("empty", Count(ElementType.I64[0, 3]), same: true);
        IsRewritten("six_axes", Count(ElementType.F32[1, 2, 1, 2, 1, 2]), same: true);
    }

    [Fact]
    public void Arrays_of_other_orders_and_versions_that_numpy_saved_are_read()
    {
        IsRewritten("fortran", Count(ElementType.F32[2, 3, 4]), same: false);
        IsRewritten("fortran_big_f8", Count(ElementType.F64[3, 2]), same: false);
        IsRewritten("big_i4", Count(ElementType.I32[2, 3]), same: false);
        IsRewritten("big_i8", Count(ElementType.I64[2, 3]), same: false);
        IsRewritten("big_f2", Count(ElementType.F16[2, 3]), same: false);
        IsRewritten("big_f4", Count(ElementType.F32[2, 3]), same: false);
        IsRewritten("bf16_void", Count(ElementType.BF16[2, 3]), same: false);
        IsRewritten("version_2", Count(ElementType.F32[2, 3]), same: false);
        IsRewritten("version_3", Count(ElementType.F32[2, 3]), same: false);
    }

    [Theory]
    [InlineData("u2", "<u2")]
    [InlineData("c8", "<c8")]
    [InlineData("text", "<U1")]
    [InlineData("object", "|O")]
    [InlineData("records", "[('a', '<f4'), ('b', '<i4')]")]
    public void An_array_of_another_type_breaks_N6_and_the_type_is_named(string sample, string descr) =>
        Assert.Equal($"npy.N6: refused_{sample}.npy has elements of type \"{descr}\", only |b1 |u1 <i4 <i8 " +
            "<f2 <V2 <f4 <f8 (V2 is bfloat16) are read, in either byte order; NumPy's astype converts to one of them",
            Told(NpyFile.Read(Path($"refused_{sample}"))));

    [Fact]
    public void A_header_cut_short_breaks_N1()
    {
        Breaks("N1", "x ends inside its header, it is cut short", [.. Magic(1)[..7]]);
        Breaks("N1", "x ends inside its header, it is cut short", [.. Magic(2), 1, 0, 0]);
        Breaks("N1", "x ends inside its header, it is cut short", [.. Magic(1), 9, 0, (byte)'{']);
    }

    [Fact]
    public void Bytes_without_the_magic_break_N2()
    {
        Breaks("N2", "x is no NumPy array, such a file begins with \\x93NUMPY", []);
        Breaks("N2", "x is no NumPy array, such a file begins with \\x93NUMPY", [.. "PK\x3\x4"u8]);
    }

    [Fact]
    public void An_unknown_version_breaks_N3() =>
        Breaks("N3", "x has version 4.0, only 1.0, 2.0 and 3.0 are read", [.. Magic(4), 0, 0]);

    [Fact]
    public void A_header_over_the_limit_breaks_N4() =>
        Breaks("N4", "x claims a header of 4,294,967,295 bytes, more than the limit of 10,000",
            [.. Magic(2), 255, 255, 255, 255]);

    [Theory]
    [InlineData("descr", "is not a dictionary in braces")]
    [InlineData("{", "is not a dictionary in braces")]
    [InlineData("{}", "names other things or other kinds of things")]
    [InlineData("{'descr': '<f4', 'shape': (2,)}", "names other things or other kinds of things")]
    [InlineData("{'descr': '<f4', 'shape': (2,), 'fortran_order': 'no'}", "names other things or other kinds of things")]
    [InlineData("{'descr': '<f4', 'shape': (2,), 'fortran_order': True, 'a': 'b'}",
        "names other things or other kinds of things")]
    [InlineData("{'descr': '<f4', 'descr': '<f4'}", "has \"descr\" twice")]
    [InlineData("{'shape': (2)}", "cannot be understood at \"'shape': (2)}\"")]
    [InlineData("{'shape': (,)}", "cannot be understood at \"'shape': (,)}\"")]
    [InlineData("{'shape': (2.5,)}", "cannot be understood at \"'shape': (2.5,)}\"")]
    [InlineData("{'descr': f(x)}", "cannot be understood at \"'descr': f(x)}\"")]
    public void A_header_that_does_not_describe_an_array_breaks_N5(string header, string why) =>
        Breaks("N5", $"x has a header that {why}, it must be a Python dictionary of descr, fortran_order and shape",
            File(header));

    [Theory]
    [InlineData("{'shape':(),'descr':\"|b1\",'fortran_order':True}\n", "pred[]")]
    [InlineData("{ \"fortran_order\" : False , 'descr' : '<u1' , 'shape' : ( 1L , ) , }", "u8[1]")]
    [InlineData("{'fortran_order': False, 'descr': '=u1', 'shape': (1, 1,)} ", "u8[1,1]")]
    public void A_dictionary_in_another_hand_is_read(string header, string type) =>
        Assert.Equal(type, NpyFile.Parse(File(header, 1), "x").Match(t => $"{t.Type}", e => $"{e}"));

    [Theory]
    [InlineData("-1,", "an axis of length \"-1\", a length is a whole number from 0 to 2147483647")]
    [InlineData("9223372036854775808,",
        "an axis of length \"9223372036854775808\", a length is a whole number from 0 to 2147483647")]
    [InlineData("2147483647, 1",
        "the shape \"(2147483647, 1)\", which takes more than the 2,147,483,591 bytes that a tensor may have")]
    [InlineData("2147483647, 2147483647, 2147483647, 0",
        "the shape \"(2147483647, 2147483647, 2147483647, 0)\", which takes more than the 2,147,483,591 bytes " +
        "that a tensor may have")]
    public void A_shape_that_no_tensor_has_breaks_N7(string shape, string why) =>
        Breaks("N7", $"x has {why}", File(F4.Replace("2,", shape)));

    [Fact]
    public void More_axes_than_numpy_has_break_N7()
    {
        Breaks("N7", "x has 65 axes, NumPy's arrays have at most 64",
            File(F4.Replace("2,", string.Join(",", Enumerable.Repeat(1, 65)))));
        Assert.Equal("npy.N7: a tensor of 65 axes cannot be written, NumPy's arrays have at most 64",
            Told(NpyFile.Write(Tensor.Of(Dims.Repeat(1, 65), 1))));
        var most = Tensor.Of(Dims.Repeat(1, 64), 1);
        Assert.Equal(Prelude.Right<IrError, Tensor>(most), NpyFile.Write(most).Bind(b => NpyFile.Parse(b, "x")));
    }

    [Fact]
    public void Data_of_another_size_than_the_shape_break_N8()
    {
        Breaks("N8", "x has 7 bytes of data, f32[2] takes 8", File(F4, new byte[7]));
        Breaks("N8", "x has 9 bytes of data, f32[2] takes 8", File(F4, new byte[9]));
    }

    [Fact]
    public void A_truth_value_of_two_breaks_N9() =>
        Breaks("N9", "x has truth values whose byte 1 is 2, neither 0 nor 1", File(F4.Replace("<f4", "|b1"), 1, 2));

    [Fact]
    public void A_header_that_lies_costs_no_memory()
    {
        var bytes = File(F4.Replace("2,", "500000000,"), 1, 2, 3);
        NpyFile.Parse(bytes, "warm");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(NpyFile.Parse(bytes, "x").IsLeft);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 15);
    }

    [Fact]
    public void Reading_what_is_saved_gives_the_tensor()
    {
        var path = System.IO.Path.Combine(Directory.CreateTempSubdirectory("npy").FullName, "a.npy");
        var tensor = Tensor.Of([2], 1, 2);
        Assert.True(NpyFile.Save(path, tensor).IsRight);
        Assert.Equal(Prelude.Right<IrError, Tensor>(tensor), NpyFile.Read(path));
        Assert.Equal($"file.F2: there is no file {path}x", Told(NpyFile.Read(path + "x")));
        Directory.Delete(System.IO.Path.GetDirectoryName(path)!, recursive: true);
    }

    [Theory]
    [InlineData(20260104, false, false)]
    [InlineData(20260105, true, false)]
    [InlineData(20260106, false, true)]
    public void Ten_thousand_mutants_are_read_or_refused(int seed, bool fortran, bool big)
    {
        var rules = Mutants.Survive(seed, [.. Samples.OneOfEach().Tensors.Select(t => Foreign(t.Value, fortran, big))],
            b => NpyFile.Parse(b, "mutant"), b => (1 << 15) + 32 * b.Length);
        output.WriteLine($"seed {seed}: {Mutants.Shown(rules)}");
        Assert.True(rules.Count > 8, "the mutants reach most rules");
    }

    private static void IsRewritten(string sample, Tensor tensor, bool same)
    {
        Assert.Equal(Prelude.Right<IrError, Tensor>(tensor), NpyFile.Read(Path(sample)));
        Assert.Equal(same, System.IO.File.ReadAllBytes(Path(sample)).AsSpan().SequenceEqual(Written(tensor)));
    }

    private static Tensor Count(TensorType type) => Tensor.FromDoubles(type,
        [.. Enumerable.Range(0, (int)type.Count).Select(i => (double)(type.Element == ElementType.Pred ? i % 2 : i))]);

    private static byte[] Written(Tensor tensor) =>
        NpyFile.Write(tensor).IfLeft(e => throw new IrException(Prelude.Seq1(e)));

    /// <summary>The tensor's file as NumPy writes it for an array in these orders.</summary>
    private static byte[] Foreign(Tensor tensor, bool fortran, bool big)
    {
        var (type, width) = (tensor.Type, tensor.Type.Element.Bytes);
        var header = Encoding.ASCII.GetString(Written(tensor)[10..^(int)type.Bytes]);
        if (fortran) header = header.Replace("False", "True ");
        if (big) header = header.Replace("'<", "'>");
        var places = fortran ? FortranPlaces(type.Shape) : Enumerable.Range(0, (int)type.Count);
        var elements = places.Select(i => tensor.Bytes.Slice(i * width, width).ToArray());
        return File(header, [.. elements.SelectMany(e => big ? e.Reverse() : e)]);
    }

    /// <summary>Row-major places in the order in which the first axis is the fastest.</summary>
    private static IEnumerable<int> FortranPlaces(Dims shape)
    {
        var strides = shape.Strides();
        return Enumerable.Range(0, (int)shape.Product).Select(n =>
        {
            long at = 0;
            for (var k = 0; k < shape.Count; n /= shape[k++]) at += n % shape[k] * strides[k];
            return (int)at;
        });
    }

    private static byte[] File(string header, params byte[] data) =>
        [.. Magic(1), (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header), .. data];

    private static byte[] Magic(byte version) => [0x93, .. "NUMPY"u8, version, 0];

    private static string Path(string sample) =>
        System.IO.Path.Combine(AppContext.BaseDirectory, "NpySamples", $"{sample}.npy");

    private static void Breaks(string rule, string message, byte[] bytes) =>
        Assert.Equal($"npy.{rule}: {message}", Told(NpyFile.Parse(bytes, "x")));

    private static string Told<T>(Either<IrError, T> result) => result.Match(Right: _ => "read", Left: e => e.ToString());
}
