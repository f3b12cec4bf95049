using MiniTorch.Generators;
using MiniTorch.Interop.Onnx;
using Xunit;
using Xunit.Abstractions;

namespace MiniTorch.Interop.Tests.Onnx;

public class FuzzTests(ITestOutputHelper output)
{
    /// <summary>A mutant of few bytes may have large shapes: what is computed while reading is bounded on its own.</summary>
    private const long Floor = 256 << 20;

    private static string Folder => Path.Combine(Repository.Root, "tests", "Interop.Tests", "TorchSamples");

    private static byte[][] Files(string pattern) =>
        [.. Directory.GetFiles(Folder, pattern, SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_damaged_model_is_read_or_refused(int seed)
    {
        var rules = Mutants.Survive(seed, Files("model.onnx"),
            b => OnnxFile.Parse(b, "mutant", Binding.None), b => Floor + 1000L * b.Length);
        output.WriteLine($"seed {seed}: {Mutants.Shown(rules)}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_damaged_tensor_is_read_or_refused(int seed)
    {
        var rules = Mutants.Survive(seed, Files("*_0.pb"),
            b => TensorProtoFile.Parse(b, "mutant"), b => 100_000 + 100L * b.Length);
        output.WriteLine($"seed {seed}: {Mutants.Shown(rules)}");
    }
}
