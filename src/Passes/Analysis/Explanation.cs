using System.Collections.Immutable;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Passes.Analysis;

/// <summary>What is to be said of one node.</summary>
/// <param name="Name">Its name in the text form.</param>
/// <param name="Node">The node.</param>
/// <param name="Formula">Its mathematics, by <see cref="Analysis.Formula"/>.</param>
/// <param name="Sizing">How its type follows, by <see cref="Analysis.Sizing"/>.</param>
/// <param name="Flops">Floating-point operations, by <see cref="Cost.Flops"/>.</param>
/// <param name="Bytes">Bytes of its result and of its different operands, were nothing fused.</param>
/// <param name="Parameters">Parameters that it counts, by <see cref="Analysis.Parameters"/>.</param>
/// <param name="Fields">Its receptive field in each input that it depends on, parameters aside, by the input's name.</param>
public sealed record Explanation(
    string Name, Expr Node, string Formula, string Sizing, long Flops, long Bytes, long Parameters,
    ImmutableArray<(string Input, ReceptiveField Field)> Fields)
{
    /// <summary>Operations for each byte: what a processor's speed and its memory's make of the node.</summary>
    public double Intensity => Bytes == 0 ? 0 : (double)Flops / Bytes;

    /// <summary>Every input and every node with a line, in order.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="parameters">Names of the inputs that are parameters; their fields are left out.</param>
    public static ImmutableArray<Explanation> Of(Graph graph, IReadOnlySet<string> parameters)
    {
        var (names, counts) = (Printer.Names(graph), Analysis.Parameters.Count(graph, parameters));
        var fields = graph.Inputs.Where(i => !parameters.Contains(((Input)i.Op).Name))
            .Select(i => (((Input)i.Op).Name, Fields: ReceptiveField.Of(graph, i))).ToList();
        string Name(Expr e) => names[graph.Index[e]];
        return [.. graph.Nodes.Where(n => n.Op is Input || Printer.IsLine(n)).Select(n => new Explanation(
            Name(n), n, Analysis.Formula.Of(n, Name), Analysis.Sizing.Of(n),
            Cost.Flops(n), BytesOf(n), counts.GetValueOrDefault(n),
            [.. fields.Where(f => f.Fields.ContainsKey(n)).Select(f => (f.Name, f.Fields[n]))]))];
    }

    private static long BytesOf(Expr node) =>
        node.Op is Leaf ? 0 : node.Type.Bytes + node.Args.Distinct().Sum(a => a.Type.Bytes);
}
