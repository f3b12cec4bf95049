using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Interop;

/// <summary>Named tensors and named texts, in order: what a file of weights holds.</summary>
/// <param name="Tensors">The tensors; no two have one name.</param>
/// <param name="Metadata">Texts about them; no two have one key.</param>
public sealed record TensorFile(Seq<(string Name, Tensor Value)> Tensors, Seq<(string Key, string Value)> Metadata)
{
    /// <summary>Tensors without metadata.</summary>
    public static TensorFile Of(params (string Name, Tensor Value)[] tensors) =>
        new(tensors.ToSeq(), Seq<(string, string)>.Empty);
}
