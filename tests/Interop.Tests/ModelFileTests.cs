using LanguageExt;
using MiniTorch.Interop.Safetensors;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Interop.Tests;

public sealed class ModelFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("minitorch-").FullName;

    private static Expr X => Prim.Input("x", ElementType.F32[2]);

    private static StoredModel Weighted => StoredModel.Of(
        Graph.Of([X * Prim.Input("w", ElementType.F32[2])]), [("w", Tensor.Of([2], 3, 4))]);

    private static StoredModel Plain => StoredModel.Of(Graph.Of([X + X]));

    private string Text => Path.Combine(folder, "m.ir");

    private string Weights => Path.Combine(folder, "m.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Rule<T>(Either<IrError, T> result) => result.Match(_ => "done", e => e.Rule);

    private StoredModel Loaded() =>
        ModelFile.Load(Text, Binding.None).IfLeft(e => throw new InvalidOperationException($"{e}"));

    [Fact]
    public void A_model_of_text_has_its_weights_beside_it()
    {
        Assert.Equal("done", Rule(ModelFile.Save(Text, Weighted)));
        Assert.Equal(Weighted.Graph, Loaded().Graph);
        Assert.Equal([("w", Weighted.Values["w"])], Loaded().Values.Select(v => (v.Key, v.Value)));
    }

    [Fact]
    public void A_model_without_weights_leaves_none_of_an_earlier_one()
    {
        ModelFile.Save(Text, Plain);
        Assert.False(File.Exists(Weights));
        ModelFile.Save(Text, Weighted);
        Assert.Equal("done", Rule(ModelFile.Save(Text, Plain)));
        Assert.Empty(Loaded().Values);
    }

    [Fact]
    public void Both_files_are_written_or_none()
    {
        Directory.CreateDirectory(Weights);
        Assert.Equal("file.F1", Rule(ModelFile.Save(Text, Weighted)));
        Assert.Equal([Weights], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void Weights_of_another_model_are_refused()
    {
        ModelFile.Save(Text, Plain);
        SafetensorsFile.Save(Weights, TensorFile.Of(("v", Tensor.Of([1], 1))));
        Assert.Equal("model.M2", Rule(ModelFile.Load(Text, Binding.None)));
    }

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused()
    {
        File.WriteAllBytes(Text, [0xC3, 0x28]);
        Assert.Equal("model.M3", Rule(ModelFile.Load(Text, Binding.None)));
    }

    [Theory]
    [InlineData("m.txt")]
    [InlineData("m")]
    public void A_model_is_known_by_its_extension(string name)
    {
        Assert.Equal("model.M1", Rule(ModelFile.Load(Path.Combine(folder, name), Binding.None)));
        Assert.Equal("model.M1", Rule(ModelFile.Save(Path.Combine(folder, name), Plain)));
    }

    [Fact]
    public void A_model_of_ONNX_is_read_as_it_was_saved()
    {
        var path = Path.Combine(folder, "m.ONNX");
        Assert.Equal("done", Rule(ModelFile.Save(path, Weighted)));
        var read = ModelFile.Load(path, Binding.None).IfLeft(e => throw new InvalidOperationException($"{e}"));
        Assert.Equal(Weighted.Graph.Inputs.Select(i => i.Type), read.Graph.Inputs.Select(i => i.Type));
        Assert.Equal(Weighted.Values.AsEnumerable(), read.Values);
    }

    [Fact]
    public void A_mistake_in_a_text_is_told_by_its_file_and_line()
    {
        File.WriteAllText(Text, "graph m(x: f32[2])\n  %neg.0 = nag x : f32[2]\n  return %neg.0\n");
        var mistake = ModelFile.Load(Text, Binding.None).Match(_ => "read", e => $"{e}");
        Assert.EndsWith($"(at {Text}, line 2, column 12)", mistake, StringComparison.Ordinal);
    }
}
