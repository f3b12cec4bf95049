namespace MiniTorch.Ir.Diff;

/// <summary>One of the two graphs while they are matched: who reads each node, and its partner in the other.</summary>
internal sealed class Side
{
    private readonly List<(int User, int Operand)>[] users;
    private readonly int[] partners;

    internal Side(Graph graph)
    {
        Graph = graph;
        Classes = new int[graph.Nodes.Length];
        users = [.. graph.Nodes.Select(_ => new List<(int, int)>(2))];
        partners = new int[graph.Nodes.Length];
        Array.Fill(partners, -1);
        for (var n = 0; n < graph.Nodes.Length; n++)
            for (var k = 0; k < graph.Nodes[n].Args.Length; k++) users[Operand(n, k)].Add((n, k));
    }

    internal Graph Graph { get; }

    /// <summary>Equal subgraphs of both sides are one class.</summary>
    internal int[] Classes { get; }

    internal Expr this[int node] => Graph.Nodes[node];

    internal IReadOnlyList<(int User, int Operand)> Users(int node) => users[node];

    internal int Operand(int node, int k) => Graph.Index[Graph.Nodes[node].Args[k]];

    internal int Partner(int node) => partners[node];

    internal void Pair(int node, int other) => partners[node] = other;

    /// <summary>A place whose partner is not found yet.</summary>
    internal bool IsFree(int node) => partners[node] < 0 && Matching.IsPlace(Graph.Nodes[node]);
}
