using MiniTorch.Interop;
using MiniTorch.Interop.Onnx;
using MiniTorch.Ir;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>Whole networks forward: PyTorch has them, writes them as ONNX, and all three run that.</summary>
internal static class Models
{
    /// <summary>All of them.</summary>
    internal static IEnumerable<Work> All =>
    [
        Of("mlp", F32[64, 784]), Of("lenet", F32[64, 1, 28, 28]), Of("resnet18", F32[1, 3, 64, 64]), Of("resnet18", F32[8, 3, 64, 64]),
        Of("mobilenet", F32[1, 3, 96, 96]), Of("kim", I64[50, 50]), Of("lstm", I64[16, 40]), Of("encoder", I64[8, 64]),
    ];

    private static Work Of(string name, TensorType x) => new("networks forward", $"{name}, batch {x[0]}", Read,
        () => [new Drawn("x", x, 1, 1, x.Element.IsInteger ? 5000 : 0).Draw()], new("model", new { name }, Onnx: true), new(0));

    private static StoredModel Read(string folder) => OnnxFile.Load(Path.Combine(folder, Team.Model), Binding.None)
        .Match(stored => stored, e => throw new IrException(LanguageExt.Prelude.Seq1(e)));
}
