using LanguageExt;
using MiniTorch.Interop.Onnx;
using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.Exported;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>A model of ONNX in files of ours: whole, with the values where they were asked to be.</summary>
public sealed class ExportFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    private string Model => Path.Combine(folder, "net.onnx");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Values_are_read_back()
    {
        Get(OnnxFile.Save(Model, Weighted));
        Assert.Equal(["net.onnx"], Files);
        Assert.Equal(Weighted.Values, Get(OnnxFile.Load(Model, Binding.None)).Values);
    }

    [Fact]
    public void Many_values_lie_beside_the_model_and_are_read_back()
    {
        Get(OnnxFile.Save(Model, Weighted, inside: 1000));
        Assert.Equal(["net.onnx", "net.onnx.data"], Files);
        Assert.True(new FileInfo(Model).Length < 1000);
        Assert.Equal(Weighted.Values, Get(OnnxFile.Load(Model, Binding.None)).Values);
    }

    [Theory]
    [InlineData("net.onnx")]
    [InlineData("net.onnx.data")]
    public void A_model_and_its_values_are_both_written_or_neither(string folderInTheWay)
    {
        Directory.CreateDirectory(Path.Combine(folder, folderInTheWay));
        var rule = OnnxFile.Save(Model, Weighted, inside: 1000).Match(_ => "saved", e => e.Rule);
        Assert.Equal("file.F1", rule);
        Assert.Empty(Files);
    }

    [Fact]
    public void A_model_is_saved_by_its_extension()
    {
        Get(ModelFile.Save(Model, Weighted));
        Assert.Equal(Weighted.Values, Get(ModelFile.Load(Model, Binding.None)).Values);
    }

    [Fact]
    public void More_than_a_file_can_be_is_refused_and_nothing_written()
    {
        var (type, many) = (ElementType.U8[700_000_000], Tensor.Zeros(ElementType.U8[700_000_000]));
        var named = Enumerable.Range(0, 3).Select(i => Prim.Input($"w{i}", type)).ToList();
        var values = named.Select((_, i) => ($"w{i}", many));
        var firsts = Graph.Of(named.Select(w => Prim.Slice(w, [0], [1], [1])));
        var model = StoredModel.Of(firsts, values);
        Assert.Equal("onnx.W1", Rule(OnnxFile.Write(model).Map(_ => Unit.Default)));
        Assert.Empty(Files);
    }

    [Fact]
    public void A_value_of_another_type_is_refused()
    {
        var model = Weighted with { Values = Weighted.Values.SetItem("w", Tensor.Zeros(ElementType.F32[3])) };
        Assert.Equal("onnx.W2", Rule(OnnxFile.Save(Model, model)));
        Assert.Empty(Files);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused() =>
        Assert.Equal("file.F1", Rule(OnnxFile.Save(Path.Combine(folder, "none", "net.onnx"), Weighted)));

    private IEnumerable<string?> Files => Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private static StoredModel Weighted
    {
        get
        {
            var (x, w) = (Prim.Input("x", ElementType.F32[2, 30]), Prim.Input("w", ElementType.F32[30, 20]));
            var (b, k) = (Prim.Input("b", ElementType.F32[20]), Prim.Input("k", ElementType.I64.Scalar));
            var y = Prim.MatMul(x, w) + Prim.Broadcast(b, [2, 20], [1]) * Prim.Cast(k, ElementType.F32);
            var values = new[] { ("w", Ramp(w.Type)), ("b", Ramp(b.Type)), ("k", Tensor.Scalar(ElementType.I64, 3L)) };
            return StoredModel.Of(Graph.Of([new Output("y", y)], [x, w, b, k]), values);
        }
    }

    private static Tensor Ramp(TensorType type) =>
        Tensor.FromDoubles(type, Enumerable.Range(0, (int)type.Count).Select(i => i / 8.0).ToArray());

    private static string Rule(Either<IrError, Unit> result) => result.Match(_ => "none", e => e.Rule);
}
