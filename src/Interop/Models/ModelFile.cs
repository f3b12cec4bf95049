using System.Text;
using LanguageExt;
using MiniTorch.Interop.Files;
using MiniTorch.Interop.Onnx;
using MiniTorch.Interop.Safetensors;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;

namespace MiniTorch.Interop;

/// <summary>
/// A model of either kind, by its extension: <c>.onnx</c>, or <c>.ir</c>, our text form, whose weights lie beside it in a
/// <c>.safetensors</c> of the same name.
/// </summary>
/// <remarks>
/// Errors: model.M1 another extension; model.M2 weights that are not the graph's; model.M3 text that is not UTF-8; those
/// of <see cref="OnnxFile"/>, <see cref="SafetensorsFile"/>, <see cref="AtomicFile"/> and <see cref="Parser"/>.
/// </remarks>
public static class ModelFile
{
    private static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>The model of a file.</summary>
    public static Either<IrError, StoredModel> Load(string path, Binding binding) => Extension(path) switch
    {
        ".onnx" => OnnxFile.Load(path, binding),
        ".ir" => LoadText(path),
        var other => Unknown(path, other),
    };

    /// <summary>Writes a model; what is at the path is replaced whole or not at all.</summary>
    public static Either<IrError, Unit> Save(string path, StoredModel model) => Extension(path) switch
    {
        ".onnx" => OnnxFile.Save(path, model),
        ".ir" => SaveText(path, model),
        var other => Unknown(path, other),
    };

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();

    private static IrError Unknown(string path, string extension) =>
        new("model.M1", $"{path} is no model by its name: it ends in '{extension}', take .onnx or .ir");

    private static Either<IrError, StoredModel> LoadText(string path) =>
        from bytes in AtomicFile.ReadAllBytes(path, Array.MaxLength)
        from text in Decode(bytes, path)
        from graph in Parser.Parse(text).Match(Prelude.Right<IrError, Graph>, e => e.Head with { Where = $"{path}, {e.Head.Where}" })
        from weights in Weights(Path.ChangeExtension(path, ".safetensors"))
        from model in With(graph, weights, path)
        select model;

    private static Either<IrError, string> Decode(byte[] bytes, string path)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return new IrError("model.M3", $"{path} is not text in UTF-8; save it in that encoding");
        }
    }

    private static Either<IrError, TensorFile> Weights(string path) =>
        File.Exists(path) ? SafetensorsFile.Read(path) : TensorFile.Of();

    private static Either<IrError, StoredModel> With(Graph graph, TensorFile weights, string path)
    {
        foreach (var (name, value) in weights.Tensors)
            if (graph.Input(name).Map(i => i.Type != value.Type).IfNone(true))
                return new IrError("model.M2", $"the weights beside {path} have {name}: {value.Type}, "
                    + "which is no input of the graph; rename or remove that file");
        return StoredModel.Of(graph, weights.Tensors);
    }

    private static Either<IrError, Unit> SaveText(string path, StoredModel model)
    {
        var weights = TensorFile.Of([.. model.Graph.Inputs.Select(i => ((Input)i.Op).Name)
            .Where(model.Values.ContainsKey).Select(n => (n, model.Values[n]))]);
        var text = Strict.GetBytes(model.Graph.ToString());
        return AtomicFile.WriteBoth(path, stream => stream.Write(text),
            () => SaveWeights(Path.ChangeExtension(path, ".safetensors"), weights));
    }

    /// <summary>A model without weights has no file of them, and none that an earlier one left.</summary>
    private static Either<IrError, Unit> SaveWeights(string path, TensorFile weights) =>
        weights.Tensors.IsEmpty && !File.Exists(path) ? Unit.Default : SafetensorsFile.Save(path, weights);
}
