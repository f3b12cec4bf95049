using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Interop;

/// <summary>What is known of a model's inputs before it is read: what it leaves open is settled by this.</summary>
/// <param name="Shapes">The shape of an input, or, under a symbol's name, the one size that the symbol stands for.</param>
/// <param name="Values">Values of inputs: they settle shapes, and are built in where a shape depends on a value.</param>
public sealed record Binding(HashMap<string, Dims> Shapes, HashMap<string, Tensor> Values)
{
    /// <summary>Nothing is known.</summary>
    public static readonly Binding None = new(HashMap<string, Dims>.Empty, HashMap<string, Tensor>.Empty);
}
