using LanguageExt;
using MiniTorch.Interop;
using MiniTorch.Interop.Npy;
using MiniTorch.Interop.Onnx;
using MiniTorch.Ir;

namespace MiniTorch.Cli.Models;

/// <summary>Models and tensors that a command line names by their files.</summary>
internal static class Files
{
    /// <summary>The model of a file; what it leaves open is asked for as the command line spells it.</summary>
    internal static Either<IrError, StoredModel> Model(string path, Binding binding) =>
        ModelFile.Load(path, binding).MapLeft(e => e.Rule switch
        {
            "onnx.D1" => e with { Message = $"{e.Message}: --shape x=1,3,224,224, --input x=x.npy or --shape N=1" },
            "onnx.S1" => e with { Message = $"{e.Message}: --input NAME=FILE" },
            _ => e,
        });

    /// <summary>The tensor of an .npy file or of a TensorProto.</summary>
    /// <remarks>Errors: cli.C4 another kind of file, by the ending of its name; those of the readers.</remarks>
    internal static Either<IrError, Tensor> Tensor(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".npy" => NpyFile.Read(path),
        ".pb" => TensorProtoFile.Read(path).Map(t => t.Value),
        _ => new IrError("cli.C4", $"{path} is no tensor by its name; take an .npy file, or ONNX's TensorProto as .pb"),
    };
}
