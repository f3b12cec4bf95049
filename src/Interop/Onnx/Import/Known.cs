using MiniTorch.Interop.Onnx.Operators;
using MiniTorch.Interop.Onnx.Proto;

namespace MiniTorch.Interop.Onnx.Import;

/// <summary>Whether a model is written in what is understood here, told at once and whole.</summary>
/// <remarks>
/// Errors: onnx.O1 operators, onnx.O2 sparse initialisers that are not supported; onnx.V1 a version that is not; onnx.F2 no
/// graph.
/// </remarks>
internal static class Known
{
    /// <summary>The oldest and the newest version of ONNX's operators that are read.</summary>
    public const int Oldest = 1, Newest = 25;

    /// <summary>Refuses a model that uses what is not understood.</summary>
    public static void Check(ModelProto model)
    {
        if (model.Graph is null) throw new Refusal("onnx.F2", "the file has no graph: it is no model of ONNX");
        if (model.Graph.SparseInitializer.Count > 0) throw new Refusal("onnx.O2", "sparse initialisers are not supported");
        foreach (var set in model.OpsetImport.Where(s => Scope.Domain(s.Domain).Length == 0))
            if (set.Version is < Oldest or > Newest)
                throw new Refusal("onnx.V1",
                    $"the model uses version {set.Version} of ONNX's operators; "
                        + $"convert it to one from {Oldest} to {Newest}");
        var local = model.Functions.Select(f => (Scope.Domain(f.Domain), f.Name)).ToHashSet();
        var unknown = model.Functions.SelectMany(f => f.Node).Concat(model.Graph.Node).SelectMany(All)
            .Where(n => !local.Contains((Scope.Domain(n.Domain), n.OpType)) && Table.Find(n.Domain, n.OpType) is null)
            .Select(n => n.Domain.Length == 0 ? n.OpType : $"{n.Domain}.{n.OpType}").Distinct().ToList();
        if (unknown.Count > 0) throw Unsupported(unknown);
    }

    /// <summary>The refusal of operators.</summary>
    public static Refusal Unsupported(IReadOnlyList<string> names) => new("onnx.O1", names.Count == 1
        ? $"operator '{names[0]}' is not supported"
        : $"operators {string.Join(", ", names.Select(n => $"'{n}'"))} are not supported");

    private static IEnumerable<NodeProto> All(NodeProto node) =>
        node.Attribute.Where(a => a.G is not null).SelectMany(a => a.G.Node).SelectMany(All).Prepend(node);
}
