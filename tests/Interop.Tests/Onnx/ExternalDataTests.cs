using Google.Protobuf;
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
        var graph = new GraphProto { Name = "g" };
        graph.Initializer.Add(weight);
        graph.Output.Add(new ValueInfoProto { Name = "w" });
        File.WriteAllBytes(Model, new ModelProto { Graph = graph, IrVersion = 8 }.ToByteArray());
        return OnnxFile.Load(Model, Binding.None).Match(m => $"{m.Values["w"]}", e => e.Rule);
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
