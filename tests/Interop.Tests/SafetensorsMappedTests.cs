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

public sealed class SafetensorsMappedTests(ITestOutputHelper output) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mapped").FullName;

    private string Place => Path.Combine(folder, "x");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Reading_each_tensor_of_an_open_file_gives_the_file() =>
        Prop.ForAll(Samples.Files(), f => Mapped(SafetensorsFile.Write(f)) == f).QuickCheckThrowOnFailure();

    [Fact]
    public void An_open_file_tells_its_types_and_texts_in_order()
    {
        var file = Samples.OneOfEach() with { Metadata = new[] { ("k", "v"), ("a", "b") }.ToSeq() };
        SafetensorsFile.Save(Place, file).IfLeft(e => throw new IrException(Prelude.Seq1(e)));
        using var open = Opened();
        Assert.Equal(file.Tensors.Select(t => (t.Name, t.Value.Type)), open.Tensors.AsEnumerable());
        Assert.Equal(file.Metadata, open.Metadata);
    }

    [Fact]
    public void A_tensor_beyond_four_gibibytes_is_read_and_one_beyond_two_breaks_S13()
    {
        const long large = 2_147_483_592, middle = 2_147_483_000;
        using (var file = File.Create(Place)) // sparse where the file system can
        {
            string[] members =
                [Member("large", large, 0), Member("middle", middle, large), Member("last", 4, large + middle)];
            var header = Encoding.UTF8.GetBytes($"{{{string.Join(",", members)}}}");
            var length = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            file.Write([.. length, .. header]);
            file.SetLength(file.Position + large + middle + 4);
            file.Seek(-4, SeekOrigin.End);
            file.Write([1, 2, 3, 4]);
        }
        Assert.Equal("safetensors.S13", SafetensorsFile.Read(Place).Match(_ => "read", e => e.Rule));
        var before = GC.GetAllocatedBytesForCurrentThread();
        using (var open = Opened())
        {
            var last = Tensor.Adopt(ElementType.U8[2, 2], [1, 2, 3, 4]);
            Assert.Equal(Prelude.Right<IrError, Tensor>(last), open.Read("last"));
            Assert.Equal(
                "safetensors.S13: x has tensor \"large\" of 2,147,483,592 bytes, a tensor has at most 2,147,483,591",
                Told(open.Read("large")));
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 18);
    }

    [Fact]
    public void A_name_that_is_not_there_breaks_S14()
    {
        File.WriteAllBytes(Place, SafetensorsFile.Write(Samples.OneOfEach()));
        using var open = Opened();
        Assert.Equal("safetensors.S14: x has no tensor \"w\", it has \"pred\" \"u8\" \"i32\" and 5 more",
            Told(open.Read("w")));
    }

    [Fact]
    public void A_truth_value_of_two_breaks_S11_when_it_is_read()
    {
        var truths = Tensor.Adopt(ElementType.Pred[3], [0, 1, 0]);
        var bytes = SafetensorsFile.Write(TensorFile.Of(("a", truths), ("b", Tensor.Of([1], 1))));
        bytes[^5] = 2;
        File.WriteAllBytes(Place, bytes);
        using var open = Opened();
        Assert.Equal("safetensors.S11: x has tensor \"a\" of truth values whose element 2 is 2, neither 0 nor 1",
            Told(open.Read("a")));
        Assert.True(open.Read("b").IsRight);
    }

    [Fact]
    public void A_missing_file_breaks_F2() =>
        Assert.Equal($"file.F2: there is no file {Place}", Told(SafetensorsFile.Open(Place)));

    [Fact]
    public void A_closed_file_is_not_read()
    {
        File.WriteAllBytes(Place, SafetensorsFile.Write(Samples.OneOfEach()));
        var open = Opened();
        open.Dispose();
        Assert.Throws<ObjectDisposedException>(() => open.Read("f32"));
    }

    [Fact]
    public void A_refused_file_is_not_kept_open()
    {
        File.WriteAllBytes(Place, [1, 2, 3]);
        Assert.Equal("safetensors.S1: x ends after 3 bytes, the length of its header takes 8",
            Told(SafetensorsFile.Open(Place)));
        using var alone = new FileStream(Place, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    [Fact]
    public void Ten_thousand_mutants_are_read_or_refused_as_when_read_whole()
    {
        var rules = Mutants.Survive(20260109, [SafetensorsFile.Write(Samples.OneOfEach())], Agreed,
            b => (1 << 17) + 128 * b.Length);
        output.WriteLine($"seed 20260109: {Mutants.Shown(rules)}");
        Assert.True(rules.Count > 8, "the mutants reach most rules");
    }

    private Either<IrError, TensorFile> Agreed(byte[] bytes)
    {
        var (mapped, whole) = (Mapped(bytes), SafetensorsFile.Parse(bytes, "x"));
        Assert.Equal(whole, mapped);
        return mapped;
    }

    private Either<IrError, TensorFile> Mapped(byte[] bytes)
    {
        Overwrite(bytes);
        return SafetensorsFile.Open(Place).Bind(All);
    }

    /// <summary>
    /// A file that is emptied and written anew goes to the disk at once on some systems: milliseconds each time.
    /// </summary>
    private void Overwrite(byte[] bytes)
    {
        using var file = new FileStream(Place, FileMode.OpenOrCreate, FileAccess.Write);
        file.Write(bytes);
        file.SetLength(bytes.Length);
    }

    private static Either<IrError, TensorFile> All(MappedTensors open)
    {
        using (open)
            return open.Tensors.Map(t => open.Read(t.Name).Map(value => (t.Name, value))).Sequence()
                .Map(tensors => new TensorFile(tensors, open.Metadata));
    }

    private static string Member(string name, long count, long begin) =>
        $$"""
        "{{name}}":{"dtype":"U8","shape":[2,{{count / 2}}],"data_offsets":[{{begin}},{{begin + count}}]}
        """;

    private MappedTensors Opened() => SafetensorsFile.Open(Place).IfLeft(e => throw new IrException(Prelude.Seq1(e)));

    private static string Told<T>(Either<IrError, T> result) => result.Match(Right: _ => "read", Left: e => e.ToString());
}
