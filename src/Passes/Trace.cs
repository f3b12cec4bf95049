using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Passes;

/// <summary>A graph after a pass.</summary>
/// <param name="Pass">The pass's name, <c>input</c> for the first.</param>
/// <param name="Graph">What it gave.</param>
public sealed record Snapshot(string Pass, Graph Graph);

/// <summary>What a pipeline did: the graph after every pass, each a value to print, compare and test.</summary>
public sealed record Trace(Seq<Snapshot> Snapshots)
{
    /// <summary>The trace before any pass.</summary>
    public static Trace Of(Graph input) => new(Prelude.Seq1(new Snapshot("input", input)));

    /// <summary>The last graph.</summary>
    public Graph Graph => Snapshots.Last.Graph;

    /// <summary>The trace after one more pass.</summary>
    public Trace Then(Pass pass, Graph graph) => new(Snapshots.Add(new(pass.Name, graph)));

    /// <summary>File names and texts: <c>00-input.ir</c>, <c>01-simplify.ir</c>, …</summary>
    public IEnumerable<(string File, string Text)> Dumps() =>
        Snapshots.Select((s, i) => ($"{i:00}-{s.Pass}.ir", s.Graph.ToString()));

    /// <summary>A line a pass: nodes after it.</summary>
    public override string ToString() => string.Join(Environment.NewLine, Snapshots.Map(s => $"{s.Pass}: {s.Graph.Nodes.Length} nodes"));
}
