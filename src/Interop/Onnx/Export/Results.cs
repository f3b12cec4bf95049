using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>
/// The names of a graph's results in ONNX, where inputs and results share one space of names: the next value of
/// <c>w</c> is <c>w_next</c>, one without a name <c>out_0</c>. What a result is called here stands in the model's metadata.
/// </summary>
internal sealed class Results
{
    private readonly Dictionary<Expr, string> first = [];
    private readonly System.Collections.Generic.HashSet<string> states;

    /// <summary>Names for the results of a graph whose inputs have theirs already.</summary>
    public Results(Graph graph, Names names)
    {
        states = [.. graph.Outputs.Select(o => o.Name).Where(n => n.Length > 0 && graph.Input(n).IsSome)];
        var given = new string[graph.Outputs.Length];
        foreach (var i in Enumerable.Range(0, given.Length).OrderBy(i => Rank(graph.Outputs[i].Name)))
            given[i] = names.Take(Wanted(graph.Outputs[i].Name, i));
        Names = given;
        for (var i = 0; i < given.Length; i++)
            if (graph.Outputs[i].Value.Op is not Input) first.TryAdd(graph.Outputs[i].Value, given[i]);
        Renamed = [.. graph.Outputs.Select((o, i) => (Ours: o.Name, Theirs: given[i])).Where(n => n.Ours != n.Theirs)
            .Select(n => new StringStringEntryProto { Key = Prefix + n.Theirs, Value = n.Ours })];
    }

    private const string Prefix = "minitorch.result:";

    /// <summary>What a result of a model was called in the graph that the model was written from.</summary>
    public static string Ours(ModelProto model, string name) =>
        model.MetadataProps.FirstOrDefault(p => p.Key == Prefix + name)?.Value ?? name;

    /// <summary>The names, in the order of the results.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The results that have another name here.</summary>
    public IReadOnlyList<StringStringEntryProto> Renamed { get; }

    /// <summary>Whether an input has a next value.</summary>
    public bool IsState(string input) => states.Contains(input);

    /// <summary>The first name that an expression bears as a result, null for none.</summary>
    public string? NameOf(Expr e) => first.GetValueOrDefault(e);

    private string Wanted(string name, int i) =>
        name.Length == 0 ? $"out_{i}" : states.Contains(name) ? $"{name}_next" : name;

    /// <summary>Names that stay come before those that are made up.</summary>
    private int Rank(string name) => name.Length == 0 ? 2 : states.Contains(name) ? 1 : 0;
}
