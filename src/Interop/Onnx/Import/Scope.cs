using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Import;

/// <summary>The names of a graph, of the graphs around it, and the versions of the operator sets that hold in it.</summary>
/// <remarks>Errors: onnx.G1 a name that nothing makes, so that a cycle is one; onnx.G2 a name made twice.</remarks>
internal sealed class Scope
{
    private readonly Dictionary<string, Expr?> names = [];
    private readonly Scope? around;
    private readonly IReadOnlyDictionary<string, int> opsets;

    private Scope(Scope? around, IReadOnlyDictionary<string, int> opsets, Attributes? call) =>
        (this.around, this.opsets, Call) = (around, opsets, call);

    /// <summary>A scope with none around it.</summary>
    public static Scope Of(IEnumerable<OperatorSetIdProto> opsets, Attributes? call = null) =>
        new(null, Versions(opsets), call);

    /// <summary>The attributes that the function was called with, where this is the body of one.</summary>
    public Attributes? Call { get; }

    /// <summary>A scope inside this one.</summary>
    public Scope Inner() => new(this, opsets, Call);

    /// <summary>The version of a domain's operators.</summary>
    public int Opset(string domain) => opsets.TryGetValue(Domain(domain), out var version) ? version : 1;

    /// <summary>The expression of a name, null for an operand that a function's caller left out.</summary>
    public Expr? Found(string name) => names.TryGetValue(name, out var e) ? e
        : around is not null ? around.Found(name)
        : throw new Refusal("onnx.G1", $"'{name}' is used before any node or input makes it");

    /// <summary>The expression of a name.</summary>
    public Expr Find(string name) => Found(name) ?? throw new Refusal("onnx.G1", $"'{name}' is used and was left out");

    /// <summary>Names a value; a graph gives each name once.</summary>
    public void Add(string name, Expr? value)
    {
        if (!names.TryAdd(name, value)) throw new Refusal("onnx.G2", $"'{name}' is made twice");
    }

    /// <summary>The domain of ONNX's own operators has two spellings.</summary>
    public static string Domain(string name) => name == "ai.onnx" ? "" : name;

    private static Dictionary<string, int> Versions(IEnumerable<OperatorSetIdProto> opsets)
    {
        var versions = new Dictionary<string, int>();
        foreach (var set in opsets) versions[Domain(set.Domain)] = (int)Math.Clamp(set.Version, 1, 1000);
        return versions;
    }
}
