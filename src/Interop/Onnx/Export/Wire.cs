using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>A value of the model that is written: its name there, and its type.</summary>
internal readonly record struct Wire(string Name, TensorType Type)
{
    /// <summary>The size of each axis.</summary>
    public Dims Shape => Type.Shape;

    /// <summary>Its element type.</summary>
    public ElementType Element => Type.Element;
}
