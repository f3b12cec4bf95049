using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Operators on two numbers.</summary>
internal static class Arithmetic
{
    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Binary("Add", (x, y) => x + y),
        Operator.Binary("Sub", (x, y) => x - y),
        Operator.Binary("Mul", (x, y) => x * y),
        Operator.Binary("Div", (x, y) => x / y),
    ];
}
