using System.Text;

namespace MiniTorch.Ir.Text;

/// <summary>Prints a graph in Graphviz's DOT: inputs as ellipses, ops as boxes coloured by family.</summary>
public static class Graphviz
{
    private const string Head = """
          graph [rankdir=TB, labelloc=t, fontname="Helvetica", fontsize=14, nodesep=0.3, ranksep=0.35];
          node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11, margin="0.12,0.06", height=0.3];
          edge [color="#888888", arrowsize=0.6, fontname="Helvetica", fontsize=8, fontcolor="#888888"];

        """;

    /// <summary>The text for <c>dot -Tsvg</c>; names are shown as they are, whatever characters they have.</summary>
    /// <remarks>Source: the DOT language, graphviz.org/doc/info/lang.html.</remarks>
    public static string Print(Graph graph)
    {
        var drawing = new Drawing(graph);
        var text = new StringBuilder($"digraph {{\n  label={Quote(graph.Name)};\n{Head.ReplaceLineEndings("\n")}");
        foreach (var i in drawing.Shapes) Node(text, graph, drawing, i);
        for (var k = 0; k < graph.Outputs.Length; k++) Result(text, graph, k);
        return text.Append("}\n").ToString();
    }

    private static void Node(StringBuilder text, Graph graph, Drawing drawing, int i)
    {
        var family = Family.Of(graph.Nodes[i].Op);
        var shape = family == Family.Input ? ", shape=ellipse, style=filled" : "";
        text.Append($"  n{i} [label={Quote([.. drawing.Lines(i)])}{Colours(family)}{shape}];\n");
        foreach (var (from, position) in drawing.Edges(i))
            text.Append($"  n{from} -> n{i}").Append(position.Length > 0 ? $" [label=\"{position}\"];\n" : ";\n");
    }

    private static void Result(StringBuilder text, Graph graph, int k)
    {
        var (name, value) = graph.Outputs[k];
        text.Append($"  r{k} [label={Quote(name.Length > 0 ? name : $"result {k}")}{Colours(Family.Result)}, ");
        text.Append($"shape=ellipse, style=\"filled,bold\"];\n  n{graph.Index[value]} -> r{k};\n");
    }

    private static string Colours(Family family) => $", fillcolor=\"{family.Fill}\", color=\"{family.Line}\"";

    // an & would begin an HTML entity; a backslash, an escape as \N for the node's name
    private static string Quote(params string[] lines) => "\"" + string.Join("\\n", lines.Select(l =>
        l.Replace("&", "&amp;").Replace("\\", "\\\\").Replace("\"", "\\\""))) + "\"";
}
