using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx;

/// <summary>ONNX's numbers of element types. Source: onnx.proto, TensorProto.DataType.</summary>
internal static class DataTypes
{
    private static readonly (int Number, string Name, ElementType? Type)[] All =
    [
        (1, "float", ElementType.F32), (2, "uint8", ElementType.U8), (3, "int8", null), (4, "uint16", null),
        (5, "int16", null), (6, "int32", ElementType.I32), (7, "int64", ElementType.I64), (8, "string", null),
        (9, "bool", ElementType.Pred), (10, "float16", ElementType.F16), (11, "double", ElementType.F64),
        (12, "uint32", null), (13, "uint64", null), (14, "complex64", null), (15, "complex128", null),
        (16, "bfloat16", ElementType.BF16), (17, "float8e4m3fn", null), (18, "float8e4m3fnuz", null),
        (19, "float8e5m2", null), (20, "float8e5m2fnuz", null), (21, "uint4", null), (22, "int4", null),
        (23, "float4e2m1", null),
    ];

    /// <summary>Ours of that number, or a refusal that names theirs.</summary>
    public static ElementType Ours(long number) => All.FirstOrDefault(t => t.Number == number) switch
    {
        { Type: { } type } => type,
        { Name: { } name } => throw new Refusal("onnx.T1", $"element type '{name}' is not supported"),
        _ => throw new Refusal("onnx.T2", $"there is no element type {number} in ONNX"),
    };

    /// <summary>Their number of ours.</summary>
    public static int Theirs(ElementType type) => All.First(t => t.Type == type).Number;
}
