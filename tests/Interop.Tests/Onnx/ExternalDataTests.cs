using Google.Protobuf;
using LanguageExt;
using MiniTorch.Interop.Onnx;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Interop.Tests.Onnx;

public sealed class ExternalDataTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("minitorch-").FullName;

    private string Model => Path.Combine(folder, "model", "model.onnx");

    public ExternalDataTests() => Directory.CreateDirectory(Path.Combine(folder, "model"));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Rule(string location, string offset = "0", string length = "8")
    {
        var weight = new TensorProto { Name = "w", DataType = 1, DataLocation = TensorProto.Types.DataLocation.External };
        weight.Dims.Add(2);
        foreach (var (key, value) in new[] { ("location", location), ("offset", offset), ("length", length) })
            weight.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        return Loaded(weight).Match(value => $"{value}", e => e.Rule);
    }

    /// <summary>The value of a model's one weight, or why the model is refused.</summary>
    private Either<IrError, Tensor> Loaded(TensorProto weight)
    {
        var graph = new GraphProto { Name = "g" };
        graph.Initializer.Add(weight);
        graph.Output.Add(new ValueInfoProto { Name = "w" });
        File.WriteAllBytes(Model, new ModelProto { Graph = graph, IrVersion = 8 }.ToByteArray());
        return OnnxFile.Load(Model, Binding.None)
            .Map(m => m.Graph.Outputs[0].Value.Op is Constant c ? c.Value : m.Values["w"]);
    }

    [Fact]
    public void Data_in_the_folder_or_below_it_are_read()
    {
        Directory.CreateDirectory(Path.Combine(folder, "model", "data"));
        File.WriteAllBytes(Path.Combine(folder, "model", "data", "w.bin"), [0, 0, .. Tensor.Of([2], 1f, 2f).Bytes, 9]);
        Assert.Equal("f32[2] {1 2}", Rule("data/w.bin", "2"));
    }

    [Theory]
    [InlineData("../w.bin")]
    [InlineData("data/../../w.bin")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("link/w.bin")]
    public void Data_outside_the_folder_are_refused(string location)
    {
        File.WriteAllBytes(Path.Combine(folder, "w.bin"), new byte[8]);
        Directory.CreateSymbolicLink(Path.Combine(folder, "model", "link"), folder);
        Assert.Equal("onnx.X1", Rule(location));
        Assert.Equal("onnx.X1", Rule(Path.Combine(folder, "w.bin")));
    }

    [Fact]
    public void A_link_to_a_link_that_leads_out_is_refused()
    {
        File.WriteAllBytes(Path.Combine(folder, "w.bin"), new byte[8]);
        Directory.CreateSymbolicLink(Path.Combine(folder, "model", "out"), folder);
        File.CreateSymbolicLink(Path.Combine(folder, "model", "w.bin"), Path.Combine("out", "w.bin"));
        Assert.Equal("onnx.X1", Rule("w.bin"));
    }

    [Fact]
    public void Links_that_stay_inside_are_followed()
    {
        Directory.CreateDirectory(Path.Combine(folder, "model", "data"));
        File.WriteAllBytes(Path.Combine(folder, "model", "data", "w.bin"), Tensor.Of([2], 1f, 2f).Bytes);
        Directory.CreateSymbolicLink(Path.Combine(folder, "model", "in"), "data");
        File.CreateSymbolicLink(Path.Combine(folder, "model", "w.bin"), Path.Combine("in", "..", "data", "w.bin"));
        Assert.Equal("f32[2] {1 2}", Rule("w.bin"));
    }

    [Fact]
    public void Links_in_a_circle_lead_to_no_data()
    {
        File.CreateSymbolicLink(Path.Combine(folder, "model", "a"), "b");
        File.CreateSymbolicLink(Path.Combine(folder, "model", "b"), "a");
        Assert.Equal("onnx.X2", Rule("a"));
    }

    [Fact]
    public void A_place_of_very_many_folders_is_one_that_is_not_there() =>
        Assert.Equal("onnx.X2", Rule(string.Concat(Enumerable.Repeat("a/", 100_000)) + "w.bin"));

    [Fact]
    public void Truth_values_outside_the_model_are_0_and_1_as_those_inside_are()
    {
        var truths = new TensorProto { Name = "w", DataType = 9, RawData = ByteString.CopyFrom(1, 0, 2) };
        truths.Dims.Add(3);
        Assert.Equal([1, 0, 1], Loaded(truths).Match(v => v.Bytes.ToArray(), e => throw new IrException(Prelude.Seq1(e))));
        File.WriteAllBytes(Path.Combine(folder, "model", "w.bin"), [1, 0, 2]);
        truths.ClearRawData();
        truths.DataLocation = TensorProto.Types.DataLocation.External;
        truths.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "w.bin" });
        Assert.Equal([1, 0, 1], Loaded(truths).Match(v => v.Bytes.ToArray(), e => throw new IrException(Prelude.Seq1(e))));
    }

    [Theory]
    [InlineData("w.bin", "1", "8", "onnx.X2")]
    [InlineData("w.bin", "9223372036854775807", "8", "onnx.X2")]
    [InlineData("w.bin", "-1", "8", "onnx.X2")]
    [InlineData("w.bin", "0", "9223372036854775807", "onnx.T3")]
    [InlineData("absent.bin", "0", "8", "onnx.X2")]
    [InlineData("folder", "0", "8", "onnx.X2")]
    public void Data_that_are_not_there_are_refused(string location, string offset, string length, string rule)
    {
        File.WriteAllBytes(Path.Combine(folder, "model", "w.bin"), new byte[8]);
        Directory.CreateDirectory(Path.Combine(folder, "model", "folder"));
        Assert.Equal(rule, Rule(location, offset, length));
    }

    [Fact]
    public void A_model_of_bytes_has_no_folder_to_read_from()
    {
        File.WriteAllBytes(Path.Combine(folder, "model", "w.bin"), new byte[8]);
        Assert.StartsWith("f32[2]", Rule("w.bin"), StringComparison.Ordinal);
        var error = OnnxFile.Parse(File.ReadAllBytes(Model), "bytes", Binding.None).Match(_ => "read", e => e.Rule);
        Assert.Equal("onnx.X1", error);
    }
}
