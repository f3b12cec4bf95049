using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Safetensors;

/// <summary>
/// A training's checkpoint as a safetensors file: written beside the old one and renamed, so one is always whole.
/// </summary>
public static class CheckpointFile
{
    /// <summary>Replaces the file. A kill at any moment leaves the old one or the new one.</summary>
    /// <remarks>Errors: file.F1.</remarks>
    public static Either<IrError, Unit> Save(string path, Checkpoint checkpoint) =>
        SafetensorsFile.Save(path, new(checkpoint.Values, LanguageExt.Seq<(string, string)>.Empty));

    /// <summary>Reads it back, bit for bit.</summary>
    /// <remarks>Errors: file.F2, safetensors.S1 to S13.</remarks>
    public static Either<IrError, Checkpoint> Load(string path) =>
        SafetensorsFile.Read(path).Map(f => new Checkpoint(f.Tensors));
}
