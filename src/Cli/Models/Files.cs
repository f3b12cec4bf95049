using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Cli.Models;

/// <summary>The one place where the tool reads models and tensors.</summary>
internal static class Files
{
    /// <summary>The model of a file, by the ending of its name.</summary>
    internal static Either<IrError, StoredModel> Model(string path, Binding binding) => ModelFile.Load(path, binding);

    /// <summary>The tensor of an .npy file or of a TensorProto.</summary>
    internal static Either<IrError, Tensor> Tensor(string path) =>
        new IrError("cli.C4", $"{path} is neither an .npy file nor ONNX's TensorProto (.pb)");

    /// <summary>Writes an .npy file.</summary>
    internal static Either<IrError, Unit> Save(string path, Tensor value) => new IrError("cli.C4", "cannot write .npy yet");
}
