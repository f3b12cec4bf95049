using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>
/// The element type that ONNX Runtime computes an op in where it has no kernel for ours. Each holds the values of the
/// narrow one exactly, so that casting back gives what the op means: a rounding for f16 and bf16, a wrap for u8.
/// </summary>
internal static class Widening
{
    /// <summary>The type to compute in; the same type where there is a kernel.</summary>
    public static ElementType Of(Op op, ElementType element) => element.Kind switch
    {
        ElementKind.BF16 when !Moves(op) => ElementType.F32,
        ElementKind.F16 when op is ScatterAdd or Sign => ElementType.F32, // its Sign of NaN is 0 in f16
        ElementKind.U8 when op is ReduceSum or ReduceProd or Dot or Conv or WindowSum => ElementType.I32,
        ElementKind.Pred when op is Lt or Le or Gt or Ge or Select or Gather => ElementType.U8,
        _ => element,
    };

    /// <summary>ONNX Runtime moves elements of bf16, with these.</summary>
    private static bool Moves(Op op) => op is Reshape or Transpose or Reverse or Slice or Concat or StopGradient or Constant;

    /// <summary>What an op works on: its first operand's type, that of a select's branches, else its result's.</summary>
    public static ElementType Data(Expr e) => e.Op is Select ? e.Args[1].Type.Element
        : e.Args.Length > 0 ? e.Args[0].Type.Element : e.Type.Element;

    /// <summary>Whether an operand is data, and not a condition or an index.</summary>
    public static bool IsData(Op op, int operand) => op switch
    {
        Select => operand > 0,
        Gather or ScatterAdd => operand == 0,
        _ => true,
    };
}
