using Google.Protobuf;
using LanguageExt;
using MiniTorch.Interop.Files;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx;

/// <summary>One tensor in a file of ONNX's TensorProto, as the backend tests keep their inputs and outputs.</summary>
/// <remarks>Errors: onnx.F1; onnx.T1 to onnx.T3; those of <see cref="AtomicFile"/>.</remarks>
public static class TensorProtoFile
{
    /// <summary>The tensor and its name, which may be empty.</summary>
    public static Either<IrError, (string Name, Tensor Value)> Read(string path) =>
        from proto in Messages.Read(path, TensorProto.Parser)
        from value in Door.Of(() => TensorProtos.Read(proto, ExternalData.Beside(path)))
        select (proto.Name, value);

    /// <summary>The tensor that bytes spell, told under the name given; its data are in the bytes.</summary>
    public static Either<IrError, (string Name, Tensor Value)> Parse(byte[] bytes, string name) =>
        from proto in Messages.Parse(bytes, name, TensorProto.Parser)
        from value in Door.Of(() => TensorProtos.Read(proto, new(null, name)))
        select (proto.Name, value);

    /// <summary>Writes a tensor under a name.</summary>
    public static Either<IrError, Unit> Save(string path, string name, Tensor value) =>
        AtomicFile.Write(path, stream => TensorProtos.Write(name, value).WriteTo(stream));
}
