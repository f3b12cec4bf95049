using MiniTorch.Ir;

namespace MiniTorch.Interop.Npy;

/// <summary>NumPy's names of element types.</summary>
internal static class Descr
{
    /// <summary>The names that are written, and, in either byte order, read.</summary>
    public static string All => string.Join(' ', ElementType.All.Select(Name)) + " (V2 is bfloat16)";

    /// <summary>The name under which an element type is written.</summary>
    public static string Name(ElementType type) => (type.Bytes == 1 ? "|" : "<") + Code(type);

    /// <summary>The element type of that name and whether its bytes come largest first, if it is one of ours.</summary>
    public static (ElementType Element, bool Big)? Parse(string descr)
    {
        var code = descr is ['<' or '>' or '|' or '=', .. var rest] ? rest : descr;
        return ElementType.All.FirstOrDefault(t => Code(t) == code) is { } element ? (element, descr[0] == '>') : null;
    }

    private static string Code(ElementType type) => type.Kind switch
    {
        ElementKind.Pred => "b1",
        ElementKind.U8 => "u1",
        ElementKind.I32 => "i4",
        ElementKind.I64 => "i8",
        ElementKind.F16 => "f2",
        ElementKind.BF16 => "V2",
        ElementKind.F32 => "f4",
        _ => "f8",
    };
}
