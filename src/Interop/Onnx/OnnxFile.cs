using LanguageExt;
using MiniTorch.Interop.Files;
using MiniTorch.Interop.Onnx.Export;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Interop.Onnx.Operators;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx;

/// <summary>
/// A model of ONNX computes what its graph of ours computes. Operators become expressions of the small op set; weights
/// become inputs that have a value; sizes and shapes that follow from what is known are computed while reading.
/// </summary>
/// <remarks>
/// Operator sets 7 to 25 are read, and of those before 7 what means the same. A function of the model, and a loop whose
/// length is known, is expanded.
/// Errors: onnx.F1, onnx.F2 no model; onnx.V1 its version; onnx.O1, onnx.O2 what is not supported; onnx.T1 to onnx.T4 its
/// types; onnx.D1, onnx.D2 its inputs; onnx.G1 to onnx.G5 its graph; onnx.N1, onnx.B1 a node; onnx.S1, onnx.S2 a value
/// that must be known; onnx.X1, onnx.X2 external data; those of <see cref="AtomicFile"/> and of the ops' shape rules.
/// Source: the ONNX specification, https://onnx.ai/onnx.
/// </remarks>
public static class OnnxFile
{
    /// <summary>The operators of ONNX that are understood, in order of their names.</summary>
    public static IEnumerable<string> Operators => Table.Names;

    /// <summary>The model of a file; external data are read from its folder.</summary>
    public static Either<IrError, StoredModel> Load(string path, Binding binding) =>
        from proto in Messages.Read(path, ModelProto.Parser)
        from model in Import(proto, binding, ExternalData.Beside(path))
        select model;

    /// <summary>The model that bytes spell, told under the name given; its data are in the bytes.</summary>
    public static Either<IrError, StoredModel> Parse(byte[] bytes, string name, Binding binding) =>
        from proto in Messages.Parse(bytes, name, ModelProto.Parser)
        from model in Import(proto, binding, new(null, name))
        select model;

    /// <summary>
    /// Writes a graph as a model of ONNX: what the graph computes, its operators compute, under the graph's own names.
    /// Values are initialisers; when they take more than <paramref name="inside"/> bytes those of 1 KiB or more lie in a
    /// file beside the model, of its name and <c>.data</c>.
    /// </summary>
    /// <remarks>
    /// Operator set 17, or 18 where integers have bitwise operators. Errors: onnx.W1 larger than a file can be; onnx.W2 a
    /// value that is not of its input's type; those of <see cref="AtomicFile"/>.
    /// </remarks>
    /// <param name="path">The file; what is there is replaced whole or not at all.</param>
    /// <param name="model">The graph, and values of inputs.</param>
    /// <param name="inside">Bytes of values that the model itself may hold.</param>
    public static Either<IrError, Unit> Save(string path, StoredModel model, long inside = Writing.MostInside) =>
        Writing.Save(path, model, inside);

    /// <summary>The same model as bytes, values and all.</summary>
    /// <remarks>Errors: onnx.W1 and onnx.W2 as in <see cref="Save"/>.</remarks>
    public static Either<IrError, byte[]> Write(StoredModel model) => Writing.Bytes(model);

    private static Either<IrError, StoredModel> Import(ModelProto proto, Binding binding, ExternalData external) =>
        Door.Of(() => Importer.Run(proto, binding, external));
}
