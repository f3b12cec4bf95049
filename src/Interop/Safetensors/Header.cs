using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Safetensors;

/// <summary>A tensor as the header describes it: its data are the bytes from Begin up to End.</summary>
internal sealed record Entry(string Name, TensorType Type, long Begin, long End);

/// <summary>What a header says, in its order.</summary>
internal sealed record Header(IReadOnlyList<Entry> Entries, Seq<(string Key, string Value)> Metadata)
{
    /// <summary>The name that no tensor may have.</summary>
    public const string Metadatum = "__metadata__";
}

/// <summary>The format's names of element types.</summary>
internal static class Dtype
{
    /// <summary>The element type of that name, if there is one.</summary>
    public static ElementType? Parse(string name) => ElementType.All.FirstOrDefault(t => Name(t) == name);

    /// <summary>The name of an element type.</summary>
    public static string Name(ElementType type) =>
        type.Kind == ElementKind.Pred ? "BOOL" : type.Name.ToUpperInvariant();

    /// <summary>All names.</summary>
    public static string All => string.Join(' ', ElementType.All.Select(Name));
}
