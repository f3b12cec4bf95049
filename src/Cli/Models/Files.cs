using LanguageExt;
using MiniTorch.Interop.Npy;
using MiniTorch.Interop.Onnx;
using MiniTorch.Ir;

namespace MiniTorch.Cli.Models;

/// <summary>Tensors that a command line names by their files.</summary>
internal static class Files
{
    /// <summary>The tensor of an .npy file or of a TensorProto.</summary>
    /// <remarks>Errors: cli.C4 another kind of file, by the ending of its name; those of the readers.</remarks>
    internal static Either<IrError, Tensor> Tensor(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".npy" => NpyFile.Read(path),
        ".pb" => TensorProtoFile.Read(path).Map(t => t.Value),
        _ => new IrError("cli.C4", $"{path} is no tensor by its name; take an .npy file, or ONNX's TensorProto as .pb"),
    };
}
