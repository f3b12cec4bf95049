using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Verification;

/// <summary>The model of a case.</summary>
/// <param name="Inputs">The names of the inputs that its data are for.</param>
/// <param name="Load">How it is read once they are known.</param>
internal sealed record Source(
    ImmutableArray<string> Inputs, Func<ImmutableSortedDictionary<string, Tensor>, Either<IrError, StoredModel>> Load)
{
    /// <summary>The model of a folder.</summary>
    public static Either<IrError, Source> Of(string folder) =>
        Path.Combine(folder, "model.onnx") is var onnx && File.Exists(onnx) ? FromOnnx(onnx)
        : Path.Combine(folder, "model.ir") is var ir && File.Exists(ir) ? FromText(ir)
        : new IrError("case.C1", $"{folder} has no model.onnx and no model.ir");

    private static Either<IrError, Source> FromOnnx(string path) =>
        from proto in Messages.Read(path, ModelProto.Parser)
        from names in Door.Of(() => OnnxInputs(proto))
        select new Source(names, values => Door.Of(() =>
            Importer.Run(proto, Binding.None with { Values = values }, ExternalData.Beside(path))));

    private static ImmutableArray<string> OnnxInputs(ModelProto proto)
    {
        Known.Check(proto);
        return [.. new Inputs(proto.Graph, Binding.None).Names];
    }

    private static Either<IrError, Source> FromText(string path) =>
        from model in ModelFile.Load(path, Binding.None)
        let inputs = model.Graph.Inputs.Select(i => ((Input)i.Op).Name).Where(n => !model.Values.ContainsKey(n))
        select new Source([.. inputs], _ => model);
}
