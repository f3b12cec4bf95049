using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx;

/// <summary>Where a refusal becomes a value.</summary>
internal static class Door
{
    /// <summary>What the function gives, or its refusal.</summary>
    public static Either<IrError, T> Of<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Refusal refusal)
        {
            return refusal.Error;
        }
    }
}
