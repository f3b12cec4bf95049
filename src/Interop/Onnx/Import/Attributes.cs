using MiniTorch.Interop.Onnx.Proto;

namespace MiniTorch.Interop.Onnx.Import;

/// <summary>Attributes by name; inside a function, one may refer to the caller's.</summary>
internal sealed class Attributes
{
    private readonly Dictionary<string, AttributeProto> all = [];

    /// <summary>The attributes of a node inside a function that was called with others, or of one outside any.</summary>
    public Attributes(IEnumerable<AttributeProto> own, Attributes? caller)
    {
        foreach (var attribute in own)
            if (!attribute.HasRefAttrName) all[attribute.Name] = attribute;
            else if (caller?.Find(attribute.RefAttrName) is { } given) all[attribute.Name] = given;
    }

    /// <summary>The attributes of a call, with the function's defaults where the call gives none.</summary>
    public static Attributes Call(Attributes given, IEnumerable<AttributeProto> defaults) =>
        new([.. defaults, .. given.all.Select(a => Named(a.Value, a.Key))], null);

    /// <summary>The attribute of that name, null where there is none.</summary>
    public AttributeProto? Find(string name) => all.GetValueOrDefault(name);

    private static AttributeProto Named(AttributeProto attribute, string name) =>
        attribute.Name == name ? attribute : new AttributeProto(attribute) { Name = name };
}
