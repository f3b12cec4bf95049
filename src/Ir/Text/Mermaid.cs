using System.Text;

namespace MiniTorch.Ir.Text;

/// <summary>Prints a graph as a Mermaid flowchart, which Markdown pages show, as Graphviz draws it.</summary>
public static class Mermaid
{
    /// <summary>The text between <c>```mermaid</c> and <c>```</c>; names are shown as they are.</summary>
    /// <remarks>Source: mermaid.js.org/syntax/flowchart.html.</remarks>
    public static string Print(Graph graph)
    {
        var drawing = new Drawing(graph);
        var text = new StringBuilder("flowchart TD\n");
        foreach (var i in drawing.Shapes) Node(text, graph, drawing, i);
        for (var k = 0; k < graph.Outputs.Length; k++) Result(text, graph, k);
        foreach (var family in Used(graph))
            text.Append($"  classDef {family.Name} fill:{family.Fill},stroke:{family.Line},color:#222\n");
        return text.ToString();
    }

    private static void Node(StringBuilder text, Graph graph, Drawing drawing, int i)
    {
        var family = Family.Of(graph.Nodes[i].Op);
        var label = Quote([.. drawing.Lines(i)]);
        text.Append($"  n{i}").Append(family == Family.Input ? $"([{label}])" : $"[{label}]").Append($":::{family.Name}\n");
        foreach (var (from, position) in drawing.Edges(i))
            text.Append($"  n{from} -->").Append(position.Length > 0 ? $"|{position}| " : " ").Append($"n{i}\n");
    }

    private static void Result(StringBuilder text, Graph graph, int k)
    {
        var (name, value) = graph.Outputs[k];
        text.Append($"  r{k}([{Quote(name.Length > 0 ? name : $"result {k}")}]):::result\n");
        text.Append($"  n{graph.Index[value]} --> r{k}\n");
    }

    private static IEnumerable<Family> Used(Graph graph) =>
        Family.All.Intersect(graph.Nodes.Select(n => Family.Of(n.Op)).Append(Family.Result));

    private static string Quote(params string[] lines) => $"\"{string.Join("<br/>", lines.Select(Escape))}\"";

    // every mark that Mermaid or Markdown could read as its own becomes a numbered entity
    private static string Escape(string line)
    {
        var text = new StringBuilder(line.Length);
        foreach (var c in line)
            if (char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && !Plain.Contains(c)) text.Append($"#{(int)c};");
            else text.Append(c);
        return text.ToString();
    }

    private const string Plain = " .,:=/[]()";
}
