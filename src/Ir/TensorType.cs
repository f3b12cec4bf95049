namespace MiniTorch.Ir;

/// <summary>What one element is. <c>F32[8, 3]</c> makes a tensor type.</summary>
/// <param name="Name">The text form: pred, u8, i32, i64, f16, bf16, f32, f64.</param>
/// <param name="Bytes">Bytes of one element in memory.</param>
/// <param name="Kind">Which of them, for a switch.</param>
public sealed record ElementType(string Name, int Bytes, ElementKind Kind)
{
    /// <summary>A truth value, one byte, 0 or 1.</summary>
    public static readonly ElementType Pred = new("pred", 1, ElementKind.Pred);
    /// <summary>Unsigned 8-bit integer; arithmetic wraps.</summary>
    public static readonly ElementType U8 = new("u8", 1, ElementKind.U8);
    /// <summary>Signed 32-bit integer; arithmetic wraps.</summary>
    public static readonly ElementType I32 = new("i32", 4, ElementKind.I32);
    /// <summary>Signed 64-bit integer; arithmetic wraps.</summary>
    public static readonly ElementType I64 = new("i64", 8, ElementKind.I64);
    /// <summary>IEEE binary16; computed in f32 and rounded to nearest even.</summary>
    public static readonly ElementType F16 = new("f16", 2, ElementKind.F16);
    /// <summary>bfloat16; computed in f32 and rounded to nearest even.</summary>
    public static readonly ElementType BF16 = new("bf16", 2, ElementKind.BF16);
    /// <summary>IEEE binary32.</summary>
    public static readonly ElementType F32 = new("f32", 4, ElementKind.F32);
    /// <summary>IEEE binary64.</summary>
    public static readonly ElementType F64 = new("f64", 8, ElementKind.F64);

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<ElementType> All = [Pred, U8, I32, I64, F16, BF16, F32, F64];

    /// <summary>f16, bf16, f32 or f64.</summary>
    public bool IsFloat => Kind >= ElementKind.F16;

    /// <summary>u8, i32 or i64.</summary>
    public bool IsInteger => Kind is ElementKind.U8 or ElementKind.I32 or ElementKind.I64;

    /// <summary>Not pred: arithmetic is defined.</summary>
    public bool IsNumber => Kind != ElementKind.Pred;

    /// <summary>The tensor type with this element and these dimensions.</summary>
    public TensorType this[params int[] dims] => new(this, Dims.Create(dims));

    /// <summary>The scalar type of this element.</summary>
    public TensorType Scalar => new(this, []);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The element types as an enumeration.</summary>
public enum ElementKind
{
    /// <summary>pred</summary>
    Pred,
    /// <summary>u8</summary>
    U8,
    /// <summary>i32</summary>
    I32,
    /// <summary>i64</summary>
    I64,
    /// <summary>f16</summary>
    F16,
    /// <summary>bf16</summary>
    BF16,
    /// <summary>f32</summary>
    F32,
    /// <summary>f64</summary>
    F64,
}

/// <summary>An element type and a static shape, row-major: <c>f32[8,3,28,28]</c>.</summary>
public sealed record TensorType(ElementType Element, Dims Shape)
{
    /// <summary>The type of an expression whose shape rule failed; nothing is reported about its users.</summary>
    public static readonly TensorType Unknown = new(new ElementType("?", 0, ElementKind.F32), []);

    /// <summary>Whether a shape rule failed below.</summary>
    public bool IsUnknown => Element.Bytes == 0;

    /// <summary>The number of axes.</summary>
    public int Rank => Shape.Count;

    /// <summary>The number of elements.</summary>
    public long Count => Shape.Product;

    /// <summary>Bytes in memory.</summary>
    public long Bytes => Count * Element.Bytes;

    /// <summary>The size of an axis.</summary>
    public int this[int axis] => Shape[axis];

    /// <summary>The same element with another shape.</summary>
    public TensorType With(Dims shape) => new(Element, shape);

    /// <summary>The same shape with another element.</summary>
    public TensorType With(ElementType element) => new(element, Shape);

    /// <inheritdoc/>
    public override string ToString() => $"{Element.Name}[{string.Join(',', Shape)}]";
}
