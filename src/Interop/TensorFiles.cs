using LanguageExt;
using MiniTorch.Interop.Npy;
using MiniTorch.Interop.Npz;
using MiniTorch.Interop.Safetensors;
using MiniTorch.Ir;

namespace MiniTorch.Interop;

/// <summary>
/// A file of tensors by its extension: <c>.safetensors</c>, <c>.npz</c>, or <c>.npy</c> for one tensor. Loading what was
/// saved gives the same tensors, bit for bit, so converting is loading and saving.
/// </summary>
/// <remarks>
/// Metadata are kept by <c>.safetensors</c> alone: the others have no place for them and leave them out. bf16 is kept by all
/// three (<see cref="NpyFile"/> says how NumPy sees it).
/// Errors: tensors.T1 an unknown extension; tensors.T2 a <c>.npy</c> of no or several tensors; and the rules of the formats.
/// </remarks>
public static class TensorFiles
{
    private const string Known = ".safetensors, .npz and .npy";

    /// <summary>The tensors of the file. The tensor of a <c>.npy</c> is named after the file.</summary>
    /// <remarks>Errors: tensors.T1, file.F2, file.F3, safetensors.S1 to S11 and S13, npz.Z1 to Z5, npy.N1 to N9.</remarks>
    public static Either<IrError, TensorFile> Load(string path) => Extension(path) switch
    {
        ".safetensors" => SafetensorsFile.Read(path),
        ".npz" => NpzFile.Read(path),
        ".npy" => NpyFile.Read(path).Map(tensor => TensorFile.Of((Path.GetFileNameWithoutExtension(path), tensor))),
        _ => Unknown(path),
    };

    /// <summary>The file at the path becomes these tensors, whole; or nothing changes and one rule is broken.</summary>
    /// <remarks>
    /// Errors: tensors.T1, tensors.T2, file.F1, safetensors.S2, safetensors.S5, safetensors.S12, npz.Z3, npz.Z4, npz.Z6,
    /// npy.N7.
    /// </remarks>
    public static Either<IrError, Unit> Save(string path, TensorFile file) => Extension(path) switch
    {
        ".safetensors" => SafetensorsFile.Save(path, file),
        ".npz" => NpzFile.Save(path, file),
        ".npy" => Only(path, file).Bind(tensor => NpyFile.Save(path, tensor)),
        _ => Unknown(path),
    };

    private static Either<IrError, Tensor> Only(string path, TensorFile file) => file.Tensors.Count == 1
        ? file.Tensors[0].Value
        : new IrError("tensors.T2", $"{path} is a .npy, which holds one tensor where {file.Tensors.Count} are " +
            "to be saved, a .npz holds any number");

    private static IrError Unknown(string? path) =>
        new("tensors.T1", $"{Quote.Of(path ?? "")} has no extension of a tensor file, those are {Known}");

    private static string? Extension(string? path) => Path.GetExtension(path)?.ToLowerInvariant();
}
