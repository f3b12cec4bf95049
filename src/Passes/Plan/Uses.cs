using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>Who reads each node of a graph, by position.</summary>
internal sealed class Uses
{
    private readonly List<(int User, int Operand)>[] users;
    private readonly bool[] outputs;

    internal Uses(Graph graph)
    {
        Graph = graph;
        users = [.. graph.Nodes.Select(_ => new List<(int, int)>(2))];
        outputs = new bool[graph.Nodes.Length];
        for (var n = 0; n < graph.Nodes.Length; n++)
            for (var i = 0; i < graph.Nodes[n].Args.Length; i++)
                users[graph.Index[graph.Nodes[n].Args[i]]].Add((n, i));
        foreach (var output in graph.Outputs) outputs[graph.Index[output.Value]] = true;
    }

    internal Graph Graph { get; }

    internal bool IsOutput(int node) => outputs[node];

    /// <summary>Users and the operand as which each reads the node.</summary>
    internal List<(int User, int Operand)> Of(int node) => users[node];

    /// <summary>
    /// A rank-0 constant is written into the code of its users and has no memory, unless it is a result or one of its
    /// users (a product, a reduction, an index) has operands in memory only.
    /// </summary>
    internal bool IsImmediate(int node) =>
        Graph.Nodes[node].Op is Constant { Value.Type.Rank: 0 } && !outputs[node]
        && users[node].TrueForAll(u => Graph.Nodes[u.User].Op is Elementwise or Movement or Pad or RandomBits);
}
